use chrono::TimeZone as _;
use proptest::prelude::*;
use serde_json::json;

use super::wire::Time;
use super::*;

const MINIMAL: &str = include_str!("../../../tests/samples/event-minimal.json");
const TYPICAL: &str = include_str!("../../../tests/samples/event-typical.json");

fn name<T: FromStr<Err: fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a name")
}

fn minimal() -> RunCompletionEvent {
    let run = RunReference::Run(name("team-birch/acorn-once"));
    RunCompletionEvent::failed(
        run,
        name("r-1"),
        name("team-birch/acorn"),
        name("ml-platform/forge"),
    )
}

#[test]
fn the_bytes_that_the_operator_is_used_to() {
    assert_eq!(minimal().to_json(), MINIMAL);
    let reference = RunReference::Both {
        run: name("team-birch/salmon-daily-x7k2p"),
        configuration: name("team-birch/salmon-daily"),
    };
    let at = |hour, minute, second| {
        Utc.with_ymd_and_hms(2027, 5, 4, hour, minute, second)
            .single()
    };
    let model = Artifact {
        uri: "s3://forge/team-birch/salmon-counter/42/trainer/model".to_owned(),
        metadata: Map::from_iter([("framework".to_owned(), "torch".into())]),
    };
    let outputs = vec![ComponentArtifact {
        name: "model".to_owned(),
        artifacts: vec![model],
    }];
    let typical = RunCompletionEvent::succeeded(
        reference,
        name("forge-run-000042"),
        name("team-birch/salmon-counter"),
        name("ml-platform/forge"),
    )
    .with_times(at(4, 15, 3), at(4, 51, 40))
    .with_components(vec![PipelineComponent {
        name: "trainer".to_owned(),
        component_artifacts: outputs,
    }]);
    assert_eq!(typical.to_json(), TYPICAL);
    for (text, event) in [(MINIMAL, minimal()), (TYPICAL, typical)] {
        assert_eq!(
            RunCompletionEvent::from_json(text.as_bytes()).expect(text),
            event
        );
    }
}

#[test]
fn what_can_be_looked_up() {
    let table = [
        ("a/r", "a/c", (Some("a/r"), Some("a/c"))),
        ("a/r", "", (Some("a/r"), None)),
        ("a/r", "c", (Some("a/r"), None)),
        ("r", "a/c", (None, Some("a/c"))),
        ("", "a/c", (None, Some("a/c"))),
    ];
    for (run, configuration, expected) in table {
        let reference = RunReference::of(Some(&name(run)), Some(&name(configuration))).expect(run);
        let found = (reference.run(), reference.configuration());
        let (run, configuration) = (
            found.0.map(FullName::to_string),
            found.1.map(FullName::to_string),
        );
        assert_eq!((run.as_deref(), configuration.as_deref()), expected);
    }
    assert_eq!(RunReference::of(Some(&name("r")), None), None);
    assert_eq!(RunReference::of(None, Some(&name(""))), None);
}

#[test]
fn times_are_written_as_short_as_they_are() {
    let table = [
        (0, 0, "1970-01-01T00:00:00Z"),
        (0, 500_000_000, "1970-01-01T00:00:00.5Z"),
        (0, 1, "1970-01-01T00:00:00.000000001Z"),
        (-1, 120_000_000, "1969-12-31T23:59:59.12Z"),
        (59, 1_999_999_999, "1970-01-01T00:00:59.999999999Z"),
        (i64::MAX, 0, "9999-12-31T23:59:59Z"),
        (i64::MIN, 0, "0000-01-01T00:00:00Z"),
    ];
    for (seconds, nanoseconds, expected) in table {
        let beyond = if seconds < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        };
        let time = DateTime::from_timestamp(seconds, nanoseconds).unwrap_or(beyond);
        assert_eq!(json!(Time::write(time)), expected);
    }
}

/// Each row is a change of a good event, and what is said of it; nothing if it is still one.
#[test]
fn readers_are_told_what_is_wrong() {
    let table = [
        (json!({}), ""),
        (json!({"other": [1, {"deep": null}]}), ""),
        (json!({"runName": "a/b", "runConfigurationName": null}), ""),
        (json!({"runConfigurationName": ""}), ""),
        (json!({"runName": "", "runConfigurationName": "a/b"}), ""),
        (
            json!({"pipelineComponents": [{"name": "x", "componentArtifacts": null}]}),
            "",
        ),
        (json!({"runStartTime": "2027-03-01T08:00:00.25+02:00"}), ""),
        (json!({"pipelineName": null, "provider": null}), ""),
        (
            json!({"runName": ""}),
            "neither runName nor runConfigurationName",
        ),
        (
            json!({"runName": "b"}),
            "runName: name \"b\": it has no namespace",
        ),
        (json!({"runName": "a/b/c"}), "more than one slash"),
        (json!({"runName": 5}), "invalid type"),
        (json!({"runId": ""}), "runId: empty"),
        (json!({"runId": null}), "runId: empty"),
        (
            json!({"runStartTime": ""}),
            "runStartTime: \"\" is not RFC 3339",
        ),
        (
            json!({"runEndTime": "2027-03-01"}),
            "runEndTime: \"2027-03-01\" is not RFC 3339",
        ),
        (json!({"status": "Succeeded"}), "unknown variant"),
        (json!({"status": null}), "expected value"),
        (json!({"pipelineComponents": {}}), "invalid type"),
        (
            json!({"pipelineComponents": [{"name": "x", "componentArtifacts": [{"name": "y", "artifacts": [{"uri": "z", "metadata": []}]}]}]}),
            "invalid type",
        ),
    ];
    for (change, expected) in table {
        let mut event: Value = serde_json::from_str(MINIMAL).expect("json");
        for (member, value) in change.as_object().expect("members") {
            event[member] = value.clone();
        }
        let read = RunCompletionEvent::from_json(event.to_string().as_bytes());
        match (read, expected) {
            (Ok(_), "") => {}
            (Err(error), text) if !text.is_empty() => {
                assert!(error.to_string().contains(text), "{change}: {error}");
            }
            (read, _) => panic!("{change}: {read:?}"),
        }
    }
}

