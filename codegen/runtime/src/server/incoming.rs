//! A request as dropshot extracts it: always, and documented as what it should be.

use std::marker::PhantomData;

use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError, Path,
    RequestContext, ServerContext, SharedExtractor, TypedBody,
};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, Schema, SchemaObject};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use super::arriving::Arriving;

/// A request before any of it was judged: it can always be extracted.
///
/// `P` holds the path parameters as text and `B` documents the body.
pub struct Incoming<P, B> {
    /// The path parameters.
    pub path: P,
    /// The rest of the request.
    pub request: hyper::Request<Arriving>,
    body: PhantomData<fn() -> B>,
}

#[async_trait::async_trait]
impl<P, B> ExclusiveExtractor for Incoming<P, B>
where
    P: DeserializeOwned + JsonSchema + Send + Sync + 'static,
    B: Documented,
{
    async fn from_request<C: ServerContext>(
        rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        let path = <Path<P> as SharedExtractor>::from_request(rqctx)
            .await?
            .into_inner();
        Ok(Self {
            path,
            request: Arriving::within(request),
            body: PhantomData,
        })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        let mut metadata = <Path<P> as SharedExtractor>::metadata(content_type.clone());
        B::document(&mut metadata, content_type);
        metadata
    }
}

/// A body as dropshot documents it.
pub trait Documented: 'static {
    /// Adds the body to what is known of the endpoint.
    fn document(metadata: &mut ExtractorMetadata, content_type: ApiEndpointBodyContentType);
}

/// The operation takes no body, and reads none.
pub enum NoBody {}

impl Documented for NoBody {
    fn document(_: &mut ExtractorMetadata, _: ApiEndpointBodyContentType) {}
}

/// The operation takes JSON of this type.
pub struct JsonBody<T>(PhantomData<fn() -> T>);

impl<T: JsonSchema + 'static> Documented for JsonBody<T> {
    fn document(metadata: &mut ExtractorMetadata, content_type: ApiEndpointBodyContentType) {
        /// Reads nothing, so that only the schema of `T` matters.
        struct Shape<T>(PhantomData<fn() -> T>);

        impl<'de, T> Deserialize<'de> for Shape<T> {
            fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
                Ok(Self(PhantomData))
            }
        }

        impl<T: JsonSchema> JsonSchema for Shape<T> {
            fn is_referenceable() -> bool {
                T::is_referenceable()
            }

            fn schema_name() -> String {
                T::schema_name()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                T::json_schema(generator)
            }
        }

        let body = <TypedBody<Shape<T>> as ExclusiveExtractor>::metadata(content_type);
        metadata.parameters.extend(body.parameters);
    }
}

/// The path of an operation without variables.
#[derive(serde::Deserialize)]
pub struct NoPath {}

impl JsonSchema for NoPath {
    fn schema_name() -> String {
        "NoPath".to_owned()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let object = SchemaObject {
            instance_type: Some(InstanceType::Object.into()),
            ..SchemaObject::default()
        };
        object.into()
    }
}
