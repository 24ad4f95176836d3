//! Verdicts and results, row by row.

use crate::catalogue::ids;
use serde_json::json;

use super::results::{not_judged, worst};
use super::verdict::verdict;
use super::*;
use crate::base::outcome::{Lens, Lenses, Outcome};
use crate::catalogue::Catalogue;
use crate::journal::record::Observation;

fn judged(id: &str, outcome: Outcome, reason: Option<&str>) -> Judged {
    let requirement = Catalogue::embedded().get(id).expect(id);
    let mut judged = not_judged(requirement, None, outcome, "", "");
    judged.reason = reason.map(str::to_owned);
    judged
}

#[test]
fn verdicts_follow_the_worst_must_of_their_lens() {
    let spec = ids::CREATE_201_STATUS;
    let operator = ids::CREATE_201_ID_NON_EMPTY;
    let should = ids::CREATE_ID_DISTINCT;
    let table: &[(&[Judged], bool, bool, Verdict, Verdict)] = &[
        (&[], true, false, Verdict::Conformant, Verdict::Conformant),
        (&[], false, false, Verdict::Incomplete, Verdict::Incomplete),
        (
            &[judged(spec, Outcome::Fail, None)],
            true,
            false,
            Verdict::NotConformant,
            Verdict::Conformant,
        ),
        (
            &[judged(operator, Outcome::Fail, None)],
            false,
            false,
            Verdict::Incomplete,
            Verdict::NotConformant,
        ),
        (
            &[judged(should, Outcome::Warn, None)],
            true,
            false,
            Verdict::Conformant,
            Verdict::Conformant,
        ),
        (
            &[judged(spec, Outcome::Flaky, None)],
            true,
            false,
            Verdict::NotConformant,
            Verdict::Conformant,
        ),
        (
            &[judged(should, Outcome::Flaky, None)],
            true,
            false,
            Verdict::Conformant,
            Verdict::Conformant,
        ),
        (
            &[judged(should, Outcome::Flaky, None)],
            true,
            true,
            Verdict::NotConformant,
            Verdict::NotConformant,
        ),
        (
            &[judged(should, Outcome::Warn, None)],
            true,
            true,
            Verdict::NotConformant,
            Verdict::NotConformant,
        ),
        (
            &[judged(spec, Outcome::Skip, Some("filtered"))],
            true,
            false,
            Verdict::ConformantWithGaps,
            Verdict::Conformant,
        ),
        (
            &[judged(spec, Outcome::Skip, Some("unsupported"))],
            true,
            false,
            Verdict::Conformant,
            Verdict::Conformant,
        ),
        (
            &[judged(operator, Outcome::Unverified, Some("events"))],
            true,
            false,
            Verdict::Conformant,
            Verdict::ConformantWithGaps,
        ),
        (
            &[judged(operator, Outcome::Error, None)],
            true,
            false,
            Verdict::Conformant,
            Verdict::Incomplete,
        ),
    ];
    for (at, (results, complete, strict, spec, operator)) in table.iter().enumerate() {
        assert_eq!(
            verdict(results, *complete, *strict, |r| r.level.spec()),
            *spec,
            "row {at}"
        );
        assert_eq!(
            verdict(results, *complete, *strict, |r| r.level.operator()),
            *operator,
            "row {at}"
        );
    }
}

#[test]
fn the_worst_observation_decides_and_the_others_are_counted() {
    let observation = |outcome, actual: &str| Observation {
        case: "c".to_owned(),
        requirement: ids::CREATE_201_STATUS.to_owned(),
        kind: Some(ResourceKind::Run),
        series: None,
        outcome,
        reason: None,
        expected: "201".to_owned(),
        actual: actual.to_owned(),
        lens: Lenses {
            spec: Lens::of(outcome == Outcome::Pass),
            operator: Lens::Pass,
        },
        evidence: vec![1],
        events: Vec::new(),
        count: 1,
    };
    let all = [
        observation(Outcome::Pass, "201"),
        observation(Outcome::Fail, "200"),
        observation(Outcome::Skip, "-"),
    ];
    let requirement = Catalogue::embedded()
        .get(ids::CREATE_201_STATUS)
        .expect("exists");
    let judged = worst(
        requirement,
        Some(ResourceKind::Run),
        &all.iter().collect::<Vec<_>>(),
    );
    assert_eq!(
        (judged.outcome, judged.actual.as_str()),
        (Outcome::Fail, "200")
    );
    assert_eq!((judged.total, judged.failing), (2, 1));
    assert_eq!(
        judged.lens,
        Lenses {
            spec: Lens::Fail,
            operator: Lens::Pass
        }
    );
}

