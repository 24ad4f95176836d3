//! What the rules have found.

use std::collections::HashSet;

use crate::document::Document;
use crate::error::SpecError;
use crate::spec::{At, Spec};

/// What a rule looks at and where it puts what it finds.
pub(crate) struct Report<'a> {
    document: &'a Document,
    pub(crate) spec: Spec<'a>,
    errors: Vec<SpecError>,
    /// What was said already: a shared part is looked at once for each of its users.
    said: HashSet<String>,
    /// The schemas that are referred to from inside of others or from responses.
    pub(crate) parts: HashSet<&'a str>,
}

impl<'a> Report<'a> {
    pub(super) fn on(document: &'a Document) -> Self {
        Self {
            document,
            spec: Spec {
                root: &document.value,
            },
            errors: Vec::new(),
            said: HashSet::new(),
            parts: HashSet::new(),
        }
    }
}

impl Report<'_> {
    pub(crate) fn refuse(&mut self, at: &At<'_>, what: impl Into<String>, hint: &'static str) {
        let error = self.document.refused(&at.pointer, what, hint);
        if self.said.insert(error.to_string()) {
            self.errors.push(error);
        }
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
