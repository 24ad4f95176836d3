//! What makes the runner fit into the work of others: known failures, shards, reading only, a file
//! to start from, completions.

use std::fs;
use std::path::Path;

use kfp_conformance::Outcome;
use kfp_conformance::mock::{Behaviour, Mock};
use serde_json::Value;

use crate::program::{Done, folder, run};

/// Broken so that `create.201.status` and `response.status-documented` fail.
const FAULT: &str = "wrong-create-status";

/// Runs the command against a mock with the fault, or without.
async fn against(fault: Option<&str>, dir: &Path, args: &[&str]) -> Done {
    let behaviour = fault.map_or(Behaviour::default(), |fault| {
        Behaviour::fault(fault.parse().expect("a fault"))
    });
    let mock = Mock::start(behaviour).expect("starts");
    let (url, dir) = (mock.url(), dir.to_owned());
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    tokio::task::spawn_blocking(move || {
        let mut all = vec!["--url", url.as_str()];
        all.extend(args.iter().map(String::as_str));
        run(&dir, &all)
    })
    .await
    .expect("the command ends")
}

fn report(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("report.json")).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

/// The outcomes of a requirement by type.
fn outcomes(report: &Value, id: &str) -> Vec<String> {
    let results = report["results"].as_array().expect("results");
    let of = results.iter().filter(|result| result["requirement"] == id);
    of.map(|result| result["outcome"].as_str().expect("text").to_owned())
        .collect()
}

