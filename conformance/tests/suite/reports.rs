//! Reports are made again from the journal, and put side by side.

use std::fs;
use std::path::Path;

use crate::program::{command, folder, run};

const FILES: [&str; 4] = ["report.json", "junit.xml", "report.html", "verdict.txt"];

/// A finished run of a few cases, in the folder `out`.
#[cfg(feature = "embedded")]
fn finished(dir: &Path) {
    let args = [
        "update.error",
        "--type",
        "experiment",
        "--seed",
        "5",
        "--out",
        "out",
    ];
    let done = run(dir, &[&["run"][..], &args].concat());
    assert_eq!(done.code, Some(0), "{}", done.stderr);
}

#[cfg(feature = "embedded")]
#[test]
fn the_journal_alone_makes_the_same_reports() {
    let dir = folder();
    finished(dir.path());
    let done = run(dir.path(), &["render", "out", "-o", "again"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(
        done.stdout.lines().last(),
        Some("  report    again/report.html"),
        "{}",
        done.stdout
    );
    for file in FILES {
        let read =
            |folder: &str| fs::read_to_string(dir.path().join(folder).join(file)).expect(file);
        assert!(read("out") == read("again"), "{file}");
    }
}

#[cfg(feature = "embedded")]
#[test]
fn what_a_crash_leaves_is_incomplete() {
    let dir = folder();
    finished(dir.path());
    let journal = dir.path().join("out/journal.ndjson");
    let bytes = fs::read(&journal).expect("a journal");
    for file in FILES {
        fs::remove_file(dir.path().join("out").join(file)).expect(file);
    }
    fs::write(&journal, &bytes[..bytes.len() * 3 / 4]).expect("writes");
    let done = run(dir.path(), &["render", "out/journal.ndjson"]);
    assert_eq!(done.code, Some(4), "{}\n{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("INCOMPLETE"), "{}", done.stdout);
    assert!(
        done.stdout.contains("the journal is damaged"),
        "{}",
        done.stdout
    );
    for file in FILES {
        assert!(dir.path().join("out").join(file).is_file(), "{file}");
    }
    fs::write(&journal, &bytes[..20]).expect("writes");
    let done = run(dir.path(), &["render", "out"]);
    assert_eq!(done.code, Some(4), "{}", done.stdout);
    assert!(done.stderr.contains("no readable start"), "{}", done.stderr);
}

#[cfg(feature = "embedded")]
#[test]
fn comparing_finds_what_has_become_worse() {
    let dir = folder();
    finished(dir.path());
    let same = run(dir.path(), &["compare", "out", "out/report.json"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    let report = fs::read_to_string(dir.path().join("out/report.json")).expect("a report");
    let mut report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let results = report["results"].as_array_mut().expect("a list");
    let met = results
        .iter_mut()
        .find(|result| result["outcome"] == "pass");
    met.expect("something passed")["outcome"] = "fail".into();
    report["target"]["name"] = "<b>worse</b>".into();
    fs::write(dir.path().join("worse.json"), report.to_string()).expect("writes");
    let args = ["compare", "out", "worse.json", "--html", "page.html"];
    let worse = run(dir.path(), &args);
    assert_eq!(worse.code, Some(1), "{}", worse.stderr);
    assert!(worse.stdout.contains("REGRESSIONS  1"), "{}", worse.stdout);
    let page = fs::read_to_string(dir.path().join("page.html")).expect("a page");
    assert!(
        page.contains("1 regression") && page.contains("fail !"),
        "{page}"
    );
    assert!(!page.contains("<b>worse"), "{page}");
    // What has become worse comes first, what has not changed is folded away, and nothing is told of what there is none.
    let at = |text: &str| page.find(text);
    let (worse, same) = (
        at("<h2>Met before"),
        at("<details><summary>The same in all"),
    );
    assert!(worse.is_some() && worse < same, "{page}");
    assert_eq!(at("Differs otherwise"), None);
}

#[cfg(feature = "embedded")]
#[test]
fn a_job_on_github_gets_its_summary() {
    let dir = folder();
    finished(dir.path());
    let done = command(dir.path(), &["render", "out"])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", dir.path().join("summary.md"))
        .output()
        .expect("starts");
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(text.starts_with("::stop-commands::"), "{text}");
    let summary = fs::read_to_string(dir.path().join("summary.md")).expect("a summary");
    assert!(summary.starts_with("## CONFORMANT WITH GAPS"), "{summary}");
}

#[test]
fn what_is_no_report_is_told() {
    let dir = folder();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("writes");
    write("list.json", "[]");
    write(
        "next.json",
        r#"{"schemaVersion":2,"verdict":"CONFORMANT","started":"","target":{"url":""},"results":[]}"#,
    );
    let newer = include_str!("../../src/journal/reader/start.json")
        .replace("\"journal\": 1", "\"record\": \"start\", \"journal\": 9");
    write("newer.ndjson", &format!("{}\n", newer.replace('\n', " ")));
    let table: &[(&[&str], i32, &str)] = &[
        (&["compare", "list.json"], 2, "REPORT"),
        (&["compare", "none.json", "list.json"], 2, "none.json"),
        (
            &["compare", "list.json", "list.json"],
            2,
            "list.json: no report",
        ),
        (
            &["compare", "next.json", "next.json"],
            2,
            "schema version 2",
        ),
        (&["render", "none"], 2, "none"),
        (&["render", "newer.ndjson"], 2, "version 9"),
        (&["render", "list.json"], 4, "no readable start"),
    ];
    for (args, code, part) in table {
        let done = run(dir.path(), args);
        assert_eq!(done.code, Some(*code), "{args:?}: {}", done.stderr);
        assert!(done.stderr.contains(part), "{args:?}: {}", done.stderr);
    }
}

/// Whatever finds no room: the journal, a report, or standard output.
#[cfg(all(feature = "embedded", target_os = "linux"))]
#[test]
fn a_full_disk_is_an_incomplete_run() {
    let arguments = [
        "run",
        "update.error",
        "--type",
        "experiment",
        "--out",
        "out",
    ];
    for full in [
        "journal.ndjson",
        "report.json",
        "junit.xml",
        "report.html",
        "verdict.txt",
        "",
    ] {
        let dir = folder();
        let mut run = command(dir.path(), &arguments);
        if full.is_empty() {
            let device = fs::File::options()
                .write(true)
                .open("/dev/full")
                .expect("it is there");
            run.stdout(device);
        } else {
            fs::create_dir(dir.path().join("out")).expect("a folder");
            let file = dir.path().join("out").join(full);
            std::os::unix::fs::symlink("/dev/full", file).expect("a link");
        }
        let done: crate::program::Done = run.output().expect("the command starts").into();
        assert_eq!(done.code, Some(4), "{full}: {}", done.stderr);
        assert!(
            done.stderr.contains("No space left on device"),
            "{full}: {}",
            done.stderr
        );
    }
    // What is no place for a report is a mistake of the command line.
    let dir = folder();
    fs::write(dir.path().join("out"), "a file").expect("writes");
    let done = run(dir.path(), &arguments);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
}
