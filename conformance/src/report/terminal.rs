//! The report for people: quiet while green, a block per failure, then the verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};

use super::causes::causes;
use super::json::{Counts, deliveries, exchanges};
use super::slow;
use crate::coverage::Coverage;
use crate::judge::{Judged, Judgement, Verdict};
use crate::latency::Latency;
use crate::outcome::{Lens, Outcome};
use crate::record::{Record, Start};

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Warnings beyond this many are counted instead.
const MAX_WARNINGS: usize = 12;

/// Writes the report to any writer; colours are left to the writer.
pub(crate) struct Terminal<'a> {
    judgement: &'a Judgement<'a>,
    /// Where the page is, for the last line.
    page: &'a str,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(judgement: &'a Judgement<'a>, page: &'a str) -> Self {
        Self { judgement, page }
    }

    /// The whole report.
    ///
    /// # Errors
    /// If the writer fails.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.inferred(out)?;
        self.areas(out)?;
        for group in self.failures() {
            self.failure(out, &group)?;
        }
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

    /// What failed, the worst for the cluster first, as on the page; then what the runner could not do.
    fn failures(&self) -> Vec<Vec<&'a Judged>> {
        let results = &self.judgement.results;
        let causes = causes(self.judgement, &exchanges(self.judgement.records));
        let place = |judged: &Judged| {
            let is_it = |at: &usize| std::ptr::eq(&results[*at], judged);
            causes
                .iter()
                .position(|cause| cause.results.iter().any(is_it))
        };
        let failures = [Outcome::Fail, Outcome::Flaky].map(|outcome| self.groups(outcome));
        let mut failures = failures.concat();
        failures.sort_by_key(|group| place(group[0]));
        failures.extend(self.groups(Outcome::Error));
        failures
    }

    /// Types that turned out not to be supported.
    fn inferred(&self, out: &mut dyn Write) -> io::Result<()> {
        for kind in &self.judgement.inferred_unsupported {
            let why = "every create answered with 501: taken as unsupported";
            writeln!(out, " {kind}: {why}\n")?;
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
            write!(out, " {area:<12} {good:>3}/{:<4}", list.len())?;
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
                    write!(
                        out,
                        "  {style}{} {}{style:#}",
                        of(outcome),
                        outcome.as_str()
                    )?;
                }
            }
            writeln!(out)?;
        }
        writeln!(out)
    }

    fn failure(&self, out: &mut dyn Write, group: &[&Judged]) -> io::Result<()> {
        let judged = group[0];
        let requirement = judged.requirement;
        let word = judged.outcome.as_str().to_uppercase();
        let kinds = types(group);
        writeln!(
            out,
            "{BAD}{word}{BAD:#}  {STRONG}{}{STRONG:#}   {}   {kinds}",
            requirement.id,
            requirement.level.label()
        )?;
        writeln!(out, "      {}", requirement.title)?;
        row(out, "expected", &judged.expected)?;
        row(out, "actual", &judged.actual)?;
        for line in self.shown(judged) {
            row(out, "sent", &line)?;
        }
        row(
            out,
            "lens",
            &format!(
                "spec: {}   operator: {}",
                lens(judged.lens.spec),
                lens(judged.lens.operator)
            ),
        )?;
        row(out, "means", &requirement.consequence)?;
        row(out, "fix", &requirement.fix)?;
        if !requirement.operator.is_empty() {
            row(out, "source", &requirement.operator)?;
        }
        if judged.total > 1 {
            row(
                out,
                "seen",
                &format!("{} of {} checks", judged.failing, judged.total),
            )?;
        }
        let only = judged
            .kind
            .map_or(String::new(), |kind| format!(" --type {kind}"));
        row(
            out,
            "again",
            &format!(
                "kfp-conformance run {}{only} --seed {}",
                requirement.id, self.judgement.start.seed
            ),
        )?;
        let folder = Path::new(self.page).parent().unwrap_or(Path::new(""));
        let script = folder.join("repro").join(crate::repro::name(judged));
        if script.is_file() {
            row(out, "by hand", &format!("sh {}", script.display()))?;
        }
        writeln!(out)
    }

    /// The requests that show it, a line each.
    fn shown(&self, judged: &Judged) -> Vec<String> {
        let exchanges = exchanges(self.judgement.records);
        let of = judged.evidence.iter().filter_map(|seq| exchanges.get(seq));
        let deliveries = deliveries(self.judgement.records);
        let events = judged
            .events
            .iter()
            .filter_map(|number| deliveries.get(number));
        let events = events.map(|event| {
            let answer = event
                .answer
                .map_or("no answer".to_owned(), |status| status.to_string());
            let line = format!("{} {}", event.method, event.target);
            let line = crate::exchange::excerpt(line.as_bytes());
            let body = event.body.text.as_deref().unwrap_or_default();
            let body = crate::exchange::excerpt(body.as_bytes());
            format!("event {} {line} {body}   answered: {answer}", event.number)
        });
        let requests = of.map(|exchange| {
            let state = exchange
                .operator_state
                .as_deref()
                .map(|s| format!("   operator: {s}"));
            let size = exchange.request.body.as_ref().map_or(0, |body| body.bytes);
            format!(
                "#{} {} {} ({size} bytes){}",
                exchange.seq,
                exchange.request.method,
                crate::exchange::excerpt(exchange.request.target.as_bytes()),
                state.unwrap_or_default()
            )
        });
        requests.chain(events).collect()
    }

    fn warnings(&self, out: &mut dyn Write) -> io::Result<()> {
        let warnings = self.groups(Outcome::Warn);
        for group in warnings.iter().take(MAX_WARNINGS) {
            let (requirement, kinds) = (group[0].requirement, types(group));
            writeln!(
                out,
                "{WARNING}WARN{WARNING:#}  {}   {kinds}\n      {}: {}",
                requirement.id, requirement.title, group[0].actual
            )?;
        }
        if warnings.len() > MAX_WARNINGS {
            writeln!(
                out,
                "      {} more in report.json",
                warnings.len() - MAX_WARNINGS
            )?;
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
            writeln!(out, "{WARNING}XFAIL{WARNING:#} {id}   {kinds}   {reason}")?;
        }
        for surprise in &self.judgement.surprises {
            writeln!(out, "{BAD}UNEXPECTED{BAD:#}  {surprise}")?;
        }
        let start = self.judgement.start;
        if start.known.is_empty() {
            Ok(())
        } else {
            writeln!(out)
        }
    }

    /// What was not checked, by what it would take.
    fn missing(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut groups: BTreeMap<(Outcome, &str), Vec<&str>> = BTreeMap::new();
        for judged in &self.judgement.results {
            if matches!(judged.outcome, Outcome::Skip | Outcome::Unverified) {
                let reason = judged.reason.as_deref().unwrap_or_default();
                let ids = groups.entry((judged.outcome, reason)).or_default();
                if ids.last() != Some(&judged.requirement.id.as_str()) {
                    ids.push(&judged.requirement.id);
                }
            }
        }
        if groups.is_empty() {
            return Ok(());
        }
        writeln!(out, "not checked")?;
        for ((outcome, reason), ids) in groups {
            let word = match outcome {
                Outcome::Unverified => format!("needs {reason}"),
                _ => reason.to_owned(),
            };
            writeln!(out, " {FAINT}{word:<24} {}{FAINT:#}", listed(&ids))?;
        }
        writeln!(out)
    }

    fn document(&self, out: &mut dyn Write) -> io::Result<()> {
        let checks = &self.judgement.start.document_checks;
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| check.outcome == Outcome::Fail)
            .map(|check| check.requirement.as_str())
            .collect();
        if failed.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "{FAINT}the document itself falls short of the operator in {} places ({}); no provider is blamed for it{FAINT:#}\n",
            failed.len(),
            failed.join(", ")
        )
    }

    fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
        let judgement = self.judgement;
        let style = |verdict: Verdict| match verdict {
            Verdict::Conformant | Verdict::ConformantWithGaps => GOOD,
            Verdict::NotConformant => BAD,
            Verdict::Incomplete => WARNING,
        };
        let counts = Counts::of(&judgement.results).requirements;
        let told: Vec<String> = counts
            .iter()
            .map(|(o, n)| format!("{n} {}", o.as_str()))
            .collect();
        let bold = style(judgement.verdict);
        writeln!(
            out,
            "{bold}VERDICT  {}{bold:#}   {}",
            judgement.verdict.label(),
            told.join(", ")
        )?;
        let verdicts = judgement.verdicts;
        for (name, verdict) in [("spec", verdicts.spec), ("operator", verdicts.operator)] {
            let style = style(verdict);
            writeln!(out, "  {name:<9} {style}{}{style:#}", verdict.label())?;
        }
        let gated = judgement.gated;
        if (gated.spec, gated.operator) != (verdicts.spec, verdicts.operator) {
            let rest = gated.spec.worse(gated.operator).label();
            writeln!(out, "  known failures set aside: {rest}")?;
        }
        let leaks = judgement
            .records
            .iter()
            .filter(|r| matches!(r, Record::Leak(_)))
            .count();
        if let Some(why) = judgement.stopped() {
            writeln!(out, "  stopped   {why}")?;
        }
        if let Some(end) = judgement.end() {
            writeln!(
                out,
                "  {} requests in {:.1} s, {leaks} resources left behind",
                end.exchanges, end.seconds
            )?;
        }
        let coverage = Coverage::of(judgement.records);
        writeln!(
            out,
            "  coverage  operations {}, statuses {}, keywords of bodies met {}, violated {}",
            coverage.operations_used,
            coverage.statuses_seen,
            coverage.keywords_met,
            coverage.keywords_violated
        )?;
        writeln!(out, "  report    {}", self.page)
    }
}

