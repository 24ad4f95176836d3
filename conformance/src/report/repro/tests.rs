//! Scripts as the shell takes them.

use std::process::Command;

use super::shell::{HELPERS, printf, quoted};

/// What the shell prints for a command.
fn sh(command: &str) -> Vec<u8> {
    let output = Command::new("sh")
        .args(["-c", command])
        .output()
        .expect("sh runs");
    assert!(output.status.success(), "{command}");
    output.stdout
}

#[test]
fn no_text_means_anything_to_the_shell() {
    let mut hostile: Vec<String> = [
        "",
        "'",
        "''",
        "$(touch x)",
        "`id`",
        "\\",
        "a\nb",
        "\n",
        "-n",
        "%s%n",
        "\"; exit 7; '",
        "é€🐟",
        "*?[a]",
        "~",
        "a;b&c|d>e<f#g!h",
    ]
    .map(str::to_owned)
    .into();
    let mut rng = fastrand::Rng::with_seed(7);
    let alphabet: Vec<char> = "'\"\\$`(){}%\n\t -;&|<>*?~#!aé".chars().collect();
    for _ in 0..60 {
        let length = rng.usize(..30);
        hostile.push((0..length).filter_map(|_| rng.choice(&alphabet)).collect());
    }
    for text in hostile {
        let printed = sh(&format!("printf %s {}", quoted(&text)));
        assert_eq!(printed, text.as_bytes(), "{text:?}");
        assert_eq!(sh(&printf(text.as_bytes())), text.as_bytes(), "{text:?}");
    }
}

#[test]
fn any_bytes_are_printed_as_they_are() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(sh(&printf(&all)), all);
    let mut rng = fastrand::Rng::with_seed(8);
    for _ in 0..40 {
        let bytes: Vec<u8> = (0..rng.usize(1..40)).map(|_| rng.u8(..)).collect();
        assert_eq!(sh(&printf(&bytes)), bytes, "{bytes:?}");
    }
}

#[test]
fn the_helpers_are_found_one_by_one_and_the_shell_can_read_them() {
    let names: Vec<&str> = HELPERS.iter().map(|(name, _)| *name).collect();
    for name in [
        "unclear", "clean", "send", "scan", "encode", "answered", "trailing", "actual", "hung_up",
        "confused",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    for (name, text) in HELPERS.iter() {
        assert!(text.starts_with(&format!("{name}() {{")), "{name}: {text}");
        sh(text);
    }
}

#[test]
fn the_shell_encodes_ids_as_the_operator_does() {
    let (_, encode) = HELPERS
        .iter()
        .find(|(name, _)| *name == "encode")
        .expect("exists");
    for id in [
        "a",
        "a/b c",
        "é€🐟",
        "\"'\\$`",
        "a\nb\u{1}",
        "!*'()",
        "%2F",
        "-n",
        "{{x}}",
    ] {
        let json = serde_json::to_string(id).expect("a string");
        let escaped: String = id
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect();
        for json in [json, format!("\"{escaped}\"")] {
            for (kept, right) in [
                ("", kfp_operator_sim::encode_id(id)),
                ("!*'()", kfp_operator_sim::encode_id_jq16(id)),
            ] {
                let command = format!(
                    "{encode}\nprintf %s {} | encode {}",
                    quoted(&json),
                    quoted(kept)
                );
                let printed = String::from_utf8(sh(&command)).expect("ASCII");
                assert_eq!(printed, right, "{json}");
            }
        }
    }
}
