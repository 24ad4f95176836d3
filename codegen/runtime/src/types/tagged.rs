//! Forms that a member tells apart, for the generated types.

/// A value of one of several forms, before it is read as the form that its member names.
///
/// It is kept as text in between, so that opaque JSON and large numbers inside of it survive.
struct Tagged<E> {
    raw: ::std::boxed::Box<::serde_json::value::RawValue>,
    member: &'static str,
    tag: ::std::string::String,
    /// Whether this value is around all others that are being read by this thread.
    outermost: bool,
    error: ::std::marker::PhantomData<E>,
}

/// How deep a value may be nested that holds one of several forms. Each form is read by a reader
/// of its own, so that serde_json's limit of the same height does not see the whole.
const NESTING: usize = 128;

::std::thread_local! {
    static INSIDE: ::std::cell::Cell<bool> = const { ::std::cell::Cell::new(false) };
}

impl<E: ::serde::de::Error> Tagged<E> {
    fn read_from<'de, D>(deserializer: D, member: &'static str) -> ::std::result::Result<Self, E>
    where
        D: ::serde::Deserializer<'de, Error = E>,
    {
        let raw: ::std::boxed::Box<::serde_json::value::RawValue> =
            ::serde::Deserialize::deserialize(deserializer)?;
        let outermost = !INSIDE.replace(true);
        let mut tagged = Self {
            raw,
            member,
            tag: ::std::string::String::new(),
            outermost,
            error: ::std::marker::PhantomData,
        };
        if outermost && nesting(tagged.raw.get()) > NESTING {
            return Err(E::custom("nested too deep"));
        }
        type Members<'a> =
            ::std::collections::BTreeMap<::std::string::String, &'a ::serde_json::value::RawValue>;
        let members: Members<'_> = json::read(tagged.raw.get().as_bytes()).map_err(E::custom)?;
        let tag = members
            .get(member)
            .ok_or_else(|| E::missing_field(member))?;
        let tag = json::read(tag.get().as_bytes());
        tagged.tag = tag.map_err(|error| E::custom(format_args!("{member}: {error}")))?;
        Ok(tagged)
    }

    fn tag(&self) -> &str {
        &self.tag
    }

    fn read<T: ::serde::de::DeserializeOwned>(&self) -> ::std::result::Result<T, E> {
        json::read(self.raw.get().as_bytes()).map_err(E::custom)
    }

    fn unknown(&self, known: &str) -> E {
        E::custom(format_args!("`{}` {:?} {known}", self.member, self.tag))
    }
}

impl<E> Drop for Tagged<E> {
    fn drop(&mut self) {
        if self.outermost {
            INSIDE.set(false);
        }
    }
}

/// How many lists and objects are open at most at one place of a JSON text.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}
