//! Signs as conditions of the shell.

use super::Sign::{self, All, Answered, Any, Member, Not, Object, Status, Text};
use crate::report::repro::shell::quoted;

/// What the shell's condition has to know of the record.
#[derive(Debug, Default)]
pub(in crate::report::repro) struct About {
    /// Method of the last request.
    pub(in crate::report::repro) method: String,
    /// Statuses that the document declares for it, if the record tells.
    pub(in crate::report::repro) declared: Vec<u16>,
    /// The pipeline that it names, as a word of the shell.
    pub(in crate::report::repro) pipeline: String,
    /// Status and shape of the recorded answer.
    pub(in crate::report::repro) recorded: (Option<u16>, String),
}

impl Sign {
    /// The condition as the shell tests it.
    pub(in crate::report::repro) fn shell(self, about: &About) -> String {
        let say = |word: &str| word.to_owned();
        match self.concrete(&about.method) {
            Not(sign) => format!("! {}", sign.shell(about)),
            All(signs) => joined(signs, " && ", about),
            Any(signs) => joined(signs, " || ", about),
            Answered => say("answered"),
            Status(ranges) => ranges.iter().fold(say("status"), |text, (from, to)| {
                format!("{text} {from}-{to}")
            }),
            Self::Undeclared if about.declared.is_empty() => Self::AsRecorded.shell(about),
            Self::Undeclared => about.declared.iter().fold(say("! status"), |text, code| {
                format!("{text} {code}-{code}")
            }),
            Object => say("is_object"),
            Member(name) => format!("member {name}"),
            Text(name) => format!("text {name}"),
            Self::OtherKind(name) => format!("other_kind {name}"),
            Self::Echoed => say("echoed"),
            Self::Json => say("is_json"),
            Self::Encoded => say("encoded_body"),
            Self::BadText => say("bad_text"),
            Self::Trailing => say("trailing"),
            Self::OddKeys => say("odd_keys"),
            Self::BytesFrom(size) => format!("bytes_from {size}"),
            Self::LongerThan(limit) => format!("longer_than {limit}"),
            Self::Wordless => say("wordless"),
            Self::Leak => {
                crate::oracle::ambient::MARKS
                    .iter()
                    .fold(say("contains"), |text, mark| {
                        let mark = serde_json::to_string(mark).unwrap_or_default();
                        format!("{text} {}", quoted(mark.trim_matches('"')))
                    })
            }
            Self::UnsafeId => say("unsafe_id"),
            Self::DotId => say("dot_id"),
            Self::EdgeBlanks => say("edge_blanks"),
            Self::IdOver(limit) => format!("id_over {limit}"),
            Self::SlowerThan(limit) => format!("slower_than {limit}"),
            Self::NamesPipeline => format!("contains {}", about.pipeline),
            Self::OneId => say("one_id"),
            Self::StatusDiffers => say("status_differs"),
            Self::AnswerDiffers => say("answer_differs"),
            Self::OtherIdBefore => say("other_id_before"),
            Self::Wavers => say("wavers"),
            Self::AsRecorded => format!(
                "as_recorded {} {}",
                about
                    .recorded
                    .0
                    .map_or(say("none"), |code| code.to_string()),
                quoted(&about.recorded.1),
            ),
            Self::Stuck | Self::Lost => unreachable!("made concrete above"),
        }
    }
}

fn joined(signs: &[Sign], with: &str, about: &About) -> String {
    let all: Vec<String> = signs.iter().map(|sign| sign.shell(about)).collect();
    format!("{{ {}; }}", all.join(with))
}
