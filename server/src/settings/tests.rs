use super::*;

type Variables<'a> = &'a [(&'a str, &'a str)];

fn read(variables: Variables<'_>) -> Result<Settings, SettingsError> {
    Settings::from_env(variables.iter().copied())
}

#[test]
fn an_empty_environment_serves_this_machine_only() {
    let settings = read(&[]).expect("defaults");
    assert_eq!(settings, Settings::default());
    assert_eq!(
        (settings.host, settings.port, settings.metrics_port),
        (Host::LOCAL, 8080, 8081)
    );
}

#[test]
fn the_environment_of_a_deployment() {
    let settings = read(&[
        ("OPERATORWEBHOOK", "http://operator.kfp:80/events"),
        ("SERVER_PORT", "8085"),
        ("METRICS_PORT", "9091"),
        ("PARAMETERS_REGION", "eu-north-7"),
        ("PARAMETERS_SLOTS", "4"),
        ("PARAMETERS_EMPTY", ""),
        ("PIPELINEROOTSTORAGE", "s3://forge"),
        ("PROVIDERNAME", "ml-platform/forge"),
        ("PATH", "/bin"),
    ])
    .expect("what the operator sets");
    assert_eq!(
        settings
            .provider_name
            .map(|name| name.to_string())
            .as_deref(),
        Some("ml-platform/forge")
    );
    assert_eq!(
        settings.pipeline_root_storage.as_deref(),
        Some("s3://forge")
    );
    assert_eq!(
        settings.operator_webhook.as_deref(),
        Some("http://operator.kfp:80/events")
    );
    assert_eq!((settings.port, settings.metrics_port), (8085, 9091));
    assert_eq!(settings.host, Host::Every);
    assert_eq!(
        settings.parameters.names().collect::<Vec<_>>(),
        ["REGION", "SLOTS"]
    );
}

#[test]
fn the_address_to_listen_on() {
    let address = |text: &str| Host::Address(text.parse().expect("an address"));
    let table: [(Variables<'_>, Host); 9] = [
        (&[("PROVIDERNAME", "a/b")], Host::Every),
        (&[("PROVIDERNAME", "")], Host::LOCAL),
        (&[("PROVIDERNAME", "a/b"), ("SERVER_HOST", "")], Host::Every),
        (
            &[("PROVIDERNAME", "a/b"), ("SERVER_HOST", "127.0.0.1")],
            Host::LOCAL,
        ),
        (&[("SERVER_HOST", "0.0.0.0")], address("0.0.0.0")),
        (&[("SERVER_HOST", "localhost")], Host::LOCAL),
        (&[("SERVER_HOST", "::")], Host::Every),
        (&[("SERVER_HOST", "[::]")], Host::Every),
        (&[("SERVER_HOST", "[::1]")], address("::1")),
    ];
    for (variables, expected) in table {
        let host = read(variables).map(|settings| settings.host);
        assert_eq!(host, Ok(expected), "{variables:?}");
    }
}

#[test]
fn every_problem_is_named() {
    let table: [(Variables<'_>, &[&str]); 10] = [
        (
            &[("PROVIDERNAME", "a/b/c")],
            &["PROVIDERNAME: name \"a/b/c\": more than one slash"],
        ),
        (
            &[("SERVER_PORT", "x")],
            &["SERVER_PORT: \"x\" is not a port"],
        ),
        (
            &[("METRICS_PORT", "65536")],
            &["METRICS_PORT: \"65536\" is not a port"],
        ),
        (
            &[("SERVER_PORT", "-1")],
            &["SERVER_PORT: \"-1\" is not a port"],
        ),
        (
            &[("SERVER_HOST", "svc.cluster")],
            &["SERVER_HOST: \"svc.cluster\" is not an IP address"],
        ),
        (
            &[("OPERATORWEBHOOK", "/events")],
            &["OPERATORWEBHOOK: \"/events\" is not an absolute"],
        ),
        (
            &[("OPERATORWEBHOOK", "ftp://x/events")],
            &["OPERATORWEBHOOK: \"ftp://x/events\" is not"],
        ),
        (
            &[("OPERATORWEBHOOK", "ftp://user:secret@x/events")],
            &["OPERATORWEBHOOK: \"ftp://…@x/events\" is not"],
        ),
        (
            &[("SERVER_PORT", "8081")],
            &["METRICS_PORT: 8081 is the port of the API too"],
        ),
        (
            &[
                ("SERVER_HOST", "x"),
                ("SERVER_PORT", "y"),
                ("OPERATORWEBHOOK", "z"),
            ],
            &["SERVER_HOST:", "SERVER_PORT:", "OPERATORWEBHOOK:"],
        ),
    ];
    for (variables, expected) in table {
        let error = read(variables).expect_err(&format!("{variables:?}"));
        assert_eq!(
            error.problems().len(),
            expected.len(),
            "{variables:?}: {error}"
        );
        for (line, start) in error.to_string().lines().zip(expected) {
            assert!(line.starts_with(start), "{variables:?}: {line}");
            assert!(line.ends_with(')'), "{variables:?}: no hint in {line}");
        }
    }
}

#[test]
fn two_free_ports_are_not_the_same_port() {
    let settings = read(&[("SERVER_PORT", "0"), ("METRICS_PORT", "0")]).expect("free ports");
    assert_eq!((settings.port, settings.metrics_port), (0, 0));
}

#[cfg(unix)]
#[test]
fn values_that_are_not_text() {
    use std::os::unix::ffi::OsStringExt as _;
    let odd = || OsString::from_vec(vec![0xff]);
    let read = |name: &str| Settings::from_env([(OsString::from(name), odd())]);
    assert!(read("OTHER").is_ok(), "other variables are not looked at");
    for name in ["PROVIDERNAME", "PARAMETERS_X"] {
        let error = read(name).expect_err(name).to_string();
        assert!(error.starts_with(&format!("{name}: not UTF-8")), "{error}");
    }
}

#[test]
fn a_provider_has_a_namespace() {
    for (name, hint) in [
        ("acme", "it has no namespace (hint: write `namespace/name`)"),
        ("acme/", "a side of the slash is empty"),
        ("a/b/c", "more than one slash"),
    ] {
        let error = read(&[("PROVIDERNAME", name)]).expect_err(name).to_string();
        assert!(
            error.starts_with("PROVIDERNAME: ") && error.contains(hint),
            "{name}: {error}"
        );
    }
}
