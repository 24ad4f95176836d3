//! JSON that is carried, not read.

/// Defines a type of JSON that is carried: each schema that asks for it has a type of its own.
///
/// The caller depends on `serde`, `serde_json` and `schemars`, as all generated types do.
#[macro_export]
macro_rules! opaque {
    ($name:ident) => {
        /// Any JSON, kept as the text that came in: nothing is reordered, rounded or lost.
        #[derive(Clone, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub ::std::boxed::Box<::serde_json::value::RawValue>);

        impl $name {
            /// The JSON text, byte for byte.
            pub fn get(&self) -> &str {
                self.0.get()
            }
        }

        /// Two texts are equal only if they are the same text: to say more, one would have to read them.
        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.get() == other.get()
            }
        }

        /// The text must be exactly one JSON value.
        impl ::std::str::FromStr for $name {
            type Err = ::serde_json::Error;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::serde_json::value::RawValue::from_string(text.to_owned()).map(Self)
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn is_referenceable() -> bool {
                false
            }

            fn schema_name() -> ::std::string::String {
                stringify!($name).to_owned()
            }

            fn json_schema(
                _: &mut ::schemars::r#gen::SchemaGenerator,
            ) -> ::schemars::schema::Schema {
                ::schemars::schema::Schema::Bool(true)
            }
        }
    };
}
