use super::*;

fn input(outcomes: &[(&str, Outcome, Option<&str>)]) -> Input {
    let cell = |(requirement, outcome, reason): &(&str, Outcome, Option<&str>)| Cell {
        requirement: (*requirement).to_owned(),
        resource: None,
        outcome: *outcome,
        reason: reason.map(str::to_owned),
    };
    Input {
        schema_version: 1,
        verdict: Verdict::Conformant,
        started: String::new(),
        target: Target {
            url: "http://a".to_owned(),
            name: None,
        },
        results: outcomes.iter().map(cell).collect(),
    }
}

#[test]
fn what_was_met_and_is_no_longer_shown_to_be_is_worse() {
    use Outcome::{Error, Fail, Flaky, Pass, Skip, Tolerated, Unverified, Warn};
    let table = [
        (Pass, Pass, None, Change::Same),
        (Pass, Tolerated, None, Change::Other),
        (Pass, Fail, None, Change::Worse),
        (Pass, Flaky, None, Change::Worse),
        (Pass, Warn, None, Change::Worse),
        (Pass, Error, None, Change::Worse),
        (Tolerated, Warn, None, Change::Worse),
        (Warn, Fail, None, Change::Worse),
        (Fail, Warn, None, Change::Other),
        (Fail, Flaky, None, Change::Other),
        (Fail, Pass, None, Change::Other),
        (Pass, Skip, Some("unsupported"), Change::Worse),
        (Pass, Skip, Some("prerequisite"), Change::Worse),
        (Pass, Unverified, Some("hook:probe"), Change::Worse),
        (Pass, Skip, Some("filtered"), Change::Other),
        (Pass, Skip, Some("disabled"), Change::Other),
        (Fail, Skip, Some("unsupported"), Change::Other),
        (Skip, Fail, None, Change::Found),
        (Unverified, Flaky, None, Change::Found),
        (Skip, Pass, None, Change::Other),
    ];
    for (before, after, reason, wanted) in table {
        let inputs = [
            input(&[("a.b", before, None)]),
            input(&[("a.b", after, reason)]),
        ];
        let paths = [PathBuf::from("a"), PathBuf::from("b")];
        let row = &Comparison::of(&paths, &inputs).rows[0];
        assert_eq!(
            row.changes,
            [Change::Same, wanted],
            "{before:?} {after:?} {reason:?}"
        );
    }
}

#[test]
fn every_report_is_compared_to_the_first() {
    use Outcome::{Fail, Pass};
    let inputs = [
        input(&[("a.b", Pass, None), ("a.c", Pass, None)]),
        input(&[("a.b", Fail, None)]),
        input(&[
            ("a.b", Pass, None),
            ("a.c", Pass, None),
            ("a.new", Fail, None),
        ]),
    ];
    let paths = ["a", "b", "c"].map(PathBuf::from);
    let comparison = Comparison::of(&paths, &inputs);
    let changes: Vec<(&str, &[Change])> = comparison
        .rows
        .iter()
        .map(|row| (row.label.as_str(), row.changes.as_slice()))
        .collect();
    assert_eq!(
        changes,
        [
            ("a.b", &[Change::Same, Change::Worse, Change::Same][..]),
            ("a.c", &[Change::Same, Change::Other, Change::Same]),
            ("a.new", &[Change::Same, Change::Same, Change::Other]),
        ]
    );
    let mut out = Vec::new();
    print(&comparison, false, &mut out).expect("memory takes it");
    let text = String::from_utf8(out).expect("text");
    for part in [
        "fail !",
        "REGRESSIONS  1",
        "b: pass -> fail",
        "0 of 3 results are the same",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn columns_have_names_beyond_the_alphabet() {
    for (at, name) in [
        (0, "a"),
        (25, "z"),
        (26, "aa"),
        (51, "az"),
        (52, "ba"),
        (702, "aaa"),
    ] {
        assert_eq!(letter(at), name);
    }
}
