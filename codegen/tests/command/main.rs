//! The command's help texts, as people see them. `EXPECTORATE=overwrite cargo test` accepts a change.

use std::process::Command;

#[test]
fn help_is_as_reviewed() {
    for command in ["", "compare", "contract"] {
        let arguments = [command, "--help"].into_iter().filter(|it| !it.is_empty());
        let output = Command::new(env!("CARGO_BIN_EXE_openapi-codegen"))
            .args(arguments)
            .env("COLUMNS", "100")
            .output()
            .expect("the command");
        assert!(output.status.success(), "{command}");
        assert!(output.stderr.is_empty(), "{command}");
        let name = if command.is_empty() {
            "openapi-codegen"
        } else {
            command
        };
        let said = String::from_utf8(output.stdout).expect("text");
        expectorate::assert_contents(format!("tests/command/{name}.txt"), &said);
    }
}
