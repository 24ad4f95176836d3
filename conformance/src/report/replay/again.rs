//! Recorded requests made new, and new answers made comparable.

use kfp_operator_sim::{encode_id, encode_id_jq16};

use crate::oracle::Envelope;
use crate::report::repro::{Answer, Ending, Piece};
use crate::wire::{Request, Timed};

/// What takes the place of a recorded run's own in a request.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) run: &'a str,
    /// The resource's number, where there are many.
    pub(super) number: usize,
}

pub(super) fn text(pieces: &[Piece], answers: &[Answer], names: Names<'_>) -> Option<String> {
    let bytes = bytes(pieces, answers, names)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn bytes(pieces: &[Piece], answers: &[Answer], names: Names<'_>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(more) => bytes.extend_from_slice(more),
            Piece::Run => bytes.extend_from_slice(names.run.as_bytes()),
            Piece::Number => bytes.extend_from_slice(names.number.to_string().as_bytes()),
            Piece::Id { step, lenient } => {
                let id = answers.get(*step)?.id()?;
                let encoded = if *lenient {
                    encode_id_jq16(&id)
                } else {
                    encode_id(&id)
                };
                bytes.extend_from_slice(encoded.as_bytes());
            }
        }
    }
    Some(bytes)
}

pub(super) fn live(request: &Request, timed: Timed) -> Answer {
    let sent = request
        .body
        .as_deref()
        .map_or(String::new(), crate::base::digest::sha256_hex);
    let ending = timed
        .result
        .as_ref()
        .map_or(Ending::default(), |response| Ending {
            surplus: response.extra.len(),
            closed: response.closed,
        });
    let (status, headers, body, failure) = match timed.result {
        Ok(response) => (Some(response.status), response.headers, response.body, None),
        Err(failure) => (None, Vec::new(), Vec::new(), Some(failure.to_string())),
    };
    Answer {
        method: request.method.clone(),
        target: request.target.clone(),
        request: format!(
            "{} {} {sent} {:?}",
            request.method, request.target, request.headers
        ),
        status,
        headers,
        envelope: Envelope::of(&body),
        body,
        milliseconds: timed.total.as_secs_f64() * 1e3,
        failure,
        ending,
    }
}
