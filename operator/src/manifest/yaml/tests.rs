use proptest::prelude::*;

use super::document;

/// The document of a text; or `line: what`.
fn said(text: &str) -> String {
    match document(text, 0) {
        Ok(Some(composed)) => composed.json.to_string(),
        Ok(None) => "null".to_owned(),
        Err(problem) => {
            let (line, what) = problem.placed(0);
            format!("{line}: {what}")
        }
    }
}

/// What kubectl makes of scalars: as a value, and as a key. Nothing: it refuses them.
const SCALARS: &[(&str, &str, &str)] = &[
    ("y", "true", "true"),
    ("Y", "true", "true"),
    ("yes", "true", "true"),
    ("YES", "true", "true"),
    ("yEs", "\"yEs\"", "yEs"),
    ("n", "false", "false"),
    ("No", "false", "false"),
    ("on", "true", "true"),
    ("On", "true", "true"),
    ("oN", "\"oN\"", "oN"),
    ("OFF", "false", "false"),
    ("True", "true", "true"),
    ("tRUE", "\"tRUE\"", "tRUE"),
    ("~", "null", ""),
    ("Null", "null", ""),
    ("nULL", "\"nULL\"", "nULL"),
    ("7", "7", "7"),
    ("+12", "12", "12"),
    ("-0", "0", "0"),
    ("010", "8", "8"),
    ("-010", "-8", "-8"),
    ("08", "8", "8"),
    ("0o17", "15", "15"),
    ("0O17", "15", "15"),
    ("0o8", "\"0o8\"", "0o8"),
    ("0x1F", "31", "31"),
    ("0X1f", "31", "31"),
    ("0xg", "\"0xg\"", "0xg"),
    ("0b101", "5", "5"),
    ("-0b101", "-5", "-5"),
    ("0b-1", "-1", "-1"),
    ("0b2", "\"0b2\"", "0b2"),
    ("1_000", "1000", "1000"),
    ("_1", "\"_1\"", "_1"),
    ("1e_3", "1000", "1000"),
    ("0x_1F", "31", "31"),
    ("1.0", "1", "1"),
    ("1.", "1", "1"),
    (".5", "0.5", "0.5"),
    ("+.5", "0.5", "0.5"),
    (".", "\".\"", "."),
    ("1e3", "1000", "1000"),
    ("1e6", "1000000", "1e+06"),
    ("1.25e-5", "0.0000125", "1.25e-05"),
    ("1e21", "1e+21", "1e+21"),
    ("1e-7", "1e-7", "1e-07"),
    ("0.1", "0.1", "0.1"),
    ("1e300", "1e+300", ".inf"),
    ("1e400", "\"1e400\"", "1e400"),
    ("1e-400", "0", "0"),
    ("-0.0", "-0", "-0"),
    (
        "9223372036854775807",
        "9223372036854775807",
        "9223372036854775807",
    ),
    ("9223372036854775808", "9223372036854775808", ""),
    ("18446744073709551615", "18446744073709551615", ""),
    (
        "18446744073709551616",
        "18446744073709552000",
        "1.8446744e+19",
    ),
    (
        "-9223372036854775809",
        "-9223372036854776000",
        "-9.223372e+18",
    ),
    (
        "+18446744073709551615",
        "18446744073709552000",
        "1.8446744e+19",
    ),
    (
        "0.3333333333333333333333",
        "0.3333333333333333",
        "0.33333334",
    ),
    (".inf", "", ".inf"),
    ("-.INF", "", "-.inf"),
    (".NaN", "", ".nan"),
    (".iNf", "\".iNf\"", ".iNf"),
    ("2001-01-01", "\"2001-01-01\"", "2001-01-01"),
    ("190:20:30", "\"190:20:30\"", "190:20:30"),
    ("'yes'", "\"yes\"", "yes"),
    ("\"010\"", "\"010\"", "010"),
    ("!!str yes", "\"yes\"", "yes"),
    ("! yes", "\"yes\"", "yes"),
    ("!x 010", "\"010\"", "010"),
    ("!!int '0x10'", "16", "16"),
    ("!!int x", "", ""),
    ("!!float 3", "3", "3"),
    ("!!bool 'yes'", "true", "true"),
    ("!!bool 1", "", ""),
    ("!!binary aGVsbG8=", "\"hello\"", "hello"),
    ("!!binary /w==", "\"\u{fffd}\"", "\u{fffd}"),
    ("!!binary %", "", ""),
    ("!!timestamp 2001-1-1", "\"2001-1-1\"", "2001-1-1"),
    ("!!timestamp 2001-02-30", "", ""),
    ("!!null ''", "null", ""),
    ("a#b", "\"a#b\"", "a#b"),
    ("http://x/y?z=1", "\"http://x/y?z=1\"", "http://x/y?z=1"),
    ("a\u{a0}b", "\"a\u{a0}b\"", "a\u{a0}b"),
    ("é€𝄞", "\"é€𝄞\"", "é€𝄞"),
];

