//! How it is called, and what cannot be used: message and exit code.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::*;
use crate::text;

#[test]
fn what_cannot_be_used_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(at("none")).unwrap();
    fs::create_dir(at("some")).unwrap();
    let file = at("some/x.yml");
    fs::write(&file, [PROVIDER, &experiment("one")].concat()).unwrap();
    fs::write(at("no.pem"), "no PEM").unwrap();
    fs::write(at("token"), "a\u{1}b").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let absent = Provider::absent();
    let table = [
        ("", 2, "--filename"),
        ("-f FILE", 2, "--url"),
        (
            "-f DIR/none --dry-run",
            2,
            "none: no .json, .yaml or .yml file in it (hint: name the files, or look into folders with --recursive)",
        ),
        (
            "-f /no/such --dry-run",
            2,
            "/no/such: cannot be read: No such file or directory",
        ),
        (
            "-f FILE --update /no/such --dry-run",
            2,
            "/no/such: cannot be read: No such file or directory",
        ),
        ("-f FILE FILE --dry-run", 2, "Experiment birch/plot is at "),
        (
            "-f FILE --provider ftp://x",
            3,
            "url \"ftp://x\": neither http nor https",
        ),
        (
            "-f FILE --provider http://a:b@x",
            3,
            "url \"http://…@x\": it holds credentials",
        ),
        (
            "-f FILE --provider http://[::1",
            3,
            "url \"http://[::1\": invalid IPv6 address",
        ),
        (
            "-f FILE --provider https://ABSENT --ca DIR/no.pem",
            3,
            "certificates to trust: not in the PEM text",
        ),
        (
            "-f FILE --provider https://ABSENT --ca /no/such",
            3,
            "/no/such: cannot be read: No such file or directory",
        ),
        (
            "-f FILE --provider ABSENT --ca DIR/no.pem",
            3,
            "certificates are given, but the URL is not https",
        ),
        (
            "-f FILE --provider ABSENT --token-file DIR/token",
            3,
            "bearer token: it cannot stand in a header",
        ),
        (
            "-f FILE --provider ABSENT --token-file /no/such",
            3,
            "/no/such: cannot be read: No such file or directory",
        ),
        (
            "-f FILE --provider https://ABSENT --client-cert DIR/no.pem",
            2,
            "--client-key",
        ),
        (
            "-f FILE --provider ABSENT --watch TAKEN",
            2,
            "cannot be listened at: Address already in use",
        ),
        (
            "-f FILE --provider ABSENT --watch nowhere",
            2,
            "invalid socket address syntax",
        ),
        (
            "-f FILE --dry-run --watch 127.0.0.1:0",
            2,
            "cannot be used with",
        ),
        (
            "-f FILE --provider ABSENT --run-completion-ttl 1h",
            2,
            "--watch",
        ),
        ("-f FILE --provider ABSENT --timeout soon", 2, "soon"),
        (
            "-f FILE --provider ABSENT -o yaml",
            2,
            "possible values: table, json",
        ),
    ];
    for (arguments, exit, says) in table {
        let words = arguments.split_whitespace().map(|word| {
            word.replace("FILE", &file)
                .replace("DIR", &folder.path().display().to_string())
                .replace("ABSENT", &absent)
                .replace("TAKEN", &taken)
        });
        let words = std::iter::once("rehearse".to_owned()).chain(words);
        let (said, told) = run_to(arguments, exit, words);
        assert_eq!(said, "", "{arguments}");
        assert_says(arguments, &told, &[says]);
    }
}

#[test]
fn nobody_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.yml").display().to_string();
    fs::write(&file, [PROVIDER, &experiment("one")].concat()).unwrap();
    let absent = Provider::absent();
    let arguments = ["rehearse", "-f", &file, "--provider", &absent];
    let (said, told) = run_to("nobody there", 3, arguments);
    assert_eq!(said, "");
    let says = [
        "POST /resource/experiment: no answer: ",
        "onnection refused",
        "nothing was sent",
    ];
    assert_says("nobody there", &told, &says);
    assert!(!told.contains("lost"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_is_lost_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.yml");
    fs::write(&file, [PROVIDER, &experiment("one")].concat()).unwrap();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_kfp-provider"))
        .args(["rehearse", "--dry-run", "-f"])
        .arg(&file)
        .env_clear()
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(4));
    let told = text(&ended.stderr);
    assert_says(
        "full",
        &told,
        &["standard output: cannot be written: No space left"],
    );
}
