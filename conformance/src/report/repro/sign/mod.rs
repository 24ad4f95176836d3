//! What to look for in an answer: a small language, read here and, where curl and jq can tell, by the shell.

mod answer;
mod shell;

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{encode_id, encode_id_jq16};

pub(crate) use answer::{Answer, Ending, Seen};
pub(super) use shell::About;

/// Something that an answer shows or does not. A reproducer's last word is one of these: if it
/// holds, the defect is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sign {
    /// Not that.
    Not(&'static Sign),
    /// All of them.
    All(&'static [Sign]),
    /// One of them.
    Any(&'static [Sign]),
    /// A complete answer came.
    Answered,
    /// The status is in one of these ranges, both ends included.
    Status(&'static [(u16, u16)]),
    /// The status is none that the document declares; they are known from the record.
    Undeclared,
    /// The body is a JSON object.
    Object,
    /// The member is there, and neither `null` nor `""`.
    Member(&'static str),
    /// The member is a string with something in it besides blanks.
    Text(&'static str),
    /// The member is there, and neither a string nor `null`.
    OtherKind(&'static str),
    /// `id` is the one in the path.
    Echoed,
    /// The media type is `application/json`.
    Json,
    /// There is a `Content-Encoding` other than `identity`, or a transfer coding other than chunks.
    Encoded,
    /// The body starts with a byte order mark or is not UTF-8.
    BadText,
    /// Bytes follow the end of the answer, or it tells a length where it may have no body.
    Excess,
    /// The connection was not closed after the answer.
    LeftOpen,
    /// Of the creates one was not accepted, or got an id that another has.
    Mixed,
    /// Something follows the JSON value.
    Trailing,
    /// A known key is misspelt or appears twice.
    OddKeys,
    /// The body has at least this many bytes.
    BytesFrom(usize),
    /// `providerError` has more characters than this.
    LongerThan(usize),
    /// `providerError` has fewer than two words.
    Wordless,
    /// The body contains what belongs into a log.
    Leak,
    /// The operator's shell would change the id.
    UnsafeId,
    /// The id is a dot segment.
    DotId,
    /// The id begins or ends with a blank.
    EdgeBlanks,
    /// The id has more bytes than this, percent-encoded.
    IdOver(usize),
    /// The answer took longer than this many milliseconds.
    SlowerThan(u32),
    /// `providerError` names the pipeline that the request names.
    NamesPipeline,
    /// Two creates of a type got the same id.
    OneId,
    /// The last two answers differ in their status.
    StatusDiffers,
    /// The last two answers differ in their status or id.
    AnswerDiffers,
    /// The request before was about another id.
    OtherIdBefore,
    /// Identical requests were answered with different statuses.
    Wavers,
    /// A POST or PUT that does not lead to `Succeeded`, a DELETE that does not lead to `Deleted`.
    Stuck,
    /// As [`Sign::Stuck`], and a DELETE of what exists must not say that it was not there.
    Lost,
    /// The same status and the same members of the same kinds as recorded.
    AsRecorded,
}

use Sign::{All, Answered, Any, Member, Not, Object, Status, Text};

/// The operator would store the id and be content.
pub(super) const MADE: Sign = All(&[
    Answered,
    Text("id"),
    Not(&Member("providerError")),
    Not(&Status(&[(501, 501)])),
]);
/// The operator would let the resource go.
pub(super) const GONE: Sign = All(&[
    Answered,
    Object,
    Not(&Member("id")),
    Not(&Member("providerError")),
    Not(&Status(&[(501, 501)])),
]);
const REMOVED: Sign = All(&[GONE, Not(&Status(&[(404, 404)]))]);

impl Sign {
    /// What it means for a request of that method.
    fn concrete(self, method: &str) -> Self {
        match (self, method) {
            (Self::Stuck, "DELETE") => Not(&GONE),
            (Self::Lost, "DELETE") => Not(&REMOVED),
            (Self::Stuck | Self::Lost, _) => Not(&MADE),
            (sign, _) => sign,
        }
    }

    /// Whether it holds for the last of these answers.
    pub(crate) fn holds(self, seen: &Seen<'_>) -> bool {
        let now = seen.last();
        match self.concrete(&now.method) {
            Not(sign) => !sign.holds(seen),
            All(signs) => signs.iter().all(|sign| sign.holds(seen)),
            Any(signs) => signs.iter().any(|sign| sign.holds(seen)),
            Answered => now.status.is_some(),
            Status(ranges) => now
                .status
                .is_some_and(|s| ranges.iter().any(|(from, to)| (*from..=*to).contains(&s))),
            Self::Undeclared => match seen.declared.as_slice() {
                [] => Self::AsRecorded.holds(seen),
                declared => !now.status.is_some_and(|s| declared.contains(&s)),
            },
            Object => now.envelope.object().is_some(),
            Member(name) => match now.envelope.member(name) {
                None | Some(Json::Null) => false,
                Some(Json::String(text)) => !text.is_empty(),
                Some(_) => true,
            },
            Text(name) => now.text(name).is_some_and(|text| !text.trim().is_empty()),
            Self::OtherKind(name) => !matches!(
                now.envelope.member(name),
                None | Some(Json::Null | Json::String(_))
            ),
            Self::Echoed => now.text("id").is_some_and(|id| {
                let segment = now.target.rsplit('/').next().unwrap_or_default();
                segment == encode_id(id) || segment == encode_id_jq16(id)
            }),
            Self::Json => now
                .header("content-type")
                .and_then(|value| value.split(';').next())
                .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json")),
            Self::Encoded => {
                let is = |name: &str, plain: &str| now.header(name).is_some_and(|c| c != plain);
                is("content-encoding", "identity") || is("transfer-encoding", "chunked")
            }
            Self::BadText => now.envelope.bom || !now.envelope.utf8,
            Self::Excess => now.has_excess(),
            Self::LeftOpen => now.status.is_some() && !now.ending.closed,
            Self::Mixed => {
                let ids = seen.created();
                let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
                distinct.len() < ids.len() || distinct.contains(&None)
            }
            Self::Trailing => now.envelope.trailing.is_some(),
            Self::OddKeys => !now.envelope.odd_keys().is_empty(),
            Self::BytesFrom(size) => now.body.len() >= size,
            Self::LongerThan(limit) => now
                .text("providerError")
                .is_some_and(|text| text.chars().count() > limit),
            Self::Wordless => now.text("providerError").is_some_and(|text| {
                let is_word = |word: &&str| word.contains(char::is_alphabetic);
                text.split_whitespace().filter(is_word).count() < 2
            }),
            Self::Leak => now.text("providerError").is_some_and(|text| {
                crate::oracle::ambient::MARKS
                    .iter()
                    .any(|mark| text.contains(mark))
            }),
            Self::UnsafeId => now.text("id").is_some_and(|id| {
                let interpreted = |c: char| matches!(c, '"' | '$' | '`' | '\\') || c.is_control();
                id.contains(interpreted)
                    || id.contains("{{")
                    || ["-n", "-e", "-ne", "-en"].contains(&id)
            }),
            Self::DotId => matches!(now.text("id"), Some("." | "..")),
            Self::EdgeBlanks => now.text("id").is_some_and(|id| id.trim() != id),
            Self::IdOver(limit) => now.text("id").is_some_and(|id| encode_id(id).len() > limit),
            Self::SlowerThan(limit) => now.milliseconds > f64::from(limit),
            Self::NamesPipeline => now.text("providerError").is_some_and(|text| {
                seen.pipeline
                    .as_deref()
                    .is_some_and(|name| text.contains(name))
            }),
            Self::OneId => {
                let creates = seen.answers.iter().filter(|a| a.method == "POST");
                let ids: Vec<_> = creates
                    .filter_map(|a| Some((a.target.as_str(), a.text("id")?)))
                    .collect();
                let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
                distinct.len() < ids.len()
            }
            Self::StatusDiffers => seen.previous().is_some_and(|p| p.status != now.status),
            Self::AnswerDiffers => seen.previous().is_some_and(|previous| {
                previous.status != now.status || previous.text("id") != now.text("id")
            }),
            Self::OtherIdBefore => seen.previous().is_some_and(|p| p.target != now.target),
            Self::Wavers => seen
                .answers
                .iter()
                .any(|earlier| earlier.request == now.request && earlier.status != now.status),
            Self::AsRecorded => now.status == seen.recorded.0 && now.shape() == seen.recorded.1,
            Self::Stuck | Self::Lost => unreachable!("made concrete above"),
        }
    }
}
