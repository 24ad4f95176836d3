use super::*;
use crate::record::Record;

/// A journal with these exchanges (method, status, state) and failures (requirement, type,
/// evidence).
fn judged(
    exchanges: &[(&str, u16, &str)],
    failures: &[(&str, Option<ResourceKind>, u64)],
) -> Vec<Record> {
    let start = include_str!("../../reading/start.json");
    let mut records = vec![Record::Start(serde_json::from_str(start).expect("a start"))];
    for (at, (method, status, state)) in exchanges.iter().enumerate() {
        let line = include_str!("../../reading/exchange.json");
        let Record::Exchange(mut exchange) = serde_json::from_str(line).expect("an exchange")
        else {
            panic!("no exchange");
        };
        exchange.seq = at as u64 + 1;
        exchange.request.method = (*method).to_owned();
        exchange.response.as_mut().expect("an answer").status = *status;
        exchange.operator_state = Some((*state).to_owned());
        records.push(Record::Exchange(exchange));
    }
    for (requirement, kind, seq) in failures {
        let text = serde_json::json!({
            "record": "observation", "case": "c", "requirement": requirement, "resource": kind,
            "outcome": "fail", "expected": "", "actual": "", "evidence": [seq],
            "lens": {"spec": "fail", "operator": "fail"},
        });
        records.push(serde_json::from_value(text).expect("an observation"));
    }
    records
}

fn told(records: &[Record]) -> Vec<(Effect, &'static str, usize)> {
    let judgement = crate::judge::judge(records).expect("a start");
    let known = super::super::json::exchanges(records);
    let causes = causes(&judgement, &known);
    let told = causes.iter().map(|cause| {
        let lead = judgement.results[cause.lead].requirement;
        (cause.effect, lead.id.as_str(), cause.results.len())
    });
    told.collect()
}

#[test]
fn one_answer_and_one_requirement_are_one_cause_and_the_worst_comes_first() {
    let (run, pipeline) = (Some(ResourceKind::Run), Some(ResourceKind::Pipeline));
    let records = judged(
        &[
            ("POST", 201, "Succeeded, id a"),
            ("PUT", 400, "Failed (no)"),
            ("DELETE", 404, "Deleting (operation progress unknown), id a"),
            ("DELETE", 404, "Deleting (operation progress unknown), id b"),
            ("POST", 500, "Failed (could not retrieve workflow output)"),
        ],
        &[
            ("create.201.status", run, 1),
            ("update.error.echoes-id", pipeline, 2),
            ("delete.unknown-id.operator-safe", run, 3),
            ("delete.unknown-id.operator-safe", pipeline, 4),
            ("response.content-type-json", run, 3),
            ("response.json-object", run, 5),
        ],
    );
    assert_eq!(
        told(&records),
        [
            (Effect::Stuck, "delete.unknown-id.operator-safe", 3),
            (Effect::Forgotten, "update.error.echoes-id", 1),
            (Effect::Failed, "response.json-object", 1),
            (Effect::Clients, "create.201.status", 1),
        ]
    );
}

#[test]
fn groups_that_meet_late_become_one() {
    let run = Some(ResourceKind::Run);
    let pipeline = Some(ResourceKind::Pipeline);
    let records = judged(
        &[
            ("POST", 201, "Succeeded, id a"),
            ("POST", 201, "Succeeded, id b"),
        ],
        &[
            ("create.201.status", run, 1),
            ("create.201.id-non-empty", pipeline, 2),
            ("create.id.length", pipeline, 1),
            ("response.schema", run, 2),
            ("response.schema", pipeline, 1),
        ],
    );
    assert_eq!(told(&records).len(), 1, "{:?}", told(&records));
}

#[test]
fn who_is_stuck_is_told_how_to_get_out() {
    let steps = steps(Effect::Stuck, Some(ResourceKind::RunSchedule));
    let commands: Vec<&str> = steps
        .iter()
        .filter_map(|step| step.command.as_deref())
        .collect();
    let all = commands.join("\n");
    for part in [
        "kubectl get runschedules.pipelines.kubeflow.org",
        "resource/runschedule/ID",
        r#""value":"finalizer.pipelines.kubeflow.org""#,
        r#""op":"remove","path":"/metadata/finalizers/0""#,
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
}
