use super::*;
use crate::catalogue::ids;
use crate::journal::bodies::Bodies;
use crate::journal::record::{RequestRecord, ResponseRecord};

/// The text between the marks of a finding about an answer with this body.
fn marked(requirement: &str, actual: &str, body: &[u8]) -> Vec<String> {
    let exchange = exchange(body);
    let head = Head::answer(&exchange);
    let text = |place: &Place| {
        let bytes = if place.body {
            &body[place.range.clone()]
        } else {
            &head.text.as_bytes()[place.range.clone()]
        };
        String::from_utf8_lossy(bytes).into_owned()
    };
    let places = mark::places(requirement, actual, &head, body);
    places.iter().map(text).collect()
}

fn exchange(body: &[u8]) -> ExchangeRecord {
    ExchangeRecord {
        seq: 1,
        case: "c".to_owned(),
        request: RequestRecord {
            method: "DELETE".to_owned(),
            target: "/resource/run/a".to_owned(),
            headers: vec![("Host".to_owned(), "h\r\nInjected: 1".to_owned())],
            body: None,
            cut: None,
        },
        response: Some(ResponseRecord {
            status: 404,
            headers: vec![("CONTENT-type".to_owned(), "text/html".to_owned())],
            body: BodyRecord {
                bytes: body.len(),
                sha256: String::new(),
                text: std::str::from_utf8(body).ok().map(str::to_owned),
            },
        }),
        failure: None,
        at_ms: 0.0,
        connect_ms: 0.0,
        total_ms: 0.0,
        probing: false,
        operator_state: None,
        refused: Vec::new(),
    }
}

#[test]
fn findings_are_marked_where_they_are() {
    let schema = ids::RESPONSE_SCHEMA;
    let table: &[(&str, &str, &[u8], &[&str])] = &[
        (ids::DELETE_200_STATUS, "", b"{}", &["404"]),
        (
            ids::RESPONSE_CONTENT_TYPE_JSON,
            "",
            b"{}",
            &["CONTENT-type: text/html"],
        ),
        (ids::TRANSPORT_NO_UNREQUESTED_ENCODING, "", b"{}", &["404"]),
        (
            ids::RESPONSE_ID_IS_STRING,
            "",
            br#"{"a":{"id":1}, "id" : 7}"#,
            &[r#""id" : 7"#],
        ),
        (
            ids::RESPONSE_ID_IS_STRING,
            "",
            b"{\"\\u0069d\":7}",
            &["\"\\u0069d\":7"],
        ),
        (
            ids::CREATE_201_ID_NON_EMPTY,
            "",
            b"{\"x\":1}",
            &["{\"x\":1}"],
        ),
        (
            ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
            "",
            br#"{"id":"a","providerError":"not found"}"#,
            &[r#""id":"a""#, r#""providerError":"not found""#],
        ),
        (ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, "", b"gone", &["gone"]),
        (ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, "", b"", &["404"]),
        (
            ids::RESPONSE_NO_TRAILING_BYTES,
            "",
            b" {\"a\":[1,{}]}\nok",
            &["\nok"],
        ),
        (
            ids::RESPONSE_UTF8_NO_BOM,
            "",
            b"\xEF\xBB\xBF{}",
            &["\u{feff}"],
        ),
        (
            ids::RESPONSE_EXACT_KEY_CASE,
            "",
            br#"{"ID":"a","id":"b"}"#,
            &[r#""ID":"a""#],
        ),
        (
            schema,
            "/a/1/b~1c: wrong",
            br#"{"a":[0,{"b/c":"x"}]}"#,
            &["\"x\""],
        ),
        (schema, "is no object", b"[1]", &["[1]"]),
        (schema, "/a/9: wrong", b"{\"a\":[0", &["{\"a\":[0"]),
    ];
    for (requirement, actual, body, wanted) in table {
        let found = marked(requirement, actual, body);
        let body = String::from_utf8_lossy(body);
        assert_eq!(&found, wanted, "{requirement} {actual} {body}");
    }
    let exchange = exchange(b"ab\xFFcd");
    let head = Head::answer(&exchange);
    let places = mark::places(ids::RESPONSE_UTF8_NO_BOM, "", &head, b"ab\xFFcd");
    assert_eq!(places[0].range, 2..3);
}

#[test]
fn offsets_count_what_a_browser_counts() {
    let body = "𝄞\u{1}{\"id\":7}".as_bytes();
    let shown = Shown::of(body, 100);
    assert_eq!(shown.text, "𝄞⟨01⟩{\"id\":7}");
    assert_eq!(shown.offset(5), 2 + 4);
    assert_eq!(shown.offset(body.len()), utf16(&shown.text));
}

#[test]
fn long_bodies_lose_their_middle_only() {
    let body: Vec<u8> = "é".repeat(1000).into_bytes();
    for limit in [0, 1, 3, 10, 101, 1999] {
        let shown = Shown::of(&body, limit);
        assert!(!shown.text.contains('\u{fffd}'), "{limit}: {}", shown.text);
        assert!(!shown.text.contains("⟨C3⟩"), "{limit}: {}", shown.text);
        let left = shown.text.chars().filter(|c| *c == 'é').count() * 2;
        assert_eq!(shown.left_out, Some(2000 - left), "{limit}");
        assert_eq!(shown.offset(2000), utf16(&shown.text), "{limit}");
    }
}

#[test]
fn nothing_that_a_provider_sends_breaks_the_text() {
    let mut rng = fastrand::Rng::with_seed(7);
    let alphabet = b"{}[]\",:\\ \n/09aeE\xEF\xBB\xBF\xFF\x00id";
    for round in 0..20_000 {
        let length = rng.usize(0..24);
        let body: Vec<u8> = (0..length)
            .map(|_| alphabet[rng.usize(0..alphabet.len())])
            .collect();
        for pointer in ["", "/id", "/0", "/id/0/a"] {
            if let Some(range) = span::pointer(&body, pointer) {
                assert!(
                    range.end <= body.len() && range.start <= range.end,
                    "{round}"
                );
            }
        }
        for id in [
            ids::RESPONSE_SCHEMA,
            ids::RESPONSE_EXACT_KEY_CASE,
            ids::RESPONSE_NO_TRAILING_BYTES,
        ] {
            let places = mark::places(id, "/id: x", &Head::answer(&exchange(&body)), &body);
            let shown = Shown::of(&body, 16);
            for place in places.iter().filter(|place| place.body) {
                let (from, to) = (
                    shown.offset(place.range.start),
                    shown.offset(place.range.end),
                );
                assert!(from <= to && to <= utf16(&shown.text), "{round} {body:?}");
            }
        }
    }
}

#[test]
fn a_header_cannot_make_lines() {
    let exchange = exchange(b"");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let evidence = Evidence::read(&exchange, Bodies::of(dir.path()), 100);
    assert_eq!(evidence.request().head.lines().count(), 2);
}