#[test]
fn scalars() {
    for (text, value, key) in SCALARS {
        let as_value = said(&format!("k: {text}\n"));
        if value.is_empty() {
            assert!(as_value.starts_with("1: "), "{text}: {as_value}");
        } else {
            assert_eq!(as_value, format!("{{\"k\":{value}}}"), "{text}");
        }
        let as_key = said(&format!("{text}: 1\n"));
        if key.is_empty() {
            assert!(as_key.starts_with("1: "), "{text}: {as_key}");
        } else {
            assert_eq!(as_key, format!("{{\"{key}\":1}}"), "{text}");
        }
    }
}

#[test]
fn merges() {
    let table = [
        ("{a: 1, <<: {a: 2, b: 3}}", r#"{"a":2,"b":3}"#),
        ("{<<: {a: 2, b: 3}, a: 1}", r#"{"a":1,"b":3}"#),
        ("{<<: [{a: 1}, {a: 2, b: 3}]}", r#"{"a":1,"b":3}"#),
        ("{<<: {a: 1}, <<: {a: 2}}", r#"{"a":2}"#),
        ("{<<: {<<: {a: 1}, b: 2}}", r#"{"a":1,"b":2}"#),
        (
            "[&x {a: 1}, {<<: *x, b: 2}, {<<: [*x]}]",
            r#"[{"a":1},{"a":1,"b":2},{"a":1}]"#,
        ),
        ("{'<<': {a: 1}}", r#"{"\u003c\u003c":{"a":1}}"#),
        ("{!!merge <<: {a: 1}}", r#"{"a":1}"#),
        ("[<<]", r#"["\u003c\u003c"]"#),
        ("{<<: }", "1: << wants an object or a list of objects"),
        ("{<<: 1}", "1: << wants"),
        ("{<<: [1]}", "1: << wants"),
        ("[&x [{a: 1}], {<<: *x}]", "1: << wants"),
    ];
    for (text, expected) in table {
        let said = said(text);
        assert!(said.starts_with(expected), "{text}: {said}");
    }
}

#[test]
fn aliases() {
    let table = [
        (
            "{a: &x [1, &y 2], b: *x, c: *y}",
            r#"{"a":[1,2],"b":[1,2],"c":2}"#,
        ),
        ("[&x 1, &x 2, *x]", "[1,2,2]"),
        ("[&x [&x 1, *x], *x]", "[[1,1],1]"),
        ("{&k 0x10: a, b: *k}", r#"{"16":"a","b":16}"#),
        ("{a: &f 1e6, *f : b}", r#"{"a":1000000,"1e+06":"b"}"#),
        (
            "*x",
            "1: anchor x is not known here (hint: a text that starts with * is put in quotes)",
        ),
        ("&x [*x]", "1: anchor x contains itself"),
        ("[&x {a: 1}, {*x : b}]", "1: a list or an object is no key"),
    ];
    for (text, expected) in table {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn texts_on_more_lines() {
    let table = [
        ("a: b\n  c\n\n  d\n", r#"{"a":"b c\nd"}"#),
        ("a: 'b\n\n  c''d'\n", r#"{"a":"b\nc'd"}"#),
        (
            "a: \"b\\\n   c\\x41\\u20ac\\U0001D11E\\N\"\n",
            "{\"a\":\"bcA€𝄞\u{85}\"}",
        ),
        (
            "a: |\n  b\n   c\n\n\nd: >-\n  e\n  f\n\n   g\n  h\n",
            r#"{"a":"b\n c\n","d":"e f\n\n g\nh"}"#,
        ),
        ("a: |2+\n    b\n\n", r#"{"a":"  b\n\n"}"#),
        ("a: >\n  b\u{2028}  c\n", r#"{"a":"b\u2028c\n"}"#),
        ("a: b\u{85} c\n", r#"{"a":"b c"}"#),
        ("a: b\r c: d\r", "2: a value cannot start here"),
        (
            "a: 'b\n",
            "1: the quoted text that starts here does not end",
        ),
        ("a: \"\\q\"\n", "1: \\q is no escape"),
        ("a: \"\\ud800\"\n", "1: \\u of D800 is no character"),
        (
            "a: |\n\tb\n",
            "1: a tab in the indentation of the block of text that starts here",
        ),
    ];
    for (text, expected) in table {
        let said = said(text);
        assert!(said.starts_with(expected), "{text:?}: {said}");
    }
}

#[test]
fn collections() {
    let table = [
        (
            "a:\n- b\n- c: d\n  e: f\n-\n  - g\nh:\n",
            r#"{"a":["b",{"c":"d","e":"f"},["g"]],"h":null}"#,
        ),
        ("? a\n: b\n? c\n", r#"{"a":"b","c":null}"#),
        (
            "{a, b: , 'c':d, \"e\": [f: g, ? h]}",
            r#"{"a":null,"b":null,"c":"d","e":[{"f":"g"},{"h":null}]}"#,
        ),
        ("{a:}", r#"{"a:":null}"#),
        ("[a:,b]", r#"["a:","b"]"#),
        ("[]: a", "[]"),
        (
            "[a?b]",
            "1: a comma or ] is wanted in the list that starts in line 1",
        ),
        (
            "[a, b",
            "1: a comma or ] is wanted before the text ends (hint: what starts here is not closed)",
        ),
        (
            "a: {\n b: c\n d: e}\n",
            "3: a comma or } is wanted in the object that starts in line 1",
        ),
        ("a: b: c\n", "1: a value cannot start here (hint: "),
        (
            "a: @b\n",
            "1: '@' starts no value (hint: put the text in quotes)",
        ),
        (
            "\ta: b\n",
            "1: a tab where spaces are wanted (hint: YAML is indented by spaces)",
        ),
        ("a: b\n  - c\n", r#"{"a":"b - c"}"#),
        (
            "a:\n  b: 1\n c: 2\n",
            "3: a key is wanted in the object that starts in line 1",
        ),
        ("a: 1\nb\n", "2: a colon is missing"),
        (
            "- a\nb: c\n",
            "2: a hyphen is wanted in the list that starts in line 1",
        ),
        ("a: [!x, b]\n", r#"{"a":["b"]}"#),
        (
            "a: [!x]\n",
            "1: a comma or ] is wanted before the text ends",
        ),
        ("%FOO 1\n---\n", "1: %FOO is no directive"),
        (
            "%YAML 1.2\n---\na: b\n",
            "1: a version of YAML that kubectl does not read",
        ),
        (
            "%TAG !e! tag:yaml.org,2002:\n---\na: !e!int '7'\n",
            r#"{"a":7}"#,
        ),
        ("a: !e!int 7\n", "1: tag handle !e! is not declared by %TAG"),
        ("a: b\u{7}\n", "1: character U+0007 is forbidden in YAML"),
        ("a: 1\n...\n\u{7}", "3: character U+0007"),
    ];
    for (text, expected) in table {
        let said = said(text);
        assert!(said.starts_with(expected), "{text:?}: {said}");
    }
}

proptest! {
    /// Whatever comes, it is read or refused with a line that it has.
    #[test]
    fn nothing_panics(text in r#"([-?:,\[\]{}#&*!|>'"%@`ab01\\ ~<.\t\n\r\u{85}\u{2028}é]|: |- |\n  |<<: |---|\.\.\.|&a |\*a){0,60}"#) {
        if let Err(problem) = document(&text, 0) {
            let (line, what) = problem.placed(0);
            let breaks = text.chars().filter(|c| super::cursor::is_break(*c)).count() as u64;
            prop_assert!((1..=breaks + 1).contains(&line), "{line}: {what}");
        }
    }
}
