//! Defects that show in a share of the requests only.
//!
//! A case that asks the same again and again marks its observations as a series. If some of a
//! series came out right and some wrong, the requirement is flaky, and the share is told.

use std::collections::BTreeMap;

use crate::base::outcome::Outcome;
use crate::catalogue::{Level, Requirement};
use crate::journal::record::Observation;

/// A series that came out mixed.
pub(crate) struct Rate<'a> {
    /// What was asked again and again, such as `creates`.
    series: &'a str,
    total: usize,
    failing: usize,
    /// The first that came out wrong.
    pub(crate) first: &'a Observation,
    /// The place in the series from which on all came out wrong, from 1.
    from: Option<usize>,
}

/// Fewer in a row at the end of a series are no sign of anything but chance.
const IN_A_ROW: usize = 3;

/// The place from which on all of a series came out wrong, if all before came out right. What passed alike may have been
/// written down together, and then tells no order.
fn turning_point(requirement: &Requirement, series: &[&Observation]) -> Option<usize> {
    if series
        .iter()
        .any(|one| one.count > 1 || one.evidence.is_empty())
    {
        return None;
    }
    let mut ordered = series.to_vec();
    ordered.sort_by_key(|one| one.evidence.iter().min().copied());
    let right = |one: &&&Observation| !is_wrong(requirement, one);
    let before = ordered.iter().take_while(right).count();
    let after = &ordered[before..];
    let all_wrong = !after.iter().any(|one| right(&one));
    (all_wrong && before > 0 && after.len() >= IN_A_ROW).then_some(before + 1)
}