fn record(value: serde_json::Value) -> Record {
    serde_json::from_value(value).expect("a record")
}

fn start(strict: bool) -> Record {
    record(json!({
        "record": "start", "journal": 1, "tool": "1", "started": "2026-03-01T00:00:00Z", "run": "r", "seed": 1,
        "profile": "core", "gate": "both", "strict": strict, "creates": [], "unsupported": [],
        "target": {"url": "http://a", "name": null},
        "document": {"path": null, "sha256": ""}, "catalogue": {"sha256": "", "requirements": 1},
        "documentChecks": [],
    }))
}

fn end(complete: bool, stopped: Option<&str>) -> Record {
    record(
        json!({"record": "end", "complete": complete, "stopped": stopped, "seconds": 1.0, "exchanges": 1, "sha256": ""}),
    )
}

fn sent(method: &str, target: &str, status: Option<u16>) -> Record {
    let mut exchange = json!({
        "record": "exchange", "seq": 1, "case": "c", "connectMs": 0.0, "totalMs": 1.0,
        "request": {"method": method, "target": target, "headers": []},
    });
    if let Some(status) = status {
        let body = json!({"bytes": 0, "sha256": "", "text": ""});
        exchange["response"] = json!({"status": status, "headers": [], "body": body});
    }
    record(exchange)
}

fn observed(id: &str, kind: Option<&str>, outcome: &str) -> Record {
    record(json!({
        "record": "observation", "case": "c", "requirement": id, "resource": kind, "outcome": outcome,
        "expected": "e", "actual": "a", "lens": {"spec": "pass", "operator": "pass"}, "evidence": [1],
    }))
}

fn omitted(id: &str, kind: Option<&str>) -> Record {
    record(json!({
        "record": "omitted", "requirement": id, "resource": kind, "outcome": "skip", "reason": "filtered", "why": "w",
    }))
}

/// Outcome and reason of a result.
fn result<'a>(judgement: &'a Judgement<'_>, id: &str, kind: Option<ResourceKind>) -> &'a Judged {
    let mut results = judgement.results.iter();
    results
        .find(|judged| judged.requirement.id == id && judged.kind == kind)
        .expect(id)
}

#[test]
fn a_journal_without_a_start_is_none_of_a_run() {
    assert!(judge(&[]).is_none());
    assert!(judge(&[end(true, None)]).is_none());
    assert!(judge(&[end(true, None), start(false)]).is_some());
}

#[test]
fn a_run_that_did_not_end_says_why() {
    let table = [
        (vec![end(true, None)], true, None),
        (
            vec![end(false, Some("interrupted"))],
            false,
            Some("interrupted"),
        ),
        (
            vec![end(false, None)],
            false,
            Some("the journal breaks off"),
        ),
        (vec![], false, Some("the journal breaks off")),
    ];
    for (rest, complete, stopped) in table {
        let records: Vec<Record> = std::iter::once(start(false)).chain(rest).collect();
        let judgement = judge(&records).expect("a run");
        assert_eq!(judgement.complete, complete, "{records:?}");
        assert_eq!(judgement.stopped(), stopped, "{records:?}");
        let told = judgement.end().map(|end| end.complete);
        assert_eq!(told, (records.len() > 1).then_some(complete), "{records:?}");
    }
}

#[test]
fn a_type_whose_creates_all_answer_501_is_not_supported() {
    let create = |kind: &str, status| sent("POST", &format!("/base/resource/{kind}"), status);
    let run = [ResourceKind::Run];
    let table: &[(&str, Vec<Record>, &[ResourceKind], bool)] = &[
        ("nothing sent", vec![], &[], false),
        ("created", vec![create("run", Some(201))], &[], false),
        (
            "all 501",
            vec![create("run", Some(501)), create("run", Some(501))],
            &run,
            true,
        ),
        (
            "one 501",
            vec![create("run", Some(501)), create("run", Some(201))],
            &[],
            false,
        ),
        ("refused", vec![create("run", Some(422))], &[], true),
        (
            "another type works",
            vec![create("run", Some(501)), create("pipeline", Some(200))],
            &run,
            false,
        ),
        (
            "300 is no success",
            vec![create("run", Some(300))],
            &[],
            true,
        ),
        ("no answer", vec![create("run", None)], &[], false),
        (
            "no create",
            vec![sent("PUT", "/resource/run", Some(501))],
            &[],
            false,
        ),
        ("no type", vec![create("nope", Some(501))], &[], false),
        (
            "no resource",
            vec![sent("POST", "/livez", Some(501))],
            &[],
            false,
        ),
    ];
    for (name, rest, unsupported, vacuous) in table {
        let records: Vec<Record> = std::iter::once(start(false)).chain(rest.clone()).collect();
        let judgement = judge(&records).expect("a run");
        assert_eq!(judgement.inferred_unsupported, *unsupported, "{name}");
        assert_eq!(judgement.vacuous, *vacuous, "{name}");
        let of = result(&judgement, ids::CREATE_201_STATUS, Some(ResourceKind::Run));
        let reason = if unsupported.is_empty() {
            "prerequisite"
        } else {
            "unsupported"
        };
        assert_eq!(of.reason.as_deref(), Some(reason), "{name}");
    }
}

