//! A run of a part has a folder of its own, says what it is, and never takes the place of the whole; and what is left
//! behind is what the ledger says.
#![cfg(feature = "embedded")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kfp_conformance::mock::{Behaviour, Mock};
use serde_json::Value;

use crate::program::{Done, folder, run};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The command beside the first finding, as words.
fn again(done: &Done) -> Vec<String> {
    let mut lines = done.stdout.lines();
    let again = lines.find_map(|line| line.trim().strip_prefix("again "));
    let words = again.expect("a command").split_whitespace();
    words
        .skip(1)
        .map(|word| word.trim_matches('\'').to_owned())
        .collect()
}

#[tokio::test]
async fn a_part_never_takes_the_place_of_the_whole() {
    let fault = "wrong-create-status".parse().expect("a fault");
    let mock = Mock::start(Behaviour::fault(fault)).expect("starts");
    let url = mock.url();
    tokio::task::spawn_blocking(move || {
        let dir = folder();
        let whole = run(dir.path(), &["--url", &url, "--profile", "smoke"]);
        assert_eq!(whole.code, Some(1), "{}", whole.stderr);
        assert!(!whole.stdout.contains("PARTIAL"), "{}", whole.stdout);
        let reports = dir.path().join("conformance-report");
        let files = [
            "report.json",
            "report.html",
            "journal.ndjson",
            "ledger.ndjson",
        ];
        let before = files.map(|file| read(&reports.join(file)));
        let scripts = fs::read_dir(reports.join("repro"))
            .expect("scripts")
            .count();
        assert!(scripts > 0);

        // What stands beside a finding.
        let words = again(&whole);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let part = run(dir.path(), &words);
        assert_eq!(part.code, Some(1), "{}", part.stderr);
        assert!(part.stdout.contains("PARTIAL  only "), "{}", part.stdout);
        let out = words
            .iter()
            .position(|word| *word == "--out")
            .expect("a folder of its own");
        assert!(
            words[out + 1].starts_with("conformance-report/again/"),
            "{words:?}"
        );
        let own: Value =
            serde_json::from_str(&read(&dir.path().join(words[out + 1]).join("report.json")))
                .expect("JSON");
        assert!(
            own["partial"]
                .as_str()
                .is_some_and(|text| text.starts_with("only ")),
            "{own}"
        );

        // By hand, each way to ask for less, at the place of the whole.
        let report = "conformance-report/report.json";
        let shard = ["--url", &url, "--profile", "smoke", "--shard", "1/2"];
        let parts: [&[&str]; 5] = [
            &["create.201.status", "--url", &url],
            &["--url", &url, "--profile", "smoke", "--type", "experiment"],
            &["--url", &url, "--failed-in", report, "--profile", "smoke"],
            &["--url", &url, "--read-only", "--out", "conformance-report"],
            &shard,
        ];
        for args in parts {
            let done = run(dir.path(), args);
            assert!(
                matches!(done.code, Some(0 | 1)),
                "{args:?}: {}",
                done.stderr
            );
            let told = "this one goes to conformance-report/partial";
            assert!(done.stdout.contains(told), "{args:?}: {}", done.stdout);
            let shown = done.stdout.contains("PARTIAL  only ") || args == shard;
            assert!(shown, "{args:?}: {}", done.stdout);
            assert!(reports.join("partial/report.html").is_file(), "{args:?}");
        }
        let rendered = run(
            dir.path(),
            &[
                "render",
                "conformance-report/partial",
                "-o",
                "conformance-report",
            ],
        );
        assert!(rendered.stderr.is_empty(), "{}", rendered.stderr);
        let after = files.map(|file| read(&reports.join(file)));
        for ((file, before), after) in files.iter().zip(before).zip(after) {
            assert!(before == after, "{file} is another one now");
        }
        assert_eq!(
            fs::read_dir(reports.join("repro"))
                .expect("scripts")
                .count(),
            scripts
        );

        // The whole takes the place of the whole.
        let next = run(
            dir.path(),
            &["--url", &url, "--profile", "smoke", "--seed", "5"],
        );
        assert!(
            next.stdout
                .contains("  report    conformance-report/report.html"),
            "{}",
            next.stdout
        );
        assert!(read(&reports.join("report.json")).contains("\"seed\": 5,"));
    })
    .await
    .expect("the commands end");
}

#[test]
fn what_is_left_behind_is_what_the_ledger_says() {
    let dir = folder();
    let args = [
        "update.error",
        "--type",
        "experiment",
        "--seed",
        "5",
        "--out",
        "out",
    ];
    let done = run(dir.path(), &[&["run"][..], &args].concat());
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    // As a kill leaves them: the journal without its end, the ledger with what was not deleted yet.
    let out = dir.path().join("out");
    let (journal, ledger) = (out.join("journal.ndjson"), out.join("ledger.ndjson"));
    let text = read(&journal);
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&journal, lines[..lines.len() - 1].join("\n") + "\n").expect("writes");
    let entries = read(&ledger);
    let deleted = |line: &&str| !line.contains("\"entry\":\"deleted\"");
    let mut kept: Vec<&str> = entries.lines().filter(deleted).collect();
    let created: BTreeSet<&str> = kept
        .iter()
        .filter(|line| line.contains("\"entry\":\"created\""))
        .copied()
        .collect();
    let created = created.len();
    assert!(created > 0, "{entries}");
    kept.push(r#"{"entry":"asked","seq":999,"type":"run","name":"n/lost"}"#);
    fs::write(&ledger, kept.join("\n") + "\n").expect("writes");

    let rendered = run(dir.path(), &["render", "out"]);
    assert_eq!(rendered.code, Some(4), "{}", rendered.stderr);
    let left = format!("{created} resources left behind, 1 more may be");
    let hint = "kfp-conformance clean --ledger out/ledger.ndjson";
    for part in [left.as_str(), hint] {
        assert!(
            rendered.stdout.contains(part),
            "{part}: {}",
            rendered.stdout
        );
    }
    let report: Value = serde_json::from_str(&read(&out.join("report.json"))).expect("JSON");
    assert_eq!(report["leaks"].as_array().map(Vec::len), Some(created));
    assert_eq!(report["doubtful"][0]["name"], "n/lost");
    assert!(
        read(&ledger).ends_with("lost\"}\n"),
        "a look changes nothing"
    );

    // What has been deleted since is gone.
    let rest: Vec<String> = kept
        .iter()
        .filter(|line| line.contains("\"entry\":\"created\""))
        .map(|line| line.replace("created", "deleted"))
        .collect();
    fs::write(
        &ledger,
        format!("{}\n{}\n", kept.join("\n"), rest.join("\n")),
    )
    .expect("writes");
    let rendered = run(dir.path(), &["render", "out"]);
    assert!(
        rendered
            .stdout
            .contains(" 0 resources left behind, 1 more may be"),
        "{}",
        rendered.stdout
    );

    // A ledger of another run says nothing about this one.
    fs::write(
        &ledger,
        kept.join("\n").replacen("\"run\":\"", "\"run\":\"x", 1) + "\n",
    )
    .expect("writes");
    let rendered = run(dir.path(), &["render", "out"]);
    assert!(
        rendered.stdout.contains(" 0 resources left behind\n"),
        "{}",
        rendered.stdout
    );
}
