//! Failures that are known beforehand: `expected.toml`.
//!
//! They change no verdict, because the provider is what it is. What they change is the exit code:
//! exactly these failures are let through, and everything else about them is a surprise.

use std::collections::BTreeSet;

use crate::base::outcome::{Outcome, SkipReason};
use crate::journal::record::KnownFailure;
use crate::judge::Judged;

fn told(entry: &KnownFailure, what: &str) -> String {
    let kind = entry
        .kind
        .map_or(String::new(), |kind| format!(" [{kind}]"));
    format!("{}: {}{kind}: {what}", entry.place, entry.requirement)
}

/// Marks the results that are known failures and says where expectation and result part. `day` is
/// the day of the run, as `2027-03-31`.
pub(crate) fn apply(known: &[KnownFailure], day: &str, results: &mut [Judged]) -> Vec<String> {
    known
        .iter()
        .flat_map(|entry| apply_one(entry, day, results))
        .collect()
}

/// One entry without a type lets each of its types fail, and is of use if one of them does.
fn apply_one(entry: &KnownFailure, day: &str, results: &mut [Judged]) -> Vec<String> {
    let of = |judged: &&mut Judged| {
        let of_type = entry.kind.is_none() || judged.kind == entry.kind;
        judged.requirement.id == entry.requirement && of_type
    };
    let meant: Vec<&mut Judged> = results.iter_mut().filter(of).collect();
    if meant.is_empty() {
        return vec![told(
            entry,
            "unused: there is no such result (hint: remove the entry)",
        )];
    }
    if entry.kind.is_some() || meant.len() == 1 {
        let parted = meant.into_iter().filter_map(|one| compare(entry, day, one));
        return parted.map(|what| told(entry, &what)).collect();
    }
    let is_wrong = |judged: &Judged| {
        matches!(
            judged.outcome,
            Outcome::Fail | Outcome::Flaky | Outcome::Warn
        )
    };
    let (wrong, rest): (Vec<_>, Vec<_>) = meant.into_iter().partition(|one| is_wrong(one));
    if wrong.is_empty() {
        // No type fails: the entry is as much of a surprise as one about a single type would be.
        let parted: BTreeSet<String> = rest
            .into_iter()
            .filter_map(|one| compare(entry, day, one))
            .collect();
        return parted.into_iter().map(|what| told(entry, &what)).collect();
    }
    let parted = wrong.into_iter().filter_map(|one| {
        let kind = one.kind;
        let what = compare(entry, day, one)?;
        let of_kind = KnownFailure {
            kind,
            ..entry.clone()
        };
        Some(told(&of_kind, &what))
    });
    parted.collect()
}

fn compare(entry: &KnownFailure, day: &str, judged: &mut Judged) -> Option<String> {
    if day > entry.expires.as_str() {
        return Some(format!(
            "expired on {} (hint: mend it, or renew the entry)",
            entry.expires
        ));
    }
    match judged.outcome {
        Outcome::Fail | Outcome::Flaky | Outcome::Warn => match entry.outcome {
            Some(expected) if expected != judged.outcome => Some(format!(
                "expected {}, found {}",
                expected.as_str(),
                judged.outcome.as_str()
            )),
            _ => {
                judged.outcome = Outcome::Xfail;
                judged.reason = Some(entry.reason.clone());
                None
            }
        },
        Outcome::Pass | Outcome::Tolerated => {
            judged.outcome = Outcome::Xpass;
            judged.reason = Some(entry.reason.clone());
            Some("passes now (hint: remove the entry)".to_owned())
        }
        Outcome::Skip if left_out(judged) => None,
        Outcome::Xfail | Outcome::Xpass => Some("a second entry for the same result".to_owned()),
        Outcome::Skip | Outcome::Unverified | Outcome::Error => Some(format!(
            "unused: the result is {}, {} (hint: remove the entry)",
            judged.outcome.as_str(),
            judged.actual
        )),
    }
}

/// Whether the command line left it out, so that nothing can be said of the entry.
fn left_out(judged: &Judged) -> bool {
    [SkipReason::Filtered, SkipReason::Disabled]
        .iter()
        .any(|reason| judged.reason.as_deref() == Some(reason.as_str()))
}

#[cfg(test)]
mod tests {
    use kfp_operator_sim::ResourceKind;

    use super::*;
    use crate::base::outcome::Lenses;
    use crate::catalogue::Catalogue;
    use crate::catalogue::ids;

    const ID: &str = ids::CREATE_201_STATUS;

    fn judged(outcome: Outcome, reason: Option<&str>) -> Judged {
        Judged {
            requirement: Catalogue::embedded().get(ID).expect("exists"),
            kind: Some(ResourceKind::Run),
            outcome,
            reason: reason.map(str::to_owned),
            lens: Lenses::default(),
            total: 1,
            failing: 1,
            expected: String::new(),
            actual: "what was there".to_owned(),
            evidence: Vec::new(),
            events: Vec::new(),
            case: None,
        }
    }

    fn entry(outcome: Option<Outcome>) -> KnownFailure {
        KnownFailure {
            requirement: ID.to_owned(),
            kind: Some(ResourceKind::Run),
            outcome,
            reason: "the backend".to_owned(),
            expires: "2027-03-31".to_owned(),
            place: "expected.toml:3".to_owned(),
        }
    }

