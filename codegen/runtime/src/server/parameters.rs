//! Parameters in the query and in headers, for the generated server.

use super::{Arriving, Fault, FromStr, HeaderMap, RefusalKind, fmt};

/// The parameters in a query by name, decoded once.
fn query_of(uri: &http::Uri, body: Option<&Arriving>) -> Result<Vec<(String, String)>, Fault> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&text).decode_utf8();
        decoded.map(String::from).map_err(|error| {
            let message = format!("the query is not text: {error}");
            misread(RefusalKind::QueryParameter, message, body)
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
fn query_values<'a>(query: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let own = query.iter().filter(|(known, _)| known == name);
    own.map(|(_, value)| value.as_str()).collect()
}

/// The values of one header.
fn header_values<'a>(
    headers: &'a HeaderMap,
    name: &str,
    body: Option<&Arriving>,
) -> Result<Vec<&'a str>, Fault> {
    let text = |value: &'a http::HeaderValue| {
        std::str::from_utf8(value.as_bytes()).map_err(|_| {
            let message = format!("the header `{name}` is not text");
            misread(RefusalKind::HeaderParameter, message, body)
        })
    };
    headers.get_all(name).iter().map(text).collect()
}

/// All values of a parameter that may be repeated.
fn each<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: RefusalKind,
    body: Option<&Arriving>,
) -> Result<Vec<T>, Fault>
where
    T::Err: fmt::Display,
{
    let read = |text: &&str| {
        text.parse().map_err(|error| {
            let message = format!("{text:?} is no value of the parameter `{name}`: {error}");
            misread(kind, message, body)
        })
    };
    values.iter().map(read).collect()
}

/// All values of a parameter that may be repeated, but not left out.
fn at_least_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: RefusalKind,
    body: Option<&Arriving>,
) -> Result<Vec<T>, Fault>
where
    T::Err: fmt::Display,
{
    let values = each(values, name, kind, body)?;
    if values.is_empty() {
        return Err(misread(
            kind,
            format!("the parameter `{name}` is missing"),
            body,
        ));
    }
    Ok(values)
}

/// The value of a parameter that may be left out.
fn at_most_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: RefusalKind,
    body: Option<&Arriving>,
) -> Result<Option<T>, Fault>
where
    T::Err: fmt::Display,
{
    let ([] | [_]) = values else {
        return Err(misread(
            kind,
            format!("the parameter `{name}` is there twice"),
            body,
        ));
    };
    Ok(each(values, name, kind, body)?.pop())
}

/// The value of a parameter that must be there.
fn exactly_one<T: FromStr>(
    values: &[&str],
    name: &str,
    kind: RefusalKind,
    body: Option<&Arriving>,
) -> Result<T, Fault>
where
    T::Err: fmt::Display,
{
    let value = at_most_one(values, name, kind, body)?;
    value.ok_or_else(|| misread(kind, format!("the parameter `{name}` is missing"), body))
}

/// What is wrong with a parameter; a body that is still to come is left on the connection.
fn misread(kind: RefusalKind, message: String, body: Option<&Arriving>) -> Fault {
    let unread = body.is_some_and(|body| !body.is_complete());
    Fault {
        unread,
        ..Fault::new(kind, message)
    }
}
