//! Which fault proves which requirement.

use std::collections::BTreeMap;
use std::fmt;

use super::{Row, Subject};
use crate::catalogue::Catalogue;

/// What a whole self-test says of the suite.
#[derive(Debug)]
pub(crate) struct Matrix<'a> {
    /// Faults that turned a requirement red, by requirement, in the order of the catalogue. A
    /// requirement that needs no help and was never seen to fail is here with none.
    proven: Vec<(&'static str, Vec<&'static str>)>,
    /// Legal oddities that turned nothing red.
    variants: Vec<&'static str>,
    /// Subjects of which more or less turned red than should.
    wrong: Vec<&'a Row>,
}

impl<'a> Matrix<'a> {
    /// The matrix of a self-test with every subject.
    pub(crate) fn of(rows: &'a [Row]) -> Self {
        let mut by_id: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
        for row in rows {
            if matches!(row.subject, Subject::Fault(_)) {
                for id in row.found() {
                    by_id.entry(id).or_default().push(row.subject.name());
                }
            }
        }
        let proven = Catalogue::embedded()
            .provider()
            .filter(|r| r.needs.is_empty() || by_id.contains_key(r.id.as_str()))
            .map(|r| {
                let mut faults = by_id.get(r.id.as_str()).cloned().unwrap_or_default();
                faults.sort_unstable();
                (r.id.as_str(), faults)
            })
            .collect();
        let mut variants: Vec<_> = rows
            .iter()
            .filter(|row| matches!(row.subject, Subject::Variant(_)) && row.is_right())
            .map(|row| row.subject.name())
            .collect();
        variants.sort_unstable();
        Self {
            proven,
            variants,
            wrong: rows.iter().filter(|row| !row.is_right()).collect(),
        }
    }

    /// Requirements that no fault turned red: nothing shows that their checks can fail.
    pub(crate) fn unproven(&self) -> impl Iterator<Item = &'static str> {
        self.proven
            .iter()
            .filter(|(_, faults)| faults.is_empty())
            .map(|(id, _)| *id)
    }

    /// Every fault was found, nothing legal was, and every check was seen to fail.
    pub(crate) fn is_right(&self) -> bool {
        self.wrong.is_empty() && self.unproven().next().is_none()
    }
}

impl fmt::Display for Matrix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, faults) in &self.proven {
            let faults = if faults.is_empty() {
                "UNPROVEN".to_owned()
            } else {
                faults.join(", ")
            };
            writeln!(f, "{id:<38} {faults}")?;
        }
        writeln!(f, "\nlegal, and green: {}", self.variants.join(", "))?;
        for row in &self.wrong {
            writeln!(f, "\nWRONG  {}: {}", row.subject.name(), row.told())?;
        }
        write!(
            f,
            "\n{} requirements proven, {} unproven, {} legal variants green, {} subjects wrong",
            self.proven.len() - self.unproven().count(),
            self.unproven().count(),
            self.variants.len(),
            self.wrong.len(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ids;
    use crate::mock::{FAULTS, VARIANTS};

    /// Every fault found, every variant green.
    fn ideal() -> Vec<Row> {
        let row = |subject: Subject| Row {
            red: subject
                .expected()
                .into_iter()
                .map(|id| (id.to_owned(), String::new()))
                .collect(),
            subject,
            broken: None,
        };
        let faults = FAULTS.iter().map(Subject::Fault);
        faults
            .chain(VARIANTS.iter().map(Subject::Variant))
            .map(row)
            .collect()
    }

    #[test]
    fn a_survivor_and_a_false_alarm_and_an_unproven_requirement_are_told() {
        let rows = ideal();
        assert!(Matrix::of(&rows).is_right(), "{}", Matrix::of(&rows));

        let mut survivor = ideal();
        survivor[0].red.clear();
        let told = Matrix::of(&survivor).to_string();
        assert!(!Matrix::of(&survivor).is_right());
        assert!(
            told.contains(&format!("WRONG  {}", FAULTS[0].name)),
            "{told}"
        );

        let mut alarm = ideal();
        let last = alarm.last_mut().expect("there are variants");
        last.red
            .push((ids::CREATE_201_STATUS.to_owned(), "-".to_owned()));
        assert!(!Matrix::of(&alarm).is_right());

        let id = ids::CREATE_201_STATUS;
        let unproven: Vec<Row> = ideal()
            .into_iter()
            .filter(|row| !row.subject.expected().contains(id))
            .collect();
        let matrix = Matrix::of(&unproven);
        assert!(matrix.unproven().any(|unproven| unproven == id));
        assert!(!matrix.is_right());
    }
}
