//! What was not checked, and what it would take.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{FAINT, Terminal};
use crate::base::outcome::Outcome;
use crate::judge::Judged;

impl Terminal<'_> {
    /// What was not checked, by what it would take. What a check found out about it says more than the name of a need.
    pub(super) fn missing(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut groups: BTreeMap<(Outcome, &str), Open<'_>> = BTreeMap::new();
        for judged in &self.judgement.results {
            if matches!(judged.outcome, Outcome::Skip | Outcome::Unverified) {
                let reason = judged.reason.as_deref().unwrap_or_default();
                groups
                    .entry((judged.outcome, reason))
                    .or_default()
                    .add(judged);
            }
        }
        if groups.is_empty() {
            return Ok(());
        }
        writeln!(out, "not checked")?;
        for ((outcome, reason), open) in groups {
            let word = match outcome {
                Outcome::Unverified => format!("needs {reason}"),
                _ => reason.to_owned(),
            };
            for text in open.told() {
                let line = format!(" {FAINT}{word:<24} {text}{FAINT:#}");
                self.layout.line(out, 26, &line)?;
            }
        }
        writeln!(out)
    }
}

/// What was not checked for one reason.
#[derive(Default)]
struct Open<'a> {
    /// Requirements about which a check found out that it takes more than what is there, by what it found.
    looked: BTreeMap<&'a str, Vec<&'a str>>,
    others: Vec<&'a str>,
}

impl<'a> Open<'a> {
    fn add(&mut self, judged: &'a Judged) {
        let looked = judged.outcome == Outcome::Unverified && judged.case.is_some();
        let ids = if looked {
            self.looked.entry(&judged.actual).or_default()
        } else {
            &mut self.others
        };
        let id = judged.requirement.id.as_str();
        if ids.last() != Some(&id) {
            ids.push(id);
        }
    }

    /// A text each for the first things that were found, and one for all the rest.
    fn told(mut self) -> Vec<String> {
        /// More of them would bury the rest.
        const FOUND: usize = 4;
        let mut told = Vec::new();
        for (found, ids) in self.looked {
            if told.len() < FOUND {
                told.push(format!("{}: {found}", listed(&ids)));
            } else {
                self.others.extend(ids);
            }
        }
        if !self.others.is_empty() {
            told.push(listed(&self.others));
        }
        told
    }
}

pub(super) fn listed(ids: &[&str]) -> String {
    const SHOWN: usize = 6;
    let mut text = ids
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if ids.len() > SHOWN {
        text.push_str(&format!(" and {} more", ids.len() - SHOWN));
    }
    text
}
