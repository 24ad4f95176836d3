use kfp_provider_domain::NamespacedName;

use super::*;
use crate::dependencies::{KnownPipeline, Observed, Surroundings};
use crate::resource::{Metadata, Provider, Run};

/// Surroundings with pipeline `ns/p` in a state and at a version, and run configuration `ns/up` whose last run, if any,
/// left the artifact `model`.
fn around(pipeline: Option<(State, &str)>, last: Option<&str>) -> Surroundings {
    let name = |text: &str| text.parse::<NamespacedName>().expect("a name");
    let mut around = Surroundings::default();
    if let Some((state, version)) = pipeline {
        let version = version.to_owned();
        around
            .pipelines
            .insert(name("ns/p"), KnownPipeline { state, version });
    }
    if let Some(id) = last {
        let last = format!(
            r#"{{"providerId":"{id}","artifacts":[{{"name":"model","location":"gs://{id}"}},{{"name":"other","location":"x"}}]}}"#
        );
        let last = serde_json::from_str(&last).expect("a run");
        around.run_configurations.insert(name("ns/up"), last);
    }
    around
}

fn configuration(spec: &str, status: &str) -> RunConfiguration {
    let text = format!(
        r#"{{"metadata":{{"name":"rc","namespace":"ns"}},"spec":{spec},"status":{status}}}"#
    );
    serde_json::from_str(&text).expect("a RunConfiguration")
}

const FROM_UP: &str =
    r#"{"name":"m","valueFrom":{"runConfigurationRef":{"name":"up","outputArtifact":"model"}}}"#;

fn spec(triggers: &str, parameters: &str) -> String {
    format!(
        r#"{{"run":{{"provider":"pn/q","pipeline":"p","parameters":[{parameters}]}},"triggers":{triggers}}}"#
    )
}

fn reconcile(rc: &RunConfiguration, around: &Surroundings, owned: &Owned) -> Pass {
    let mut count = 0;
    rc.reconcile(around, owned, |prefix| {
        count += 1;
        format!("{prefix}{count}")
    })
    .expect("the same provider")
}

/// What went off: type, source and namespace of the run's trigger labels, `(none)` without labels.
fn trigger(pass: &Pass) -> Option<String> {
    let run = pass.run.as_ref()?;
    let label = |name: &str| {
        run.metadata
            .labels
            .get(&format!("pipelines.kubeflow.org/{name}"))
            .map_or("-", String::as_str)
            .to_owned()
    };
    Some(
        ["trigger-type", "trigger-source", "trigger-source-namespace"]
            .map(label)
            .join(" "),
    )
}

#[test]
fn triggers_go_off() {
    const ON_PIPELINE: &str = r#"{"onChange":["pipeline"]}"#;
    const ON_SPEC: &str = r#"{"onChange":["runSpec"]}"#;
    const ON_BOTH: &str = r#"{"onChange":["pipeline","runSpec"]}"#;
    const ON_UP: &str = r#"{"runConfigurations":["up"]}"#;
    const ON_UP_NS: &str = r#"{"runConfigurations":["ns/up"]}"#;
    let ready = |version| Some((State::Succeeded, version));
    let seen = |version: &str| {
        format!(
            r#"{{"dependencies":{{"pipeline":{{"version":"{version}"}}}},"triggers":{{"pipeline":{{"version":"{version}"}}}}}}"#
        )
    };
    let after = |id: &str| {
        format!(r#"{{"triggers":{{"runConfigurations":{{"up":{{"providerId":"{id}"}}}}}}}}"#)
    };
    let none = "{}".to_owned();
    type Row<'a> = (
        &'a str,
        &'a str,
        String,
        Surroundings,
        Option<&'a str>,
        &'a str,
    );
    let rows: [Row<'_>; 13] = [
        (
            "no triggers",
            "{}",
            none.clone(),
            around(ready("v1"), None),
            None,
            "",
        ),
        (
            "new pipeline",
            ON_PIPELINE,
            none.clone(),
            around(ready("v1"), None),
            Some("onChangePipeline p ns"),
            "p:v1",
        ),
        (
            "same pipeline",
            ON_PIPELINE,
            seen("v1"),
            around(ready("v1"), None),
            None,
            "",
        ),
        (
            "changed pipeline",
            ON_PIPELINE,
            seen("v1"),
            around(ready("v2"), None),
            Some("onChangePipeline p ns"),
            "p:v2",
        ),
        (
            "pipeline under way",
            ON_PIPELINE,
            seen("v1"),
            around(Some((State::Updating, "v2")), None),
            None,
            "",
        ),
        (
            "pipeline not there yet",
            ON_PIPELINE,
            none.clone(),
            around(None, None),
            None,
            "",
        ),
        (
            "pipeline gone",
            ON_PIPELINE,
            seen("v1"),
            around(Some((State::Deleted, "v1")), None),
            Some("onChangePipeline p ns"),
            "p",
        ),
        (
            "specification at first sight",
            ON_SPEC,
            none.clone(),
            around(None, None),
            Some("onChangeRunSpec rc ns"),
            "p",
        ),
        (
            "both",
            ON_BOTH,
            none.clone(),
            around(ready("v1"), None),
            Some("onChangeRunSpec rc ns"),
            "p:v1",
        ),
        (
            "added, never ran",
            ON_UP,
            none.clone(),
            around(ready("v1"), None),
            Some("- - -"),
            "p:v1",
        ),
        (
            "ran again",
            ON_UP,
            after("r1"),
            around(ready("v1"), Some("r2")),
            Some("runConfiguration up -"),
            "p:v1",
        ),
        (
            "did not run again",
            ON_UP,
            after("r1"),
            around(ready("v1"), Some("r1")),
            None,
            "",
        ),
        (
            "other text for the same",
            ON_UP_NS,
            after("r1"),
            around(ready("v1"), Some("r2")),
            Some("- - -"),
            "p:v1",
        ),
    ];
    for (name, triggers, status, around, expected, pipeline) in rows {
        let rc = configuration(&spec(triggers, ""), &status);
        let pass = reconcile(&rc, &around, &Owned::default());
        assert_eq!(trigger(&pass).as_deref(), expected, "{name}");
        if let Some(run) = &pass.run {
            assert_eq!(run.spec.pipeline, pipeline, "{name}");
            assert_eq!(run.metadata.name, "rc-1", "{name}");
            // Noted, so that it goes off once.
            let noted = RunConfiguration {
                status: pass.status.clone(),
                ..rc.clone()
            };
            assert_eq!(
                reconcile(&noted, &around, &Owned::default()).run,
                None,
                "{name}"
            );
            // A run of the same kind that has not looked at its pipeline yet suppresses another.
            let owned = Owned {
                runs: vec![run.clone()],
                schedules: Vec::new(),
            };
            assert_eq!(reconcile(&rc, &around, &owned).run, None, "{name}");
        }
    }
}

