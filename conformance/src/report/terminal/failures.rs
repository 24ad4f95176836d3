//! A block for each thing that is wrong.

use std::io::{self, Write};
use std::path::Path;

use super::{BAD, STRONG, Terminal, types};
use crate::base::outcome::{Lens, Outcome};
use crate::base::text::excerpt;
use crate::journal::record::exchanges;
use crate::journal::record::{EventRecord, ExchangeRecord};
use crate::judge::Judged;
use crate::judge::causes::causes;
use crate::report::again::again;
use crate::report::json::deliveries;
use crate::report::repro;

impl<'a> Terminal<'a> {
    /// What failed, by cause and in the order in which to mend it, as on the page.
    pub(super) fn failures(&self, out: &mut dyn Write) -> io::Result<()> {
        let results = &self.judgement.results;
        let causes = causes(self.judgement, &exchanges(self.judgement.records));
        let failed = |at: &usize| matches!(results[*at].outcome, Outcome::Fail | Outcome::Flaky);
        let failing = causes
            .iter()
            .filter(|cause| cause.results.iter().any(failed));
        for (number, cause) in failing.enumerate() {
            let label = cause.label;
            let only = if cause.real {
                ""
            } else {
                ", shown by what only a tester sends"
            };
            let hidden = cause.hidden.as_ref();
            let hidden = hidden.map_or(String::new(), |hidden| format!("; {hidden}"));
            let head = format!("{STRONG}{}. {label}{STRONG:#}{only}{hidden}\n", number + 1);
            self.layout.line(out, 3, &head)?;
            // The lead says most, so it comes first.
            let rest = cause.results.iter().filter(|at| **at != cause.lead);
            let ordered = std::iter::once(&cause.lead).chain(rest);
            let mut groups: Vec<Vec<&'a Judged>> = Vec::new();
            for at in ordered.filter(|at| failed(at)) {
                let judged = &results[*at];
                let same = |group: &&mut Vec<&Judged>| {
                    let id = &group[0].requirement.id;
                    (id, group[0].outcome) == (&judged.requirement.id, judged.outcome)
                };
                match groups.iter_mut().find(same) {
                    Some(group) => group.push(judged),
                    None => groups.push(vec![judged]),
                }
            }
            for group in &groups {
                self.failure(out, group)?;
            }
        }
        Ok(())
    }

    /// What is wrong with a requirement: what was seen, what it means, and the ways on.
    fn failure(&self, out: &mut dyn Write, group: &[&Judged]) -> io::Result<()> {
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
        let script = folder.join(repro::FOLDER).join(repro::name(judged));
        if script.is_file() {
            layout.command(out, "by hand", &format!("sh {}", script.display()))?;
        } else if repro::can_be_shown(&requirement.id) && judged.case.is_some() {
            layout.command(out, "replay", &repro::replay(judged, self.journal))?;
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
