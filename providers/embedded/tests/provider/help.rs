//! The help texts, as people see them. `EXPECTORATE=overwrite cargo test` accepts a change.

use crate::program::Program;

#[test]
fn help_is_as_reviewed() {
    let table: [(&str, &[&str]); 6] = [
        ("kfp-provider-embedded", &[]),
        ("events", &["events"]),
        ("events-list", &["events", "list"]),
        ("events-show", &["events", "show"]),
        ("events-resend", &["events", "resend"]),
        ("events-drop", &["events", "drop"]),
    ];
    for (name, command) in table {
        let (succeeds, text) = Program::output(&[command, &["--help"]].concat());
        assert!(succeeds, "{name}: {text}");
        expectorate::assert_contents(format!("tests/provider/help/{name}.txt"), &text);
    }
}
