//! Artifacts that a run is asked to report.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt::Excerpt;

/// Where an artifact is found in a finished run: `component:artifact:index[filter]`.
///
/// Input may leave out the index (then 0) and the filter; the text form always writes the index, without leading zeros,
/// which is how the operator sends it. Component, artifact and filter are one or more characters other than `[`, `]`
/// and `:`. The filter is an expression over the artifact's metadata that only the operator evaluates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArtifactPath {
    component: String,
    artifact: String,
    index: u64,
    filter: Option<String>,
}

impl ArtifactPath {
    /// The pipeline component that writes the artifact.
    pub fn component(&self) -> &str {
        &self.component
    }

    /// The component's output.
    pub fn artifact(&self) -> &str {
        &self.artifact
    }

    /// Which of the output's artifacts, from 0; never beyond `i64::MAX`.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The condition on the artifact's metadata, without its brackets.
    pub fn filter(&self) -> Option<&str> {
        self.filter.as_deref()
    }
}

/// Why a text is not an [`ArtifactPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArtifactPath {
    /// The text does not have the parts of a path.
    #[error("artifact path {}: not of the form (hint: write `component:artifact`, `component:artifact:index` or \
             `component:artifact:index[filter]`)", Excerpt(.0))]
    Form(String),
    /// The index is not a number that the operator can hold.
    #[error("artifact path {}: the index is beyond {} (hint: indexes count from 0)", Excerpt(.0), i64::MAX)]
    Index(String),
}

impl FromStr for ArtifactPath {
    type Err = InvalidArtifactPath;

    fn from_str(text: &str) -> Result<Self, InvalidArtifactPath> {
        let (place, filter) =
            split_filter(text).ok_or_else(|| InvalidArtifactPath::Form(text.to_owned()))?;
        let mut parts = place.split(':');
        let (component, artifact, index) =
            match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(component), Some(artifact), index, None) => {
                    (component, artifact, index.unwrap_or_default())
                }
                _ => return Err(InvalidArtifactPath::Form(text.to_owned())),
            };
        if !is_word(component)
            || !is_word(artifact)
            || !index.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(InvalidArtifactPath::Form(text.to_owned()));
        }
        Ok(Self {
            component: component.to_owned(),
            artifact: artifact.to_owned(),
            index: parse_index(index).ok_or_else(|| InvalidArtifactPath::Index(text.to_owned()))?,
            filter: filter.map(str::to_owned),
        })
    }
}

/// Cuts `place[filter]`; `None` when the brackets are not a filter at the end.
fn split_filter(text: &str) -> Option<(&str, Option<&str>)> {
    match text.split_once('[') {
        None => Some((text, None)),
        Some((place, rest)) => {
            let filter = rest.strip_suffix(']')?;
            is_word(filter).then_some((place, Some(filter)))
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(['[', ']', ':'])
}

/// Digits, or nothing for 0, within the range of the operator's integer.
fn parse_index(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return Some(0);
    }
    digits
        .parse()
        .ok()
        .filter(|index| i64::try_from(*index).is_ok())
}

impl TryFrom<String> for ArtifactPath {
    type Error = InvalidArtifactPath;

    fn try_from(text: String) -> Result<Self, InvalidArtifactPath> {
        text.parse()
    }
}

impl From<ArtifactPath> for String {
    fn from(path: ArtifactPath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.component, self.artifact, self.index)?;
        match &self.filter {
            Some(filter) => write!(f, "[{filter}]"),
            None => Ok(()),
        }
    }
}

/// An artifact that a run is asked to report, under the name by which other resources refer to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutputArtifact {
    /// The name that others use.
    pub name: String,
    /// Where it is found in the finished run.
    pub path: ArtifactPath,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text() {
        let table = [
            ("trainer:model", Some("trainer:model:0")),
            ("trainer:model:", Some("trainer:model:0")),
            ("trainer:model:0003", Some("trainer:model:3")),
            ("a:b:9223372036854775807", Some("a:b:9223372036854775807")),
            ("a:b:00000000000000000000000001", Some("a:b:1")),
            ("a:b[pushed == 1]", Some("a:b:0[pushed == 1]")),
            ("a:b:[x]", Some("a:b:0[x]")),
            ("a:b:2[x]", Some("a:b:2[x]")),
            (" a : b ", Some(" a : b :0")),
            ("a\n:b", Some("a\n:b:0")),
            ("é:ü", Some("é:ü:0")),
            ("a:b:9223372036854775808", None),
            ("a:b:99999999999999999999999", None),
            ("", None),
            ("a", None),
            (":b", None),
            ("a:", None),
            ("a::0", None),
            ("a:b:-1", None),
            ("a:b:+1", None),
            ("a:b:x", None),
            ("a:b:١", None),
            ("a:b:0:1", None),
            ("a:b[]", None),
            ("a:b[x", None),
            ("a:b]x[", None),
            ("a:b[x]y", None),
            ("a:b[x][y]", None),
            ("a:b[x:y]", None),
            ("a:b[x]\n", None),
            ("[a:b]", None),
        ];
        for (text, expected) in table {
            let path = text
                .parse::<ArtifactPath>()
                .ok()
                .map(|path| path.to_string());
            assert_eq!(path.as_deref(), expected, "path {text:?}");
        }
    }

    #[test]
    fn parts() {
        let path: ArtifactPath = "c:a:7[x == 1]".parse().expect("a path");
        assert_eq!(
            (
                path.component(),
                path.artifact(),
                path.index(),
                path.filter()
            ),
            ("c", "a", 7, Some("x == 1"))
        );
    }

    #[test]
    fn messages_name_the_value() {
        let error = "a:b:9223372036854775808"
            .parse::<ArtifactPath>()
            .expect_err("too large");
        assert!(
            error
                .to_string()
                .starts_with(r#"artifact path "a:b:9223372036854775808": the index"#),
            "{error}"
        );
    }

    #[test]
    fn json_of_an_output_artifact() {
        let text = r#"{"name":"m","path":"trainer:model"}"#;
        let artifact: OutputArtifact = serde_json::from_str(text).expect("an artifact");
        let written = serde_json::to_string(&artifact).expect("json");
        assert_eq!(written, r#"{"name":"m","path":"trainer:model:0"}"#);
    }
}
