//! Reading responses in ways that progenitor does not know, for the generated client.

use progenitor_client::{Error, ResponseValue};

/// A response with its value made into another.
fn mapped<T, U>(response: ResponseValue<T>, make: impl FnOnce(T) -> U) -> ResponseValue<U> {
    let (status, headers) = (response.status(), response.headers().clone());
    ResponseValue::new(make(response.into_inner()), status, headers)
}

/// A response whose body is a text.
async fn text_of<E>(response: reqwest::Response) -> Result<ResponseValue<String>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.map_err(Error::ResponseBodyError)?;
    Ok(ResponseValue::new(text, status, headers))
}

/// A response whose body is bytes, all of them.
async fn bytes_of<E>(response: reqwest::Response) -> Result<ResponseValue<Vec<u8>>, Error<E>> {
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.map_err(Error::ResponseBodyError)?;
    Ok(ResponseValue::new(bytes.to_vec(), status, headers))
}

/// A request with a body, if there is one.
fn optional_json<T: serde::Serialize + ?Sized>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}
