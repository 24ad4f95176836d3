//! Responses of other kinds than plain JSON, for the generated server.

/// A status that does not belong to the range, or is declared with a response of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not one of the statuses that are declared together")]
pub struct UndeclaredStatus(pub StatusCode);

/// A status of a range, unless it is one of the others.
fn of_range(
    status: StatusCode,
    class: u16,
    others: &[u16],
) -> Result<StatusCode, UndeclaredStatus> {
    let code = status.as_u16();
    if code / 100 == class && !others.contains(&code) {
        Ok(status)
    } else {
        Err(UndeclaredStatus(status))
    }
}

/// A response that is no JSON.
fn body_reply(
    status: StatusCode,
    media: &'static str,
    body: impl Into<Body>,
) -> Result<Response<Body>, HttpError> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(CONTENT_TYPE, media);
    Ok(response)
}

/// The same response under another media type.
fn declared_as(mut response: Response<Body>, media: &'static str) -> Response<Body> {
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

/// A header that generated types leave no room to get wrong.
fn header(response: &mut Response<Body>, name: &'static str, value: &impl fmt::Display) {
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        response.headers_mut().insert(name, value);
    }
}

/// A body that is a text.
fn text_in(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("the body is not text in UTF-8: {error}");
        Fault::new(RefusalKind::Malformed, message)
    })?;
    Ok(text.to_owned())
}

/// The path of an operation without variables.
#[derive(serde::Deserialize)]
struct NoPath {}

impl schemars::JsonSchema for NoPath {
    fn schema_name() -> String {
        "NoPath".to_owned()
    }
    fn json_schema(_: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        let object = schemars::schema::InstanceType::Object.into();
        schemars::schema::SchemaObject {
            instance_type: Some(object),
            ..Default::default()
        }
        .into()
    }
}
