use super::*;

#[test]
fn what_was_judged_outweighs_what_was_not() {
    let table = [
        (Outcome::Pass, Outcome::Skip, Outcome::Pass),
        (Outcome::Fail, Outcome::Error, Outcome::Fail),
        (Outcome::Pass, Outcome::Tolerated, Outcome::Tolerated),
        (Outcome::Unverified, Outcome::Pass, Outcome::Pass),
        (Outcome::Skip, Outcome::Unverified, Outcome::Unverified),
        (Outcome::Warn, Outcome::Error, Outcome::Error),
        (Outcome::Warn, Outcome::Flaky, Outcome::Flaky),
    ];
    for (a, b, worse) in table {
        assert_eq!(a.worse(b), worse, "{a:?} {b:?}");
        assert_eq!(b.worse(a), worse, "{b:?} {a:?}");
    }
}

#[test]
fn words_are_those_of_the_files() {
    for outcome in Outcome::BY_SEVERITY {
        let written = serde_json::to_value(outcome).expect("a word");
        assert_eq!(written, outcome.as_str(), "{outcome:?}");
    }
    use SkipReason::{Disabled, Filtered, Prerequisite, Unsupported};
    for reason in [Filtered, Unsupported, Prerequisite, Disabled] {
        let written = serde_json::to_value(reason).expect("a word");
        assert_eq!(written, reason.as_str(), "{reason:?}");
    }
    for lens in [Lens::Pass, Lens::Fail, Lens::None] {
        let written = serde_json::to_value(lens).expect("a word");
        assert_eq!(written, lens.as_str(), "{lens:?}");
    }
}

#[test]
fn a_lens_that_has_something_to_say_is_never_hidden() {
    let (pass, fail, none) = (Lens::Pass, Lens::Fail, Lens::None);
    assert_eq!((Lens::of(true), Lens::of(false)), (pass, fail));
    let table = [
        (pass, pass, pass),
        (pass, fail, fail),
        (pass, none, pass),
        (fail, none, fail),
        (none, none, none),
    ];
    for (a, b, worse) in table {
        assert_eq!(a.worse(b), worse, "{a:?} {b:?}");
        assert_eq!(b.worse(a), worse, "{b:?} {a:?}");
    }
    let both = |spec, operator| Lenses { spec, operator };
    let worse = both(pass, fail).worse(both(fail, none));
    assert_eq!(worse, both(fail, fail));
    assert_eq!(both(none, pass).worse(both(pass, none)), both(pass, pass));
}

#[test]
fn findings_are_what_they_are_called() {
    let skipped = Finding::skip(SkipReason::Filtered, "w");
    let table = [
        (Finding::pass("w"), Outcome::Pass, None),
        (Finding::tolerated("w"), Outcome::Tolerated, None),
        (Finding::warn("w"), Outcome::Warn, None),
        (Finding::fail("w"), Outcome::Fail, None),
        (Finding::error("w"), Outcome::Error, None),
        (
            Finding::prerequisite("w"),
            Outcome::Skip,
            Some("prerequisite"),
        ),
        (skipped, Outcome::Skip, Some("filtered")),
        (
            Finding::unverified("hook", "w"),
            Outcome::Unverified,
            Some("hook"),
        ),
        (Finding::when(true, "w"), Outcome::Pass, None),
        (Finding::when(false, "w"), Outcome::Fail, None),
    ];
    for (finding, outcome, reason) in table {
        let expected = Finding {
            outcome,
            reason: reason.map(str::to_owned),
            expected: None,
            actual: "w".to_owned(),
        };
        assert_eq!(finding, expected);
        let precise = finding.expected("e");
        assert_eq!(precise.expected.as_deref(), Some("e"));
    }
}
