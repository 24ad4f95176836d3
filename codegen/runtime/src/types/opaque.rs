//! JSON that is carried, for the generated types.

/// Any JSON, kept as the text that came in: nothing is reordered, rounded or lost.
#[derive(Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
#[serde(transparent)]
pub struct Opaque(pub ::std::boxed::Box<::serde_json::value::RawValue>);

impl Opaque {
    /// The JSON text, byte for byte.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

/// Two texts are equal only if they are the same text: to say more, one would have to read them.
impl ::std::cmp::PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// The text must be exactly one JSON value.
impl ::std::str::FromStr for Opaque {
    type Err = ::serde_json::Error;

    fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
        ::serde_json::value::RawValue::from_string(text.to_owned()).map(Self)
    }
}

impl ::schemars::JsonSchema for Opaque {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> ::std::string::String {
        "Opaque".to_owned()
    }

    fn json_schema(_: &mut ::schemars::r#gen::SchemaGenerator) -> ::schemars::schema::Schema {
        ::schemars::schema::Schema::Bool(true)
    }
}
