use super::*;

/// A cluster with one run and one run configuration.
struct Team;

impl Cluster for Team {
    fn run(&self, name: &NamespacedName) -> Lookup {
        lookup(name, "team/run", "step:out:0")
    }

    fn run_configuration(&self, name: &NamespacedName) -> Lookup {
        lookup(name, "team/config", "step:out:1")
    }
}

fn lookup(name: &NamespacedName, known: &str, path: &str) -> Lookup {
    match name.to_string().as_str() {
        "team/broken" => Lookup::Failed("no connection".to_owned()),
        name if name == known => {
            Lookup::Found(vec![("model".to_owned(), path.parse().expect("a path"))])
        }
        _ => Lookup::NotFound,
    }
}

fn post(body: &str) -> Verdict {
    let delivery = Delivery {
        method: "POST",
        target: b"/events",
        content_type: b"application/json",
        body: body.as_bytes(),
        broken: None,
    };
    receive(&Team, delivery)
}

fn status(verdict: &Verdict) -> Option<u16> {
    verdict.answer().map(|answer| answer.status)
}

#[test]
fn requests_are_answered_in_the_order_of_the_checks() {
    let event = br#"{"runName":"team/run"}"#.as_slice();
    let table: &[(&str, &str, &[u8], Option<u16>)] = &[
        ("GET", "text/plain", b"", Some(405)),
        ("post", "application/json", event, Some(405)),
        ("POST", "application/json; charset=utf-8", event, Some(415)),
        ("POST", "Application/json", event, Some(415)),
        ("POST", "", b"", Some(415)),
        ("POST", "application/json", b"", Some(400)),
        ("POST", "application/json", b"null", None),
        ("POST", "application/json", event, Some(200)),
    ];
    for (method, content_type, body, expected) in table {
        let (method, content_type) = (*method, *content_type);
        let found = receive(
            &Team,
            Delivery {
                method,
                target: b"/events",
                content_type: content_type.as_bytes(),
                body,
                broken: None,
            },
        );
        assert_eq!(status(&found), *expected, "{method} {content_type}");
    }
}