/// What is known before anything is sent; creates can cost money.
///
/// # Errors
/// If the writer fails.
pub(crate) fn announce(start: &Start, out: &mut dyn Write) -> io::Result<()> {
    let name = start
        .target
        .name
        .as_deref()
        .map(|name| format!("  {name}"))
        .unwrap_or_default();
    writeln!(
        out,
        "{STRONG}kfp-conformance {}{STRONG:#}   {} requirements   document {}",
        start.tool,
        start.catalogue.requirements,
        start.document.sha256.get(..12).unwrap_or_default(),
    )?;
    writeln!(out, "target   {}{name}", start.target.url)?;
    let creates: Vec<String> = start
        .creates
        .iter()
        .map(|creates| format!("{} {}", creates.kind, creates.count))
        .collect();
    writeln!(
        out,
        "profile  {}   seed {}   creates at most {}",
        start.profile,
        start.seed,
        creates.join(", ")
    )?;
    if let Some(shard) = start.shard {
        writeln!(out, "shard    {shard}")?;
    }
    for kind in &start.unsupported {
        writeln!(out, "         {kind}: declared unsupported")?;
    }
    writeln!(out)
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

fn lens(lens: Lens) -> &'static str {
    match lens {
        Lens::Pass => "pass",
        Lens::Fail => "FAIL",
        Lens::None => "-",
    }
}

fn row(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "      {FAINT}{label:<10}{FAINT:#} {text}")
}

fn listed(ids: &[&str]) -> String {
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