fn entry(requirement: &str, kind: &str, expires: &str) -> String {
    format!(
        "[[expected]]\nrequirement = \"{requirement}\"\ntype = \"{kind}\"\nreason = \"the backend\"\nexpires = {expires}\n\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn known_failures_are_let_through_exactly() {
    const ID: &str = "create.201.status";
    let args = [ID, "--type", "run", "--expected", "expected.toml"];
    let known = entry(ID, "run", "2999-01-01");
    /// What it shows, the mock's fault, expected.toml, exit code, what is printed, outcome.
    type Row = (
        &'static str,
        Option<&'static str>,
        String,
        i32,
        &'static str,
        Outcome,
    );
    let table: &[Row] = &[
        (
            "failing and known",
            Some(FAULT),
            known.clone(),
            0,
            "XFAIL",
            Outcome::Xfail,
        ),
        (
            "failing and not known",
            Some(FAULT),
            String::new(),
            1,
            "FAIL",
            Outcome::Fail,
        ),
        (
            "passing though known",
            None,
            known.clone(),
            1,
            "expected.toml:1: create.201.status [run]: passes now",
            Outcome::Xpass,
        ),
        (
            "expired",
            Some(FAULT),
            entry(ID, "run", "2001-01-01"),
            1,
            "expired on 2001-01-01",
            Outcome::Fail,
        ),
        (
            "another outcome",
            Some(FAULT),
            format!("{}outcome = \"warn\"\n", known.trim_end().to_owned() + "\n"),
            1,
            "expected warn, found fail",
            Outcome::Fail,
        ),
    ];
    for (row, fault, text, code, told, outcome) in table {
        let dir = folder();
        fs::write(dir.path().join("expected.toml"), text).expect("writes");
        let done = against(*fault, dir.path(), &args).await;
        assert_eq!(
            done.code,
            Some(*code),
            "{row}: {}{}",
            done.stdout,
            done.stderr
        );
        assert!(done.stdout.contains(told), "{row}: {}", done.stdout);
        let report = report(&dir.path().join("conformance-report"));
        let found = outcomes(&report, ID);
        assert!(
            found.iter().any(|o| o == outcome.as_str()),
            "{row}: {found:?}"
        );
        // The provider is what it is, known or not.
        let honest = if fault.is_some() {
            "NOT_CONFORMANT"
        } else {
            "CONFORMANT_WITH_GAPS"
        };
        assert_eq!(report["verdicts"]["spec"], honest, "{row}");
        let schema = serde_json::from_str(kfp_conformance::REPORT_SCHEMA).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let wrong: Vec<String> = validator
            .iter_errors(&report)
            .map(|e| e.to_string())
            .collect();
        assert!(wrong.is_empty(), "{row}: {wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_only_sends_nothing_that_changes_anything() {
    let dir = folder();
    let done = against(None, dir.path(), &["--read-only", "--profile", "full"]).await;
    assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    let journal = fs::read_to_string(dir.path().join("conformance-report/journal.ndjson"));
    let journal = journal.expect("a journal");
    let records = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let methods: Vec<Value> = records
        .filter(|record| record["record"] == "exchange")
        .map(|record| record["request"]["method"].clone())
        .collect();
    assert!(methods.len() > 10, "{methods:?}");
    assert!(methods.iter().all(|method| method == "GET"), "{methods:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_are_merged_into_the_verdict_of_the_whole() {
    let dir = folder();
    let mut codes = Vec::new();
    for (shard, out) in [("1/2", "one"), ("2/2", "two")] {
        let args = ["create.201", "--shard", shard, "--out", out];
        // The provider has the same name wherever it runs.
        fs::write(
            dir.path().join("p.toml"),
            "[provider]\nname = \"acme/batch\"\n",
        )
        .expect("writes");
        let args = [&args[..], &["--config", "p.toml"]].concat();
        codes.push(against(Some(FAULT), dir.path(), &args).await.code);
    }
    assert!(codes.contains(&Some(1)), "{codes:?}");
    let merge = |args: &[&str]| run(dir.path(), &[&["merge"], args].concat());
    let whole = merge(&["one", "two/report.json", "-o", "whole"]);
    assert_eq!(whole.code, Some(1), "{}{}", whole.stdout, whole.stderr);
    let merged = report(&dir.path().join("whole"));
    assert_eq!(merged["complete"], true, "{merged}");
    assert_eq!(merged["verdict"], "NOT_CONFORMANT");
    let found = outcomes(&merged, "create.201.status");
    assert!(found.iter().all(|outcome| outcome == "fail"), "{found:?}");
    // Every piece of evidence is there, under its new number.
    let results = merged["results"].as_array().expect("results");
    for result in results
        .iter()
        .filter(|r| r["requirement"] == "create.201.status")
    {
        assert_eq!(result["evidence"][0]["response"]["status"], 200, "{result}");
    }

    let part = merge(&["two", "-o", "part"]);
    assert!(
        part.stdout.contains("shard 1/2 is missing"),
        "{}",
        part.stdout
    );
    assert_eq!(report(&dir.path().join("part"))["complete"], false);
    for (args, told) in [
        (&["one", "one", "-o", "x"][..], "shard 1/2 again"),
        (&["whole", "-o", "x"], "no shard"),
        (&["one", "two", "-o", "one"], "is a shard itself"),
        (&["nowhere", "-o", "x"], "nowhere"),
    ] {
        let done = merge(args);
        assert_eq!(done.code, Some(2), "{args:?}: {}", done.stdout);
        assert!(done.stderr.contains(told), "{args:?}: {}", done.stderr);
    }
}

#[test]
fn init_writes_a_file_that_is_good_and_never_overwrites() {
    let dir = folder();
    let args = [
        "init",
        "--url",
        "http://127.0.0.1:1",
        "--name",
        "acme/batch",
    ];
    let done = run(dir.path(), &args);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let checked = run(dir.path(), &["check-config", "provider.toml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    for part in ["acme/batch", "http://127.0.0.1:1"] {
        assert!(checked.stdout.contains(part), "{}", checked.stdout);
    }
    let before = fs::read(dir.path().join("provider.toml")).expect("there");
    let again = run(dir.path(), &["init"]);
    assert_eq!(again.code, Some(2), "{}", again.stdout);
    assert!(again.stderr.contains("provider.toml"), "{}", again.stderr);
    assert_eq!(
        fs::read(dir.path().join("provider.toml")).expect("there"),
        before
    );
    for wrong in [
        &["init", "a.toml", "--name", "acme"][..],
        &["init", "a.toml", "--url", "ftp://x"],
    ] {
        assert_eq!(run(dir.path(), wrong).code, Some(2), "{wrong:?}");
        assert!(!dir.path().join("a.toml").exists(), "{wrong:?}");
    }
}

#[test]
fn shells_complete_the_command_line() {
    for shell in ["bash", "zsh", "fish"] {
        let done = run(folder().path(), &["completions", shell]);
        assert_eq!(done.code, Some(0), "{shell}: {}", done.stderr);
        assert!(done.stdout.contains("check-config"), "{shell}");
    }
}

#[test]
fn the_examples_for_continuous_integration_are_yaml_and_use_options_that_exist() {
    let help = run(folder().path(), &["run", "--help"]).stdout;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/ci");
    for name in ["github.yml", "gitlab-ci.yml"] {
        let text = fs::read_to_string(examples.join(name)).expect(name);
        let _: Value = serde_saphyr::from_str(&text).expect(name);
        let lines = text
            .lines()
            .filter(|line| line.contains("kfp-conformance --config"));
        let options: Vec<&str> = lines
            .flat_map(str::split_whitespace)
            .filter(|word| word.starts_with("--"))
            .collect();
        assert!(!options.is_empty(), "{name}");
        for option in options {
            assert!(help.contains(option), "{name}: {option}");
        }
    }
}

#[tokio::test]
async fn the_command_beside_a_failure_shows_it_again() {
    let dir = folder();
    let fault = FAULT.parse().expect("a fault");
    let mock = Mock::start(Behaviour::fault(fault)).expect("starts");
    let url = mock.url();
    let config = dir.path().join("a provider.toml");
    fs::write(&config, "[provider]\nname = \"a/b\"\n").expect("writes");
    let shown = tokio::task::spawn_blocking(move || {
        let args = [
            "--profile",
            "smoke",
            "--url",
            &url,
            "--config",
            "a provider.toml",
        ];
        let first = run(dir.path(), &args);
        assert_eq!(first.code, Some(1), "{}", first.stderr);
        let mut lines = first.stdout.lines();
        let again = lines.find_map(|line| line.trim().strip_prefix("again "));
        let again = again.expect("a command").trim();
        let words = again.strip_prefix("kfp-conformance ").expect("the program");
        let words = words.replace("'a provider.toml'", "a_provider.toml");
        let words: Vec<String> = words
            .split(' ')
            .map(|word| word.replace("a_provider", "a provider"))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert!(words.contains(&"--profile"), "{again}");
        run(dir.path(), &words)
    })
    .await
    .expect("the command ends");
    assert_eq!(shown.code, Some(1), "{}", shown.stderr);
    assert!(shown.stdout.contains("NOT CONFORMANT"), "{}", shown.stdout);
}
