use super::*;
use proptest::prelude::*;

/// A body, and the id and provider error in it.
type Row = (&'static [u8], Option<(&'static str, &'static str)>);

/// Bodies, and id and provider error as Go decodes them; `None` where Go refuses. Checked against Go 1.26.
const DECODED: &[Row] = &[
    (b"{}", Some(("", ""))),
    (b"null", Some(("", ""))),
    (b" null\n", Some(("", ""))),
    (br#"{"id":"n1"}"#, Some(("n1", ""))),
    (b"{\"id\":\"n1\"}\n\n", Some(("n1", ""))),
    (br#"{"ID":"n1"}"#, Some(("n1", ""))),
    (br#"{"iD":"n1","PROVIDERERROR":"e"}"#, Some(("n1", "e"))),
    (br#"{"id":"a","Id":"b"}"#, Some(("b", ""))),
    (br#"{"ID":"a","id":"b"}"#, Some(("b", ""))),
    (br#"{"id":"a","id":null}"#, Some(("a", ""))),
    (br#"{"id":null,"providerError":null}"#, Some(("", ""))),
    (br#"{"\u0069d":"n1"}"#, Some(("n1", ""))),
    (
        br#"{"id":"n1","extra":{"id":"x","y":[1,{"id":2}]},"more":[{"id":3}]}"#,
        Some(("n1", "")),
    ),
    (br#"{"extra":{"id":7}}"#, Some(("", ""))),
    (
        b"{\"id\":\"a\xffb\\ud800\"}",
        Some(("a\u{fffd}b\u{fffd}", "")),
    ),
    (br#"{"id ":"x","provider_error":"y"}"#, Some(("", ""))),
    (
        "{\"\u{131}d\":\"x\",\"\u{130}D\":\"y\"}".as_bytes(),
        Some(("", "")),
    ), // no folding of other alphabets
    (b"", None),
    (b"\n", None),
    (b"[]", None),
    (br#"[{"id":"x"}]"#, None),
    (br#""x""#, None),
    (b"7", None),
    (b"true", None),
    (br#"{"id":7}"#, None),
    (br#"{"id":7,"id":"x"}"#, None),
    (br#"{"id":"x","ID":false}"#, None),
    (br#"{"id":["x"]}"#, None),
    (br#"{"providerError":{}}"#, None),
    (br#"{"providerError":{"id":"x"}}"#, None),
    (br#"{"id":"x"}x"#, None),
    (br#"{"id":"x"}{}"#, None),
    (br#"{"id":"x""#, None),
    (b"\xef\xbb\xbf{}", None),
    (b"404 page not found\n", None),
    (b"<html>", None),
];

#[test]
fn bodies_are_decoded_like_go_does() {
    for (body, expected) in DECODED {
        let decoded = ProviderOutput::decode(body).ok();
        let decoded = decoded
            .as_ref()
            .map(|output| (output.id.as_str(), output.provider_error.as_str()));
        assert_eq!(
            decoded,
            *expected,
            "body {:?}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn answers() {
    use StepFailure::*;
    let answer = |status, body: &[u8]| {
        StepResult::from(&Answer {
            status,
            body: body.to_vec(),
        })
    };
    for status in [100, 200, 201, 204, 302, 404, 500, 503, 599] {
        let output = ProviderOutput {
            id: "x".into(),
            provider_error: String::new(),
        };
        assert_eq!(
            answer(status, br#"{"id":"x"}"#),
            StepResult::Output(output),
            "status {status}"
        );
    }
    assert_eq!(
        answer(204, b""),
        StepResult::Unreadable(UnreadableOutput::Empty)
    );
    assert_eq!(
        answer(501, br#"{"id":"x"}"#),
        StepResult::Failed(NotImplemented)
    );
    assert_eq!(answer(501, b""), StepResult::Failed(NotImplemented));
    let padded = |size: usize| [b"{}".as_slice(), &vec![b' '; size - 2]].concat();
    assert!(matches!(
        answer(200, &padded(MAX_OUTPUT - 1)),
        StepResult::Output(_)
    ));
    assert_eq!(
        answer(200, &padded(MAX_OUTPUT)),
        StepResult::Failed(TooLarge)
    );
    assert_eq!(
        StepResult::from(&Reply::Nothing),
        StepResult::Failed(NoAnswer)
    );
    assert_eq!(
        StepResult::from(&Reply::Timeout),
        StepResult::Failed(Timeout)
    );
}

#[test]
fn reasons() {
    let table: [(&[u8], &str); 5] = [
        (b"", "the body is empty"),
        (b"[]", "the body is an array where an object is wanted"),
        (
            br#"{"ID":7}"#,
            "member \"ID\" is a number where a string is wanted",
        ),
        (
            br#"{"id":7"#,
            "the body is not JSON: byte 7: the JSON text ends too early",
        ),
        (
            b"<",
            "the body is not JSON: byte 0: found '<', wanted a value",
        ),
    ];
    for (body, expected) in table {
        let error = ProviderOutput::decode(body).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn what_is_left_of_a_body_is_rescued() {
    let table: [(&[u8], &str, &str); 16] = [
        (br#"{"id":"a","providerError":"no"}"#, "a", "no"),
        (br#"{"id":"a","providerError":"half ma"#, "a", "half ma"),
        (
            br#"{"providerError":"half made: xx","id":"a""#,
            "a",
            "half made: xx",
        ),
        (br#"{"providerError":"x","id":"unfinis"#, "", "x"),
        (br#"{"id":"a"}garbage"#, "a", ""),
        (br#"{"id":"a","providerError":{}}"#, "a", ""),
        (br#"{"id":"a","x":[{"id":"b"},"#, "a", ""),
        (br#"{"x":{"id":"b"},"id":"a","#, "a", ""),
        (br#"{"id":"a","id":7,"providerError":"e"}"#, "a", "e"),
        (br#"{"id":"a","providerError":"e\"#, "a", "e"),
        (br#"{"id":"a","providerError" : "e"#, "a", "e"),
        (br#"{"id":"a","providerError":"e\u00"#, "a", "e"),
        (br#"{"id":"a","providerError":"e\n\u00e9"#, "a", "e\n\u{e9}"),
        (br#"["id"]"#, "", ""),
        (b"<html>", "", ""),
        (b"", "", ""),
    ];
    for (body, id, provider_error) in table {
        let rescued = ProviderOutput::rescue(body);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(rescued.id, id, "{shown}");
        assert_eq!(rescued.provider_error, provider_error, "{shown}");
    }
}

proptest! {
    #[test]
    fn whatever_is_cut_off_can_be_rescued(cut in 0..200_usize, id in "[a-z]{1,9}", text in "\\PC{0,30}") {
        let body = format!("{}{}", serde_json::json!({"id": id, "providerError": text}), " ".repeat(200));
        let rescued = ProviderOutput::rescue(&body.as_bytes()[..cut]);
        prop_assert!(rescued.id.is_empty() || rescued.id == id);
        prop_assert!(cut < id.len() + 9 || rescued.id == id);
    }

    #[test]
    fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = (ProviderOutput::decode(&body), ProviderOutput::rescue(&body));
    }

    #[test]
    fn what_is_written_is_read(id in any::<String>(), provider_error in any::<String>()) {
        let body = serde_json::json!({"id": id, "providerError": provider_error}).to_string();
        prop_assert_eq!(ProviderOutput::decode(body.as_bytes()), Ok(ProviderOutput { id, provider_error }));
    }
}
