//! What the smaller commands print.

use std::fs;

use crate::program::{folder, run};

#[test]
fn list_prints_every_requirement() {
    let dir = folder();
    let all = run(dir.path(), &["list"]);
    assert_eq!(all.code, Some(0), "{}", all.stderr);
    assert_eq!(all.stdout.lines().count(), 195);
    let some = run(dir.path(), &["list", "update.error", "--json"]);
    let ids: Vec<String> = some
        .stdout
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            value["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    assert_eq!(
        ids,
        ["update.error.echoes-id", "update.error.provider-error"]
    );
}

#[test]
fn explain_says_why_and_how() {
    let dir = folder();
    let done = run(dir.path(), &["explain", "update.error.echoes-id"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    for part in [
        "update.error.echoes-id",
        "MUST (operator)",
        "means",
        "fix",
        "check",
        "cases",
    ] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
}

#[test]
fn check_config_says_what_a_file_amounts_to() {
    let dir = folder();
    let text = "[provider]\nname = \"acme/batch\"\nunsupported = [\"experiment\"]\n";
    fs::write(dir.path().join("provider.toml"), text).expect("writes");
    let done = run(dir.path(), &["check-config"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    for part in ["provider.toml: good", "acme/batch", "experiment"] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
}

#[test]
fn document_prints_the_contract() {
    let dir = folder();
    for (args, text) in [
        (&["document"][..], kfp_provider_api::OPENAPI),
        (&["document", "--effective"], kfp_provider_api::EFFECTIVE),
    ] {
        let done = run(dir.path(), args);
        assert_eq!(done.code, Some(0), "{args:?}: {}", done.stderr);
        assert!(done.stdout == text, "{args:?}");
    }
}

#[test]
fn help_has_the_exit_codes() {
    let dir = folder();
    for args in [&["--help"][..], &["run", "--help"]] {
        let done = run(dir.path(), args);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        for part in ["Exit codes:", "130", "--gate", "--max-creates"] {
            assert!(
                done.stdout.contains(part),
                "{args:?} {part}: {}",
                done.stdout
            );
        }
    }
}
