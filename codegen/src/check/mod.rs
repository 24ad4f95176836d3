//! Everything that generated code would not keep, refused all at once.

mod operation;
mod path;
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
}

/// Rules about the document as a whole.
const ROOT: &[fn(&mut Report<'_>)] = &[
    root::version,
    root::references,
    root::security,
    root::component_names,
    root::operation_ids,
    path::items,
    path::templates,
    path::neighbours,
];

/// Rules about one operation. They may rely on references leading somewhere.
const OPERATION: &[fn(&mut Report<'_>, &Operation<'_>)] = &[
    operation::documented,
    operation::method,
    operation::callbacks,
    operation::parameters,
    operation::body,
    operation::choice,
    operation::responses,
    operation::one_success_type,
    operation::errors_unify,
    operation::refusals,
];

/// Rules about one schema, wherever it is.
const SCHEMA: &[fn(&mut Report<'_>, &At<'_>)] = &[
    schema::is_object,
    schema::types,
    schema::unsupported_keywords,
    schema::choices,
    schema::enumerations,
    schema::required,
    schema::flattened_opaque,
    schema::property_names,
];

pub(crate) fn check(document: &Document) -> Result<(), Vec<SpecError>> {
    let spec = Spec { root: &document.value };
    let mut report = Report { document, spec, errors: Vec::new() };
    for rule in ROOT {
        rule(&mut report);
    }
    for operation in spec.operations() {
        for rule in OPERATION {
            rule(&mut report, &operation);
        }
    }
    for schema in schema::all(&spec) {
        for rule in SCHEMA {
            rule(&mut report, &schema);
        }
    }
    if report.errors.is_empty() { Ok(()) } else { Err(sorted(report.errors)) }
}

/// In the order of the files, so that a reader goes through each once.
fn sorted(mut errors: Vec<SpecError>) -> Vec<SpecError> {
    errors.sort_by(|a, b| a.place().cmp(b.place()));
    errors
}
