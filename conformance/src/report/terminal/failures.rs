//! A block for each thing that is wrong.

use std::io::{self, Write};
use std::path::Path;

use super::{BAD, STRONG, Terminal, types};
use crate::exchange::excerpt;
use crate::judge::Judged;
use crate::outcome::{Lens, Outcome};
use crate::record::{EventRecord, ExchangeRecord};
use crate::report::again::again;
use crate::report::causes::causes;
use crate::report::json::{deliveries, exchanges};

impl<'a> Terminal<'a> {
    /// What failed, the worst for the cluster first, as on the page.
    pub(super) fn failures(&self) -> Vec<Vec<&'a Judged>> {
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
        failures
    }

    /// What is wrong with a requirement: what was seen, what it means, and the ways on.
    pub(super) fn failure(&self, out: &mut dyn Write, group: &[&Judged]) -> io::Result<()> {
        let (judged, layout) = (group[0], &self.layout);
        let requirement = judged.requirement;
        let word = judged.outcome.as_str().to_uppercase();
        let (id, level, kinds) = (&requirement.id, requirement.level.label(), types(group));
        let head = format!("{BAD}{word}{BAD:#}  {STRONG}{id}{STRONG:#}   {level}   {kinds}");
        layout.line(out, 6, &head)?;
        layout.line(out, 6, &format!("      {}", requirement.title))?;
        layout.row(out, "expected", &judged.expected)?;
        layout.row(out, "actual", &judged.actual)?;
        for line in self.shown(judged) {
            layout.row(out, "sent", &line)?;
        }
        let (spec, operator) = (lens(judged.lens.spec), lens(judged.lens.operator));
        layout.row(out, "lens", &format!("spec: {spec}   operator: {operator}"))?;
        layout.row(out, "means", &requirement.consequence)?;
        layout.row(out, "fix", &requirement.fix)?;
        if !requirement.operator.is_empty() {
            layout.row(out, "source", &requirement.operator)?;
        }
        if judged.total > 1 {
            let seen = format!("{} of {} checks", judged.failing, judged.total);
            layout.row(out, "seen", &seen)?;
        }
        layout.command(
            out,
            "again",
            &again(judged, self.judgement.start, self.journal),
        )?;
        let folder = Path::new(self.page).parent().unwrap_or(Path::new(""));
        let script = folder.join("repro").join(crate::repro::name(judged));
        if script.is_file() {
            layout.command(out, "by hand", &format!("sh {}", script.display()))?;
        }
        writeln!(out)
    }

    /// The requests that show it, a line each; then the events.
    fn shown(&self, judged: &Judged) -> Vec<String> {
        let exchanges = exchanges(self.judgement.records);
        let requests = judged.evidence.iter().filter_map(|seq| exchanges.get(seq));
        let deliveries = deliveries(self.judgement.records);
        let events = judged.events.iter().filter_map(|n| deliveries.get(n));
        let requests = requests.map(|exchange| request(exchange));
        requests
            .chain(events.map(|event| delivery(event)))
            .collect()
    }
}

fn request(exchange: &ExchangeRecord) -> String {
    let ExchangeRecord { seq, request, .. } = exchange;
    let state = exchange.operator_state.as_deref();
    let state = state.map_or(String::new(), |state| format!("   operator: {state}"));
    let size = request.body.as_ref().map_or(0, |body| body.bytes);
    let target = excerpt(request.target.as_bytes());
    format!("#{seq} {} {target} ({size} bytes){state}", request.method)
}

fn delivery(event: &EventRecord) -> String {
    let answer = event
        .answer
        .map_or("no answer".to_owned(), |status| status.to_string());
    let line = excerpt(format!("{} {}", event.method, event.target).as_bytes());
    let body = match &event.body.text {
        Some(text) => excerpt(text.as_bytes()),
        None => format!("({} bytes)", event.body.bytes),
    };
    format!("event {} {line} {body}   answered: {answer}", event.number)
}

fn lens(lens: Lens) -> &'static str {
    match lens {
        Lens::Pass => "pass",
        Lens::Fail => "FAIL",
        Lens::None => "-",
    }
}