#[test]
fn schedules_are_replaced_and_never_changed() {
    let triggers =
        r#"{"schedules":[{"cronExpression":"0 1 * * *"},{"cronExpression":"0 2 * * *"}]}"#;
    let rc = configuration(&spec(triggers, r#"{"name":"a","value":"b"}"#), "{}");
    let unpinned = around(None, None);
    let first = reconcile(&rc, &unpinned, &Owned::default());
    let made: Vec<_> = first
        .created
        .iter()
        .map(|one| one.spec.pipeline.as_str())
        .collect();
    assert_eq!(made, ["p", "p"]);
    let owner = &first.created[0].metadata.owner_references[0];
    assert_eq!(
        (owner.kind.as_str(), owner.controller),
        ("RunConfiguration", true)
    );
    let owned = Owned {
        runs: Vec::new(),
        schedules: first
            .created
            .iter()
            .map(|one| OwnedSchedule {
                name: one.metadata.name.clone(),
                version: one.spec.version(),
            })
            .collect(),
    };
    let again = reconcile(&rc, &unpinned, &owned);
    assert!(
        again.created.is_empty() && again.deleted.is_empty(),
        "{again:?}"
    );
    let pinned = reconcile(&rc, &around(Some((State::Succeeded, "v1")), None), &owned);
    assert_eq!(pinned.deleted, ["rc-1", "rc-2"]);
    assert_eq!(pinned.created[1].spec.pipeline, "p:v1");
    let none = reconcile(&configuration(&spec("{}", ""), "{}"), &unpinned, &owned);
    assert_eq!((none.created.len(), none.deleted.len()), (0, 2));
}

#[test]
fn parameters_come_from_last_runs() {
    let triggers = r#"{"schedules":[{}],"onChange":["runSpec"]}"#;
    let optional = FROM_UP.replace(r#""model""#, r#""nope","optional":true"#);
    let rows = [
        (
            "resolved",
            FROM_UP.to_owned(),
            Some("r1"),
            Ok(("m", "gs://r1")),
        ),
        (
            "never ran",
            FROM_UP.to_owned(),
            None,
            Err("parameter \"m\": artifact 'model' not found in dependency '{up }'"),
        ),
        ("optional", optional, Some("r1"), Ok(("", ""))),
    ];
    for (name, parameter, last, expected) in rows {
        let rc = configuration(&spec(triggers, &parameter), "{}");
        let pass = reconcile(&rc, &around(None, last), &Owned::default());
        match expected {
            Ok((key, value)) => {
                let found = &pass.created[0].spec.parameters[0];
                assert_eq!(
                    (found.name.as_str(), found.value.as_str()),
                    (key, value),
                    "{name}"
                );
                assert!(pass.run.is_some() && pass.unresolved.is_none(), "{name}");
            }
            Err(expected) => {
                assert!(pass.created.is_empty() && pass.run.is_none(), "{name}");
                let reason = pass.unresolved.map(|reason| reason.to_string());
                assert_eq!(reason.as_deref(), Some(expected), "{name}");
            }
        }
    }
}

#[test]
fn a_run_waits_for_its_pipeline_and_notes_it_once() {
    let rows = [
        ("p", None, None),
        ("p", Some((State::Creating, "v1")), None),
        ("p", Some((State::Failed, "v1")), None),
        ("p", Some((State::Succeeded, "v1")), Some("v1")),
        ("p:v9", None, Some("v9")),
    ];
    for (pipeline, known, expected) in rows {
        let text = format!(
            r#"{{"metadata":{{"name":"r","namespace":"ns"}},"spec":{{"provider":"pn/q","pipeline":"{pipeline}","parameters":[{FROM_UP}]}}}}"#
        );
        let mut run: Run = serde_json::from_str(&text).expect("a Run");
        let observed = run.observe(&around(known, Some("r1")));
        assert_eq!(
            observed == Observed::Ready,
            expected.is_some(),
            "{pipeline} {known:?}"
        );
        let version = run.status.dependencies.pipeline.version.clone();
        assert_eq!(
            version,
            expected.unwrap_or_default(),
            "{pipeline} {known:?}"
        );
        if expected.is_some() {
            run.observe(&around(Some((State::Succeeded, "v2")), Some("r2")));
            assert_eq!(run.status.dependencies.pipeline.version, version);
            let built = run.construct(&Provider {
                metadata: Metadata::default(),
                spec: Default::default(),
            });
            let definition = built.expect("resolved").definition;
            assert!(
                definition.contains(r#""parameters":{"m":"gs://r1"}"#),
                "{definition}"
            );
        }
    }
}

#[test]
fn conditions_follow_the_schedules() {
    use State::{Creating, Failed, Succeeded, Updating};
    let waiting = "Waiting for all dependant runschedules to be in a state of Succeeded";
    type Row = (&'static [(State, &'static str)], State, &'static str);
    let table: [Row; 6] = [
        (&[], Succeeded, ""),
        (&[(Succeeded, "")], Succeeded, ""),
        (&[(Succeeded, ""), (Creating, "")], Updating, waiting),
        (&[(Failed, "a"), (Creating, "")], Updating, waiting),
        (&[(Failed, "a"), (Succeeded, "")], Failed, "a"),
        (&[(Failed, "a"), (Failed, "b")], Failed, "b"),
    ];
    for (schedules, state, message) in table {
        let found = condition(schedules.iter().copied());
        assert_eq!(found, (state, message.to_owned()), "{schedules:?}");
    }
}

#[test]
fn another_provider_is_refused() {
    let rc = configuration(&spec("{}", ""), r#"{"provider":"pn/other"}"#);
    let error = rc.reconcile(&Surroundings::default(), &Owned::default(), str::to_owned);
    assert_eq!(error, Err(Halted::ProviderChanged));
}

#[test]
fn schedules_that_cannot_be_kept_are_made_once_and_told() {
    let triggers = r#"{"schedules":[{"cronExpression":"0 1 * * *"},{"startTime":"2027-03-01T06:00:00.5Z"},{"endTime":"0001-01-01T00:00:00Z"}]}"#;
    let rc = configuration(&spec(triggers, ""), "{}");
    let first = reconcile(&rc, &around(None, None), &Owned::default());
    assert_eq!((first.created.len(), &first.restless[..]), (3, &[1, 2][..]));
    let owned = Owned {
        runs: Vec::new(),
        schedules: first
            .created
            .iter()
            .map(|one| OwnedSchedule {
                name: one.metadata.name.clone(),
                version: one.spec.version(),
            })
            .collect(),
    };
    let again = reconcile(&rc, &around(None, None), &owned);
    assert!(
        again.created.is_empty() && again.deleted.is_empty(),
        "{again:?}"
    );
}

#[test]
fn a_specification_that_cannot_be_hashed_halts_the_operator_only_when_it_is_hashed() {
    let twice = format!(r#"{{"name":"m"}},{FROM_UP}"#);
    let ready = || around(Some((State::Succeeded, "v1")), Some("r1"));
    let look = |triggers: &str, owned: &Owned| {
        configuration(&spec(triggers, &twice), "{}").reconcile(&ready(), owned, str::to_owned)
    };
    let none = Owned::default();
    assert!(matches!(
        look(r#"{"onChange":["runSpec"]}"#, &none),
        Err(Halted::Panic { certain: true, .. })
    ));
    let run = look(r#"{"onChange":["pipeline"]}"#, &none)
        .expect("not hashed")
        .run;
    assert!(run.as_ref().is_some_and(|run| run.spec.hashable().is_err()));
    let owned = Owned {
        runs: run.into_iter().collect(),
        schedules: Vec::new(),
    };
    assert!(matches!(
        look(r#"{"onChange":["pipeline"]}"#, &owned),
        Err(Halted::Panic { .. })
    ));
    assert!(look(r#"{"schedules":[{}]}"#, &owned).is_ok());
}
