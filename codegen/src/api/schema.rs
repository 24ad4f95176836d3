//! Schemas, keyword by keyword.

use serde_json::{Map, Number, Value, json};

use super::keyword::Keyword;
use super::placed::Placed;
use super::reader::{Part, Read};
use crate::error::Place;

/// Schemas by name, as components and properties are.
pub(crate) type Named = Vec<(String, Schema)>;

/// What `additionalProperties` says.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it stands behind a pointer, that of `Placed`"
)]
pub(crate) enum Additional {
    Allowed(bool),
    Of(Schema),
}

/// What tells the forms of a schema apart.
#[derive(Clone, Debug)]
pub(crate) struct Discriminator {
    pub(crate) member: String,
    /// The values of the member, each with the form that it names.
    pub(crate) mapping: Vec<(String, Placed<String>)>,
}

macro_rules! schema {
    ($($keyword:literal $field:ident: $type:ty;)*) => {
        /// A schema: each keyword in its type, with its place.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Schema {
            pub(crate) at: Place,
            /// The keywords in the order in which they are written. One that is not named here comes at the end.
            pub(crate) order: Vec<String>,
            /// Members that mean nothing here: they begin with `x-`, or stand beside a reference.
            pub(crate) extensions: Map<String, Value>,
            $(pub(crate) $field: Option<Placed<$type>>,)*
        }

        impl Schema {
            pub(super) fn read(part: &Part<'_>) -> Read<Self> {
                let mut schema = Self { at: part.at(), ..Self::default() };
                let is_reference = part.get("$ref").is_some();
                for (name, member) in part.members()? {
                    match name {
                        // What stands beside a reference means nothing, and may have any form.
                        _ if is_reference && name != "$ref" => {
                            schema.extensions.insert(name.to_owned(), member.value.clone());
                        }
                        $($keyword => {
                            let value = <$type as Keyword>::read(&member)?;
                            schema.$field = Some(Placed::new(member.at(), value));
                        })*
                        _ => {
                            schema.extensions.insert(name.to_owned(), member.value.clone());
                        }
                    }
                    schema.order.push(name.to_owned());
                }
                Ok(schema)
            }

            /// The place of a keyword, if the schema has it.
            pub(crate) fn place(&self, keyword: &str) -> Option<&Place> {
                match keyword {
                    $($keyword => self.$field.as_ref().map(Placed::at),)*
                    _ => None,
                }
            }

            fn value(&self, keyword: &str) -> Option<Value> {
                let own = match keyword {
                    $($keyword => self.$field.as_ref().map(|part| part.json()),)*
                    _ => None,
                };
                own.or_else(|| self.extensions.get(keyword).cloned())
            }

            /// The keywords that the schema has, in the order in which they are written.
            pub(crate) fn keywords(&self) -> Vec<&str> {
                let mut keywords: Vec<&str> = Vec::new();
                let ordered = self.order.iter().map(String::as_str);
                for keyword in ordered.chain([$($keyword),*]) {
                    let has = self.place(keyword).is_some() || self.extensions.contains_key(keyword);
                    if has && !keywords.contains(&keyword) {
                        keywords.push(keyword);
                    }
                }
                keywords
            }
        }
    };
}

schema! {
    "$ref" reference: String;
    "title" title: String;
    "description" description: String;
    "type" kind: String;
    "format" format: String;
    "nullable" nullable: bool;
    "enum" values: Vec<Placed<Value>>;
    "default" default: Value;
    "required" required: Vec<Placed<String>>;
    "properties" properties: Named;
    "additionalProperties" additional: Additional;
    "items" items: Box<Schema>;
    "allOf" all_of: Vec<Schema>;
    "oneOf" one_of: Vec<Schema>;
    "anyOf" any_of: Vec<Schema>;
    "not" not: Box<Schema>;
    "pattern" pattern: String;
    "minLength" min_length: u64;
    "maxLength" max_length: u64;
    "minimum" minimum: Number;
    "maximum" maximum: Number;
    "exclusiveMinimum" exclusive_minimum: bool;
    "exclusiveMaximum" exclusive_maximum: bool;
    "multipleOf" multiple_of: Number;
    "minItems" min_items: u64;
    "maxItems" max_items: u64;
    "uniqueItems" unique_items: bool;
    "minProperties" min_properties: u64;
    "maxProperties" max_properties: u64;
    "discriminator" discriminator: Discriminator;
    "readOnly" read_only: bool;
    "writeOnly" write_only: bool;
    "xml" xml: Value;
    "externalDocs" external_docs: Value;
    "example" example: Value;
    "deprecated" deprecated: bool;
    "x-opaque" opaque: Value;
}

impl Schema {
    /// A schema that refers to a component.
    pub(crate) fn to(component: &str) -> Self {
        Self {
            reference: Some(Placed::made(format!("{COMPONENTS}{component}"))),
            ..Self::default()
        }
    }

    pub(crate) fn of_type(kind: &str) -> Self {
        Self {
            kind: Some(Placed::made(kind.to_owned())),
            ..Self::default()
        }
    }

    /// The name of the component that the schema refers to.
    pub(crate) fn component(&self) -> Option<&str> {
        self.reference.as_ref()?.strip_prefix(COMPONENTS)
    }

