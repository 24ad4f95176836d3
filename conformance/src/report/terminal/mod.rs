//! The report for people: quiet while green, a block per failure, then the verdict.

mod errors;
mod failures;
mod left;
mod missing;
mod summary;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};

use super::layout::Layout;
use super::{never_created, slow};
use crate::base::outcome::Outcome;
use crate::judge::latency::Latency;
use crate::judge::{Judged, Judgement};
pub(crate) use summary::announce;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
pub(super) const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Warnings beyond this many are counted instead.
const MAX_WARNINGS: usize = 12;

/// Writes the report to any writer; colours are left to the writer.
pub(crate) struct Terminal<'a> {
    judgement: &'a Judgement<'a>,
    /// Where the page is, for the last line.
    page: &'a str,
    /// The folder of the journal.
    journal: &'a Path,
    layout: Layout,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(judgement: &'a Judgement<'a>, page: &'a str, journal: &'a Path) -> Self {
        Self {
            judgement,
            page,
            journal,
            layout: Layout::of_stdout(),
        }
    }

    /// The whole report.
    ///
    /// # Errors
    /// If the writer fails.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.inferred(out)?;
        self.areas(out)?;
        self.failures(out)?;
        self.errors(out)?;
        self.limited(out)?;
        self.warnings(out)?;
        self.known(out)?;
        self.missing(out)?;
        self.document(out)?;
        slow::write(&Latency::of(self.judgement.records), out)?;
        self.verdict(out)
    }

    fn of(&self, outcome: Outcome) -> impl Iterator<Item = &'a Judged> {
        self.judgement
            .results
            .iter()
            .filter(move |judged| judged.outcome == outcome)
    }

    /// Results of one outcome by requirement: what is wrong with four types is still one thing to
    /// mend.
    fn groups(&self, outcome: Outcome) -> Vec<Vec<&'a Judged>> {
        let mut groups: Vec<Vec<&Judged>> = Vec::new();
        for judged in self.of(outcome) {
            match groups.last_mut() {
                Some(group) if group[0].requirement.id == judged.requirement.id => {
                    group.push(judged)
                }
                _ => groups.push(vec![judged]),
            }
        }
        groups
    }

    /// Types that turned out not to be supported.
    fn inferred(&self, out: &mut dyn Write) -> io::Result<()> {
        for kind in &self.judgement.inferred_unsupported {
            let why = "every create answered with 501: taken as unsupported";
            self.layout.line(out, 2, &format!(" {kind}: {why}\n"))?;
        }
        if let Some(told) = never_created(&self.judgement.never_created) {
            self.layout.line(out, 2, &format!(" {told}\n"))?;
        }
        Ok(())
    }

    fn areas(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut areas: Vec<(&str, Vec<&Judged>)> = Vec::new();
        for judged in &self.judgement.results {
            let area = judged.requirement.area();
            match areas.last_mut() {
                Some((last, list)) if *last == area => list.push(judged),
                _ => areas.push((area, vec![judged])),
            }
        }
        for (area, list) in areas {
            let counts = count(&list);
            let of = |outcome| counts.get(&outcome).copied().unwrap_or_default();
            let good = of(Outcome::Pass) + of(Outcome::Tolerated);
            let mut line = format!(" {area:<12} {good:>3}/{:<4}", list.len());
            for (outcome, style) in [
                (Outcome::Fail, BAD),
                (Outcome::Flaky, BAD),
                (Outcome::Xpass, BAD),
                (Outcome::Error, BAD),
                (Outcome::Xfail, WARNING),
                (Outcome::Warn, WARNING),
                (Outcome::Tolerated, Style::new()),
                (Outcome::Unverified, FAINT),
                (Outcome::Skip, FAINT),
            ] {
                if of(outcome) > 0 {
                    let word = outcome.as_str();
                    line.push_str(&format!("  {style}{} {word}{style:#}", of(outcome)));
                }
            }
            self.layout.line(out, 23, line.trim_end())?;
        }
        writeln!(out)
    }

    fn warnings(&self, out: &mut dyn Write) -> io::Result<()> {
        let warnings = self.groups(Outcome::Warn);
        for group in warnings.iter().take(MAX_WARNINGS) {
            let (requirement, kinds) = (group[0].requirement, types(group));
            let (id, title, actual) = (&requirement.id, &requirement.title, &group[0].actual);
            let head = format!("{WARNING}WARN{WARNING:#}  {id}   {kinds}");
            self.layout.line(out, 6, &head)?;
            self.layout
                .line(out, 6, &format!("      {title}: {actual}"))?;
        }
        if warnings.len() > MAX_WARNINGS {
            let more = warnings.len() - MAX_WARNINGS;
            writeln!(out, "      {more} more in report.json")?;
        }
        if warnings.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }

    /// Known failures, and what is not as the list of them says.
    fn known(&self, out: &mut dyn Write) -> io::Result<()> {
        for group in self.groups(Outcome::Xfail) {
            let (id, reason) = (&group[0].requirement.id, group[0].reason.as_deref());
            let reason = reason.unwrap_or_default();
            let kinds = types(&group);
            let line = format!("{WARNING}XFAIL{WARNING:#} {id}   {kinds}   {reason}");
            self.layout.line(out, 6, &line)?;
        }
        for surprise in &self.judgement.surprises {
            let line = format!("{BAD}UNEXPECTED{BAD:#}  {surprise}");
            self.layout.line(out, 12, &line)?;
        }
        let start = self.judgement.start;
        if start.known.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }
}

fn count(list: &[&Judged]) -> BTreeMap<Outcome, usize> {
    list.iter().fold(BTreeMap::new(), |mut counts, judged| {
        *counts.entry(judged.outcome).or_default() += 1;
        counts
    })
}

/// The types of a group, such as `pipeline, run`; empty if it is about none.
fn types(group: &[&Judged]) -> String {
    let kinds: Vec<&str> = group
        .iter()
        .filter_map(|j| j.kind)
        .map(|kind| kind.as_str())
        .collect();
    kinds.join(", ")
}
