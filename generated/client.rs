// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from openapi.yaml by openapi-codegen. Do not edit.

#[allow(unused_imports, reason = "not every document needs all of them")]
use openapi_codegen_runtime::client::{self as runtime, encode_path};
#[allow(unused_imports, reason = "not every document needs all of them")]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports, reason = "not every document needs all of them")]
use progenitor_client::{ClientHooks, OperationInfo, RequestBuilderExt};
#[allow(unused_imports, reason = "not every document needs all of them")]
use super::types;

#[derive(Clone, Debug)]
/**Client for KFP Operator provider API

What a provider service answers to the KFP Operator: the published contract, with what the
operator in practice sends and needs. The operator never talks to a pipeline orchestrator
itself: when a Pipeline, Run, RunSchedule or Experiment changes in the cluster, a workflow
step sends one request to the provider, and the provider does the work and hands back the id
under which the orchestrator knows the result.


Version: 0.0.1*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}

impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}

impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "0.0.1"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}

impl ClientHooks<()> for &Client {}

#[allow(clippy::all)]
impl Client {
    /**Create a resource

Asks the provider to bring a resource into being. The type in the path decides which of
the four definitions the body holds. The operator sends this once per resource and never
repeats it by itself, so answer only when the outcome is known, and answer with the id:
every later update and delete names the resource by it.


Sends a `POST` request to `/resource/{type}`

Arguments:
- `type_`: What kind of resource the request is about.
- `body`: The definition of the resource, of the kind that the path names.
*/
    pub async fn create_resource<'a>(
        &'a self,
        type_: types::ResourceType,
        body: &'a types::Resource,
    ) -> Result<ResponseValue<types::ResourceId>, Error<types::ProviderError>> {
        let url = format!(
            "{}/resource/{}", self.baseurl, encode_path(& type_.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_resource",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            422u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update a resource

Replaces what the provider knows about a resource by the definition in the body, which is
complete, not a difference. The answer may name a new id; from then on the old one is
forgotten.


Sends a `PUT` request to `/resource/{type}/{id}`

Arguments:
- `type_`: What kind of resource the request is about.
- `id`: The id that the provider gave the resource, percent-encoded as one path segment. Decode it
exactly once.

- `body`: The new definition of the resource, of the kind that the path names.
*/
    pub async fn update_resource<'a>(
        &'a self,
        type_: types::ResourceType,
        id: &'a str,
        body: &'a types::Resource,
    ) -> Result<ResponseValue<types::ResourceId>, Error<types::ResourceError>> {
        let url = format!(
            "{}/resource/{}/{}", self.baseurl, encode_path(& type_.to_string()),
            encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_resource",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            422u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Delete a resource

Removes the resource with this id. The operator sends this once and keeps the resource in
the cluster until the answer says that the provider holds nothing any more.


Sends a `DELETE` request to `/resource/{type}/{id}`

Arguments:
- `type_`: What kind of resource the request is about.
- `id`: The id that the provider gave the resource, percent-encoded as one path segment. Decode it
exactly once.

*/
    pub async fn delete_resource<'a>(
        &'a self,
        type_: types::ResourceType,
        id: &'a str,
    ) -> Result<
        ResponseValue<super::types::Nothing>,
        Error<types::DeleteResourceError>,
    > {
        let url = format!(
            "{}/resource/{}/{}", self.baseurl, encode_path(& type_.to_string()),
            encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_resource",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Say whether the process is alive

The liveness probe. Answer from the process alone: a provider whose orchestrator is down
is alive, and restarting it would not help.


Sends a `GET` request to `/livez`

*/
    pub async fn liveness_probe<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {
        let url = format!("{}/livez", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self.client.get(url).headers(header_map).build()?;
        let info = OperationInfo {
            operation_id: "liveness_probe",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            503u16 => Err(Error::ErrorResponse(ResponseValue::empty(response))),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Say whether requests are welcome

The readiness probe. Answer whether a request that came now could be served; while it
could not, Kubernetes sends none.


Sends a `GET` request to `/readyz`

*/
    pub async fn readiness_probe<'a>(&'a self) -> Result<ResponseValue<()>, Error<()>> {
        let url = format!("{}/readyz", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self.client.get(url).headers(header_map).build()?;
        let info = OperationInfo {
            operation_id: "readiness_probe",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            503u16 => Err(Error::ErrorResponse(ResponseValue::empty(response))),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}

/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
