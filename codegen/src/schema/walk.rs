//! From schema to schema.

use std::collections::HashSet;

use crate::api::{Additional, Api, Schema, Schemas};
use crate::names::pascal;

/// The Rust type of a schema that is a reference.
pub(crate) fn reference(schema: &Schema) -> Option<String> {
    schema.component().map(pascal)
}

/// The schemas directly inside a schema.
pub(crate) fn inside(schema: &Schema) -> Vec<&Schema> {
    let properties = schema.properties().iter().map(|(_, schema)| schema);
    let mut inner: Vec<&Schema> = properties.collect();
    inner.extend(schema.items());
    inner.extend(schema.not.as_ref().map(|not| &***not));
    inner.extend(schema.additional());
    inner.extend(branches(schema));
    inner.extend(schema.all_of());
    inner
}

/// The same, to be changed.
pub(crate) fn inside_mut(schema: &mut Schema) -> Vec<&mut Schema> {
    let properties = schema.properties.iter_mut().flat_map(|all| all.iter_mut());
    let mut inner: Vec<&mut Schema> = properties.map(|(_, schema)| schema).collect();
    inner.extend(schema.items.iter_mut().map(|items| &mut ***items));
    inner.extend(schema.not.iter_mut().map(|not| &mut ***not));
    if let Some(Additional::Of(values)) = schema.additional.as_deref_mut() {
        inner.push(values);
    }
    for branches in [&mut schema.one_of, &mut schema.any_of, &mut schema.all_of] {
        inner.extend(branches.iter_mut().flat_map(|all| all.iter_mut()));
    }
    inner
}

/// The forms of a schema.
pub(crate) fn branches(schema: &Schema) -> impl Iterator<Item = &Schema> {
    schema.one_of().iter().chain(schema.any_of())
}

/// The one schema that a choice or a sum of one consists of.
pub(crate) fn only(schema: &Schema) -> Option<&Schema> {
    [schema.one_of(), schema.any_of(), schema.all_of()]
        .into_iter()
        .find_map(|branches| match branches {
            [only] => Some(only),
            _ => None,
        })
}

/// Every schema of the document, the inner ones included; references are not followed.
pub(crate) fn all(api: &Api) -> Vec<&Schema> {
    let mut found = Found::default();
    for (_, schema) in api.schemas.all() {
        found.add(schema);
    }
    for operation in &api.operations {
        let parameters = operation.parameters.iter();
        parameters
            .filter_map(|parameter| parameter.schema.as_ref())
            .for_each(|it| found.add(it));
        for response in &operation.responses {
            let headers = response.headers.iter();
            headers
                .filter_map(|header| header.schema.as_ref())
                .for_each(|it| found.add(it));
            let content = response.content();
            content
                .and_then(|(content, _)| content.schema.as_ref())
                .into_iter()
                .for_each(|it| found.add(it));
        }
        let content = operation.body.as_ref().and_then(|body| body.content());
        content
            .and_then(|(content, _)| content.schema.as_ref())
            .into_iter()
            .for_each(|it| found.add(it));
    }
    found.schemas
}

#[derive(Default)]
struct Found<'a> {
    schemas: Vec<&'a Schema>,
    /// What was found already: a shared part is reached once for each of its users.
    known: HashSet<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, schema: &'a Schema) {
        if schema.reference.is_some() || !self.known.insert(&schema.at.pointer) {
            return;
        }
        self.schemas.push(schema);
        inside(schema).into_iter().for_each(|inner| self.add(inner));
    }
}

/// The components that are referred to from inside of schemas, and those that responses carry.
pub(crate) fn parts<'a>(api: &'a Api, schemas: &[&'a Schema]) -> HashSet<&'a str> {
    let responses = api
        .operations
        .iter()
        .flat_map(|operation| &operation.responses);
    let carried = responses.filter_map(|response| response.typed_schema());
    let inner = schemas.iter().flat_map(|schema| inside(schema));
    inner.chain(carried).filter_map(Schema::component).collect()
}

/// The type of a schema that stands for one text, number or flag; `None` for every other.
pub(crate) fn scalar<'a>(schemas: &'a Schemas, schema: &'a Schema) -> Option<&'a str> {
    let mut schema = schemas.follow(schema)?;
    for _ in 0..32 {
        match only(schema) {
            Some(only) => schema = schemas.follow(only)?,
            None => break,
        }
    }
    let enumerated = schema.values.as_ref().map(|_| "string");
    schema
        .kind()
        .or(enumerated)
        .filter(|kind| matches!(*kind, "string" | "integer" | "number" | "boolean"))
        .filter(|_| !schema.is_nullable() && !schema.is_opaque())
}

/// A text that can be any text.
pub(crate) fn is_plain_text(schema: &Schema) -> bool {
    schema.kind() == Some("string") && schema.has_only(&["type", "description", "example", "title"])
}
