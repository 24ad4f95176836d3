//! Ids that a provider hands to the operator.

use std::fmt;
use std::str::FromStr;

use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

use crate::excerpt::Excerpt;
use crate::names::NamespacedName;
use crate::percent::RESERVED;

/// The longest id in bytes, each character counted as it stands percent-encoded in a request path.
pub const MAX_ENCODED_ID: usize = 1024;

/// Characters beside letters and digits that survive the operator's shell, its URL and the way back.
const PUNCTUATION: &str = "-_.~/:+=,@";

/// An id that a provider issues and that comes back unharmed.
///
/// The operator keeps the id, pastes it into a shell command, percent-encodes it and puts it into the path of every
/// later request. What survives all of that is: ASCII letters and digits and `- _ . ~ / : + = , @`; 1 to 1024 bytes
/// once encoded; more than dots alone, which HTTP clients take out of a path; and nothing that `echo` takes for one of
/// its options (`-n`, `-e`, `-ne`, …). A `%` is excluded because services exist that decode twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(String);

impl ResourceId {
    /// The id that a resource has by its name: always the same for one name, and never the same for two.
    ///
    /// It is the namespace, `_` and the name, in which all but ASCII letters, digits, `-` and `.` is written as `~` and
    /// two hexadecimal digits for each byte. So it needs no encoding in a URL, and is neither a path nor hidden if it
    /// becomes the name of a file. Names joined by hand lose that: `a-b` and `c` make the same `a-b-c` as `a` and `b-c`.
    ///
    /// The resource's type is no part of it, because the operator always gives it beside the id. Who keeps several types
    /// in one place has to tell them apart there.
    ///
    /// ```
    /// # use kfp_provider_domain::{NamespacedName, ResourceId};
    /// let name: NamespacedName = "team-a/model.v2".parse()?;
    /// assert_eq!(ResourceId::from_name(&name)?.as_str(), "team-a_model.v2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Nothing is named, or the id would be longer than [`MAX_ENCODED_ID`], which no name of Kubernetes' makes it.
    pub fn from_name(name: &NamespacedName) -> Result<Self, InvalidResourceId> {
        if name.is_empty() {
            return Err(InvalidResourceId::Nameless);
        }
        let (namespace, name) = (escaped(name.namespace()), escaped(name.name()));
        format!("{namespace}_{name}").try_into()
    }

    /// The id as the operator stores it, not encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text cannot be issued as an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidResourceId {
    /// The operator takes an empty id for none.
    #[error(
        "resource id: empty (hint: every resource needs an id, or the operator counts it as failed)"
    )]
    Empty,
    /// A resource without a name has no id by it.
    #[error(
        "resource id: there is no name to make it of (hint: give the resource a name, `namespace/name`)"
    )]
    Nameless,
    /// A character that the operator's shell or URL would change.
    #[error(
        "resource id {}: {found:?} at byte {at} does not survive the operator's shell and URL \
             (hint: use ASCII letters, digits and - _ . ~ / : + = , @)",
        Excerpt(id)
    )]
    Character {
        /// The id.
        id: String,
        /// The first character that is not allowed.
        found: char,
        /// Where it starts, in bytes.
        at: usize,
    },
    /// An id of dots alone changes the path that it is part of.
    #[error("resource id {}: dots alone are taken out of URLs (hint: add a letter or digit)", Excerpt(.0))]
    OnlyDots(String),
    /// `echo` swallows the id.
    #[error("resource id {}: the operator's shell takes it for an option of echo (hint: do not start with `-`)", Excerpt(.0))]
    EchoOption(String),
    /// The id is too long for a path.
    #[error(
        "resource id {}: {encoded} bytes when percent-encoded, more than {MAX_ENCODED_ID} \
             (hint: issue a short key and keep the long one)",
        Excerpt(id)
    )]
    TooLong {
        /// The id.
        id: String,
        /// Its length in a request path.
        encoded: usize,
    },
}

impl TryFrom<String> for ResourceId {
    type Error = InvalidResourceId;

    fn try_from(id: String) -> Result<Self, InvalidResourceId> {
        if id.is_empty() {
            return Err(InvalidResourceId::Empty);
        }
        if let Some((at, found)) = id.char_indices().find(|(_, found)| !is_safe(*found)) {
            return Err(InvalidResourceId::Character { id, found, at });
        }
        if id.bytes().all(|byte| byte == b'.') {
            return Err(InvalidResourceId::OnlyDots(id));
        }
        if is_echo_option(&id) {
            return Err(InvalidResourceId::EchoOption(id));
        }
        match encoded_length(&id) {
            encoded if encoded > MAX_ENCODED_ID => Err(InvalidResourceId::TooLong { id, encoded }),
            _ => Ok(Self(id)),
        }
    }
}

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || PUNCTUATION.contains(c)
}

/// A part of a name in letters, digits, `-`, `.`, and `~` where anything else is spelt out, `~` and `_` among it.
fn escaped(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-.".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("~{byte:02x}"));
        }
    }
    text
}

/// `echo` takes any mixture of its letters after one dash.
fn is_echo_option(id: &str) -> bool {
    id.strip_prefix('-').is_some_and(|letters| {
        !letters.is_empty()
            && letters
                .bytes()
                .all(|letter| matches!(letter, b'n' | b'e' | b'E'))
    })
}

/// The length of a safe id in a path: what URLs reserve takes three bytes.
fn encoded_length(id: &str) -> usize {
    utf8_percent_encode(id, RESERVED).map(str::len).sum()
}

