//! Request bodies: definitions as the Argo steps put them into files.

/// The body of a pipeline: its definition and what the compiler wrote, joined by a shell script.
///
/// The script strips trailing newlines from both parts and looks at neither, so that compiler output which is not JSON
/// makes a body which is not JSON. There is no newline at the end.
pub fn pipeline_body(definition: impl AsRef<[u8]>, compiled: impl AsRef<[u8]>) -> Vec<u8> {
    let definition = trim_newlines(definition.as_ref());
    let compiled = trim_newlines(compiled.as_ref());
    let parts: [&[u8]; 5] = [
        br#"{"pipelineDefinition": "#,
        definition,
        br#", "compiledPipeline": "#,
        compiled,
        b"}",
    ];
    parts.concat()
}

fn trim_newlines(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte != b'\n');
    &text[..end.map_or(0, |last| last + 1)]
}

/// The body of a run, run schedule or experiment: the definition and a newline.
pub fn simple_body(definition: &str) -> Vec<u8> {
    format!("{definition}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_as_text() {
        let table = [
            (
                "{}\n\n",
                "{\n}\n",
                "{\"pipelineDefinition\": {}, \"compiledPipeline\": {\n}}",
            ),
            (
                "{}",
                "",
                "{\"pipelineDefinition\": {}, \"compiledPipeline\": }",
            ),
            (
                "{}",
                "\nnot json \n",
                "{\"pipelineDefinition\": {}, \"compiledPipeline\": \nnot json }",
            ),
        ];
        for (definition, compiled, expected) in table {
            assert_eq!(
                pipeline_body(definition, compiled),
                expected.as_bytes(),
                "compiled {compiled:?}"
            );
        }
        assert_eq!(simple_body("{}"), b"{}\n");
    }
}
