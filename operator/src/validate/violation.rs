//! What is wrong with a resource.

use std::fmt;

/// One thing that is wrong with a custom resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what} (hint: {hint})", Dotted(pointer))]
pub struct Violation {
    /// JSON pointer to the member that is wrong, or to the one that lacks something.
    pub pointer: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Violation {
    pub(crate) fn new(
        pointer: impl Into<String>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// What the rules let through, but the operator's types do not hold.
    pub(crate) fn undecodable(error: &serde_json::Error) -> Self {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        Self::new("", what, "the operator cannot decode it either")
    }
}

/// A pointer as Kubernetes writes the path of a field.
struct Dotted<'a>(&'a str);

impl fmt::Display for Dotted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("resource");
        }
        for (index, part) in self.0.split('/').skip(1).enumerate() {
            let part = part.replace("~1", "/").replace("~0", "~");
            if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
                write!(f, "[{part}]")?;
            } else if index == 0 {
                f.write_str(&part)?;
            } else {
                write!(f, ".{part}")?;
            }
        }
        Ok(())
    }
}
