//! `junit.xml`: one test case per requirement and type, so that continuous integration keeps their
//! history.
//!
//! Attributes have words of the catalogue only: what a provider answered stands in the text of an
//! element, where it is short, and in a file that `[[ATTACHMENT|…]]` names, in full.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::evidence;
use crate::base::outcome::Outcome;
use crate::journal::record::{Exchanges, exchanges};
use crate::judge::causes::is_wrong;
use crate::judge::{Judged, Judgement};

/// Renders a judged run whose evidence is in `folder`.
pub(super) fn render(judgement: &Judgement<'_>, folder: &Path) -> String {
    let junit = Junit {
        judgement,
        folder,
        exchanges: exchanges(judgement.records),
    };
    let mut report = Report::new("kfp-conformance");
    if let Some(end) = judgement.end() {
        report.set_time(Duration::try_from_secs_f64(end.seconds).unwrap_or_default());
    }
    if let Ok(started) = chrono::DateTime::parse_from_rfc3339(&judgement.start.started) {
        report.set_timestamp(started);
    }
    let areas = judgement
        .results
        .chunk_by(|a, b| a.requirement.area() == b.requirement.area());
    report.add_test_suites(areas.map(|area| junit.suite(area)));
    report.to_string().expect("writing to memory does not fail")
}

struct Junit<'a> {
    judgement: &'a Judgement<'a>,
    folder: &'a Path,
    exchanges: Exchanges<'a>,
}

impl Junit<'_> {
    fn suite(&self, area: &[Judged]) -> TestSuite {
        let start = self.judgement.start;
        let mut suite = TestSuite::new(area.first().map_or("", |judged| judged.requirement.area()));
        for (name, value) in [
            ("verdict", self.judgement.verdict.label().to_owned()),
            ("complete", self.judgement.complete.to_string()),
            ("profile", start.profile.clone()),
            ("seed", start.seed.to_string()),
            ("document.sha256", start.document.sha256.clone()),
            ("catalogue.sha256", start.catalogue.sha256.clone()),
        ] {
            suite.add_property((name, value.as_str()));
        }
        if let Ok(started) = chrono::DateTime::parse_from_rfc3339(&start.started) {
            suite.set_timestamp(started);
        }
        suite.set_time(self.time(area));
        suite.add_test_cases(area.iter().map(|judged| self.case(judged)));
        suite
    }

    /// How long the requests took that these results were seen on, each counted once.
    fn time(&self, results: &[Judged]) -> Duration {
        let shown: BTreeSet<u64> = results
            .iter()
            .flat_map(|judged| judged.evidence.iter().copied())
            .collect();
        let exchanges = shown.iter().filter_map(|seq| self.exchanges.get(seq));
        let milliseconds: f64 = exchanges.map(|exchange| exchange.total_ms).sum();
        Duration::try_from_secs_f64(milliseconds / 1e3).unwrap_or_default()
    }

    fn case(&self, judged: &Judged) -> TestCase {
        let requirement = judged.requirement;
        let mut case = TestCase::new(name(judged), status(judged, self.judgement.start.strict));
        case.set_classname(format!("kfp.{}", requirement.area()));
        case.set_time(self.time(std::slice::from_ref(judged)));
        case.add_property(("level", requirement.level.as_str()));
        case.add_property(("outcome", judged.outcome.as_str()));
        case.add_property(("lens.spec", judged.lens.spec.as_str()));
        case.add_property(("lens.operator", judged.lens.operator.as_str()));
        let mut told = Vec::new();
        let passes = matches!(case.status, TestCaseStatus::Success { .. });
        if passes && judged.outcome != Outcome::Pass {
            told.push(format!("{}: {}", judged.outcome.as_str(), judged.actual));
        }
        if is_wrong(judged) && !judged.evidence.is_empty() {
            let file = self.folder.join(evidence::file_name(judged));
            told.push(format!("[[ATTACHMENT|{}]]", file.display()));
        }
        if !told.is_empty() {
            case.set_system_out(clean(&told.join("\n")));
        }
        case
    }
}

/// Name of a test case: stable over runs.
fn name(judged: &Judged) -> String {
    match judged.kind {
        None => judged.requirement.id.clone(),
        Some(kind) => format!("{} [{kind}]", judged.requirement.id),
    }
}

fn status(judged: &Judged, strict: bool) -> TestCaseStatus {
    match judged.outcome {
        _ if judged.violates(strict) => failure(judged, NonSuccessKind::Failure),
        Outcome::Error => failure(judged, NonSuccessKind::Error),
        Outcome::Skip | Outcome::Unverified | Outcome::Xfail => {
            let mut status = TestCaseStatus::skipped();
            let reason = judged.reason.as_deref().unwrap_or_default();
            let word = match judged.outcome {
                Outcome::Unverified => "unverified: needs",
                Outcome::Xfail => "xfail:",
                _ => "skip:",
            };
            status.set_message(clean(&format!("{word} {reason}")));
            status.set_description(clean(&judged.actual));
            status
        }
        _ => TestCaseStatus::success(),
    }
}

fn failure(judged: &Judged, kind: NonSuccessKind) -> TestCaseStatus {
    let requirement = judged.requirement;
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(requirement.level.as_str());
    status.set_message(clean(&requirement.title));
    status.set_description(clean(&format!(
        "expected: {}\nactual: {}\nmeans: {}\nfix: {}",
        judged.expected, judged.actual, requirement.consequence, requirement.fix
    )));
    status
}

/// XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF.
fn clean(text: &str) -> String {
    let can_be_written = |c: &char| {
        matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
    };
    text.chars().filter(can_be_written).collect()
}

#[cfg(test)]
mod tests;
