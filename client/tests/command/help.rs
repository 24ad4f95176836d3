//! The help texts, as people see them. `EXPECTORATE=overwrite cargo test` accepts a change.

use crate::run_to;

#[test]
fn help_is_as_reviewed() {
    for command in ["", "create", "update", "delete", "rehearse"] {
        let arguments = [command, "--help"].into_iter().filter(|it| !it.is_empty());
        let (said, told) = run_to(command, 0, arguments);
        assert_eq!(told, "", "{command}");
        let name = if command.is_empty() {
            "kfp-provider"
        } else {
            command
        };
        expectorate::assert_contents(format!("tests/command/help/{name}.txt"), &said);
    }
}
