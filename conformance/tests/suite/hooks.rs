//! Programs that the runner is told to use: what is wrong with them is told at once, once, and with exit code 2.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kfp_conformance::mock::{Behaviour, Mock};

use crate::program::{Done, folder, run};

fn script(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::write(&path, text).expect("writes");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

fn config(dir: &Path, text: &str) {
    fs::write(dir.join("provider.toml"), text).expect("writes");
}

#[test]
fn a_configuration_is_not_good_if_its_programs_are_not_there() {
    let dir = folder();
    script(dir.path(), "good", "#!/bin/sh\n");
    fs::write(dir.path().join("text"), "hello").expect("writes");
    let table: &[(&str, &[&str])] = &[
        (
            "[hooks]\nprobe = \"./none --deep\"",
            &[
                "provider.toml: hooks.probe: ",
                "/none: no such program",
                "hint:",
            ],
        ),
        (
            "[hooks]\nrestart = \"no-such-program-anywhere\"",
            &[
                "hooks.restart: no-such-program-anywhere: no such program",
                "PATH",
            ],
        ),
        (
            "[hooks]\nprobe = \"./text\"",
            &["hooks.probe: ", "not executable"],
        ),
        (
            "[process]\nstart = \"./none\"",
            &["process.start: ", "no such program"],
        ),
        (
            "[hooks]\nprobe = \"./good\"\nreset = \"./a\"\n[process]\nstart = \"./b\"",
            &["hooks.reset: ", "process.start: "],
        ),
    ];
    for (text, parts) in table {
        config(dir.path(), text);
        for args in [&["check-config"][..], &["--config", "provider.toml"]] {
            let done = run(dir.path(), args);
            assert_eq!(done.code, Some(2), "{args:?} {text}: {}", done.stderr);
            for part in *parts {
                assert!(
                    done.stderr.contains(part),
                    "{args:?} {text}: {part}: {}",
                    done.stderr
                );
            }
            assert!(
                !done.stderr.contains("hooks.probe: ./good"),
                "{}",
                done.stderr
            );
        }
    }
    config(
        dir.path(),
        "[hooks]\nprobe = \"./good\"\nreset = \"http://127.0.0.1:1/\"",
    );
    assert_eq!(run(dir.path(), &["check-config"]).code, Some(0));
}

#[test]
fn a_configuration_says_who_is_judged_and_no_more_than_it_has() {
    let dir = folder();
    script(dir.path(), "good", "#!/bin/sh\n");
    let row = |done: &Done, name: &str| {
        let line = done
            .stdout
            .lines()
            .find(|line| line.trim().starts_with(name));
        line.map(|line| line.trim()[name.len()..].trim().to_owned())
            .expect("a row")
    };
    config(
        dir.path(),
        "[fixtures.run]\n[fixtures.pipeline]\nbody = {}\n[process]\nstart = \"./good\"",
    );
    let done = run(dir.path(), &["check-config"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(row(&done, "url"), "(of the provider that is started)");
    assert_eq!(row(&done, "fixtures"), "(none)");
    config(
        dir.path(),
        "[limits]\nrate = \"30/min\"\n[fixtures.run]\nbody = { parameters = { a = \"b\" } }",
    );
    let done = run(dir.path(), &["check-config"]);
    assert!(
        row(&done, "url").contains("embedded provider"),
        "{}",
        done.stdout
    );
    assert_eq!(row(&done, "fixtures"), "run");
    assert_eq!(row(&done, "rate"), "0.5/s");
}

#[tokio::test]
async fn a_probe_that_is_of_no_use_is_told_once_before_anything_is_judged() {
    let mock = Mock::start(Behaviour::default()).expect("starts");
    let url = mock.url();
    tokio::task::spawn_blocking(move || {
        let table = [
            (
                "#!/bin/sh\necho no cluster >&2\nexit 7\n",
                "exit status: 7: no cluster",
            ),
            ("#!/bin/sh\necho maybe\n", "\"maybe\" is no answer"),
            ("#!/bin/sh\n", "\"\" is no answer"),
        ];
        for (text, part) in table {
            let dir = folder();
            script(dir.path(), "probe", text);
            config(dir.path(), "[hooks]\nprobe = \"./probe\"");
            let done = run(dir.path(), &["--url", &url, "--config", "provider.toml"]);
            let told = format!("{}{}", done.stdout, done.stderr);
            assert_eq!(done.code, Some(2), "{told}");
            assert!(told.contains(part), "{part}: {told}");
            assert_eq!(told.matches("hook probe").count(), 1, "{told}");
            assert!(!told.contains("ERROR"), "{told}");
        }
        // Another one than the probe shows only when it is used: told once, whatever rests on it.
        let dir = folder();
        script(dir.path(), "probe", "#!/bin/sh\necho unknown\n");
        script(dir.path(), "off", "#!/bin/sh\nexit 9\n");
        let hooks =
            "[hooks]\nprobe = \"./probe\"\nbreak-backend = \"./off\"\nheal-backend = \"./probe\"";
        config(dir.path(), hooks);
        let args = [
            "lifecycle",
            "health",
            "--url",
            &url,
            "--config",
            "provider.toml",
        ];
        let done = run(dir.path(), &args);
        assert_eq!(done.code, Some(4), "{}{}", done.stdout, done.stderr);
        assert_eq!(
            done.stdout.matches("exit status: 9").count(),
            1,
            "{}",
            done.stdout
        );
        // What takes more than the probe that is there says what it takes.
        assert!(
            done.stdout.contains(": the probe cannot tell whether"),
            "{}",
            done.stdout
        );
    })
    .await
    .expect("the commands end");
}

#[test]
fn a_provider_that_cannot_be_started_is_told_as_what_it_is() {
    let dir = folder();
    fs::write(dir.path().join("text"), "hello").expect("writes");
    let table = [
        ("./none --port 1", "none: no such program"),
        (
            "no-such-program-anywhere",
            "no-such-program-anywhere: no such program",
        ),
        ("./text", "text: not executable"),
        ("/", "a folder"),
    ];
    for (start, part) in table {
        let done = run(dir.path(), &["--start", start]);
        assert_eq!(done.code, Some(2), "{start}: {}", done.stderr);
        assert!(done.stderr.contains(part), "{start}: {}", done.stderr);
        assert!(
            !done.stderr.contains("ermission"),
            "{start}: {}",
            done.stderr
        );
    }
}
