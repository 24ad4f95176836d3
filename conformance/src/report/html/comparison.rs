//! The page of a comparison: a table, without a script.

use std::fmt::Write as _;

use super::STYLE;
use crate::base::digest::sha256_hex;
use crate::base::outcome::Outcome;
use crate::report::compare::{Change, Comparison, Row, cell, letter};

/// What a page shows, the most urgent first.
const SECTIONS: [(Change, &str); 4] = [
    (Change::Worse, "Met before, and no longer shown to be"),
    (Change::Found, "Fails, and was not checked before"),
    (Change::Other, "Differs otherwise"),
    (Change::Same, "The same in all reports"),
];

/// Renders a comparison.
pub(crate) fn render(comparison: &Comparison) -> String {
    let nonce = sha256_hex(STYLE.as_bytes());
    let worse = comparison.with(Change::Worse).count();
    let title = match worse {
        0 => "No regression".to_owned(),
        1 => "1 regression".to_owned(),
        many => format!("{many} regressions"),
    };
    let tone = if worse == 0 { "pass" } else { "fail" };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'nonce-{nonce}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n<div class=\"page\">\n\
         <header><p class=\"kicker\">Reports compared to the first</p>\n\
         <h1 class=\"verdict tone-{tone}\">{title}</h1></header>\n<main>\n"
    );
    reports(&mut page, comparison);
    page.push_str(
        "<p class=\"note\">! was met and is no longer shown to be · + fails and was not checked before · ~ differs \
         otherwise</p>\n",
    );
    for (change, title) in SECTIONS {
        let rows: Vec<&Row> = comparison
            .rows
            .iter()
            .filter(|row| row.change() == change)
            .collect();
        if rows.is_empty() {
            continue;
        }
        let count = rows.len();
        // What has not changed is folded away.
        let (begin, end) = match change {
            Change::Same => (
                format!("<details><summary>{title} ({count})</summary>\n"),
                "</details>\n",
            ),
            _ => (format!("<h2>{title} ({count})</h2>\n"), ""),
        };
        page.push_str(&begin);
        matrix(&mut page, comparison, title, &rows);
        page.push_str(end);
    }
    page.push_str("</main>\n</div>\n</body>\n</html>\n");
    page
}

fn reports(page: &mut String, comparison: &Comparison) {
    page.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"the reports\"><table>\n\
         <thead><tr><td></td><th scope=\"col\">verdict</th>\
         <th scope=\"col\">provider</th><th scope=\"col\">started</th><th scope=\"col\">report</th></tr></thead>\n<tbody>\n",
    );
    for (at, column) in comparison.columns.iter().enumerate() {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            letter(at),
            column.verdict.label().to_lowercase(),
            escaped(&column.name),
            escaped(&moment(&column.started)),
            escaped(&column.path.display().to_string()),
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn matrix(page: &mut String, comparison: &Comparison, title: &str, rows: &[&Row]) {
    let _ = write!(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"><table class=\"matrix\">\n\
         <thead><tr><th scope=\"col\">requirement</th>",
    );
    for at in 0..comparison.columns.len() {
        let _ = write!(page, "<th scope=\"col\">{}</th>", letter(at));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        let _ = write!(page, "<tr><th scope=\"row\">{}</th>", escaped(&row.label));
        for (outcome, change) in row.outcomes.iter().zip(&row.changes) {
            let class = outcome.map_or("none", Outcome::as_str);
            let changed = match change {
                Change::Same => "",
                _ => " changed",
            };
            let _ = write!(
                page,
                "<td><span class=\"cell {class}{changed}\">{}</span></td>",
                cell(*outcome, *change)
            );
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

/// When a run began, without fractions of a second.
fn moment(started: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(started) {
        Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => started.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