    #[test]
    fn only_the_very_failure_is_let_through() {
        use Outcome::*;
        const DAY: &str = "2027-03-31";
        let table = [
            (Fail, None, None, DAY, Xfail, None),
            (Flaky, None, None, DAY, Xfail, None),
            (Warn, None, None, DAY, Xfail, None),
            (Fail, None, Some(Fail), DAY, Xfail, None),
            (
                Flaky,
                None,
                Some(Fail),
                DAY,
                Flaky,
                Some("expected fail, found flaky"),
            ),
            (
                Fail,
                None,
                None,
                "2027-04-01",
                Fail,
                Some("expired on 2027-03-31"),
            ),
            (Pass, None, None, DAY, Xpass, Some("passes now")),
            (Tolerated, None, None, DAY, Xpass, Some("passes now")),
            (Skip, Some("filtered"), None, DAY, Skip, None),
            (Skip, Some("disabled"), None, DAY, Skip, None),
            (Skip, Some("unsupported"), None, DAY, Skip, Some("unused")),
            (Skip, Some("prerequisite"), None, DAY, Skip, Some("unused")),
            (
                Unverified,
                Some("hook"),
                None,
                DAY,
                Unverified,
                Some("unused"),
            ),
            (Error, None, None, DAY, Error, Some("unused")),
        ];
        for (outcome, reason, expected, day, becomes, surprise) in table {
            let mut results = [judged(outcome, reason)];
            let surprises = apply(&[entry(expected)], day, &mut results);
            let row = format!("{outcome:?} {reason:?} {expected:?} {day}");
            assert_eq!(results[0].outcome, becomes, "{row}");
            match surprise {
                None => assert_eq!(surprises, [""; 0], "{row}"),
                Some(part) => {
                    assert_eq!(surprises.len(), 1, "{row}");
                    let start = "expected.toml:3: create.201.status [run]: ";
                    assert!(surprises[0].starts_with(start), "{row}: {surprises:?}");
                    assert!(surprises[0].contains(part), "{row}: {surprises:?}");
                }
            }
        }
    }

    #[test]
    fn an_entry_without_a_type_is_about_all_types() {
        use Outcome::*;
        const DAY: &str = "2027-03-31";
        let all = |expected| KnownFailure {
            kind: None,
            ..entry(expected)
        };
        let types = [
            ResourceKind::Pipeline,
            ResourceKind::Run,
            ResourceKind::Experiment,
        ];
        // Outcomes of the types, what is expected, what becomes of them, and what is surprising.
        type Outcomes = [Outcome; 3];
        let table: &[(Outcomes, Option<Outcome>, Outcomes, &[&str])] = &[
            ([Fail, Fail, Fail], None, [Xfail; 3], &[]),
            ([Fail, Pass, Warn], None, [Xfail, Pass, Xfail], &[]),
            (
                [Fail, Flaky, Pass],
                Some(Fail),
                [Xfail, Flaky, Pass],
                &["[run]: expected fail, found flaky"],
            ),
            ([Pass, Tolerated, Pass], None, [Xpass; 3], &[": passes now"]),
            ([Fail, Skip, Error], None, [Xfail, Skip, Error], &[]),
        ];
        for (outcomes, expected, become_of, told) in table {
            let of = |(outcome, kind): (&Outcome, &ResourceKind)| Judged {
                kind: Some(*kind),
                ..judged(*outcome, Some("prerequisite"))
            };
            let mut results: Vec<Judged> = outcomes.iter().zip(&types).map(of).collect();
            let surprises = apply(&[all(*expected)], DAY, &mut results);
            let after: Vec<Outcome> = results.iter().map(|one| one.outcome).collect();
            assert_eq!(after, become_of, "{outcomes:?}");
            assert_eq!(surprises.len(), told.len(), "{outcomes:?}: {surprises:?}");
            for (surprise, part) in surprises.iter().zip(*told) {
                assert!(surprise.contains(part), "{surprise}");
            }
        }
        let mut results = [judged(Fail, None)];
        let surprises = apply(&[all(None)], "2027-04-01", &mut results);
        assert!(surprises[0].contains("expired"), "{surprises:?}");
    }

    #[test]
    fn an_entry_without_a_result_is_unused() {
        let surprises = apply(&[entry(None)], "2027-01-01", &mut []);
        assert!(surprises[0].contains("unused"), "{surprises:?}");
    }

    #[test]
    fn an_entry_is_about_one_result_and_only_one_entry_is() {
        let other = KnownFailure {
            kind: Some(ResourceKind::Pipeline),
            ..entry(None)
        };
        let elsewhere = KnownFailure {
            requirement: ids::CREATE_201_ID_NON_EMPTY.to_owned(),
            ..entry(None)
        };
        let mut results = [judged(Outcome::Fail, None)];
        let surprises = apply(&[other, elsewhere], "2027-01-01", &mut results);
        assert_eq!(surprises.len(), 2, "{surprises:?}");
        assert_eq!(results[0].outcome, Outcome::Fail);

        for outcome in [Outcome::Fail, Outcome::Pass] {
            let mut results = [judged(outcome, None)];
            let surprises = apply(&[entry(None), entry(None)], "2027-01-01", &mut results);
            let last = surprises.last().expect("a surprise");
            assert!(last.contains("a second entry"), "{surprises:?}");
            assert_eq!(results[0].reason.as_deref(), Some("the backend"));
        }
        let once = KnownFailure {
            requirement: ids::HEALTH_NO_CREDENTIALS.to_owned(),
            kind: None,
            ..entry(None)
        };
        let told = apply(&[once], "2027-01-01", &mut []);
        assert!(
            told[0].starts_with("expected.toml:3: health.no-credentials: unused"),
            "{told:?}"
        );
    }
}
