//! Everything that generated code would not keep, refused all at once.

mod body;
mod bounds;
mod choice;
mod form;
mod merge;
mod operation;
mod parameter;
mod path;
mod refusal;
mod response;
mod root;
mod schema;

pub(crate) use schema::all as all_schemas;

use std::collections::HashSet;

use crate::document::Document;
use crate::error::SpecError;
use crate::spec::{At, Operation, Spec};

/// What a rule looks at and where it puts what it finds.
pub(crate) struct Report<'a> {
    document: &'a Document,
    pub(crate) spec: Spec<'a>,
    errors: Vec<SpecError>,
    /// What was said already: a shared part is looked at once for each of its users.
    said: HashSet<String>,
    /// The schemas that are referred to from inside of others or from responses.
    parts: HashSet<&'a str>,
}

impl Report<'_> {
    pub(crate) fn refuse(&mut self, at: &At<'_>, what: impl Into<String>, hint: &'static str) {
        let error = self.document.refused(&at.pointer, what, hint);
        if self.said.insert(error.to_string()) {
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
    choice::agreement,
];

/// Rules about one operation.
const OPERATION: &[fn(&mut Report<'_>, &Operation<'_>)] = &[
    operation::documented,
    operation::method,
    operation::unsupported,
    parameter::all,
    parameter::names,
    body::body,
    body::choice,
    response::responses,
    response::headers,
    refusal::kinds,
    refusal::declared,
];

/// Rules about one schema, wherever it is.
const SCHEMA: &[fn(&mut Report<'_>, &At<'_>)] = &[
    schema::types,
    schema::fitting_keywords,
    schema::patterns,
    schema::defaults,
    schema::unsupported_keywords,
    schema::nullable,
    schema::directions,
    bounds::numbers,
    bounds::sizes,
    choice::forms,
    choice::discriminator,
    merge::all_of,
    schema::enumerations,
    schema::required,
    schema::flattened,
    schema::circles,
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
            said: HashSet::new(),
            parts: HashSet::new(),
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
    let schemas = schema::all(&report.spec);
    report.parts = schema::parts(&report.spec, &schemas);
    for schema in schemas {
        for rule in SCHEMA {
            rule(report, &schema);
        }
    }
}