/// Refusing what one does not support is no wrong answer about ids: there are none.
#[test]
fn a_type_of_which_nothing_was_created_is_not_judged_for_ids() {
    let pipeline = Some(ResourceKind::Pipeline);
    let create = |kind: &str, case: &str, status| {
        let target = format!("/resource/{kind}");
        let Record::Exchange(mut exchange) = sent("POST", &target, Some(status)) else {
            unreachable!("it is an exchange");
        };
        exchange.case = case.to_owned();
        Record::Exchange(exchange)
    };
    const ID: &str = ids::UPDATE_UNKNOWN_ID_404;
    const OPERATION: &str = "lifecycle.operator[runschedule]";
    let schedule = [ResourceKind::RunSchedule];
    // Creates, and whether the failures about ids count.
    let table: &[(&str, Vec<Record>, &[ResourceKind])] = &[
        (
            "refused",
            vec![create("runschedule", OPERATION, 422)],
            &schedule,
        ),
        (
            "broken",
            vec![create("runschedule", OPERATION, 500)],
            &schedule,
        ),
        (
            "created once",
            vec![
                create("runschedule", OPERATION, 422),
                create("runschedule", "body.golden[runschedule]", 201),
            ],
            &[],
        ),
        (
            "only what has to be refused",
            vec![create("runschedule", "refuse.malformed[runschedule]", 400)],
            &[],
        ),
    ];
    for (name, creates, never) in table {
        let rest = [
            observed(ID, Some("runschedule"), "fail"),
            observed(
                ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
                Some("runschedule"),
                "fail",
            ),
            observed(ids::DELETE_UNKNOWN_ID_404, Some("runschedule"), "pass"),
            observed(ids::RESPONSE_JSON_OBJECT, Some("runschedule"), "fail"),
            observed(ID, Some("pipeline"), "fail"),
        ];
        let records: Vec<Record> = std::iter::once(start(false))
            .chain(creates.clone())
            .chain(rest)
            .collect();
        let judgement = judge(&records).expect("a run");
        let kinds: Vec<_> = judgement.never_created.iter().collect();
        let expected: Vec<_> = never.iter().collect();
        assert_eq!(kinds, expected, "{name}");
        let of = |id, kind| result(&judgement, id, kind).outcome;
        let about_ids = if never.is_empty() {
            Outcome::Fail
        } else {
            Outcome::Unverified
        };
        let schedule = Some(ResourceKind::RunSchedule);
        assert_eq!(of(ID, schedule), about_ids, "{name}");
        let safe = ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE;
        assert_eq!(of(safe, schedule), about_ids, "{name}");
        assert_eq!(
            of(ids::DELETE_UNKNOWN_ID_404, schedule),
            Outcome::Pass,
            "{name}"
        );
        assert_eq!(
            of(ids::RESPONSE_JSON_OBJECT, schedule),
            Outcome::Fail,
            "{name}"
        );
        assert_eq!(of(ID, pipeline), Outcome::Fail, "{name}");
    }
}

#[test]
fn there_is_a_result_for_everything_and_silence_is_no_pass() {
    let (seen, left) = (ids::CREATE_201_STATUS, ids::HEALTH_NO_CREDENTIALS);
    let records = [
        start(false),
        observed(seen, Some("run"), "pass"),
        omitted(left, None),
        observed("no.such-requirement", None, "fail"),
        end(true, None),
    ];
    let judgement = judge(&records).expect("a run");
    let subjects = Catalogue::embedded().provider().map(|r| r.subjects().len());
    assert_eq!(judgement.results.len(), subjects.sum::<usize>());
    let of = |id, kind| {
        let judged = result(&judgement, id, kind);
        (
            judged.outcome,
            judged.reason.as_deref(),
            judged.actual.as_str(),
            judged.total,
        )
    };
    let run = Some(ResourceKind::Run);
    assert_eq!(of(seen, run), (Outcome::Pass, None, "a", 1));
    assert_eq!(of(left, None), (Outcome::Skip, Some("filtered"), "w", 0));
    let silent = of(seen, Some(ResourceKind::Pipeline));
    assert_eq!(
        silent,
        (
            Outcome::Error,
            Some("internal"),
            "no check said anything about it",
            0
        )
    );

    let judgement = judge(&records[..2]).expect("a run");
    let judged = result(&judgement, seen, Some(ResourceKind::Pipeline));
    assert_eq!(
        (judged.outcome, judged.reason.as_deref()),
        (Outcome::Skip, Some("prerequisite"))
    );
}

