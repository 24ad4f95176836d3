//! What the rules have found.

use std::collections::HashSet;

use crate::document::Document;
use crate::error::{Place, SpecError};
use crate::spec::At;

/// Where the rules put what they find.
pub(crate) struct Report<'a> {
    pub(super) document: &'a Document,
    errors: Vec<SpecError>,
    /// What was said already: a shared part is looked at once for each of its users.
    said: HashSet<String>,
    /// Whether the form is checked through references, too. They must lead somewhere then.
    pub(super) follows: bool,
}

impl<'a> Report<'a> {
    pub(super) fn on(document: &'a Document) -> Self {
        Self {
            document,
            errors: Vec::new(),
            said: HashSet::new(),
            follows: false,
        }
    }

    pub(crate) fn refuse(&mut self, at: &Place, what: impl Into<String>, hint: &'static str) {
        let error = SpecError::Refused {
            at: at.clone(),
            what: what.into(),
            hint,
        };
        if self.said.insert(error.to_string()) {
            self.errors.push(error);
        }
    }

    /// Refuses a part that has not been read yet.
    pub(super) fn refuse_unread(
        &mut self,
        part: &At<'_>,
        what: impl Into<String>,
        hint: &'static str,
    ) {
        self.refuse(&self.document.place(&part.pointer), what, hint);
    }

    /// The problems in the order of the files, so that a reader goes through each once.
    pub(super) fn finish(mut self) -> Result<(), Vec<SpecError>> {
        self.errors.sort_by(|a, b| a.place().cmp(b.place()));
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors)
        }
    }
}
