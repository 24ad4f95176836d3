//! Everything that generated code would not keep, refused all at once.

mod body;
mod form;
mod operation;
mod path;
mod response;
mod root;
mod schema;

use crate::document::Document;
use crate::error::SpecError;
use crate::spec::{At, Operation, Spec};

/// What a rule looks at and where it puts what it finds.
pub(crate) struct Report<'a> {
    document: &'a Document,
    pub(crate) spec: Spec<'a>,
    errors: Vec<SpecError>,
}

impl Report<'_> {
    pub(crate) fn refuse(&mut self, at: &At<'_>, what: impl Into<String>, hint: &'static str) {
        let error = self.document.refused(&at.pointer, what, hint);
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// The problems in the order of the files, so that a reader goes through each once.
    fn finish(mut self) -> Result<(), Vec<SpecError>> {
        self.errors.sort_by(|a, b| a.place().cmp(b.place()));
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors)
        }
    }
}

/// Rules about the document as a whole.
const ROOT: &[fn(&mut Report<'_>)] = &[
    root::version,
    root::security,
    root::component_names,
    root::operation_ids,
    path::items,
    path::templates,
    path::neighbours,
];

/// Rules about one operation.
const OPERATION: &[fn(&mut Report<'_>, &Operation<'_>)] = &[
    operation::documented,
    operation::method,
    operation::callbacks,
    operation::parameters,
    body::body,
    body::choice,
    response::responses,
    response::one_success_type,
    response::errors_unify,
    response::refusals,
];

/// Rules about one schema, wherever it is.
const SCHEMA: &[fn(&mut Report<'_>, &At<'_>)] = &[
    schema::types,
    schema::fitting_keywords,
    schema::patterns,
    schema::defaults,
    schema::unsupported_keywords,
    schema::choices,
    schema::enumerations,
    schema::required,
    schema::flattened,
    schema::property_names,
];

/// Checks in three stages, as each rests on the one before: the form, the references, the rules.
pub(crate) fn check(document: &Document) -> Result<(), Vec<SpecError>> {
    for stage in [form::document, root::references, rules] {
        let spec = Spec {
            root: &document.value,
        };
        let mut report = Report {
            document,
            spec,
            errors: Vec::new(),
        };
        stage(&mut report);
        report.finish()?;
    }
    Ok(())
}

fn rules(report: &mut Report<'_>) {
    for rule in ROOT {
        rule(report);
    }
    for operation in report.spec.operations() {
        for rule in OPERATION {
            rule(report, &operation);
        }
    }
    for schema in schema::all(&report.spec) {
        for rule in SCHEMA {
            rule(report, &schema);
        }
    }
}
