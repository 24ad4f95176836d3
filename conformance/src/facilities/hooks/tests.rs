//! Hooks against real commands and a real listener.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;

fn call(hook: Hook, id: &str) -> Call {
    Call {
        hook,
        provider: "http://127.0.0.1:1".to_owned(),
        resource: Some(Resource {
            kind: ResourceKind::Run,
            id: id.to_owned(),
            name: "n/r".to_owned(),
        }),
    }
}

fn hooks(text: &str, folder: &Path, limit: Duration) -> Hooks {
    let way = Way::parse(text, folder).expect(text);
    Hooks::new(&[(Hook::Probe, way)].into(), limit)
}

async fn probe(text: &str, folder: &Path, limit: Duration, id: &str) -> Result<String, String> {
    let said = hooks(text, folder, limit)
        .call(&call(Hook::Probe, id))
        .await;
    said.expect("there is a hook")
        .map_err(|error| error.to_string())
}

const SECOND: Duration = Duration::from_secs(20);

#[tokio::test]
async fn what_a_provider_answers_is_an_argument_and_never_a_program() {
    let dir = tempfile::tempdir().expect("a folder");
    let script = dir.path().join("probe");
    let text = "#!/bin/sh\nprintf '%s|' \"$@\" \"$KFP_CONFORMANCE_HOOK\" \"$KFP_CONFORMANCE_TYPE\" \"$KFP_CONFORMANCE_ID\" \"$KFP_CONFORMANCE_NAME\"\n";
    std::fs::write(&script, text).expect("writes");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("executable");
    for id in [
        "a",
        "; touch gone",
        "$(touch gone)",
        "`touch gone`",
        "a b",
        "-n",
        "'",
        "\n",
    ] {
        let said = probe("./probe 'one word' two", dir.path(), SECOND, id).await;
        let expected = format!("one word|two|run|{id}|probe|run|{id}|n/r|");
        assert_eq!(said, Ok(expected), "{id:?}");
    }
    assert!(!dir.path().join("gone").exists());
}

#[tokio::test]
async fn trouble_is_told_without_secrets() {
    let dir = tempfile::tempdir().expect("a folder");
    let short = Duration::from_millis(300);
    let table = [
        ("./none", SECOND, "hook probe:"),
        ("false", SECOND, "exit status: 1"),
        (
            "sh -c 'echo no token $0 >&2; exit 3' s3cret-token",
            SECOND,
            "exit status: 3: no token …",
        ),
        ("sh -c 'sleep 60 & sleep 60'", short, "nothing within 300ms"),
        (
            "sh -c 'yes | head -c 200000'",
            SECOND,
            "more than 65536 bytes",
        ),
        (
            "http://127.0.0.1:1/hook?token=s3cret-token",
            SECOND,
            "127.0.0.1:1: no connection",
        ),
    ];
    for (text, limit, part) in table {
        let error = probe(text, dir.path(), limit, "a").await.expect_err(text);
        assert!(error.contains(part), "{text}: {error}");
        assert!(!error.contains("s3cret"), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_service_that_a_hook_leaves_behind_does_not_keep_it_waiting() {
    let dir = tempfile::tempdir().expect("a folder");
    // The sleeper holds the pipe for as long as it lives; it is ended by the test.
    let text = "sh -c 'sleep 60 & echo $! > pid; echo done'";
    let said = probe(text, dir.path(), Duration::from_secs(10), "a").await;
    assert_eq!(said.as_deref(), Ok("done\n"));
    let pid = std::fs::read_to_string(dir.path().join("pid")).expect("a pid");
    let alive = std::process::Command::new("kill").arg(pid.trim()).status();
    assert!(alive.expect("kill runs").success(), "it was left alone");
}

#[tokio::test]
async fn urls_are_posted_to() {
    let table = [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabsent",
            Ok("absent".to_owned()),
        ),
        (
            "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
            Err("status 500"),
        ),
        ("nonsense\r\n\r\n", Err("hook probe: 127.0.0.1:")),
    ];
    for (answer, expected) in table {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let url = format!(
            "http://{}/a?token=t",
            listener.local_addr().expect("an address")
        );
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut seen = [0; 4096];
            let mut read = 0;
            while !seen[..read].ends_with(b"}") {
                read += stream.read(&mut seen[read..]).expect("reads");
            }
            stream.write_all(answer.as_bytes()).expect("writes");
            String::from_utf8_lossy(&seen[..read]).into_owned()
        });
        let said = probe(&url, Path::new("."), SECOND, "a\"b").await;
        let seen = server.join().expect("no panic");
        assert!(seen.starts_with("POST /a?token=t HTTP/1.1\r\n"), "{seen}");
        assert!(
            seen.contains(r#""hook":"probe""#) && seen.contains(r#""id":"a\"b""#),
            "{seen}"
        );
        match expected {
            Ok(text) => assert_eq!(said, Ok(text)),
            Err(part) => assert!(said.clone().expect_err(part).contains(part), "{said:?}"),
        }
    }
}

#[test]
fn answers_of_the_probe() {
    let sight = |presence, version: Option<&str>, count| Sight {
        presence,
        version: version.map(str::to_owned),
        count,
    };
    let table = [
        ("present", Some(sight(Presence::Present, None, None))),
        (" absent \n", Some(sight(Presence::Absent, None, None))),
        (
            "unknown\nwhy=down",
            Some(sight(Presence::Unknown, None, None)),
        ),
        (
            "present\nversion=v1=2\ncount=2\n",
            Some(sight(Presence::Present, Some("v1=2"), Some(2))),
        ),
        (
            r#"{"state":"present","version":"v1","more":[]}"#,
            Some(sight(Presence::Present, Some("v1"), None)),
        ),
        ("", None),
        ("Present", None),
        ("here it is: present", None),
        ("present\ncount=two", None),
        (r#"{"state":"there"}"#, None),
        (r#"{"count":1}"#, None),
    ];
    for (text, expected) in table {
        assert_eq!(Sight::parse(text).ok(), expected, "{text:?}");
    }
}

#[test]
fn commands_that_make_no_sense_are_refused() {
    let table = [
        ("", "empty command"),
        ("  ", "empty command"),
        ("a 'b", "quotes"),
        ("http://", "host"),
        ("http://u:p4ss@h/", "password"),
    ];
    for (text, part) in table {
        let error = Way::parse(text, Path::new("."))
            .expect_err(text)
            .to_string();
        assert!(error.contains(part), "{text}: {error}");
        assert!(!error.contains("p4ss"), "{text}: {error}");
    }
}
