//! The document, read once: every part in its type, with the place where it was written.
//!
//! What comes here has the right form, which a check has seen to; a part that has not is reported as a check that is
//! missing, and never replaced by something else.

mod content;
mod keyword;
mod operation;
mod parameter;
mod placed;
mod reader;
mod response;
mod schema;

pub(crate) use content::{Body, ByParameter, Content};
pub(crate) use operation::Operation;
pub(crate) use parameter::{Location, Parameter};
pub(crate) use placed::Placed;
pub(crate) use reader::{Read, missing};
pub(crate) use response::{Header, Response};
pub(crate) use schema::{Additional, Named, Schema};

use std::collections::HashMap;

use crate::document::Document;
use crate::error::Place;
use crate::spec::METHODS;
use reader::Part;

/// The whole of a document.
pub(crate) struct Api {
    /// The version of OpenAPI.
    pub(crate) version: Placed<String>,
    pub(crate) info: Info,
    /// Where it asks for some security.
    pub(crate) security: Option<Place>,
    pub(crate) paths: Vec<Path>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) schemas: Schemas,
}

/// What the document says of itself.
#[derive(Clone)]
pub(crate) struct Info {
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) description: Option<String>,
    pub(crate) terms_of_service: Option<String>,
}

/// A path, apart from its operations.
pub(crate) struct Path {
    pub(crate) at: Place,
    pub(crate) template: String,
    pub(crate) is_reference: bool,
    pub(crate) has_servers: bool,
}

/// The schemas that have names.
#[derive(Clone)]
pub(crate) struct Schemas {
    named: Named,
    index: HashMap<String, usize>,
}

impl Api {
    pub(crate) fn read(document: &Document) -> Read<Self> {
        let whole = Part::whole(document);
        let version = whole.required("openapi")?;
        let info = whole.required("info")?;
        let (mut paths, mut operations) = (Vec::new(), Vec::new());
        for (template, item) in whole.required("paths")?.members()? {
            if template.starts_with("x-") {
                continue;
            }
            paths.push(Path {
                at: item.at(),
                template: template.to_owned(),
                is_reference: item.get("$ref").is_some(),
                has_servers: item.get("servers").is_some(),
            });
            for method in METHODS {
                if let Some(part) = item.get(method) {
                    operations.push(Operation::read(template, method, &item, &part)?);
                }
            }
        }
        Ok(Self {
            version: Placed::new(version.at(), version.text()?),
            info: Info {
                title: info.required("title")?.text()?,
                version: info.required("version")?.text()?,
                description: info.optional("description", Part::text)?,
                terms_of_service: info.optional("termsOfService", Part::text)?,
            },
            security: operation::security(&whole)?,
            paths,
            operations,
            schemas: Schemas::read(&whole)?,
        })
    }
}

impl Schemas {
    fn read(whole: &Part<'_>) -> Read<Self> {
        let schemas = whole.get("components").and_then(|all| all.get("schemas"));
        let members = match schemas {
            Some(schemas) => schemas.members()?,
            None => Vec::new(),
        };
        let members = members.iter();
        let named = members.map(|(name, part)| Ok(((*name).to_owned(), Schema::read(part)?)));
        Ok(Self::new(named.collect::<Read<_>>()?))
    }

    pub(crate) fn new(named: Named) -> Self {
        let names = named.iter().map(|(name, _)| name.clone());
        let index = names
            .enumerate()
            .map(|(index, name)| (name, index))
            .collect();
        Self { named, index }
    }

    pub(crate) fn all(&self) -> &[(String, Schema)] {
        &self.named
    }

    /// Puts another schema into the place of one.
    pub(crate) fn replace(&mut self, name: &str, schema: Schema) {
        if let Some(index) = self.index.get(name) {
            self.named[*index].1 = schema;
        }
    }

    /// A schema by the name that references have for it.
    pub(crate) fn get(&self, name: &str) -> Option<&Schema> {
        let written_out = || self.index.get(&name.replace("~1", "/").replace("~0", "~"));
        let index = self.index.get(name).or_else(written_out)?;
        self.named.get(*index).map(|(_, schema)| schema)
    }

    /// The schema itself, or the one that its references lead to. `None`: they only refer to each other.
    pub(crate) fn follow<'a>(&'a self, schema: &'a Schema) -> Option<&'a Schema> {
        let mut schema = schema;
        for _ in 0..32 {
            if schema.reference.is_none() {
                return Some(schema);
            }
            schema = self.get(schema.component()?)?;
        }
        None
    }
}
