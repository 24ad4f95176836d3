//! Members that may be left out, but are not null when they are there.

/// Reads a member that may be left out, unless the reader has an opinion on null.
///
/// serde takes null for a member that was left out, which suits a client: it should understand
/// what careless services answer. The server's reader asks by this name, and refuses it.
fn present<'de, T, D>(deserializer: D) -> ::std::result::Result<::std::option::Option<T>, D::Error>
where
    T: ::serde::Deserialize<'de>,
    D: ::serde::Deserializer<'de>,
{
    deserializer.deserialize_newtype_struct("present", Present(::std::marker::PhantomData))
}

struct Present<T>(::std::marker::PhantomData<T>);

impl<'de, T: ::serde::Deserialize<'de>> ::serde::de::Visitor<'de> for Present<T> {
    type Value = ::std::option::Option<T>;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("a value, because only leaving it out means none")
    }

    fn visit_newtype_struct<D: ::serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> ::std::result::Result<Self::Value, D::Error> {
        ::serde::Deserialize::deserialize(deserializer)
    }

    fn visit_some<D: ::serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> ::std::result::Result<Self::Value, D::Error> {
        T::deserialize(deserializer).map(::std::option::Option::Some)
    }

    fn visit_none<E: ::serde::de::Error>(self) -> ::std::result::Result<Self::Value, E> {
        ::std::result::Result::Err(E::invalid_type(::serde::de::Unexpected::Unit, &self))
    }
}
