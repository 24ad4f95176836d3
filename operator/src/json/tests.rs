use proptest::prelude::*;

use super::*;

/// Text, and what Go reads and writes again; `None` where Go refuses. Checked against Go 1.26.
const READ_AND_WRITTEN: &[(&[u8], Option<&str>)] = &[
    (b"null", Some("null")),
    (b" \t\r\n[true , false]\n", Some("[true,false]")),
    (
        br#"{"b":1,"a":{"d":[],"c":{}}}"#,
        Some(r#"{"b":1,"a":{"d":[],"c":{}}}"#),
    ),
    (br#"{"a":1,"a":2}"#, Some(r#"{"a":1,"a":2}"#)),
    (b"-0.0e+00", Some("-0.0e+00")),
    (b"9007199254740993", Some("9007199254740993")),
    (b"1e400", Some("1e400")),
    (
        br#""<>&\u2028\u2029\/""#,
        Some(r#""\u003c\u003e\u0026\u2028\u2029/""#),
    ),
    (
        br#""\b\f\n\r\t\u0000\u001F\u007f\"\\""#,
        Some("\"\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\\\"\\\\\""),
    ),
    (
        "\"\u{e9}\u{1f41f}\u{2028}\"".as_bytes(),
        Some("\"\u{e9}\u{1f41f}\\u2028\""),
    ),
    (br#""\ud83d\udc1f""#, Some("\"\u{1f41f}\"")),
    (br#""\ud83d""#, Some("\"\u{fffd}\"")),
    (br#""\ud83dx""#, Some("\"\u{fffd}x\"")),
    (br#""\ud83d\n""#, Some("\"\u{fffd}\\n\"")),
    (br#""\ud83d\ud83d\udc1f""#, Some("\"\u{fffd}\u{1f41f}\"")),
    (br#""\udc1f\ud83d""#, Some("\"\u{fffd}\u{fffd}\"")),
    (br#""\ud83d\u0041""#, Some("\"\u{fffd}A\"")),
    (
        b"\"\xff\xe2\x82a\xed\xa0\x80\"",
        Some("\"\u{fffd}\u{fffd}\u{fffd}a\u{fffd}\u{fffd}\u{fffd}\""),
    ),
    (b"\"\xe2\x82\"", Some("\"\u{fffd}\u{fffd}\"")),
    (b"\xff", None),
    (b"", None),
    (b" ", None),
    (b"\xef\xbb\xbf1", None),
    (b"nul", None),
    (b"nulL", None),
    (b"truE", None),
    (b"1 2", None),
    (b"{}x", None),
    (b"[1,]", None),
    (b"[,]", None),
    (b"[1 2]", None),
    (b"[", None),
    (b"]", None),
    (b"[}", None),
    (b"{]", None),
    (b"{\"a\"}", None),
    (b"{\"a\":}", None),
    (b"{\"a\":1,}", None),
    (b"{a:1}", None),
    (b"{1:1}", None),
    (b"{'a':1}", None),
    (b"\"\n\"", None),
    (b"\"\x00\"", None),
    (b"\"\\x\"", None),
    (b"\"\\u12g4\"", None),
    (b"\"\\u123\"", None),
    (b"\"\\", None),
    (b"\"", None),
    (b"01", None),
    (b"-", None),
    (b"-a", None),
    (b"+1", None),
    (b".5", None),
    (b"1.", None),
    (b"1.e1", None),
    (b"1e", None),
    (b"1e+", None),
    (b"0x1", None),
    (b"NaN", None),
    (b"// c\n1", None),
    (b"\xc2\xa01", None),
];

#[test]
fn reads_and_writes_like_go() {
    for (text, expected) in READ_AND_WRITTEN {
        let written = Json::parse(text).ok().map(|value| value.to_string());
        assert_eq!(
            written.as_deref(),
            *expected,
            "text {:?}",
            String::from_utf8_lossy(text)
        );
    }
}

#[test]
fn messages_say_where() {
    let table = [
        ("[1,", "byte 3: the JSON text ends too early"),
        (
            "[1 2]",
            "byte 3: found '2', wanted a comma or a closing bracket",
        ),
        ("{}x", "byte 2: found 'x', wanted the end of the text"),
    ];
    for (text, expected) in table {
        let error = Json::parse(text.as_bytes()).expect_err(text);
        assert_eq!(error.to_string(), expected, "text {text}");
    }
}

#[test]
fn nesting_is_limited_as_in_go_and_never_recursed() {
    let nested =
        |open: &str, close: &str, depth| [open.repeat(depth), close.repeat(depth)].concat();
    for (open, close) in [("[", "]"), (r#"{"a":["#, "]}")] {
        let levels = MAX_DEPTH / open.matches(['[', '{']).count();
        let text = nested(open, close, levels);
        let value = Json::parse(text.as_bytes()).expect("as deep as allowed");
        assert_eq!(value.depth(), MAX_DEPTH, "{open}");
        assert_eq!(value.clone(), value, "{open}");
        assert_eq!(value.canonical().expect("no numbers"), value, "{open}");
        assert_eq!(value.to_string(), text, "{open}");
        let deeper = nested(open, close, levels + 1);
        assert!(
            matches!(
                Json::parse(deeper.as_bytes()),
                Err(SyntaxError::Depth { .. })
            ),
            "{open}"
        );
    }
    let endless = "[".repeat(3_000_000);
    assert_eq!(
        Json::parse(endless.as_bytes()),
        Err(SyntaxError::Depth { at: MAX_DEPTH })
    );
}

#[test]
fn canonical_numbers() {
    let table = [
        ("9007199254740993", Some("9007199254740992")),
        ("1.0", Some("1")),
        ("1e2", Some("100")),
        ("-0", Some("-0")),
        ("-0.0", Some("-0")),
        ("0.1", Some("0.1")),
        ("100000000000000000000", Some("100000000000000000000")),
        ("1e20", Some("100000000000000000000")),
        ("1e21", Some("1e+21")),
        ("-1.5e300", Some("-1.5e+300")),
        (
            "123456789012345678901234567890",
            Some("1.2345678901234568e+29"),
        ),
        ("0.000001", Some("0.000001")),
        ("0.0000001", Some("1e-7")),
        ("1.25e-10", Some("1.25e-10")),
        ("5e-324", Some("5e-324")),
        ("1e-400", Some("0")),
        ("1.7976931348623157e308", Some("1.7976931348623157e+308")),
        ("1e400", None),
        ("-1e309", None),
    ];
    for (text, expected) in table {
        let value = Json::parse(text.as_bytes()).expect("a number");
        let canonical = value.canonical().ok().map(|value| value.to_string());
        assert_eq!(canonical.as_deref(), expected, "number {text}");
    }
}

#[test]
fn canonical_members() {
    let value =
        Json::parse(br#"{"b":1,"a":[{"z":1,"\u00e9":2,"Z":3}],"b":{"y":"<"}}"#).expect("json");
    let canonical = value.canonical().expect("numbers in range");
    assert_eq!(
        canonical.to_string(),
        "{\"a\":[{\"Z\":3,\"z\":1,\"\u{e9}\":2}],\"b\":{\"y\":\"\\u003c\"}}"
    );
    assert_eq!(
        value.get("b").map(Json::to_string).as_deref(),
        Some("{\"y\":\"\\u003c\"}")
    );
    assert_eq!(value.get("c"), None);
}

#[test]
fn compaction_keeps_the_spelling() {
    let text = "{ \"a b\" : [ 1.0 , \"\\u00e9 \\\" <\\\\\" ] }\n";
    assert_eq!(
        compact(text, Escape::Html).expect("json"),
        r#"{"a b":[1.0,"\u00e9 \" \u003c\\"]}"#
    );
    assert!(compact("{", Escape::Html).is_err());
}

#[test]
fn serde_reads_the_same_values() {
    for text in [
        "null",
        "true",
        "[1,-2,18446744073709551615]",
        r#"{"b":"x","a":[{}]}"#,
        "0.5",
        "1e+30",
    ] {
        let read: Json = serde_json::from_str(text).expect(text);
        assert_eq!(read.to_string(), text);
    }
    assert_eq!(
        serde_json::from_str::<Json>("1.0")
            .expect("a float")
            .to_string(),
        "1"
    );
}

fn any_json() -> impl Strategy<Value = Json> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,20})",
        "-?(0|[1-9][0-9]{0,3})\\.[0-9]{1,5}([eE][+-]?[0-9]{1,2})?"
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(Json::Number),
        any::<String>().prop_map(Json::String),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::Array),
            prop::collection::vec((any::<String>(), inner), 0..8).prop_map(Json::Object),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in any_json()) {
        let text = value.to_string();
        prop_assert_eq!(&Json::parse(text.as_bytes()).expect("own text"), &value);
        prop_assert_eq!(compact(&text, Escape::Html).expect("own text"), text.clone());
        let other = serde_json::from_str::<serde_json::Value>(&text).map(|value| value.to_string());
        prop_assert!(other.is_ok(), "{}", text);
    }

    #[test]
    fn canonical_is_stable(value in any_json()) {
        let once = value.canonical().expect("numbers are small");
        prop_assert_eq!(once.canonical().expect("still small"), once);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Json::parse(&bytes);
    }

    #[test]
    fn no_json_like_bytes_panic(text in r#"[\[\]{}",:\\0-9eEu.truefalsn+\- \x{e9}-]{0,60}"#) {
        let read = Json::parse(text.as_bytes());
        prop_assert_eq!(read.is_ok(), serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok(), "{}", text);
    }
}
