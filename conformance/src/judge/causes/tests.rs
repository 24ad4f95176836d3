use super::*;
use crate::catalogue::ids;
use crate::journal::record::Record;

/// An answer: method, status, end state, body.
type Answer = (&'static str, u16, &'static str, &'static str);
/// A failure: requirement, type, number of the answer, case.
type Failure = (&'static str, Option<ResourceKind>, u64, &'static str);

/// A journal with these exchanges and failures, and results that a case could not come to.
fn judged(
    answers: &[Answer],
    failures: &[Failure],
    hidden: &[(&str, Option<ResourceKind>, &str)],
) -> Vec<Record> {
    let start = include_str!("../../journal/reader/start.json");
    let mut records = vec![Record::Start(serde_json::from_str(start).expect("a start"))];
    for (at, (method, status, state, body)) in answers.iter().enumerate() {
        let line = include_str!("../../journal/reader/exchange.json");
        let Record::Exchange(mut exchange) = serde_json::from_str(line).expect("an exchange")
        else {
            panic!("no exchange");
        };
        exchange.seq = at as u64 + 1;
        exchange.request.method = (*method).to_owned();
        let response = exchange.response.as_mut().expect("an answer");
        response.status = *status;
        response.body.text = Some((*body).to_owned());
        response.body.bytes = body.len();
        exchange.operator_state = Some((*state).to_owned());
        records.push(Record::Exchange(exchange));
    }
    let observed = |requirement: &str, kind, outcome: &str, case: &str, evidence: Vec<u64>| {
        let reason = (outcome == "skip").then_some("prerequisite");
        let text = serde_json::json!({
            "record": "observation", "case": case, "requirement": requirement, "resource": kind,
            "outcome": outcome, "reason": reason, "expected": "", "actual": "", "evidence": evidence,
            "lens": {"spec": "fail", "operator": "fail"},
        });
        serde_json::from_value(text).expect("an observation")
    };
    // What only testers send.
    for (_, _, seq, case) in failures {
        let probing = case.starts_with("refuse.") && !case.starts_with("refuse.unknown-");
        if let Some(Record::Exchange(exchange)) = records.get_mut(*seq as usize) {
            exchange.probing |= probing;
        }
    }
    for (requirement, kind, seq, case) in failures {
        records.push(observed(requirement, *kind, "fail", case, vec![*seq]));
    }
    for (requirement, kind, case) in hidden {
        records.push(observed(requirement, *kind, "skip", case, Vec::new()));
    }
    records
}

fn told(records: &[Record]) -> Vec<(Effect, &'static str, usize)> {
    let judgement = crate::judge::judge(records).expect("a start");
    let known = crate::journal::record::exchanges(records);
    let causes = causes(&judgement, &known);
    let told = causes.iter().map(|cause| {
        let lead = judgement.results[cause.lead].requirement;
        (cause.effect, lead.id.as_str(), cause.results.len())
    });
    told.collect()
}

const RUN: Option<ResourceKind> = Some(ResourceKind::Run);
const PIPELINE: Option<ResourceKind> = Some(ResourceKind::Pipeline);
const MADE: &str = r#"{"id":"a"}"#;
const REFUSED: &str = r#"{"providerError":"it is not there"}"#;
const STUCK: &str = "Deleting (operation progress unknown), id a";

/// A handler that sets no Content-Type, takes any body for its own, and answers 404 with a text.
#[test]
fn mistakes_that_meet_in_one_answer_are_two_causes() {
    let records = judged(
        &[
            ("POST", 201, "Succeeded, id a", MADE),
            ("PUT", 200, "Succeeded, id a", MADE),
            ("DELETE", 404, STUCK, REFUSED),
        ],
        &[
            (
                ids::RESPONSE_CONTENT_TYPE_JSON,
                RUN,
                1,
                "lifecycle.operator[run]",
            ),
            (
                ids::RESPONSE_CONTENT_TYPE_JSON,
                RUN,
                3,
                "refuse.unknown-delete[run]",
            ),
            (
                ids::RESPONSE_CONTENT_TYPE_JSON,
                PIPELINE,
                2,
                "update.chain[pipeline]",
            ),
            (
                ids::CREATE_WRONG_RESOURCE_422,
                RUN,
                1,
                "refuse.wrong-resource[run]",
            ),
            (
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
                RUN,
                3,
                "refuse.unknown-delete[run]",
            ),
        ],
        &[],
    );
    assert_eq!(
        told(&records),
        [
            (Effect::Stuck, ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, 1),
            (Effect::Clients, ids::RESPONSE_CONTENT_TYPE_JSON, 2),
            (Effect::Clients, ids::CREATE_WRONG_RESOURCE_422, 1),
        ]
    );
}

#[test]
fn what_one_change_mends_is_one_cause() {
    let case = "delete.afterwards[run]";
    let records = judged(
        &[("DELETE", 204, STUCK, "")],
        &[
            (ids::RESPONSE_JSON_OBJECT, RUN, 1, case),
            (ids::RESPONSE_CONTENT_TYPE_JSON, RUN, 1, case),
            (ids::RESPONSE_STATUS_DOCUMENTED, RUN, 1, case),
            (ids::DELETE_200_STATUS, RUN, 1, case),
            (ids::DELETE_200_BODY_OBJECT, RUN, 1, case),
            (ids::DELETE_WHILE_RUN_ACTIVE, RUN, 1, case),
            (
                ids::LIFECYCLE_OPERATOR_SIMULATION,
                RUN,
                1,
                "lifecycle.operator[run]",
            ),
        ],
        &[],
    );
    let expected = (Effect::Stuck, ids::DELETE_200_BODY_OBJECT, 7);
    assert_eq!(told(&records), [expected]);
}

#[test]
fn an_answer_with_two_independent_mistakes_has_two_causes() {
    let case = "lifecycle.operator[run]";
    let records = judged(
        &[("POST", 200, "Succeeded, id $a", r#"{"id":"$a"}"#)],
        &[
            (ids::CREATE_201_STATUS, RUN, 1, case),
            (ids::RESPONSE_STATUS_DOCUMENTED, RUN, 1, case),
            (ids::CREATE_ID_SHELL_SAFE, RUN, 1, case),
        ],
        &[],
    );
    assert_eq!(told(&records).len(), 2, "{:?}", told(&records));
}

#[test]
fn what_does_not_get_through_explains_everything_behind_it() {
    let case = "lifecycle.operator[run]";
    let answer = r#"{"providerError":"a token is required"}"#;
    let records = judged(
        &[
            ("DELETE", 401, STUCK, answer),
            ("DELETE", 401, STUCK, answer),
        ],
        &[
            (ids::TRANSPORT_NO_AUTH, RUN, 1, case),
            (
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
                RUN,
                2,
                "refuse.unknown-delete[run]",
            ),
            (ids::DELETE_200_STATUS, RUN, 1, case),
            (ids::LIFECYCLE_OPERATOR_SIMULATION, RUN, 1, case),
        ],
        &[],
    );
    let expected = (Effect::Stuck, ids::TRANSPORT_NO_AUTH, 4);
    assert_eq!(told(&records), [expected]);
}

/// What the operator sends comes before what only a tester sends, and what hides others before what hides nothing.
#[test]
fn the_order_is_the_order_to_mend() {
    let records = judged(
        &[
            ("POST", 201, "Failed (id was empty)", "{}"),
            ("POST", 400, "Failed (x)", REFUSED),
            (
                "PUT",
                500,
                "Failed (x), id a",
                r#"{"id":"a","providerError":"no name"}"#,
            ),
            ("DELETE", 404, STUCK, REFUSED),
            ("POST", 201, "Succeeded, id a", MADE),
        ],
        &[
            (
                ids::CREATE_201_ID_NON_EMPTY,
                RUN,
                1,
                "refuse.wrong-resource[run]",
            ),
            (
                ids::RESPONSE_PROVIDER_ERROR_LENGTH,
                RUN,
                2,
                "refuse.long-name[run]",
            ),
            (
                ids::UPDATE_NEW_VERSION,
                PIPELINE,
                3,
                "update.chain[pipeline]",
            ),
            (
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
                RUN,
                4,
                "refuse.unknown-delete[run]",
            ),
            (
                ids::RESPONSE_CONTENT_TYPE_JSON,
                RUN,
                5,
                "lifecycle.operator[run]",
            ),
            (ids::CREATE_ID_DISTINCT, RUN, 5, "create.neighbours[run]"),
        ],
        &[(ids::UPDATE_IDEMPOTENT, PIPELINE, "update.chain[pipeline]")],
    );
    let order: Vec<&str> = told(&records).iter().map(|(_, id, _)| *id).collect();
    assert_eq!(
        order,
        [
            ids::UPDATE_NEW_VERSION,
            ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
            ids::CREATE_201_ID_NON_EMPTY,
            ids::RESPONSE_PROVIDER_ERROR_LENGTH,
            ids::RESPONSE_CONTENT_TYPE_JSON,
            ids::CREATE_ID_DISTINCT,
        ]
    );
    let judgement = crate::judge::judge(&records).expect("a start");
    let known = crate::journal::record::exchanges(&records);
    let causes = causes(&judgement, &known);
    assert_eq!((causes[0].hides, causes[0].real), (1, true));
    assert_eq!(
        causes[0].hidden.as_deref(),
        Some("1 result could not be judged because of it")
    );
    assert!(!causes[2].real);
    assert!(
        causes[5]
            .hidden
            .as_ref()
            .is_some_and(|told| told.contains("other resource"))
    );
}
