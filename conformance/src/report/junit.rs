//! `junit.xml`: one test case per requirement and type, so that continuous integration keeps their
//! history.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::judge::{Judged, Judgement};
use crate::outcome::Outcome;

/// Renders a judged run.
pub(super) fn render(judgement: &Judgement<'_>) -> String {
    let mut report = Report::new("kfp-conformance");
    let mut suites: Vec<TestSuite> = Vec::new();
    for judged in &judgement.results {
        let area = judged.requirement.area();
        if suites
            .last()
            .is_none_or(|suite| suite.name.as_str() != area)
        {
            suites.push(suite(judgement, area));
        }
        if let Some(suite) = suites.last_mut() {
            suite.add_test_case(case(judged, judgement.start.strict));
        }
    }
    report.add_test_suites(suites);
    report.to_string().expect("writing to memory does not fail")
}

fn suite(judgement: &Judgement<'_>, area: &str) -> TestSuite {
    let mut suite = TestSuite::new(area);
    for (name, value) in [
        ("verdict", judgement.verdict.label().to_owned()),
        ("seed", judgement.start.seed.to_string()),
        ("document.sha256", judgement.start.document.sha256.clone()),
    ] {
        suite.add_property((name, value.as_str()));
    }
    suite
}

/// Name of a test case: stable over runs.
fn name(judged: &Judged) -> String {
    match judged.kind {
        None => judged.requirement.id.clone(),
        Some(kind) => format!("{} [{kind}]", judged.requirement.id),
    }
}

fn case(judged: &Judged, strict: bool) -> TestCase {
    let requirement = judged.requirement;
    let failing = judged.violates(strict);
    let status = match judged.outcome {
        _ if failing => failure(judged, NonSuccessKind::Failure),
        Outcome::Error => failure(judged, NonSuccessKind::Error),
        Outcome::Skip | Outcome::Unverified => {
            let mut status = TestCaseStatus::skipped();
            let reason = judged.reason.as_deref().unwrap_or_default();
            let word = judged.outcome.as_str();
            status.set_message(clean(&format!("{word}: {reason}: {}", judged.actual)));
            status
        }
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(clean(&name(judged)), status);
    case.set_classname(format!("kfp.{}", requirement.area()));
    case.add_property(("level", requirement.level.as_str()));
    case.add_property(("lens.spec", judged.lens.spec.as_str()));
    case.add_property(("lens.operator", judged.lens.operator.as_str()));
    if !failing
        && matches!(
            judged.outcome,
            Outcome::Flaky | Outcome::Warn | Outcome::Tolerated
        )
    {
        case.set_system_out(clean(&format!(
            "{}: {}",
            judged.outcome.as_str(),
            judged.actual
        )));
    }
    case
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

/// XML 1.0 has no way to write most control characters.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}
