//! Scripts as the shell takes them.

use std::process::Command;

use super::shell::{PRELUDE, printf, quoted};
use super::sign::About;
use super::{Answer, Ending, Seen, Sign};
use crate::oracle::Envelope;

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

/// Which of these commands hold after an answer with a body.
fn after(body: &str, commands: &[String]) -> Vec<bool> {
    let setup = "T=$(mktemp -d); trap 'rm -rf \"$T\"' EXIT; KFP_URL=http://localhost LIMIT=1 MADE= id= path= status=none";
    // Instead of curl: the answer is known.
    let curl = "curl() { printf %s \"$BODY\" >\"$T/body\"; printf '200 0.01 application/json'; }";
    let told = commands
        .iter()
        .map(|command| format!("if {command}; then echo yes; else echo no; fi\n"));
    let told: String = told.collect();
    let body = quoted(body);
    let printed = sh(&format!(
        "{PRELUDE}\n{setup}\n{curl}\nBODY={body}\nsend GET / -\n{told}"
    ));
    let printed = String::from_utf8(printed).expect("ASCII");
    printed.lines().map(|line| line == "yes").collect()
}

#[test]
fn the_shell_encodes_ids_as_the_operator_does() {
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
        let body = serde_json::json!({ "id": id }).to_string();
        let commands = [
            ("$id", kfp_operator_sim::encode_id(id)),
            ("$(lenient)", kfp_operator_sim::encode_id_jq16(id)),
        ]
        .map(|(word, right)| format!("[ \"{word}\" = {} ]", quoted(&right)));
        assert_eq!(after(&body, &commands), [true, true], "{commands:?}");
    }
}

/// Both readings of a sign say the same of an answer, where the shell has one.
#[test]
fn the_shell_reads_signs_as_the_runner_does() {
    let signs = [
        Sign::Object,
        Sign::Member("id"),
        Sign::Text("providerError"),
        Sign::OtherKind("id"),
        Sign::BytesFrom(30),
        Sign::LongerThan(20),
        Sign::Wordless,
        Sign::Leak,
        Sign::UnsafeId,
        Sign::DotId,
        Sign::EdgeBlanks,
        Sign::IdOver(8),
        Sign::AsRecorded,
    ];
    let bodies = [
        "",
        "no JSON",
        "[]",
        "7",
        "{}",
        r#"{"id":""}"#,
        r#"{"id":"a"}"#,
        r#"{"id":null,"providerError":null}"#,
        r#"{"id":12}"#,
        r#"{"id":["a"]}"#,
        r#"{"id":"."}"#,
        r#"{"id":".."}"#,
        r#"{"id":" a"}"#,
        r#"{"id":"a\n"}"#,
        r#"{"id":"-ne"}"#,
        r#"{"id":"$HOME"}"#,
        r#"{"id":"a\"b"}"#,
        r#"{"id":"a\\b"}"#,
        r#"{"id":"a\u0007b"}"#,
        r#"{"id":"{{x}}"}"#,
        r#"{"id":"`x`"}"#,
        r#"{"id":"a/b/c/d"}"#,
        r#"{"providerError":""}"#,
        r#"{"providerError":" \n"}"#,
        r#"{"providerError":"no"}"#,
        r#"{"providerError":"no way"}"#,
        r#"{"providerError":"500 !!"}"#,
        r#"{"providerError":"é€🐟 of more than twenty characters"}"#,
        r#"{"providerError":"x\n\tat com.acme.Main"}"#,
        r#"{"providerError":"thread 'main' panicked at src"}"#,
        r#"{"z":true,"id":"a","a":{"b":1}}"#,
    ];
    let recorded = (Some(200), answer(bodies[bodies.len() - 1]).shape());
    let about = About {
        method: "POST".to_owned(),
        recorded: recorded.clone(),
        ..About::default()
    };
    let commands = signs.map(|sign| sign.shell(&about).expect("curl and jq can tell"));
    for body in bodies {
        let seen = Seen {
            answers: &[answer(body)],
            declared: Vec::new(),
            pipeline: None,
            recorded: recorded.clone(),
        };
        for (at, holds) in after(body, &commands).into_iter().enumerate() {
            let (sign, command) = (signs[at], &commands[at]);
            assert_eq!(holds, sign.holds(&seen), "{sign:?} of {body}: {command}");
        }
    }
}

fn answer(body: &str) -> Answer {
    Answer {
        method: "POST".to_owned(),
        target: "/".to_owned(),
        request: String::new(),
        status: Some(200),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
        envelope: Envelope::of(body.as_bytes()),
        milliseconds: 0.0,
        failure: None,
        ending: Ending::default(),
    }
}
