//! Bodies into Go types, as leniently and as strictly as `json.Unmarshal`.
//!
//! Members that a type does not have are ignored, members that are missing are empty, names are compared without regard
//! to case, and `null` is no value at all. What is left of a body is one value that was of its type throughout.

use kfp_operator_sim::json::Json;

/// A Go type.
#[derive(Debug)]
pub(super) enum Type {
    Text,
    /// A namespaced name, such as `ns/name`.
    Name,
    /// The path of an artifact, such as `component:output:0[filter]`.
    Path,
    /// A time of RFC 3339.
    Time,
    /// Whatever it is, it is kept as it came.
    Anything,
    List(&'static Type),
    Map(&'static Type),
    Struct(&'static Struct),
}

/// A Go struct, its fields by the names of their members.
#[derive(Debug)]
pub(super) struct Struct {
    pub(super) name: &'static str,
    pub(super) fields: &'static [(&'static str, Type)],
}

/// A namespaced name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Name {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, name) = match parts.as_slice() {
            [name] => ("", *name),
            ["", _] | [_, ""] => {
                return Err("name and namespace must not be empty when separated by `/`");
            }
            [namespace, name] => (*namespace, *name),
            _ => return Err("NamespacedName must be separated by at most one `/`"),
        };
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(&self.name)
    }
}

/// Reads a body.
///
/// # Errors
/// The text of the error: of the grammar, or of the first value that is not of its type.
pub(super) fn decode(body: &[u8], into: &'static Struct) -> Result<Json, String> {
    let value = Json::parse(body).map_err(|error| error.to_string())?;
    fits(&value, &Type::Struct(into), into.name, "")?;
    Ok(value)
}

/// The member that Go would read into the field: of several the last.
pub(super) fn member<'a>(object: &'a Json, field: &str) -> Option<&'a Json> {
    let Json::Object(members) = object else {
        return None;
    };
    let mut latest_first = members.iter().rev();
    let found =
        latest_first.find(|(key, value)| key.eq_ignore_ascii_case(field) && *value != Json::Null);
    found.map(|(_, value)| value)
}

/// The name in a field, or an empty one. The object was decoded, so that all names are in order.
pub(super) fn name(object: &Json, field: &str) -> Name {
    match member(object, field) {
        Some(Json::String(text)) => Name::parse(text).unwrap_or_default(),
        _ => Name::default(),
    }
}

fn fits(value: &Json, into: &Type, root: &str, place: &str) -> Result<(), String> {
    let mismatch = || Err(mismatch(value, into, root, place));
    match (into, value) {
        (_, Json::Null) | (Type::Anything, _) | (Type::Text, Json::String(_)) => Ok(()),
        (Type::Name, Json::String(text)) => Ok(Name::parse(text).map(drop)?),
        (Type::Path, Json::String(text)) => path(text),
        (Type::Time, Json::String(text)) => time(text),
        (Type::List(of), Json::Array(items)) => items
            .iter()
            .try_for_each(|item| fits(item, of, root, place)),
        (Type::Map(of), Json::Object(members)) => {
            let mut values = members.iter().map(|(_, value)| value);
            values.try_for_each(|value| fits(value, of, root, place))
        }
        (Type::Struct(of), Json::Object(members)) => {
            members
                .iter()
                .try_for_each(|(key, value)| match field(of, key) {
                    Some((name, of)) => {
                        let dot = if place.is_empty() { "" } else { "." };
                        fits(value, of, root, &format!("{place}{dot}{name}"))
                    }
                    None => Ok(()),
                })
        }
        _ => mismatch(),
    }
}

/// The field that a member is read into: the one of that very name, else of that name in any case.
fn field(of: &Struct, key: &str) -> Option<&'static (&'static str, Type)> {
    let exact = of.fields.iter().find(|(name, _)| *name == key);
    exact.or_else(|| {
        of.fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
    })
}

fn mismatch(value: &Json, into: &Type, root: &str, place: &str) -> String {
    let found = match value {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    let wanted = match into {
        Type::Text | Type::Anything | Type::Time => "string",
        Type::Name => "NamespacedName",
        Type::Path => "ArtifactPath",
        Type::List(_) => "slice",
        Type::Map(_) => "map",
        Type::Struct(of) => of.name,
    };
    if place.is_empty() {
        return format!("json: cannot unmarshal {found} into Go value of type {wanted}");
    }
    format!("json: cannot unmarshal {found} into Go struct field {root}.{place} of type {wanted}")
}

/// The pattern that their error quotes.
const PATH: &str = r"^([^\[\]:]+):([^\[\]:]+)(?::(\d*))?(?:\[([^\[\]:]+)\])?$";

/// `component:output`, then perhaps `:index` and `[filter]`.
fn path(text: &str) -> Result<(), String> {
    let is_part = |part: &str| !part.is_empty() && !part.contains(['[', ']', ':']);
    let (locator, filter) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((locator, filter)) => (locator, Some(filter)),
        None => (text, None),
    };
    let parts: Vec<&str> = locator.split(':').collect();
    let is_index = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = filter.is_none_or(is_part)
        && match parts.as_slice() {
            [component, output] => is_part(component) && is_part(output),
            [component, output, index] => is_part(component) && is_part(output) && is_index(index),
            _ => false,
        };
    let index = parts.get(2).filter(|digits| !digits.is_empty());
    if !well_formed {
        return Err(format!("ArtifactPath must match pattern {PATH}"));
    }
    match index.map(|digits| digits.parse::<i64>()) {
        Some(Err(_)) => Err("strconv.Atoi: value out of range".to_owned()),
        _ => Ok(()),
    }
}

fn time(text: &str) -> Result<(), String> {
    match chrono::DateTime::parse_from_rfc3339(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!(
            "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\""
        )),
    }
}