    pub(crate) fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(|kind| kind.as_str())
    }

    pub(crate) fn format(&self) -> Option<&str> {
        self.format.as_ref().map(|format| format.as_str())
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.description.as_ref().map(|text| text.as_str())
    }

    pub(crate) fn is_nullable(&self) -> bool {
        self.nullable.as_ref().is_some_and(|flag| **flag)
    }

    /// JSON that is carried, never interpreted.
    pub(crate) fn is_opaque(&self) -> bool {
        self.opaque
            .as_ref()
            .is_some_and(|value| **value == Value::Bool(true))
    }

    /// An object that may hold nothing.
    pub(crate) fn is_empty_object(&self) -> bool {
        self.kind() == Some("object")
            && self.max_properties.as_ref().is_some_and(|most| **most == 0)
    }

    pub(crate) fn properties(&self) -> &[(String, Schema)] {
        self.properties.as_ref().map_or(&[], |all| all.as_slice())
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Schema> {
        let mut properties = self.properties().iter();
        properties
            .find(|(known, _)| known == name)
            .map(|(_, schema)| schema)
    }

    pub(crate) fn required(&self) -> &[Placed<String>] {
        self.required.as_ref().map_or(&[], |all| all.as_slice())
    }

    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required().iter().any(|known| **known == name)
    }

    pub(crate) fn values(&self) -> &[Placed<Value>] {
        self.values.as_ref().map_or(&[], |all| all.as_slice())
    }

    pub(crate) fn items(&self) -> Option<&Schema> {
        self.items.as_ref().map(|items| &***items)
    }

    /// The schema of the properties that have no name in the document.
    pub(crate) fn additional(&self) -> Option<&Schema> {
        match self.additional.as_deref()? {
            Additional::Of(schema) => Some(schema),
            Additional::Allowed(_) => None,
        }
    }

    pub(crate) fn all_of(&self) -> &[Schema] {
        self.all_of.as_ref().map_or(&[], |all| all.as_slice())
    }

    pub(crate) fn one_of(&self) -> &[Schema] {
        self.one_of.as_ref().map_or(&[], |all| all.as_slice())
    }

    pub(crate) fn any_of(&self) -> &[Schema] {
        self.any_of.as_ref().map_or(&[], |all| all.as_slice())
    }

    /// Whether the schema says nothing but this.
    pub(crate) fn has_only(&self, keywords: &[&str]) -> bool {
        self.keywords()
            .iter()
            .all(|keyword| keywords.contains(keyword))
    }

    /// The schema as JSON, its keywords in their order.
    pub(crate) fn json(&self) -> Value {
        let written = self.keywords().into_iter();
        let written =
            written.filter_map(|keyword| Some((keyword.to_owned(), self.value(keyword)?)));
        Value::Object(written.collect())
    }
}

const COMPONENTS: &str = "#/components/schemas/";

impl Keyword for Schema {
    fn read(part: &Part<'_>) -> Read<Self> {
        Schema::read(part)
    }

    fn json(&self) -> Value {
        Schema::json(self)
    }
}

impl Keyword for Box<Schema> {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(Box::new(Schema::read(part)?))
    }

    fn json(&self) -> Value {
        Schema::json(self)
    }
}

impl Keyword for Named {
    fn read(part: &Part<'_>) -> Read<Self> {
        let members = part.members()?.into_iter();
        members
            .map(|(name, part)| Ok((name.to_owned(), Schema::read(&part)?)))
            .collect()
    }

    fn json(&self) -> Value {
        let members = self
            .iter()
            .map(|(name, schema)| (name.clone(), schema.json()));
        Value::Object(members.collect())
    }
}

impl Keyword for Additional {
    fn read(part: &Part<'_>) -> Read<Self> {
        Ok(match part.value.as_bool() {
            Some(allowed) => Self::Allowed(allowed),
            None => Self::Of(Schema::read(part)?),
        })
    }

    fn json(&self) -> Value {
        match self {
            Self::Allowed(allowed) => (*allowed).into(),
            Self::Of(schema) => schema.json(),
        }
    }
}

impl Keyword for Discriminator {
    fn read(part: &Part<'_>) -> Read<Self> {
        let member = part.required("propertyName")?.text()?;
        let mapping = match part.get("mapping") {
            Some(mapping) => mapping.members()?,
            None => Vec::new(),
        };
        let mapping = mapping.into_iter().map(|(value, target)| {
            Ok((value.to_owned(), Placed::new(target.at(), target.text()?)))
        });
        Ok(Self {
            member,
            mapping: mapping.collect::<Read<_>>()?,
        })
    }

    fn json(&self) -> Value {
        if self.mapping.is_empty() {
            return json!({ "propertyName": self.member });
        }
        let mapping = self.mapping.iter();
        let mapping: Map<String, Value> = mapping
            .map(|(value, target)| (value.clone(), target.json()))
            .collect();
        json!({ "propertyName": self.member, "mapping": mapping })
    }
}

#[cfg(test)]
impl Schema {
    /// A schema that stands nowhere else.
    pub(crate) fn of(value: &Value) -> Read<Self> {
        let source = crate::document::Source {
            name: "schema.json".to_owned(),
            text: value.to_string(),
        };
        Self::read(&Part::whole(&crate::document::Document::parse(&source)?))
    }
}