impl FromStr for ResourceId {
    type Err = InvalidResourceId;

    fn from_str(id: &str) -> Result<Self, InvalidResourceId> {
        id.to_owned().try_into()
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.0
    }
}

impl AsRef<str> for ResourceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn safe_ids() {
        let longest = "a".repeat(1024);
        let slashes = "/".repeat(341);
        for id in [
            "a",
            "-",
            "-x",
            "--",
            "-n1",
            "n",
            ".a",
            "a/b",
            "A-Z_a.z~0/1:2+3=4,5@6",
            &longest,
            &slashes,
        ] {
            let issued = id.parse::<ResourceId>().map(|id| id.to_string());
            assert_eq!(issued.as_deref(), Ok(id));
        }
    }

    #[test]
    fn unsafe_ids() {
        let table = [
            ("", "empty"),
            (".", "dots alone"),
            ("..", "dots alone"),
            ("....", "dots alone"),
            ("-n", "option of echo"),
            ("-e", "option of echo"),
            ("-ne", "option of echo"),
            ("-en", "option of echo"),
            ("-E", "option of echo"),
            ("-nnn", "option of echo"),
            ("100%", "'%' at byte 3"),
            ("a b", "' ' at byte 1"),
            ("$HOME", "'$' at byte 0"),
            ("é", "'é' at byte 0"),
            ("a`b", "'`' at byte 1"),
            ("a\\b", "'\\\\' at byte 1"),
            ("a\"b", "'\"' at byte 1"),
            ("a\0", "'\\0' at byte 1"),
            ("a\n", "'\\n' at byte 1"),
            ("a?b", "'?' at byte 1"),
            ("a#b", "'#' at byte 1"),
            ("a'b", "'\\'' at byte 1"),
        ];
        for (id, reason) in table {
            let error = id.parse::<ResourceId>().expect_err(id).to_string();
            assert!(error.contains(reason), "id {id:?}: {error}");
        }
        let long = "a"
            .repeat(1025)
            .parse::<ResourceId>()
            .expect_err("too long");
        assert!(matches!(
            long,
            InvalidResourceId::TooLong { encoded: 1025, .. }
        ));
        let slashes = "/".repeat(342).parse::<ResourceId>().expect_err("too long");
        assert!(slashes.to_string().contains("1026 bytes"), "{slashes}");
    }

    fn made(namespace: &str, name: &str) -> Result<ResourceId, InvalidResourceId> {
        let name = NamespacedName::new(namespace, name).expect("a name");
        ResourceId::from_name(&name)
    }

    #[test]
    fn ids_by_name() {
        let table = [
            ("team-a", "model.v2", "team-a_model.v2"),
            ("", "model", "_model"),
            ("a", "..", "a_.."),
            ("-n", "-e", "-n_-e"),
            ("", "-n", "_-n"),
            ("a_b", "c~d", "a~5fb_c~7ed"),
            ("é", "$(x) \"`\\%\n", "~c3~a9_~24~28x~29~20~22~60~5c~25~0a"),
        ];
        for (namespace, name, id) in table {
            let issued = made(namespace, name).map(String::from);
            assert_eq!(issued.as_deref(), Ok(id), "{namespace:?} {name:?}");
        }
        assert_eq!(made("", ""), Err(InvalidResourceId::Nameless));
        // The longest that Kubernetes knows.
        assert!(made(&"n".repeat(63), &"r".repeat(253)).is_ok());
        let long = made("", &"é".repeat(171))
            .expect_err("too long")
            .to_string();
        assert!(long.contains("1027 bytes"), "{long}");
    }

    /// The name that an id was made of, from the description of its form alone.
    fn name_of(id: &str) -> (String, String) {
        let part = |text: &str| {
            let mut pieces = text.split('~');
            let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
            for piece in pieces {
                bytes.push(u8::from_str_radix(&piece[..2], 16).expect("two digits"));
                bytes.extend_from_slice(&piece.as_bytes()[2..]);
            }
            String::from_utf8(bytes).expect("a part")
        };
        let (namespace, name) = id.split_once('_').expect("a separator");
        (part(namespace), part(name))
    }

    proptest! {
        /// Nothing of a name is lost on the way to its id, so that no two names have the same. Names are made of what the
        /// form of ids is made of, and of anything.
        #[test]
        fn an_id_by_name_is_of_that_name_alone(
            namespace in "([-_.~/a5fF%]{0,6}|[^/]{0,40})",
            name in "([-_.~a5fF%]{1,6}|[^/]{1,40})",
        ) {
            let namespace = namespace.replace('/', "");
            let id = made(&namespace, &name).expect("a short name");
            prop_assert_eq!(name_of(id.as_str()), (namespace, name));
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            prop_assert!(id.as_str().chars().all(plain), "{}", id);
        }

        /// However its names are cut at the hyphens, a text gives as many ids as there are names.
        #[test]
        fn names_that_join_alike_have_ids_of_their_own(text in "[a-c]([-._][a-c]){1,8}") {
            let cuts: Vec<_> = text.match_indices(['-', '.', '_']).collect();
            let ids: std::collections::BTreeSet<_> = cuts
                .iter()
                .map(|(at, _)| made(&text[..*at], &text[at + 1..]).expect("a short name"))
                .collect();
            prop_assert_eq!(ids.len(), cuts.len());
        }
    }
}
