//! Wrong input: the message names the place and the way out, and the exit code is 2.

use std::fs;
use std::net::TcpListener;

use crate::program::{folder, run};

#[test]
fn wrong_input_is_told_and_exits_with_2() {
    let dir = folder();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("writes");
    write(
        "unknown-key.toml",
        "[provider]\nname = \"a/b\"\nnmae = \"x\"\n",
    );
    write("not.toml", "[provider\n");
    write("not.yaml", "a: [\n");
    write("other.yaml", "openapi: 3.0.3\npaths: {}\n");
    write("file", "");
    let table: &[(&[&str], &[&str])] = &[
        (
            &["create.201.statos"],
            &["create.201.statos", "did you mean create.201.status?"],
        ),
        (
            &["zzzz"],
            &["zzzz: no such requirement", "kfp-conformance list"],
        ),
        (
            &["--url", "ftp://host"],
            &["ftp://host", "scheme \"ftp\"", "hint:"],
        ),
        (&["--url", "http://"], &["http://", "hint:"]),
        (&["--config", "none.toml"], &["none.toml"]),
        (
            &["--config", "unknown-key.toml"],
            &["unknown-key.toml:3:1", "nmae"],
        ),
        (&["--config", "not.toml"], &["not.toml:1:"]),
        (&["--document", "none.yaml"], &["none.yaml"]),
        (&["--document", "not.yaml"], &["not.yaml", "hint:"]),
        (
            &["--document", "other.yaml"],
            &[
                "other.yaml",
                "#/paths/~1resource~1{type}/post",
                "not declared",
            ],
        ),
        (&["--out", "file/below"], &["file/below", "--out"]),
        // No webhook: nothing that needs events is left.
        (
            &["--url", "http://127.0.0.1:9", "event.success.delivered"],
            &["nothing selected"],
        ),
        (&["spec.env-array"], &["nothing selected"]),
        (&["--profile", "huge"], &["huge", "smoke"]),
        (&["--max-creates", "0"], &["--max-creates"]),
        (
            &["explain", "update.error.echos-id"],
            &["did you mean update.error.echoes-id?"],
        ),
        (&["list", "nope"], &["nope: no such requirement"]),
        (
            &["check-config", "unknown-key.toml"],
            &["unknown-key.toml:3:1", "nmae"],
        ),
        (&["check-config", "none.toml"], &["none.toml", "init"]),
        (&["explain"], &["<ID>"]),
        (&["init", "file"], &["file: is there already", "hint:"]),
        (&["init", "none/file"], &["none/file", "hint:"]),
        (&["init", "new", "--url", "ftp://x"], &["ftp://x", "hint:"]),
        (&["init", "new", "--name", "x"], &["provider.name", "hint:"]),
        (&["completions", "nosh"], &["nosh", "bash"]),
        (&["compare", "file"], &["2 values"]),
        (&["compare", "file", "file"], &["file: no report", "hint:"]),
        (&["compare", "none", "file"], &["none", "hint:"]),
        (&["merge", "none", "-o", "whole"], &["none", "hint:"]),
        (&["clean", "--ledger", "none"], &["none", "hint:"]),
        (&["clean", "--ledger", "not.yaml"], &["not.yaml: line 1"]),
        (&["replay", "none"], &["none", "hint:"]),
        (&["render", "none"], &["none", "hint:"]),
        (&["--failed-in", "none"], &["none", "hint:"]),
        (&["--expected", "none"], &["none", "hint:"]),
        (
            &["--expected", "unknown-key.toml"],
            &["unknown-key.toml:1:2"],
        ),
        (&["--shard", "3/2"], &["3/2", "hint:"]),
        (&["--start", ""], &["--start", "hint:"]),
        (&["--start", "\"a"], &["--start", "hint:"]),
        (&["mock", "--break", "none"], &["none", "hint:"]),
        (&["selftest", "none"], &["none", "hint:"]),
    ];
    for (args, parts) in table {
        let done = run(dir.path(), args);
        assert_eq!(done.code, Some(2), "{args:?}: {}", done.stderr);
        for part in *parts {
            assert!(
                done.stderr.contains(part),
                "{args:?}: {part:?} is not in {}",
                done.stderr
            );
        }
        assert!(
            !done.stderr.contains("panicked"),
            "{args:?}: {}",
            done.stderr
        );
    }
}

#[test]
fn an_unreachable_target_exits_with_3() {
    let dir = folder();
    // Bound, then closed: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port();
    let done = run(dir.path(), &["--url", &format!("http://127.0.0.1:{port}")]);
    assert_eq!(done.code, Some(3), "{}", done.stderr);
    assert!(done.stderr.contains("unreachable"), "{}", done.stderr);
}

#[test]
fn a_hanging_target_exits_with_3() {
    let dir = folder();
    // Accepts connections by its backlog and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = listener.local_addr().expect("an address").port();
    fs::write(
        dir.path().join("provider.toml"),
        "[limits]\nrequest = \"300ms\"\n",
    )
    .expect("writes");
    let url = format!("http://127.0.0.1:{port}");
    let done = run(dir.path(), &["--url", &url, "--config", "provider.toml"]);
    assert_eq!(done.code, Some(3), "{}", done.stderr);
    assert!(
        done.stderr.contains("no complete answer within 300ms"),
        "{}",
        done.stderr
    );
    let report =
        fs::read_to_string(dir.path().join("conformance-report/report.json")).expect("a report");
    assert!(report.contains("\"verdict\": \"INCOMPLETE\""), "{report}");
}
