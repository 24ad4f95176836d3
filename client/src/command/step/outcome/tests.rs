use super::*;

fn answer(status: u16, body: &str) -> RawAnswer {
    RawAnswer {
        status: StatusCode::from_u16(status).expect("a status"),
        body: body.as_bytes().to_vec(),
        broken: None,
        cut: false,
    }
}

const GONE: Result<&str, &str> = Ok("");

/// Operation, status, body, the id to write or what the error says.
const VERDICTS: &[(Operation, u16, &str, Result<&str, &str>)] = {
    use Operation::{Create, Delete, Update};
    &[
        (Create, 201, r#"{"id":"a"}"#, Ok("a")),
        (Create, 200, r#"{"ID":"a","x":1}"#, Ok("a")),
        (Create, 201, "{}", Err("answered 201 without an id")),
        (Create, 201, "null", Err("answered 201 without an id")),
        (
            Create,
            201,
            r#"{"id":"a","providerError":"half"}"#,
            Err("half"),
        ),
        (
            Create,
            500,
            r#"{"id":"a"}"#,
            Err("answered 500 without a providerError"),
        ),
        (
            Create,
            501,
            r#"{"providerError":"no runs here"}"#,
            Err("no runs here"),
        ),
        (Create, 501, "", Err("answered 501, and the body is empty")),
        (Create, 204, "", Err("answered 204, and the body is empty")),
        (Create, 302, "{}", Err("redirects are not followed")),
        (
            Create,
            200,
            "<html>log in</html>",
            Err(": <html>log in</html>"),
        ),
        (Create, 200, "[]", Err("an array where an object is wanted")),
        (Create, 200, r#"{"id":7}"#, Err("\"id\" is a number")),
        (Update, 200, r#"{"id":"b"}"#, Ok("b")),
        (
            Update,
            404,
            r#"{"id":"a","providerError":"gone"}"#,
            Err("gone"),
        ),
        (Delete, 200, "{}", GONE),
        (Delete, 200, "null", GONE),
        (Delete, 200, "", GONE),
        (Delete, 204, "", GONE),
        (Delete, 200, r#"{"id":"a"}"#, GONE),
        (Delete, 404, "{}", GONE),
        (Delete, 404, "", Err("answered 404, and the body is empty")),
        (
            Delete,
            404,
            "<html>",
            Err("answered 404, and the body is not JSON"),
        ),
        (
            Delete,
            404,
            r#"{"providerError":"not found"}"#,
            Err("not found"),
        ),
        (
            Delete,
            500,
            "{}",
            Err("answered 500 without a providerError"),
        ),
        (
            Delete,
            200,
            "<html>",
            Err("answered 200, and the body is not JSON"),
        ),
    ]
};

#[test]
fn verdicts() {
    for (operation, status, body, expected) in VERDICTS {
        let found = verdict(*operation, false, &answer(*status, body));
        match (&found, expected) {
            (Ok(id), Ok(expected)) => assert_eq!(id, expected, "{operation} {status} {body}"),
            (Err(problem), Err(expected)) => assert!(
                problem.text.contains(expected),
                "{operation} {status} {body}: {}",
                problem.text
            ),
            _ => panic!("{operation} {status} {body}: {found:?}"),
        }
    }
}

#[test]
fn missing_is_fine_if_it_may_be() {
    for body in ["{}", "", "<html>", r#"{"providerError":"not found"}"#] {
        let found = verdict(Operation::Delete, true, &answer(404, body));
        assert_eq!(found.expect(body), "");
    }
    assert!(verdict(Operation::Delete, true, &answer(500, "{}")).is_err());
    assert!(verdict(Operation::Update, true, &answer(404, "{}")).is_err());
}

#[test]
fn outputs_are_objects() {
    assert_eq!(output("", ""), b"{}");
    assert_eq!(output("a\"b", ""), br#"{"id":"a\"b"}"#);
    assert_eq!(
        output("a", "<x>"),
        br#"{"id":"a","providerError":"\u003cx\u003e"}"#
    );
    assert_eq!(shortened("abc", 3), "abc");
    assert_eq!(shortened("äbcd", 3), "äb…");
}
