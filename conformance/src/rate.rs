//! Defects that show in a share of the requests only.
//!
//! A case that asks the same again and again marks its observations as a series. If some of a
//! series came out right and some wrong, the requirement is flaky, and the share is told.

use std::collections::BTreeMap;

use crate::catalogue::{Level, Requirement};
use crate::outcome::Outcome;
use crate::record::Observation;

/// A series that came out mixed.
pub(crate) struct Rate<'a> {
    /// What was asked again and again, such as `creates`.
    series: &'a str,
    total: usize,
    failing: usize,
    /// The first that came out wrong.
    pub(crate) first: &'a Observation,
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
            let mut wrong = group.iter().filter(|one| is_wrong(requirement, one));
            let first = *wrong.next()?;
            let failing = first.count + wrong.map(|one| one.count).sum::<usize>();
            let total = group.iter().map(|one| one.count).sum();
            (failing < total).then_some(Self {
                series,
                total,
                failing,
                first,
            })
        });
        mixed.max_by_key(|rate| rate.failing)
    }

    /// What the observations that came out wrong are.
    pub(crate) fn outcome(&self) -> Outcome {
        self.first.outcome
    }

    /// Such as `7 of 312 creates, 2.2 %: 201 {}`.
    pub(crate) fn told(&self) -> String {
        let Self {
            series,
            total,
            failing,
            first,
        } = self;
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
    use crate::catalogue::Catalogue;
    use crate::outcome::Lenses;

    const MUST: &str = "create.201.status";
    const SHOULD: &str = "transport.concurrency";

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
