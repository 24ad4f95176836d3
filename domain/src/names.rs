//! Names that carry their namespace.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt::Excerpt;

/// A resource's name and the namespace it lives in, written `namespace/name`.
///
/// The text form is `namespace/name`, `name` when there is no namespace, and the empty text when there is neither; the
/// operator sends the last for "not given" (a run without an experiment, say). A namespace alone cannot be written.
/// Characters are not checked, as the operator does not check them: only `/` has a meaning.
///
/// ```
/// # use kfp_provider_domain::NamespacedName;
/// let name: NamespacedName = "team/model".parse()?;
/// assert_eq!((name.namespace(), name.name()), ("team", "model"));
/// # Ok::<(), kfp_provider_domain::InvalidName>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamespacedName {
    namespace: String,
    name: String,
}

impl NamespacedName {
    /// A name from its parts; either may be empty, as the text form allows.
    ///
    /// # Errors
    /// A namespace without a name, or a `/` inside a part: neither can be written so that it reads back the same.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Result<Self, InvalidName> {
        let (namespace, name) = (namespace.into(), name.into());
        if let Some(part) = [&namespace, &name]
            .into_iter()
            .find(|part| part.contains('/'))
        {
            return Err(InvalidName::SlashInPart(part.clone()));
        }
        if name.is_empty() && !namespace.is_empty() {
            return Err(InvalidName::NamespaceOnly(namespace));
        }
        Ok(Self { namespace, name })
    }

    /// The namespace; empty when none is given.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name without its namespace; empty when nothing is named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether nothing is named: the text form is empty.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }
}

/// Why a text or a pair of parts is not a [`NamespacedName`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// There is a slash, but nothing on one side of it.
    #[error("name {}: a side of the slash is empty (hint: write `namespace/name`, or `name` alone)", Excerpt(.0))]
    EmptySide(String),
    /// There are two or more slashes.
    #[error("name {}: more than one slash (hint: write `namespace/name`)", Excerpt(.0))]
    ManySlashes(String),
    /// A namespace was given without a name.
    #[error("namespace {}: it has no name beside it (hint: leave both empty to name nothing)", Excerpt(.0))]
    NamespaceOnly(String),
    /// A name that has to be looked up has no namespace to look in.
    #[error("name {}: it has no namespace (hint: write `namespace/name`)", Excerpt(.0))]
    NoNamespace(String),
    /// One part of the name holds the separator itself.
    #[error("name part {}: it contains a slash (hint: give namespace and name apart)", Excerpt(.0))]
    SlashInPart(String),
}

impl FromStr for NamespacedName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.split_once('/') {
            None => Ok(Self {
                namespace: String::new(),
                name: text.to_owned(),
            }),
            Some((_, rest)) if rest.contains('/') => Err(InvalidName::ManySlashes(text.to_owned())),
            Some((namespace, name)) if namespace.is_empty() || name.is_empty() => {
                Err(InvalidName::EmptySide(text.to_owned()))
            }
            Some((namespace, name)) => Ok(Self {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
        }
    }
}

impl TryFrom<String> for NamespacedName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<NamespacedName> for String {
    fn from(name: NamespacedName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for NamespacedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form() {
        let table = [
            ("", Some(("", ""))),
            ("name", Some(("", "name"))),
            ("ns/name", Some(("ns", "name"))),
            (" / ", Some((" ", " "))),
            ("Ünï.code/x:y", Some(("Ünï.code", "x:y"))),
            ("a/", None),
            ("/b", None),
            ("/", None),
            ("a/b/c", None),
            ("//", None),
            ("a//b", None),
        ];
        for (text, expected) in table {
            let parsed = text.parse::<NamespacedName>();
            let parts = parsed
                .as_ref()
                .ok()
                .map(|name| (name.namespace(), name.name()));
            assert_eq!(parts, expected, "text {text:?}");
            if let Ok(name) = parsed {
                assert_eq!(name.to_string(), text, "text {text:?}");
            }
        }
    }

    #[test]
    fn parts() {
        assert!(NamespacedName::new("", "").expect("empty").is_empty());
        assert_eq!(
            NamespacedName::new("a", "b").expect("both").to_string(),
            "a/b"
        );
        assert_eq!(
            NamespacedName::new("a", ""),
            Err(InvalidName::NamespaceOnly("a".into()))
        );
        assert_eq!(
            NamespacedName::new("", "a/b"),
            Err(InvalidName::SlashInPart("a/b".into()))
        );
        assert_eq!(
            NamespacedName::new("a/b", "c"),
            Err(InvalidName::SlashInPart("a/b".into()))
        );
    }

    #[test]
    fn json_is_the_text() {
        let name: NamespacedName = serde_json::from_str(r#""ns/name""#).expect("a name");
        assert_eq!(
            serde_json::to_string(&name).expect("a string"),
            r#""ns/name""#
        );
        let error = serde_json::from_str::<NamespacedName>(r#""a/b/c""#).expect_err("three parts");
        assert!(
            error
                .to_string()
                .contains(r#"name "a/b/c": more than one slash"#),
            "{error}"
        );
    }
}
