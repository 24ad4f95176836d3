//! What the help promises: exit codes of every command, whoever listens to what it prints.

use std::process::Stdio;

use crate::program::{command, folder, run};

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = run(folder().path(), &["--help"]).stdout;
    let list = help.split("Commands:").nth(1).expect("a list of commands");
    let lines = list
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .map(str::to_owned)
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn every_command_tells_its_exit_codes() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for name in commands {
        let done = run(folder().path(), &[&name, "--help"]);
        assert_eq!(done.code, Some(0), "{name}: {}", done.stderr);
        let table = done.stdout.split("Exit codes:").nth(1);
        let table = table.unwrap_or_else(|| panic!("{name}: {}", done.stdout));
        for code in ["  0  ", "  2  "] {
            assert!(table.contains(code), "{name}: {table}");
        }
        // What is no command line is told by the code that the table has for it.
        let wrong = run(folder().path(), &[&name, "--no-such-option"]);
        assert_eq!(wrong.code, Some(2), "{name}: {}", wrong.stderr);
        assert!(
            !wrong.stderr.contains("as a value"),
            "{name}: {}",
            wrong.stderr
        );
    }
}

/// The help texts, as people see them. `EXPECTORATE=overwrite cargo test` accepts a change.
#[test]
fn help_is_as_reviewed() {
    let dir = folder();
    for name in std::iter::once(String::new()).chain(commands()) {
        let words = [name.as_str(), "--help"]
            .into_iter()
            .filter(|it| !it.is_empty());
        let done = run(dir.path(), &words.collect::<Vec<_>>());
        assert_eq!(done.code, Some(0), "{name}: {}", done.stderr);
        let file = if name.is_empty() {
            "kfp-conformance"
        } else {
            &name
        };
        expectorate::assert_contents(format!("tests/suite/help/{file}.txt"), &done.stdout);
    }
}

#[test]
fn a_verdict_does_not_depend_on_who_listens() {
    let dir = folder();
    let url = "http://127.0.0.1:1";
    for (args, code) in [(&["--url", url][..], 3), (&["list"], 0)] {
        let mut child = command(dir.path(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        // Nobody will ever read it.
        drop(child.stdout.take());
        let status = child.wait().expect("ends");
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
}
