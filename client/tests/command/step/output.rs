//! Where the output goes.

use std::fs;

use super::BODY;
use crate::provider::{Provider, json};
use crate::{assert_says, run_to};

#[cfg(unix)]
#[test]
fn devices_and_files_in_closed_folders_are_written_in_place() {
    let provider = Provider::start(vec![json(200, r#"{"id":"x"}"#)]);
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body.json");
    fs::write(&body, BODY).unwrap();
    let body = body.display().to_string();
    let base = [
        "create",
        "--type",
        "run",
        "--body",
        &body,
        "--url",
        &provider.address,
        "--output",
    ];
    let (said, _) = run_to("device", 0, base.iter().chain(&["/dev/stdout"]));
    assert_eq!(said, r#"{"id":"x"}"#);
    // The request is sent, and then the device is full: what nobody can read any more is told.
    let (_, told) = run_to("full device", 3, base.iter().chain(&["/dev/full"]));
    assert_says(
        "full device",
        &told,
        &[r#"what should have been written: {"id":"x"}"#],
    );
}