impl<'a> Rate<'a> {
    /// The mixed series with the most failures among the observations of one requirement and type;
    /// `None` if no series is mixed.
    pub(crate) fn of(requirement: &Requirement, observations: &[&&'a Observation]) -> Option<Self> {
        let mut groups: BTreeMap<(&str, &str), Vec<&'a Observation>> = BTreeMap::new();
        for observation in observations {
            if let Some(series) = &observation.series {
                let key = (observation.case.as_str(), series.as_str());
                groups.entry(key).or_default().push(observation);
            }
        }
        let mixed = groups.into_iter().filter_map(|((_, series), group)| {
            let from = turning_point(requirement, &group);
            let mut wrong = group.iter().filter(|one| is_wrong(requirement, one));
            let first = *wrong.next()?;
            let failing = first.count + wrong.map(|one| one.count).sum::<usize>();
            let total = group.iter().map(|one| one.count).sum();
            (failing < total).then_some(Self {
                series,
                total,
                failing,
                first,
                from,
            })
        });
        mixed.max_by_key(|rate| rate.failing)
    }

    /// What the observations that came out wrong are.
    pub(crate) fn outcome(&self) -> Outcome {
        self.first.outcome
    }

    /// What they amount to together: now and then is flaky, but always after a point is not.
    pub(crate) fn amounts_to(&self) -> Outcome {
        match self.from {
            Some(_) => self.first.outcome,
            None => Outcome::Flaky,
        }
    }

    /// Such as `7 of 312 creates, 2.2 %: 201 {}`.
    pub(crate) fn told(&self) -> String {
        let Self {
            series,
            total,
            failing,
            first,
            from,
        } = self;
        if let Some(from) = from {
            let always = format!("always from number {from} of {total} {series} on");
            return format!("{always}: {}", first.actual);
        }
        let share = 100.0 * *failing as f64 / *total as f64;
        format!(
            "{failing} of {total} {series}, {share:.1} %: {}",
            first.actual
        )
    }
}

/// A SHOULD that is not met is written down as a warning; a warning about a MUST is none.
fn is_wrong(requirement: &Requirement, observation: &Observation) -> bool {
    match observation.outcome {
        Outcome::Fail => true,
        Outcome::Warn => requirement.level == Level::Should,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::outcome::Lenses;
    use crate::catalogue::Catalogue;
    use crate::catalogue::ids;

    const MUST: &str = ids::CREATE_201_STATUS;
    const SHOULD: &str = ids::TRANSPORT_CONCURRENCY;

    fn list(case: &str, series: Option<&str>, outcome: Outcome, count: usize) -> Vec<Observation> {
        let one = Observation {
            case: case.to_owned(),
            requirement: String::new(),
            kind: None,
            series: series.map(str::to_owned),
            outcome,
            reason: None,
            expected: String::new(),
            actual: format!("{case} {}", outcome.as_str()),
            lens: Lenses::default(),
            evidence: Vec::new(),
            events: Vec::new(),
            count: 1,
        };
        vec![one; count]
    }

    /// A series whose order is known.
    fn numbered(outcomes: &[Outcome]) -> Vec<Observation> {
        let each = outcomes.iter().zip(1..);
        each.map(|(outcome, seq)| Observation {
            evidence: vec![seq],
            ..list("n", Some("creates"), *outcome, 1).remove(0)
        })
        .collect()
    }

    #[test]
    fn only_a_series_that_is_mixed_is_flaky() {
        let creates = Some("creates");
        let mixed = "7 of 312 creates, 2.2 %: a fail";
        let table: &[(&str, &str, Vec<Observation>, Option<&str>)] = &[
            ("nothing", MUST, Vec::new(), None),
            (
                "all right",
                MUST,
                list("a", creates, Outcome::Pass, 9),
                None,
            ),
            (
                "all wrong",
                MUST,
                list("a", creates, Outcome::Fail, 9),
                None,
            ),
            (
                "mixed",
                MUST,
                [
                    list("a", creates, Outcome::Pass, 305),
                    list("a", creates, Outcome::Fail, 7),
                ]
                .concat(),
                Some(mixed),
            ),
            (
                "different questions",
                MUST,
                [
                    list("a", None, Outcome::Pass, 5),
                    list("a", None, Outcome::Fail, 7),
                ]
                .concat(),
                None,
            ),
            (
                "different cases",
                MUST,
                [
                    list("a", creates, Outcome::Pass, 5),
                    list("b", creates, Outcome::Fail, 7),
                ]
                .concat(),
                None,
            ),
            (
                "a slow answer is no wrong one",
                MUST,
                [
                    list("a", creates, Outcome::Pass, 5),
                    list("a", creates, Outcome::Warn, 1),
                ]
                .concat(),
                None,
            ),
            (
                "always after a point",
                MUST,
                numbered(&[
                    Outcome::Pass,
                    Outcome::Pass,
                    Outcome::Fail,
                    Outcome::Fail,
                    Outcome::Fail,
                ]),
                Some("always from number 3 of 5 creates on: n fail"),
            ),
            (
                "right again afterwards",
                MUST,
                numbered(&[
                    Outcome::Pass,
                    Outcome::Fail,
                    Outcome::Fail,
                    Outcome::Fail,
                    Outcome::Pass,
                ]),
                Some("3 of 5 creates, 60.0 %: n fail"),
            ),
            (
                "two at the end may be chance",
                MUST,
                numbered(&[Outcome::Pass, Outcome::Pass, Outcome::Fail, Outcome::Fail]),
                Some("2 of 4 creates, 50.0 %: n fail"),
            ),
            (
                "the series with the most failures",
                MUST,
                [
                    list("a", creates, Outcome::Pass, 1),
                    list("a", creates, Outcome::Fail, 1),
                    list("b", creates, Outcome::Fail, 2),
                    list("b", creates, Outcome::Pass, 3),
                ]
                .concat(),
                Some("2 of 5 creates, 40.0 %: b fail"),
            ),
            (
                "a SHOULD is not met in one of four",
                SHOULD,
                [
                    list("a", creates, Outcome::Pass, 3),
                    list("a", creates, Outcome::Warn, 1),
                ]
                .concat(),
                Some("1 of 4 creates, 25.0 %: a warn"),
            ),
        ];
        for (name, requirement, observations, expected) in table {
            let requirement = Catalogue::embedded().get(requirement).expect(requirement);
            let all: Vec<&Observation> = observations.iter().collect();
            let told =
                Rate::of(requirement, &all.iter().collect::<Vec<_>>()).map(|rate| rate.told());
            assert_eq!(told.as_deref(), *expected, "{name}");
            let outcome =
                Rate::of(requirement, &all.iter().collect::<Vec<_>>()).map(|rate| rate.outcome());
            let wrong = expected.map(|told| {
                if told.ends_with("warn") {
                    Outcome::Warn
                } else {
                    Outcome::Fail
                }
            });
            assert_eq!(outcome, wrong, "{name}");
        }
    }
}
