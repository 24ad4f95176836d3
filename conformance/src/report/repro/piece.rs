//! What in a recorded request is the recorded run's own, and has to be another in the next.

use std::collections::BTreeSet;

use kfp_operator_sim::{encode_id, encode_id_jq16};

use super::sequence::Step;

/// A piece of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As recorded.
    Bytes(Vec<u8>),
    /// The run's own part of a name: another in each run, of the same length.
    Run,
    /// The number of a resource among many.
    Number,
    /// The percent-encoded id that an earlier step brought.
    Id {
        /// Index of that step.
        step: usize,
        /// In the older spelling, which leaves `!*'()` as they are.
        lenient: bool,
    },
}

/// Bytes with the run's part of names taken out.
pub(super) fn split(bytes: &[u8], run: &str) -> Vec<Piece> {
    let mark = format!("kc-{run}-");
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest
        .windows(mark.len())
        .position(|part| part == mark.as_bytes())
    {
        pieces.push(Piece::Bytes(rest[..at + "kc-".len()].to_vec()));
        pieces.push(Piece::Run);
        rest = &rest[at + "kc-".len() + run.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Bytes(rest.to_vec()));
    }
    pieces
}

/// A path whose id came from an earlier step gets the one that the same step brings next time. Where
/// several resources had one id, each deletion is of another.
pub(super) fn bind(path: &str, earlier: &[Step<'_>], run: &str) -> Vec<Piece> {
    let parts: Vec<&str> = path.splitn(4, '/').collect();
    let ["", "resource", kind, segment] = parts.as_slice() else {
        return split(path.as_bytes(), run);
    };
    let (resources, deleted) = resources(earlier);
    let spelling = |step: usize| {
        let id = earlier[step].answer.id()?;
        let strict = encode_id(&id) == *segment;
        (strict || encode_id_jq16(&id) == *segment).then_some(Piece::Id {
            step,
            lenient: !strict,
        })
    };
    let is_gone = |step: &usize| resources[*step].is_some_and(|it| deleted.contains(&it));
    let (gone, there): (Vec<usize>, Vec<usize>) = (0..earlier.len()).partition(is_gone);
    match there.into_iter().chain(gone).find_map(spelling) {
        Some(id) => vec![Piece::Bytes(format!("/resource/{kind}/").into_bytes()), id],
        None => split(path.as_bytes(), run),
    }
}

/// Which create each step goes back to, and which of the creates were deleted again.
fn resources(steps: &[Step<'_>]) -> (Vec<Option<usize>>, BTreeSet<usize>) {
    let mut resources: Vec<Option<usize>> = Vec::new();
    let mut deleted = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        let bound = step.path.iter().find_map(|piece| match piece {
            Piece::Id { step, .. } => resources[*step],
            _ => None,
        });
        let resource = match step.record.request.method.as_str() {
            "POST" => Some(at),
            _ => bound,
        };
        if step.record.request.method == "DELETE" {
            deleted.extend(resource);
        }
        resources.push(resource);
    }
    (resources, deleted)
}

/// With the number that ends each of the run's names taken out.
pub(crate) fn numbered(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut numbered: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (numbered.last(), piece) {
            (Some(Piece::Run), Piece::Bytes(bytes)) => {
                let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
                let end = bytes.iter().take_while(in_name).count();
                let digits = bytes[..end].iter().rev();
                let start = end - digits.take_while(|byte| byte.is_ascii_digit()).count();
                if start == end {
                    numbered.push(Piece::Bytes(bytes));
                    continue;
                }
                numbered.push(Piece::Bytes(bytes[..start].to_vec()));
                numbered.push(Piece::Number);
                numbered.push(Piece::Bytes(bytes[end..].to_vec()));
            }
            (_, piece) => numbered.push(piece),
        }
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_is_the_runs_own_and_their_number() {
        let bytes = |text: &str| Piece::Bytes(text.as_bytes().to_vec());
        let body = split(
            br#"{"name":"n/kc-0a1b2c-crowd-pip12","p":"n/kc-0a1b2c-shared"}"#,
            "0a1b2c",
        );
        let wanted = [
            bytes("{\"name\":\"n/kc-"),
            Piece::Run,
            bytes("-crowd-pip"),
            Piece::Number,
            bytes("\",\"p\":\"n/kc-"),
            Piece::Run,
            bytes("-shared\"}"),
        ];
        assert_eq!(numbered(body), wanted);
    }
}
