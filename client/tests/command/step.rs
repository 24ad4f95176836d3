//! `create`, `update` and `delete`.

mod answers;
mod compat;
mod output;
mod requests;
mod unsendable;

use std::fs;
use std::path::Path;

use crate::provider::{Answer, Provider};
use crate::{assert_says, run_to, text};

const BODY: &str = "{\"description\": \"<&>  1.0 \u{e9}\"}\n";

struct Row {
    name: &'static str,
    answers: Vec<Answer>,
    arguments: String,
    exit: i32,
    /// The output file; `None` if there is to be none.
    output: Option<&'static str>,
    /// What standard error says, among other things.
    says: &'static str,
}

fn row(
    name: &'static str,
    answers: Vec<Answer>,
    arguments: impl Into<String>,
    exit: i32,
    output: Option<&'static str>,
    says: &'static str,
) -> Row {
    Row {
        name,
        answers,
        arguments: arguments.into(),
        exit,
        output,
        says,
    }
}

/// Runs a row in a folder of its own, where `body.json`, `definition.json` and `compiled.json` lie.
fn play(row: &Row) -> Provider {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("body.json"), BODY).unwrap();
    fs::write(at("definition.json"), "{\"name\":\"a/b\"}\n\n").unwrap();
    fs::write(at("compiled.json"), "{\n  \"x\": 1e400\n}\n").unwrap();
    fs::write(
        at("compiled.yaml"),
        "# made by a compiler\npipelineInfo:\n  name: x\n",
    )
    .unwrap();
    fs::write(at("not.pem"), "no PEM").unwrap();
    fs::write(at("token"), "t0ken \nignored").unwrap();
    fs::write(at("bad-token"), "a\u{1}b").unwrap();
    let provider = Provider::start(row.answers.clone());
    let absent = Provider::absent();
    let arguments = row.arguments.split_whitespace().map(|word| {
        word.replace("URL", &provider.address)
            .replace("ABSENT", &absent)
            .replace("DIR", &folder.path().display().to_string())
            .replace("NOTHING", "")
    });
    let (_, said) = run_to(row.name, row.exit, arguments);
    let output = fs::read_to_string(at("out.json")).ok();
    match (row.output, &output) {
        (Some(expected), Some(found)) if expected.contains('…') => {
            let (start, end) = expected.split_once('…').unwrap();
            assert!(
                found.starts_with(start) && found.ends_with(end),
                "{}: {found}",
                row.name
            );
        }
        _ => assert_eq!(output.as_deref(), row.output, "{}: {said}", row.name),
    }
    assert_says(row.name, &said, &[row.says]);
    assert_no_leftovers(folder.path(), row.name);
    provider
}

fn assert_no_leftovers(folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().file_name();
        assert!(
            !text(entry.as_encoded_bytes()).starts_with('.'),
            "{name}: {entry:?} is left"
        );
    }
}

const CREATE: &str = "create --type run --body DIR/body.json --url URL --output DIR/out.json";
const UPDATE: &str =
    "update --type run --id=old --body DIR/body.json --url URL --output DIR/out.json";
const DELETE: &str = "delete --type run --id=old --url URL --output DIR/out.json";

/// The arguments, and more.
fn with(arguments: &str, more: &str) -> String {
    format!("{arguments} {more}")
}