fn full_name() -> impl Strategy<Value = FullName> {
    ("[^/]{1,8}", "[^/]{1,8}").prop_map(|(namespace, of)| {
        let name = NamespacedName::new(namespace, of).expect("two parts");
        name.try_into().expect("both are there")
    })
}

fn event() -> impl Strategy<Value = RunCompletionEvent> {
    let reference = prop_oneof![
        full_name().prop_map(RunReference::Run),
        full_name().prop_map(RunReference::Configuration),
        (full_name(), full_name())
            .prop_map(|(run, configuration)| RunReference::Both { run, configuration }),
    ];
    let time = proptest::option::of((any::<i64>(), 0..2_000_000_000_u32).prop_map(
        |(seconds, nanoseconds)| {
            DateTime::from_timestamp(seconds % 1_000_000_000_000, nanoseconds).unwrap_or_default()
        },
    ));
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let metadata = proptest::collection::vec((any::<String>(), value), 0..4);
    let artifact = (any::<String>(), metadata).prop_map(|(uri, metadata)| Artifact {
        uri,
        metadata: metadata.into_iter().collect(),
    });
    let output = (any::<String>(), proptest::collection::vec(artifact, 0..3))
        .prop_map(|(name, artifacts)| ComponentArtifact { name, artifacts });
    let component = (any::<String>(), proptest::collection::vec(output, 0..3)).prop_map(
        |(name, component_artifacts)| PipelineComponent {
            name,
            component_artifacts,
        },
    );
    let components = proptest::option::of(proptest::collection::vec(component, 0..3));
    (
        any::<bool>(),
        reference,
        "\\PC{1,20}",
        full_name(),
        time.clone(),
        time,
        components,
    )
        .prop_map(|(well, reference, id, of, started, ended, components)| {
            let make = if well {
                RunCompletionEvent::succeeded
            } else {
                RunCompletionEvent::failed
            };
            let event = make(
                reference,
                name(&id),
                of.name().clone(),
                NamespacedName::default(),
            );
            RunCompletionEvent {
                components,
                ..event.with_times(started, ended)
            }
        })
}

proptest! {
    /// What is written is read back, and written again to the same bytes.
    #[test]
    fn bytes_are_stable(event in event()) {
        let text = event.to_json();
        let read = RunCompletionEvent::from_json(text.as_bytes()).expect(&text);
        prop_assert_eq!(&read.to_json(), &text);
        prop_assert_eq!(read, event);
    }

    /// Whatever arrives is an event or an error, and an event that is read can be written.
    #[test]
    fn hostile_input_is_an_error(event in event(), at in any::<prop::sample::Index>(), put in any::<Vec<u8>>(), cut in 0..40_usize) {
        let mut bytes = event.to_json().into_bytes();
        let from = at.index(bytes.len());
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, put);
        if let Ok(read) = RunCompletionEvent::from_json(&bytes) {
            let again = RunCompletionEvent::from_json(read.to_json().as_bytes());
            prop_assert_eq!(again.expect("its own text"), read);
        }
    }

    #[test]
    fn noise_is_an_error(bytes in any::<Vec<u8>>()) {
        prop_assert!(RunCompletionEvent::from_json(&bytes).is_err());
    }
}

/// Nesting that would overflow the stack of a careless reader.
#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("{{\"x\":{}", "[".repeat(1_000_000));
    assert!(RunCompletionEvent::from_json(deep.as_bytes()).is_err());
    let metadata = "{\"a\":".repeat(100_000);
    let text = MINIMAL.replace(
        "\"pipelineComponents\":null",
        &format!("\"pipelineComponents\":[{{\"name\":\"x\",\"componentArtifacts\":[{{\"name\":\"y\",\"artifacts\":[{{\"uri\":\"z\",\"metadata\":{metadata}"),
    );
    assert!(RunCompletionEvent::from_json(text.as_bytes()).is_err());
}
