//! `expected.toml`: failures that are known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kfp_operator_sim::ResourceKind;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::{ConfigError, place, read_text, syntax};
use crate::base::outcome::Outcome;
use crate::catalogue::{Catalogue, Level};
use crate::journal::record::KnownFailure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expected: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    requirement: String,
    #[serde(rename = "type")]
    kind: Option<ResourceKind>,
    outcome: Option<Outcome>,
    reason: String,
    expires: Datetime,
}

/// Reads an `expected.toml`.
///
/// # Errors
/// [`ConfigError`] with file, line and column, also for entries that could never match.
pub(crate) fn read(path: &Path) -> Result<Vec<KnownFailure>, ConfigError> {
    let text = read_text(path, "it lists known failures as [[expected]]")?;
    let file: File = toml::from_str(&text).map_err(|error| syntax(path, &text, &error))?;
    let mut of: BTreeMap<String, BTreeSet<Option<ResourceKind>>> = BTreeMap::new();
    let mut known = Vec::new();
    for entry in file.expected {
        let (line, column) = place(&text, entry.span().start);
        let entry = entry.into_inner();
        let kinds = of.entry(entry.requirement.clone()).or_default();
        let twice = !kinds.insert(entry.kind) || (kinds.len() > 1 && kinds.contains(&None));
        if let Some(what) = defect(&entry, twice) {
            return Err(ConfigError::Syntax {
                path: path.to_owned(),
                line,
                column,
                what,
            });
        }
        known.push(KnownFailure {
            requirement: entry.requirement,
            kind: entry.kind,
            outcome: entry.outcome,
            reason: entry.reason,
            expires: entry.expires.to_string(),
            place: format!("{}:{line}", path.display()),
        });
    }
    Ok(known)
}

/// What makes an entry useless.
fn defect(entry: &Entry, twice: bool) -> Option<String> {
    let id = &entry.requirement;
    let found = Catalogue::embedded().get(id);
    let Some(requirement) = found.filter(|found| found.level != Level::Document) else {
        return Some(format!(
            "no requirement on providers is called {id:?} (hint: kfp-conformance list)"
        ));
    };
    if twice {
        return Some(format!(
            "a second entry for {id} (hint: one without a type is about all types)"
        ));
    }
    // Without a type it is about all of them.
    if let Some(kind) = entry.kind
        && !requirement.subjects().contains(&entry.kind)
    {
        return Some(format!("{id} is not judged for {kind}"));
    }
    let failures = [Outcome::Fail, Outcome::Flaky, Outcome::Warn];
    if entry
        .outcome
        .is_some_and(|outcome| !failures.contains(&outcome))
    {
        return Some("outcome: only fail, flaky or warn can be expected".to_owned());
    }
    if entry.reason.trim().is_empty() {
        return Some("reason: empty (hint: whoever finds it has to know why)".to_owned());
    }
    let only_date = entry.expires.date.is_some() && entry.expires.time.is_none();
    (!only_date).then(|| "expires: no date (hint: such as 2027-03-31)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<KnownFailure>, ConfigError> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("expected.toml");
        std::fs::write(&path, text).expect("writes");
        read(&path)
    }

    #[test]
    fn entries_keep_their_place() {
        let text = "\n[[expected]]\nrequirement = \"create.201.status\"\ntype = \"run\"\nreason = \"r\"\nexpires = 2027-03-31\n";
        let known = parse(text).expect("a good file");
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].expires, "2027-03-31");
        assert!(
            known[0].place.ends_with("expected.toml:2"),
            "{}",
            known[0].place
        );
        assert!(parse("").expect("nothing is expected").is_empty());
    }

    #[test]
    fn useless_entries_are_refused() {
        let good = [
            ("requirement", "\"create.201.status\""),
            ("type", "\"run\""),
            ("reason", "\"r\""),
            ("expires", "2027-03-31"),
        ];
        let table = [
            (
                "requirement",
                "\"create.nope\"",
                "no requirement on providers",
            ),
            (
                "requirement",
                "\"spec.env-array\"",
                "no requirement on providers",
            ),
            (
                "requirement",
                "\"health.no-credentials\"",
                "is not judged for run",
            ),
            ("reason", "\" \"", "reason: empty"),
            ("reason", "", "missing field `reason`"),
            ("expires", "", "missing field `expires`"),
            ("expires", "07:00:00", "expires: no date"),
            ("expires", "2027-03-31T07:00:00Z", "expires: no date"),
            ("outcome", "\"pass\"", "outcome: only fail"),
            ("outcome", "\"bad\"", "unknown variant"),
            ("until", "1", "unknown field"),
        ];
        for (key, value, part) in table {
            let mut rows: Vec<(&str, &str)> = good.to_vec();
            rows.retain(|(k, _)| *k != key);
            if !value.is_empty() {
                rows.push((key, value));
            }
            let lines: Vec<String> = rows.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            let text = format!("[[expected]]\n{}\n", lines.join("\n"));
            let error = parse(&text).expect_err(&text).to_string();
            assert!(error.contains(part), "{key} = {value}: {error}");
            assert!(error.contains("expected.toml:"), "{error}");
        }
        let once = "[[expected]]\nrequirement = \"create.201.status\"\ntype = \"run\"\nreason = \"r\"\nexpires = 2027-03-31\n";
        let all = once.replace("type = \"run\"\n", "");
        for (text, line) in [
            (once.repeat(2), 6),
            (all.repeat(2), 5),
            (format!("{once}{all}"), 6),
            (format!("{all}{once}"), 5),
        ] {
            let error = parse(&text).expect_err("twice").to_string();
            let place = format!("expected.toml:{line}:");
            assert!(
                error.contains(&place) && error.contains("second entry"),
                "{error}"
            );
        }
        assert_eq!(parse(&all).expect("about all types")[0].kind, None);
    }
}
