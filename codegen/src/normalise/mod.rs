//! The checked document in the one form that the emitters know.
//!
//! Every schema that needs a Rust type of its own is a component with a good name; wrappers without meaning are gone.
//! What the document says stays the same.

mod hoist;
mod simple;

use crate::api::{Api, Operation, Read, Schemas};
use crate::names::pascal;
use crate::schema::{tags, walk};
use hoist::Hoist;

/// The document in its normal form.
pub(crate) struct Normal {
    pub(crate) api: Api,
    /// The component that stands for every opaque schema, if there is one.
    pub(crate) opaque: Option<String>,
}

pub(crate) fn normalise(mut api: Api) -> Read<Normal> {
    let fixed = tags::fix(&api.schemas, &walk::all(&api));
    let mut hoist = Hoist::new(&fixed);
    let components = fixed.all().iter().map(|(name, schema)| {
        let schema = hoist.inside(schema, &pascal(name));
        (name.clone(), schema)
    });
    let mut components: Vec<_> = components.collect();
    for operation in &mut api.operations {
        normal_operation(&mut hoist, operation)?;
    }
    let opaque = hoist.settle(&mut api.operations, &mut components);
    api.schemas = Schemas::new(components);
    Ok(Normal { api, opaque })
}

fn normal_operation(hoist: &mut Hoist<'_>, operation: &mut Operation) -> Read<()> {
    let name = pascal(operation.id()?);
    for parameter in &mut operation.parameters {
        let hint = format!("{name}{}", pascal(&parameter.name));
        if let Some(schema) = &mut parameter.schema {
            *schema = hoist.parameter(schema, &hint);
        }
    }
    if let Some(body) = &mut operation.body {
        hoist.content(&mut body.content, &format!("{name}Body"));
    }
    for response in &mut operation.responses {
        let failed = response.name == "default" || response.name.starts_with(['4', '5']);
        let hint = format!("{name}{}", if failed { "Error" } else { "Result" });
        if let Some(content) = &mut response.content {
            hoist.content(content, &hint);
        }
        for header in &mut response.headers {
            if let Some(schema) = &mut header.schema {
                *schema = hoist.parameter(schema, &format!("{hint}{}", pascal(&header.name)));
            }
        }
    }
    Ok(())
}
