//! Resources that the API server would not let in.

use std::path::Path;

use super::*;
use crate::text;

/// Runs a rehearsal of one file that must not come to a request; what it says on standard error.
fn refused(folder: &Path, content: &[u8], exit: i32) -> String {
    let path = folder.join("x.yaml");
    fs::write(&path, content).unwrap();
    let path = path.display().to_string();
    let arguments = ["rehearse", "-f", &path, "--provider", "127.0.0.1:1"];
    let (said, told) = run_to(&text(content), exit, arguments);
    assert_eq!(said, "", "{}", text(content));
    told
}

#[test]
fn malformed_resources_are_refused_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let twice = [experiment("a"), experiment("b")].concat();
    let table: &[(&[u8], &[&str])] = &[
        (b"", &["x.yaml: no resource in any of the files"]),
        (b"# nothing\n---\n", &["x.yaml: no resource in any of the files"]),
        (b"\xff", &["x.yaml:1: resource: not an object"]),
        (b"\xef\xbb\xbfa: \xff", &["x.yaml:1: not UTF-8"]),
        (b"a: [", &["x.yaml:1: "]),
        (b"kind: Run\nkind: Run\n", &["x.yaml:2: kind is there already: the last one counts", "x.yaml:1: apiVersion: missing"]),
        (b"- 1\n", &["x.yaml:1: resource: not an object"]),
        (b"kind: Run\n", &["x.yaml:1: apiVersion: missing, or not a text"]),
        (b"apiVersion: v1\nkind: ConfigMap\n", &["x.yaml: passed over, since it is not the operator's: ConfigMap (line 1)", "x.yaml: no resource in any of the files"]),
        (twice.as_bytes(), &["x.yaml:9: Experiment birch/plot is at ", "x.yaml:2 already (hint: a change of it belongs into --update)"]),
        (
            b"apiVersion: pipelines.kubeflow.org/v1beta1\nkind: Pipeline\nmetadata:\n  name: Acorn\nspec:\n  provider: ml/forge\n  image: 7\n  framework:\n    name: plain\n    parameters: {}\n  env:\n    - name: A\n      value: yes\n    - nam: B\n",
            &[
                "x.yaml:4: Pipeline Acorn: metadata.name: \"Acorn\" has the wrong form",
                "x.yaml:7: Pipeline Acorn: spec.image: a number where a text is wanted (hint: put it in quotes)",
                "x.yaml:13: Pipeline Acorn: spec.env[0].value: a boolean where a text is wanted (hint: put it in quotes)",
                "x.yaml:14: Pipeline Acorn: spec.env[1]: name is missing",
                "x.yaml:14: Pipeline Acorn: spec.env[1].nam: unknown field (hint: known here: name, value)",
            ],
        ),
    ];
    for (content, expected) in table {
        let said = refused(folder.path(), content, 2);
        assert_says(&text(content), &said, expected);
    }
    let said = refused(
        folder.path(),
        experiment("a").replace("v1beta1", "v1beta2").as_bytes(),
        2,
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}
