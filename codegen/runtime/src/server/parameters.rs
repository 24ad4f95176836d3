//! Parameters in the path, in the query and in headers.

use std::fmt;
use std::str::FromStr;

use http::{HeaderMap, HeaderValue, Uri};

use super::arriving::Arriving;
use super::refusal::{EarlyRefusalKind, Fault};

/// A path parameter in its type.
///
/// # Errors
///
/// The text is no value of the type.
pub fn parameter<T: FromStr>(name: &str, text: &str, body: Option<&Arriving>) -> Result<T, Fault>
where
    T::Err: fmt::Display,
{
    text.parse().map_err(|error| {
        let message = format!("{text:?} is no value of the path parameter `{name}`: {error}");
        Fault::before(body, EarlyRefusalKind::PathParameter, message)
    })
}

/// The parameters in a query by name, decoded once.
///
/// # Errors
///
/// The query is not text.
pub fn query_of(uri: &Uri, body: Option<&Arriving>) -> Result<Vec<(String, String)>, Fault> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&text).decode_utf8();
        decoded.map(String::from).map_err(|error| {
            let message = format!("the query is not text: {error}");
            Fault::before(body, EarlyRefusalKind::QueryParameter, message)
        })
    };
    let pairs = uri.query().unwrap_or_default().split('&');
    pairs
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Ok((decode(name)?, decode(value)?)))
        .collect()
}

/// The values of one parameter in the query.
pub fn query_values<'a>(query: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let own = query.iter().filter(|(known, _)| known == name);
    own.map(|(_, value)| value.as_str()).collect()
}

/// The values of one header.
///
/// # Errors
///
/// A value is not text.
pub fn header_values<'a>(
    headers: &'a HeaderMap,
    name: &str,
    body: Option<&Arriving>,
) -> Result<Vec<&'a str>, Fault> {
    let text = |value: &'a HeaderValue| {
        std::str::from_utf8(value.as_bytes()).map_err(|_| {
            let message = format!("the header `{name}` is not text");
            Fault::before(body, EarlyRefusalKind::HeaderParameter, message)
        })
    };
    headers.get_all(name).iter().map(text).collect()
}

/// All values of a parameter that may be repeated.
///
/// # Errors
///
/// A text is no value of the type.
pub fn each<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: EarlyRefusalKind,
    body: Option<&Arriving>,
) -> Result<Vec<T>, Fault>
where
    T::Err: fmt::Display,
{
    let read = |text: &&str| {
        text.parse().map_err(|error| {
            let message = format!("{text:?} is no value of the parameter `{name}`: {error}");
            Fault::before(body, kind, message)
        })
    };
    values.iter().map(read).collect()
}

/// All values of a parameter that may be repeated, but not left out.
///
/// # Errors
///
/// A text is no value of the type, or there is none.
pub fn at_least_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: EarlyRefusalKind,
    body: Option<&Arriving>,
) -> Result<Vec<T>, Fault>
where
    T::Err: fmt::Display,
{
    let values = each(values, name, kind, body)?;
    if values.is_empty() {
        return Err(Fault::before(
            body,
            kind,
            format!("the parameter `{name}` is missing"),
        ));
    }
    Ok(values)
}

/// The value of a parameter that may be left out.
///
/// # Errors
///
/// There are several, or the text is no value of the type.
pub fn at_most_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: EarlyRefusalKind,
    body: Option<&Arriving>,
) -> Result<Option<T>, Fault>
where
    T::Err: fmt::Display,
{
    let ([] | [_]) = values else {
        return Err(Fault::before(
            body,
            kind,
            format!("the parameter `{name}` is there twice"),
        ));
    };
    Ok(each(values, name, kind, body)?.pop())
}

/// The value of a parameter that must be there.
///
/// # Errors
///
/// There is none, there are several, or the text is no value of the type.
pub fn exactly_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: EarlyRefusalKind,
    body: Option<&Arriving>,
) -> Result<T, Fault>
where
    T::Err: fmt::Display,
{
    let value = at_most_one(values, name, kind, body)?;
    value.ok_or_else(|| Fault::before(body, kind, format!("the parameter `{name}` is missing")))
}

/// A number out of a text. Rust also reads infinities and what is not a number, which a schema
/// does not mean.
pub struct Finite<T>(
    /// The number.
    pub T,
);

impl<T: FromStr + Copy + Into<f64>> FromStr for Finite<T>
where
    T::Err: fmt::Display,
{
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value: T = text.parse().map_err(|error: T::Err| error.to_string())?;
        if value.into().is_finite() {
            Ok(Self(value))
        } else {
            Err("not a number".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: EarlyRefusalKind = EarlyRefusalKind::QueryParameter;

    fn message<T>(read: Result<T, Fault>) -> Option<String> {
        read.err().map(|fault| fault.message)
    }

    #[test]
    fn a_query_is_decoded_once() {
        let uri = Uri::from_static("/x?a=1&a=%2B%2520&b+c=&d");
        let Ok(query) = query_of(&uri, None) else {
            panic!("the query is text");
        };
        assert_eq!(query_values(&query, "a"), ["1", "+%20"]);
        assert_eq!(query_values(&query, "b c"), [""]);
        assert_eq!(query_values(&query, "d"), [""]);
        assert!(query_of(&Uri::from_static("/x?a=%ff"), None).is_err());
    }

    #[test]
    fn what_is_missing_repeated_or_no_value_is_told() {
        let required = |values: &[&str]| message(exactly_one::<u8>(values, "n", KIND, None));
        let optional = |values: &[&str]| message(at_most_one::<u8>(values, "n", KIND, None));
        let list = |values: &[&str]| message(at_least_one::<u8>(values, "n", KIND, None));
        let (missing, twice) = (
            "the parameter `n` is missing",
            "the parameter `n` is there twice",
        );
        assert_eq!(required(&["1"]), None);
        assert_eq!(required(&[]).as_deref(), Some(missing));
        assert_eq!(required(&["1", "2"]).as_deref(), Some(twice));
        assert_eq!(optional(&[]), None);
        assert_eq!(optional(&["1", "1"]).as_deref(), Some(twice));
        assert_eq!(list(&["1", "1"]), None);
        assert_eq!(list(&[]).as_deref(), Some(missing));
        assert!(required(&["x"]).is_some_and(|text| text.contains("\"x\"")));
    }

    #[test]
    fn a_number_is_finite() {
        assert!(
            "1.5"
                .parse::<Finite<f64>>()
                .is_ok_and(|number| number.0 == 1.5)
        );
        for text in ["inf", "-infinity", "NaN", ""] {
            assert!(text.parse::<Finite<f64>>().is_err(), "{text}");
        }
    }
}
