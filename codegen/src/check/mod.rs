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
mod report;
mod response;
mod root;
mod schema;

use crate::document::Document;
use crate::error::SpecError;
use crate::schema::walk;
use crate::spec::{At, Operation};
use report::Report;

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
        let mut report = Report::on(document);
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
    let schemas = walk::all(&report.spec);
    report.parts = walk::parts(&report.spec, &schemas);
    for schema in schemas {
        for rule in SCHEMA {
            rule(report, &schema);
        }
    }
}
