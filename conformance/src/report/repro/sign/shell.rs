//! Signs as conditions of the shell, as far as curl and jq can tell.

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
    /// The condition as the shell tests it; `None` if it takes more than curl and jq.
    pub(in crate::report::repro) fn shell(self, about: &About) -> Option<String> {
        let say = |word: &str| word.to_owned();
        Some(match self.concrete(&about.method) {
            Not(sign) => format!("! {}", sign.shell(about)?),
            All(signs) => joined(signs, " && ", about)?,
            Any(signs) => joined(signs, " || ", about)?,
            Answered => say("answered"),
            Status(ranges) => ranges.iter().fold(say("status"), |text, (from, to)| {
                format!("{text} {from}-{to}")
            }),
            Self::Undeclared if about.declared.is_empty() => Self::AsRecorded.shell(about)?,
            Self::Undeclared => about.declared.iter().fold(say("! status"), |text, code| {
                format!("{text} {code}-{code}")
            }),
            Object => json(r#"type == "object""#),
            Member(name) => json(&format!(r#".{name} | . != null and . != """#)),
            Text(name) => json(&format!(r#".{name} | type == "string" and test("[^\\s]")"#)),
            Self::OtherKind(name) => json(&format!(
                r#".{name} | type | . != "string" and . != "null""#
            )),
            Self::Echoed => say("echoed"),
            Self::Json => say("is_json"),
            Self::Encoded => say("is_encoded"),
            Self::BytesFrom(size) => format!("[ \"$(wc -c <\"$T/body\")\" -ge {size} ]"),
            Self::LongerThan(limit) => {
                json(&format!(".providerError | strings | length > {limit}"))
            }
            Self::Wordless => json(
                r#".providerError | type == "string" and ([splits("\\s+") | select(test("\\p{L}"))] | length < 2)"#,
            ),
            Self::Leak => {
                let marks = serde_json::to_string(crate::oracle::ambient::MARKS).ok()?;
                json(&format!(
                    ".providerError | strings | . as $text | any({marks}[]; . as $mark | $text | contains($mark))"
                ))
            }
            Self::UnsafeId => json(r#".id | test("[\"$`\\\\\\p{Cc}]|\\{\\{|^-(n|e|ne|en)$")"#),
            Self::DotId => json(r#".id | . == "." or . == "..""#),
            Self::EdgeBlanks => json(r#".id | test("^\\s|\\s$")"#),
            Self::IdOver(limit) => json(&format!(".id | strings | @uri | length > {limit}")),
            Self::SlowerThan(limit) => {
                format!("[ \"$(jq -n \"$took * 1000 > {limit}\")\" = true ]")
            }
            Self::NamesPipeline => format!(
                "json --arg name {} '.providerError | contains($name)'",
                about.pipeline
            ),
            Self::OneId => say("issued_twice"),
            Self::StatusDiffers => say("[ \"$status\" != \"$status_before\" ]"),
            Self::AnswerDiffers => say("[ \"$status $id\" != \"$status_before $id_before\" ]"),
            Self::OtherIdBefore => say("[ \"$path\" != \"$path_before\" ]"),
            Self::AsRecorded => format!(
                "as_recorded {} {}",
                about
                    .recorded
                    .0
                    .map_or(say("none"), |code| code.to_string()),
                quoted(&about.recorded.1),
            ),
            Self::BadText | Self::Trailing | Self::OddKeys => return None,
            Self::Excess | Self::LeftOpen | Self::Mixed | Self::Wavers => return None,
            Self::Stuck | Self::Lost => unreachable!("made concrete above"),
        })
    }
}

/// A filter of jq that has to hold for the body.
fn json(filter: &str) -> String {
    format!("json {}", quoted(filter))
}

fn joined(signs: &[Sign], with: &str, about: &About) -> Option<String> {
    let all: Option<Vec<String>> = signs.iter().map(|sign| sign.shell(about)).collect();
    Some(format!("{{ {}; }}", all?.join(with)))
}