#[test]
fn events_are_answered_by_what_they_name() {
    let table = [
        (r#"{"#, Some(500)),
        (r#"[]"#, Some(500)),
        (r#"{} {}"#, Some(500)),
        (r#"{}"#, Some(400)),
        (r#"{"runName":""}"#, Some(400)),
        (r#"{"runName":null,"runConfigurationName":""}"#, Some(400)),
        (r#"{"runName":7}"#, Some(500)),
        (r#"{"runName":"a/b/c"}"#, Some(500)),
        (r#"{"runName":"a/"}"#, Some(500)),
        (r#"{"runName":"run"}"#, Some(500)),
        (r#"{"runName":"team/other"}"#, Some(410)),
        (r#"{"runName":"team/broken"}"#, Some(500)),
        (r#"{"RUNNAME":"team/run"}"#, Some(200)),
        (
            r#"{"runName":"team/other","runName":"team/run"}"#,
            Some(200),
        ),
        (r#"{"runName":"team/run","runName":null}"#, Some(400)),
        (
            r#"{"runName":"team/run","runConfigurationName":"team/other"}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/other","runConfigurationName":"team/config"}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/run","runConfigurationName":"team/broken"}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/broken","runConfigurationName":"team/other"}"#,
            Some(410),
        ),
        (
            r#"{"runName":"team/other","runConfigurationName":"team/broken"}"#,
            Some(500),
        ),
        // A resource that cannot be looked up counts as soon as something is to be written to it.
        (
            r#"{"runName":"team/run","runConfigurationName":"team/broken","status":"failed"}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/run","runConfigurationName":"team/broken","status":"succeeded"}"#,
            Some(500),
        ),
        (
            r#"{"runName":"team/broken","runConfigurationName":"team/config"}"#,
            Some(500),
        ),
        (
            r#"{"runName":"run","runConfigurationName":"team/config","status":"succeeded"}"#,
            Some(200),
        ),
        // Names that are no segment of a path are not asked for.
        (r#"{"runName":"team/.."}"#, Some(500)),
        (r#"{"runName":"./run"}"#, Some(500)),
        (r#"{"runName":"team/a%"}"#, Some(500)),
        (r#"{"runName":"team/..."}"#, Some(410)),
        (
            r#"{"runName":"team/run","runConfigurationName":"a%/b"}"#,
            Some(200),
        ),
        (r#"{"runName":"team/run","status":1}"#, Some(500)),
        (
            "{\"runName\":\"team/run\",\"\u{17f}tatu\u{17f}\":1}",
            Some(500),
        ),
        (r#"{"runName":"team/run","\u017ftatus":1}"#, Some(500)),
        (
            r#"{"runName":"team/run","pipelineComponents":[{"componentArtifacts":[{"artifacts":[{"metadata":{"a":[1e999]}}]}]}]}"#,
            Some(500),
        ),
        (
            r#"{"runName":"team/run","pipelineComponents":[{"componentArtifacts":[{"artifacts":[{"metadata":{"a":1e-999},"x":1e999}]}]}]}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/run","runEndTime":"2027-03-01T06:00:60Z"}"#,
            Some(500),
        ),
        (
            r#"{"runName":"team/run","runEndTime":"2027-03-01T6:00:00,5+24:00"}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/run","runEndTime":"2027-03-01T06:00:00\u005a"}"#,
            Some(500),
        ),
        (r#"{"runName":"team/run","runEndTime":""}"#, Some(500)),
        (
            r#"{"runName":"team/run","runEndTime":"2027-03-01 06:00:00Z"}"#,
            Some(500),
        ),
        (r#"{"runName":"team/run","runEndTime":null}"#, Some(200)),
        (
            r#"{"runName":"team/run","pipelineComponents":{}}"#,
            Some(500),
        ),
        (
            r#"{"runName":"team/run","pipelineComponents":[null]}"#,
            Some(200),
        ),
        (
            r#"{"runName":"team/run","pipelineComponents":[{"componentArtifacts":[{"artifacts":[{"metadata":[]}]}]}]}"#,
            Some(500),
        ),
    ];
    for (body, expected) in table {
        assert_eq!(status(&post(body)), expected, "{body}");
    }
}

#[test]
fn a_handled_event_changes_what_exists() {
    let table = [
        ("succeeded", "team/run", "team/config", (true, true)),
        ("failed", "team/run", "team/config", (true, false)),
        ("Succeeded", "team/run", "team/config", (false, false)),
        ("succeeded", "team/gone", "team/config", (false, true)),
        ("succeeded", "team/run", "team/gone", (true, false)),
    ];
    for (word, run, configuration, expected) in table {
        let body = format!(
            r#"{{"status":"{word}","runName":"{run}","runConfigurationName":"{configuration}"}}"#
        );
        let Verdict::Handled(effect) = post(&body) else {
            panic!("{body}: not handled")
        };
        let found = (effect.completes_run, effect.updates_run_configuration);
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn the_configuration_says_which_artifacts_are_wanted() {
    let components = r#""pipelineComponents":[
        {"name":"step","componentArtifacts":[{"name":"out","artifacts":[{"uri":"zero"},{"uri":"one"}]}]},
        {"name":"step","componentArtifacts":[{"name":"out","artifacts":[{"uri":""},{"uri":"two"}]}]}]"#;
    let table = [
        (r#""runName":"team/run""#, vec!["zero"]),
        (
            r#""runName":"team/run","runConfigurationName":"team/config""#,
            vec!["one", "two"],
        ),
    ];
    for (names, expected) in table {
        let body = format!("{{{names},{components}}}");
        let Verdict::Handled(effect) = post(&body) else {
            panic!("{body}: not handled")
        };
        let found: Vec<&str> = effect
            .artifacts
            .iter()
            .map(|artifact| artifact.location.as_str())
            .collect();
        assert_eq!(found, expected, "{names}");
    }
}

#[test]
fn filters_choose_between_artifacts() {
    let event = Received::decode(
        br#"{"pipelineComponents":[{"name":"s","componentArtifacts":[
            {"name":"o","artifacts":[{"uri":"x","metadata":{"pushed":1}}]},
            {"name":"o","artifacts":[{"uri":"y","metadata":{"pushed":0}}]},
            {"name":"o","artifacts":[{"uri":"z"}]}]}]}"#,
    )
    .expect("an event")
    .expect("not null");
    let table: [(&str, &[&str]); 4] = [
        ("s:o:0", &["x", "y", "z"]),
        ("s:o:0[pushed == 1]", &["x"]),
        ("s:o:0[pushed ==]", &[]),
        ("s:o:1", &[]),
    ];
    for (path, expected) in table {
        let declared = [("m".to_owned(), path.parse().expect("a path"))];
        let found = select(&declared, event.components.as_deref().expect("some"));
        let found: Vec<&str> = found.iter().map(|one| one.location.as_str()).collect();
        assert_eq!(found, expected, "{path}");
    }
}
