//! How an answer came.

use super::{Findings, Limits};
use crate::base::outcome::Finding;
use crate::catalogue::ids;
use crate::oracle::exchange::{Exchange, Intent};
use crate::wire::{Body, Response};

pub(super) fn transport(exchange: &Exchange, limits: Limits) -> Findings {
    let took = format!("{:.1} s", exchange.total.as_secs_f64());
    let deadline = match &exchange.result {
        Err(crate::wire::WireFailure::Timeout(limit)) => {
            Finding::fail(format!("no answer within {limit:?}"))
        }
        _ if exchange.total > limits.fail_after => Finding::fail(took),
        _ if exchange.total > limits.warn_after => Finding::warn(took),
        _ => Finding::pass(took),
    };
    let mut findings = vec![(ids::TRANSPORT_DEADLINE, deadline)];
    let response = match &exchange.result {
        Ok(response) => response,
        Err(failure) => {
            if failure.partial().is_some() {
                let finding = Finding::fail(failure.to_string());
                findings.push((ids::TRANSPORT_BODY_COMPLETE, finding));
            }
            return findings;
        }
    };
    findings.push((ids::TRANSPORT_BODY_COMPLETE, framing(response)));
    let redirect = match response.status {
        300..400 => Finding::fail(format!(
            "{} to {}",
            response.status,
            response.header("location").unwrap_or("nowhere")
        )),
        status => Finding::pass(status.to_string()),
    };
    findings.push((ids::TRANSPORT_NO_REDIRECT, redirect));
    findings.push((ids::TRANSPORT_NO_UNREQUESTED_ENCODING, coding(response)));
    if exchange.class.intent() == Some(&Intent::Valid) {
        let refused = matches!(response.status, 401 | 403 | 407);
        findings.push((
            ids::TRANSPORT_NO_AUTH,
            Finding::when(!refused, response.status.to_string()),
        ));
        let refused = matches!(response.status, 406 | 415);
        findings.push((
            ids::TRANSPORT_ACCEPT_STAR,
            Finding::when(!refused, response.status.to_string()),
        ));
    }
    findings
}

/// Whether the body ends where the answer says.
fn framing(response: &Response) -> Finding {
    let (status, surplus) = (response.status, response.extra.len());
    if surplus > 0 {
        let shown = crate::base::text::excerpt(&response.extra);
        return Finding::fail(match response.framing {
            Body::None => format!("{surplus} bytes after a {status}, which has no body: {shown:?}"),
            Body::Length(length) => {
                format!("Content-Length {length}, but {surplus} bytes more: {shown:?}")
            }
            _ => format!("{surplus} bytes after the end of the answer: {shown:?}"),
        });
    }
    match response.framing {
        Body::None => Finding::pass("no body"),
        Body::Length(length) => Finding::pass(format!("Content-Length {length}, complete")),
        // The chunks decide, for curl as well; but what stands between may decide otherwise.
        Body::Chunked if response.header("content-length").is_some() => {
            Finding::warn("chunked, complete, but with a Content-Length beside it")
        }
        Body::Chunked => Finding::pass("chunked, complete"),
        Body::UntilClose => Finding::pass("until the connection closed"),
    }
}

/// Codings of the content or of its transfer that no request asked for.
fn coding(response: &Response) -> Finding {
    let named = |name: &'static str, plain: &'static [&str]| {
        let fields = response.headers.iter();
        let values = fields.filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        let words = values.flat_map(|(_, value)| value.split(',').map(str::trim));
        words
            .filter(|word| !plain.iter().any(|known| known.eq_ignore_ascii_case(word)))
            .map(move |word| format!("{name}: {word}"))
    };
    let odd = named("Content-Encoding", &["identity", ""])
        .chain(named("Transfer-Encoding", &["chunked", "identity", ""]));
    match odd.collect::<Vec<_>>().as_slice() {
        [] => Finding::pass("no coding"),
        odd => Finding::fail(odd.join(", ")),
    }
}
