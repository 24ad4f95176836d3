//! `report.html`: one file that needs nothing else, from a disk, a mail or an artifact store.
//!
//! The page is data and a script that shows it. Everything in the data may come from a hostile
//! provider, so it can neither end its own element nor become markup, and the page may run no other
//! script and load nothing.

mod comparison;
mod latency;
mod page;

pub(crate) use comparison::render as render_comparison;
use page::Page;

use super::Destination;
use super::json::Report;
use crate::base::digest::sha256_hex;
use crate::judge::Judgement;
use crate::report::repro::Reproducer;

const FRAME: &str = include_str!("../../../assets/report.html");
const STYLE: &str = include_str!("../../../assets/report.css");
/// The parts share one scope, which a page without modules needs.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("../../../assets/report/dom.js"),
    include_str!("../../../assets/report/state.js"),
    include_str!("../../../assets/report/summary.js"),
    include_str!("../../../assets/report/matrix.js"),
    include_str!("../../../assets/report/detail.js"),
    include_str!("../../../assets/report/results.js"),
    include_str!("../../../assets/report/rest.js"),
    include_str!("../../../assets/report/main.js"),
    "})();\n",
);

/// Renders a judged run.
pub(super) fn render(
    to: &Destination<'_>,
    judgement: &Judgement<'_>,
    report: &Report,
    reproducers: &[Option<Reproducer>],
) -> String {
    let page = Page::of(judgement, report, to, reproducers);
    let data = embedded(&serde_json::to_string(&page).expect("pages have string keys"));
    // Nobody who answers the runner can know it beforehand.
    let nonce = sha256_hex(data.as_bytes());
    let title = title(judgement);
    fill(&[
        ("TITLE", &title),
        ("NONCE", &nonce),
        ("STYLE", STYLE),
        ("DATA", &data),
        ("SCRIPT", SCRIPT),
    ])
}

fn title(judgement: &Judgement<'_>) -> String {
    let name = judgement.start.target.name.as_deref();
    let name = name.unwrap_or(&judgement.start.target.url);
    let partial = judgement
        .start
        .partial
        .as_ref()
        .map_or("", |_| " (PARTIAL)");
    let text = format!("{}{partial}: {name}", judgement.verdict.label());
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Puts values into the frame, in the order in which their names appear in it. What is put in is not
/// searched again.
fn fill(values: &[(&str, &str)]) -> String {
    let size = values.iter().map(|(_, value)| value.len()).sum::<usize>();
    let mut page = String::with_capacity(FRAME.len() + size);
    let mut rest = FRAME;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("the frame closes its names");
        let value = values.iter().find(|(known, _)| *known == name);
        page.push_str(before);
        page.push_str(value.expect("the frame names what there is").1);
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that can stand in a script element: nothing in it looks like markup.
fn embedded(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
