//! What comes before and after the findings: what will be done, what was not checked, and the verdict.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use super::{BAD, FAINT, GOOD, STRONG, Terminal, WARNING};
use crate::base::outcome::Outcome;
use crate::journal::record::Start;
use crate::judge::Verdict;
use crate::judge::coverage::Coverage;
use crate::report::json::Counts;
use crate::report::layout::Layout;

impl Terminal<'_> {
    /// Where the document itself falls short.
    pub(super) fn document(&self, out: &mut dyn Write) -> io::Result<()> {
        let checks = &self.judgement.start.document_checks;
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| check.outcome == Outcome::Fail)
            .map(|check| check.requirement.as_str())
            .collect();
        if failed.is_empty() {
            return Ok(());
        }
        let (count, ids) = (failed.len(), failed.join(", "));
        let text = format!(
            "{FAINT}the document itself falls short of the operator in {count} places ({ids}); no provider is blamed for it{FAINT:#}"
        );
        self.layout.line(out, 2, &text)?;
        writeln!(out)
    }

    /// The last block: what it comes to.
    pub(super) fn verdict(&self, out: &mut dyn Write) -> io::Result<()> {
        let (judgement, layout) = (self.judgement, &self.layout);
        let (bold, label) = (style(judgement.verdict), judgement.verdict.label());
        writeln!(out, "{bold}VERDICT  {label}{bold:#}")?;
        if let Some(partial) = &judgement.start.partial {
            layout.line(
                out,
                12,
                &format!("  PARTIAL   {partial}: it says nothing about the rest"),
            )?;
        }
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
        let counts = Counts::of(&judgement.results);
        for (what, counts) in [
            ("requirements", &counts.requirements),
            // One per requirement and type: what the page counts.
            ("results", &counts.results),
        ] {
            let told = told(counts);
            layout.line(out, 16, &format!("  {what:<13} {told}"))?;
        }
        if let Some(why) = judgement.stopped() {
            layout.line(out, 12, &format!("  stopped   {why}"))?;
        }
        self.left_behind(out)?;
        layout.line(out, 12, &coverage(&Coverage::of(judgement.records)))?;
        writeln!(out, "  report    {}", self.page)
    }
}

/// Such as `5 fail, 130 pass`.
fn told(counts: &BTreeMap<Outcome, usize>) -> String {
    let each = counts.iter();
    let each = each.map(|(outcome, count)| format!("{count} {}", outcome.as_str()));
    each.collect::<Vec<_>>().join(", ")
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Conformant | Verdict::ConformantWithGaps => GOOD,
        Verdict::NotConformant => BAD,
        Verdict::Incomplete => WARNING,
    }
}

fn coverage(coverage: &Coverage) -> String {
    let Coverage {
        operations_used,
        statuses_seen,
        keywords_met,
        keywords_violated,
        ..
    } = coverage;
    format!(
        "  coverage  operations {operations_used}, statuses {statuses_seen}, keywords of bodies met {keywords_met}, violated {keywords_violated}"
    )
}

/// What is known before anything is sent; creates can cost money.
///
/// # Errors
/// If the writer fails.
pub(crate) fn announce(start: &Start, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout::of_stdout();
    let head = format!(
        "{STRONG}kfp-conformance {}{STRONG:#}   {} requirements   document {}",
        start.tool,
        start.catalogue.requirements,
        start.document.sha256.get(..12).unwrap_or_default(),
    );
    layout.line(out, 9, &head)?;
    let name = start.target.name.as_deref();
    let name = name.map_or(String::new(), |name| format!("  {name}"));
    layout.line(out, 9, &format!("target   {}{name}", start.target.url))?;
    let creates: Vec<String> = start
        .creates
        .iter()
        .map(|creates| format!("{} {}", creates.kind, creates.count))
        .collect();
    let profile = format!(
        "profile  {}   seed {}   creates at most {}",
        start.profile,
        start.seed,
        creates.join(", ")
    );
    layout.line(out, 9, &profile)?;
    if let Some(shard) = start.shard {
        writeln!(out, "shard    {shard}")?;
    }
    if let Some(partial) = &start.partial {
        layout.line(out, 9, &format!("PARTIAL  {partial}"))?;
    }
    for kind in &start.unsupported {
        writeln!(out, "         {kind}: declared unsupported")?;
    }
    writeln!(out)
}