#[test]
fn verdicts_come_by_lens_and_the_worse_counts() {
    use Verdict::{Conformant, ConformantWithGaps, Incomplete, NotConformant};
    let order = [NotConformant, Incomplete, ConformantWithGaps, Conformant];
    let labels = [
        "NOT CONFORMANT",
        "INCOMPLETE",
        "CONFORMANT WITH GAPS",
        "CONFORMANT",
    ];
    for (at, verdict) in order.into_iter().enumerate() {
        assert_eq!(verdict.label(), labels[at]);
        for (other_at, other) in order.into_iter().enumerate() {
            assert_eq!(
                verdict.worse(other),
                order[at.min(other_at)],
                "{verdict:?} {other:?}"
            );
        }
    }
    let records = [
        start(false),
        observed(ids::CREATE_201_ID_NON_EMPTY, Some("run"), "fail"),
        end(true, None),
    ];
    let judgement = judge(&records).expect("a run");
    // What else there is was not checked, which is an error of a run that came to its end.
    assert_eq!(
        judgement.verdicts,
        Verdicts {
            spec: Incomplete,
            operator: NotConformant
        }
    );
    assert_eq!(
        (judgement.verdict, judgement.gated),
        (NotConformant, judgement.verdicts)
    );
}

#[test]
fn what_violates_depends_on_the_level_and_on_strictness() {
    let (must, should) = (ids::CREATE_201_STATUS, ids::CREATE_ID_DISTINCT);
    let table = [
        (must, Outcome::Fail, true, true),
        (should, Outcome::Fail, true, true),
        (must, Outcome::Flaky, true, true),
        (should, Outcome::Flaky, false, true),
        (must, Outcome::Warn, false, true),
        (should, Outcome::Warn, false, true),
        (must, Outcome::Xpass, true, true),
        (must, Outcome::Xfail, false, false),
        (must, Outcome::Pass, false, false),
        (must, Outcome::Tolerated, false, false),
        (must, Outcome::Skip, false, false),
        (must, Outcome::Error, false, false),
    ];
    for (id, outcome, plain, strict) in table {
        let judged = judged(id, outcome, None);
        assert_eq!(
            (judged.violates(false), judged.violates(true)),
            (plain, strict),
            "{id} {outcome:?}"
        );
    }
}

#[test]
fn a_mixed_series_is_flaky_only_where_it_is_the_worst() {
    let with = |outcome: &str, series: bool| {
        let Record::Observation(mut one) = observed(ids::CREATE_201_STATUS, Some("run"), outcome)
        else {
            unreachable!("it is an observation");
        };
        one.series = series.then(|| "creates".to_owned());
        one.evidence = vec![if outcome == "pass" { 1 } else { 2 }];
        *one
    };
    let requirement = Catalogue::embedded()
        .get(ids::CREATE_201_STATUS)
        .expect("exists");
    let of = |all: &[Observation]| {
        let judged = worst(
            requirement,
            Some(ResourceKind::Run),
            &all.iter().collect::<Vec<_>>(),
        );
        (
            judged.outcome,
            judged.actual,
            judged.evidence,
            judged.total,
            judged.failing,
        )
    };
    let mixed = [with("pass", true), with("fail", true), with("pass", true)];
    let told = "1 of 3 creates, 33.3 %: a".to_owned();
    assert_eq!(of(&mixed), (Outcome::Flaky, told, vec![2], 3, 1));
    // A failure beside the series fails always.
    let always = [with("pass", false), with("fail", false)];
    assert_eq!(of(&always), (Outcome::Fail, "a".to_owned(), vec![2], 2, 1));
    let error = [
        with("pass", false),
        with("error", false),
        with("unverified", false),
    ];
    assert_eq!(of(&error), (Outcome::Error, "a".to_owned(), vec![2], 2, 1));
}
