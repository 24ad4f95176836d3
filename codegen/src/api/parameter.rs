//! Parameters of operations.

use super::reader::{Part, Read};
use super::schema::Schema;
use crate::error::Place;

/// Where a parameter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Other(String),
}

pub(crate) struct Parameter {
    pub(crate) at: Place,
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) style: Option<String>,
    pub(crate) explode: Option<bool>,
    pub(crate) allow_reserved: bool,
    pub(crate) allow_empty_value: bool,
    pub(crate) schema: Option<Schema>,
}

/// The parameters of an operation: its own, and those of its path.
pub(super) fn parameters(item: &Part<'_>, operation: &Part<'_>) -> Read<Vec<Parameter>> {
    let read = |part: &Part<'_>| Parameter::read(&part.followed()?);
    let mut all = operation.each("parameters", read)?;
    for shared in item.each("parameters", read)? {
        let same = |own: &Parameter| own.name == shared.name && own.location == shared.location;
        if !all.iter().any(same) {
            all.push(shared);
        }
    }
    Ok(all)
}

impl Parameter {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(Self {
            at: part.at(),
            name: part.required("name")?.text()?,
            location: match part.required("in")?.text()?.as_str() {
                "path" => Location::Path,
                "query" => Location::Query,
                "header" => Location::Header,
                other => Location::Other(other.to_owned()),
            },
            description: part.optional("description", Part::text)?,
            required: part.is_on("required")?,
            style: part.optional("style", Part::text)?,
            explode: part.optional("explode", Part::flag)?,
            allow_reserved: part.is_on("allowReserved")?,
            allow_empty_value: part.is_on("allowEmptyValue")?,
            schema: part.optional("schema", Schema::read)?,
        })
    }
}
