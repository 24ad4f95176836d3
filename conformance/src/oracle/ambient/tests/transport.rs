//! The checks of how answers come.

use super::*;
use crate::catalogue::ids;

#[test]
fn answers_have_to_come_in_time() {
    let limits = Limits::default();
    let moment = Duration::from_nanos(1);
    let after = |total| lasting(answer(delete(Valid), 200, "{}"), total);
    let never = WireFailure::Timeout(Duration::from_secs(1));
    check(vec![
        (
            ids::TRANSPORT_DEADLINE,
            after(limits.warn_after),
            Some(Pass),
        ),
        (
            ids::TRANSPORT_DEADLINE,
            after(limits.warn_after + moment),
            Some(Warn),
        ),
        (
            ids::TRANSPORT_DEADLINE,
            after(limits.fail_after),
            Some(Warn),
        ),
        (
            ids::TRANSPORT_DEADLINE,
            after(limits.fail_after + moment),
            Some(Fail),
        ),
        (
            ids::TRANSPORT_DEADLINE,
            Exchange::example(delete(Valid), Err(never)),
            Some(Fail),
        ),
    ]);
}

#[test]
fn answers_that_did_not_come_say_nothing_of_their_form() {
    let cut = || WireFailure::Misframed {
        what: "two lengths".to_owned(),
        partial: b"{".to_vec(),
    };
    let none = || WireFailure::ClosedBeforeHead(0);
    check(vec![
        (
            ids::TRANSPORT_BODY_COMPLETE,
            Exchange::example(create(Valid), Err(cut())),
            Some(Fail),
        ),
        (
            ids::TRANSPORT_BODY_COMPLETE,
            Exchange::example(create(Valid), Err(none())),
            None,
        ),
        (
            ids::RESPONSE_JSON_OBJECT,
            Exchange::example(create(Valid), Err(none())),
            Some(Fail),
        ),
        (
            ids::TRANSPORT_NO_REDIRECT,
            Exchange::example(create(Valid), Err(none())),
            None,
        ),
        (
            ids::ROBUST_NO_5XX_ON_BAD_INPUT,
            Exchange::example(create(Invalid), Err(none())),
            None,
        ),
    ]);
}

#[test]
fn the_end_of_an_answer_is_where_it_says() {
    let framed = |framing, extra: &'static [u8]| {
        with(answer(delete(Valid), 200, "{}"), |response| {
            response.framing = framing;
            response.extra = extra.to_vec();
        })
    };
    let both = with_header(framed(Body::Chunked, b""), "Content-Length", "2");
    let id = ids::TRANSPORT_BODY_COMPLETE;
    check(vec![
        (id, framed(Body::None, b""), Some(Pass)),
        (id, framed(Body::Length(2), b""), Some(Pass)),
        (id, framed(Body::Chunked, b""), Some(Pass)),
        (id, framed(Body::UntilClose, b""), Some(Pass)),
        (id, framed(Body::None, b"{}"), Some(Fail)),
        (id, framed(Body::Length(2), b"x"), Some(Fail)),
        (id, framed(Body::Chunked, b"xy"), Some(Fail)),
        (id, both, Some(Warn)),
    ]);
    let table = [
        (Body::None, "1 bytes after a 200, which has no body: \"x\""),
        (Body::Length(2), "Content-Length 2, but 1 bytes more: \"x\""),
        (Body::Chunked, "1 bytes after the end of the answer: \"x\""),
    ];
    for (framing, text) in table {
        assert_eq!(told(&framed(framing, b"x"), id), text);
    }
}

#[test]
fn curl_follows_nothing_and_unpacks_nothing() {
    let plain = || answer(update(Valid), 200, r#"{"id":"a"}"#);
    let coded = |name, value| with_header(plain(), name, value);
    let codings = ids::TRANSPORT_NO_UNREQUESTED_ENCODING;
    check(vec![
        (ids::TRANSPORT_NO_REDIRECT, plain(), Some(Pass)),
        (
            ids::TRANSPORT_NO_REDIRECT,
            answer(update(Valid), 299, ""),
            Some(Pass),
        ),
        (
            ids::TRANSPORT_NO_REDIRECT,
            answer(update(Valid), 300, ""),
            Some(Fail),
        ),
        (
            ids::TRANSPORT_NO_REDIRECT,
            answer(update(Valid), 399, ""),
            Some(Fail),
        ),
        (
            ids::TRANSPORT_NO_REDIRECT,
            answer(update(Valid), 400, ""),
            Some(Pass),
        ),
        (codings, plain(), Some(Pass)),
        (codings, coded("content-encoding", "gzip"), Some(Fail)),
        (codings, coded("Content-Encoding", "Identity"), Some(Pass)),
        (codings, coded("Content-Encoding", ""), Some(Pass)),
        (codings, coded("Transfer-Encoding", "Chunked"), Some(Pass)),
        (
            codings,
            coded("Transfer-Encoding", "gzip, chunked"),
            Some(Fail),
        ),
        // The name of a transfer coding is none of a content coding.
        (codings, coded("Content-Encoding", "chunked"), Some(Fail)),
    ]);
}

#[test]
fn valid_requests_need_no_credentials_and_no_other_headers() {
    let mut rows = Vec::new();
    for (status, auth, accept) in [
        (401, Fail, Pass),
        (403, Fail, Pass),
        (407, Fail, Pass),
        (406, Pass, Fail),
        (415, Pass, Fail),
        (201, Pass, Pass),
    ] {
        rows.push((
            ids::TRANSPORT_NO_AUTH,
            answer(create(Valid), status, "{}"),
            Some(auth),
        ));
        rows.push((
            ids::TRANSPORT_ACCEPT_STAR,
            answer(create(Valid), status, "{}"),
            Some(accept),
        ));
        rows.push((
            ids::TRANSPORT_NO_AUTH,
            answer(create(Invalid), status, "{}"),
            None,
        ));
        rows.push((
            ids::TRANSPORT_ACCEPT_STAR,
            answer(create(Debatable), status, "{}"),
            None,
        ));
    }
    check(rows);
}
