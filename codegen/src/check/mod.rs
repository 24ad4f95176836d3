//! Everything that generated code would not keep, refused all at once.

mod body;
mod bounds;
mod choice;
mod form;
mod merge;
mod operation;
mod parameter;
mod path;
mod references;
mod refusal;
mod report;
mod response;
mod root;
mod schema;
mod shapes;

use crate::api::{Api, Operation, Schema};
use crate::document::Document;
use crate::error::SpecError;
use crate::schema::walk;
use report::Report;

/// Rules about the document as a whole.
const ROOT: &[fn(&mut Report<'_>, &Api)] = &[
    root::version,
    root::security,
    root::component_names,
    root::operation_ids,
    path::items,
    path::templates,
    path::neighbours,
    choice::told_apart,
    choice::agreement,
];

/// Rules about one operation.
const OPERATION: &[fn(&mut Report<'_>, &Api, &Operation)] = &[
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
const SCHEMA: &[fn(&mut Report<'_>, &Api, &Schema)] = &[
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

/// Whether the document can be read: its form, where references lead, and the form of what they lead to.
pub(crate) fn form(document: &Document) -> Result<(), Vec<SpecError>> {
    for stage in [form::document, references::all, form::referred] {
        let mut report = Report::on(document);
        stage(&mut report);
        report.finish()?;
    }
    Ok(())
}

/// Whether generated code would keep everything that the document says.
pub(crate) fn rules(document: &Document, api: &Api) -> Result<(), Vec<SpecError>> {
    let mut report = Report::on(document);
    for rule in ROOT {
        rule(&mut report, api);
    }
    for operation in &api.operations {
        for rule in OPERATION {
            rule(&mut report, api, operation);
        }
    }
    for schema in walk::all(api) {
        for rule in SCHEMA {
            rule(&mut report, api, schema);
        }
    }
    report.finish()
}
