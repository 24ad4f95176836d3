//! Journals that are damaged: whatever became of one, a report is made, and never looks complete.

use crate::catalogue::ids;
use std::fs;
use std::path::Path;

use crate::base::outcome::{Lens, Lenses, Outcome};
use crate::journal::reader::{JOURNAL_FILE, ReadError, parse, read};
use crate::journal::record::{End, Observation, Record, Start};
use crate::journal::writer::Journal;
use crate::judge::{Verdict, judge};
use crate::report::{self, Destination, Proofs};

/// A small journal with a bit of everything.
fn journal(outcome: Outcome) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let journal = Journal::create(dir.path()).expect("creates");
    let start: Start =
        serde_json::from_str(include_str!("../journal/reader/start.json")).expect("a start");
    journal.write(Record::Start(Box::new(start)));
    let exchange = include_str!("../journal/reader/exchange.json");
    journal.write(serde_json::from_str(exchange).expect("an exchange"));
    journal.write(Record::Observation(Box::new(Observation {
        case: "delete.unknown[run]".to_owned(),
        requirement: ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE.to_owned(),
        kind: Some(kfp_operator_sim::ResourceKind::Run),
        series: None,
        outcome,
        reason: None,
        expected: "an object".to_owned(),
        actual: "404 {\"providerError\":\"weg — ∅\"}".to_owned(),
        lens: Lenses {
            spec: Lens::Pass,
            operator: Lens::of(outcome == Outcome::Pass),
        },
        evidence: vec![1],
        events: Vec::new(),
        count: 1,
    })));
    let end = End {
        complete: true,
        stopped: None,
        seconds: 0.5,
        exchanges: 1,
        rate: None,
        doubtful: Vec::new(),
        sha256: String::new(),
    };
    journal.finish(end).expect("writes");
    fs::read(dir.path().join(JOURNAL_FILE)).expect("reads")
}

/// What becomes of bytes: the verdict, or nothing if there is no start.
fn judged(bytes: &[u8]) -> Option<(Verdict, bool)> {
    let records = parse(bytes);
    if !matches!(records.first(), Some(Record::Start(_))) {
        return None;
    }
    let judgement = judge(&records).expect("a start");
    Some((judgement.verdict, judgement.complete))
}

/// The same from disk, with every report made.
fn rendered(bytes: &[u8], folder: &Path) -> Option<(Verdict, bool)> {
    fs::write(folder.join(JOURNAL_FILE), bytes).expect("writes");
    let reading = match read(folder) {
        Ok(reading) => reading,
        Err(ReadError::NoStart { .. } | ReadError::Version { .. }) => return None,
        Err(other) => panic!("{other}"),
    };
    let judgement = judge(&reading.records).expect("a start");
    let to = Destination {
        folder,
        journal: &reading.folder,
        proofs: Proofs::none(),
    };
    report::write(&to, &judgement).expect("writes");
    report::print(&to, &judgement, &mut std::io::sink()).expect("prints");
    Some((judgement.verdict, judgement.complete))
}

#[test]
fn a_whole_journal_is_complete() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let whole = journal(Outcome::Pass);
    let (_, complete) = rendered(&whole, dir.path()).expect("a report");
    assert!(complete);
    let failed = journal(Outcome::Fail);
    assert_eq!(
        rendered(&failed, dir.path()),
        Some((Verdict::NotConformant, true))
    );
}

#[test]
fn a_journal_cut_anywhere_is_incomplete() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let whole = journal(Outcome::Pass);
    let first = whole.iter().position(|byte| *byte == b'\n').expect("lines");
    // The last byte is the end of the last line, which a reader can do without.
    for length in 0..whole.len() - 1 {
        let cut = &whole[..length];
        let wanted = (length >= first).then_some((Verdict::Incomplete, false));
        assert_eq!(judged(cut), wanted, "cut to {length} bytes");
        // Reports depend on what could be read, which changes with lines.
        if matches!(cut.last(), Some(b'\n' | b'}')) {
            assert_eq!(rendered(cut, dir.path()), wanted, "cut to {length} bytes");
        }
    }
}

#[test]
fn a_flipped_bit_is_noticed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let whole = journal(Outcome::Pass);
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .expect("lines");
    let mut rng = fastrand::Rng::with_seed(1);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << rng.u8(0..8);
        let seen = if at % 64 == 0 {
            rendered(&changed, dir.path())
        } else {
            judged(&changed)
        };
        // The seal covers what is before the last line; what that says of itself is no finding.
        let complete = seen.is_some_and(|(_, complete)| complete);
        assert!(!complete || at > last, "byte {at} of {}", whole.len());
    }
}

#[test]
fn what_was_found_before_the_damage_still_counts() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut cut = journal(Outcome::Fail);
    cut.truncate(cut.len() - 20);
    assert_eq!(
        rendered(&cut, dir.path()),
        Some((Verdict::NotConformant, false))
    );
}

#[test]
fn damage_is_told() {
    let whole = journal(Outcome::Pass);
    let text = String::from_utf8(whole).expect("text");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let table = [
        ("cut", lines[..3].concat(), "breaks off before its end"),
        (
            "cut in a line",
            format!("{}{{\"rec", lines[..3].concat()),
            "breaks off in line 4",
        ),
        (
            "garbage",
            [lines[0], "garbage\n", lines[3]].concat(),
            "line 2 cannot be read",
        ),
        (
            "a line is missing",
            [lines[0], lines[2], lines[3]].concat(),
            "the seal differs",
        ),
        ("twice", [&*text, &*text].concat(), "line 5 follows the end"),
        (
            "two runs",
            [lines[0], &*text].concat(),
            "line 2 starts a second run",
        ),
    ];
    for (name, text, part) in table {
        let records = parse(text.as_bytes());
        let Some(Record::End(end)) = records.last() else {
            panic!("{name}: no end");
        };
        let told = end.stopped.as_deref().unwrap_or_default();
        assert!(!end.complete && told.contains(part), "{name}: {told}");
    }
}
