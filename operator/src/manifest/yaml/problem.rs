//! What is wrong with a text.

/// What is wrong with a text, and on which line, counted from zero.
#[derive(Debug)]
pub(in crate::manifest) struct Problem {
    line: u64,
    what: String,
    /// The line to which the text refers.
    start: Option<u64>,
}

impl Problem {
    pub(super) fn new(line: u64, what: impl Into<String>) -> Self {
        Self {
            line,
            what: what.into(),
            start: None,
        }
    }

    /// `what` is to be followed by the number of the line `start`.
    pub(super) fn within(line: u64, what: String, start: u64) -> Self {
        let start = Some(start);
        Self { line, what, start }
    }

    /// Line and words, for a text that itself starts on a line of a file, counted from zero.
    pub(in crate::manifest) fn placed(self, first: u64) -> (u64, String) {
        let number = self.start.map(|start| (first + start + 1).to_string());
        (
            first + self.line + 1,
            self.what + &number.unwrap_or_default(),
        )
    }
}
