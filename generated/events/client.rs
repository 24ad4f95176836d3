// To accept a change: EXPECTORATE=overwrite cargo test --test golden
// @generated from run-completion.yaml by openapi-codegen. Do not edit.

#[allow(unused_imports, reason = "not every document needs all of them")]
use openapi_codegen_runtime::client::{self as runtime, encode_path};
#[allow(unused_imports, reason = "not every document needs all of them")]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports, reason = "not every document needs all of them")]
use progenitor_client::{ClientHooks, OperationInfo, RequestBuilderExt};
#[allow(unused_imports, reason = "not every document needs all of them")]
use super::types;

#[derive(Clone, Debug)]
/**Client for KFP Operator run completion webhook

How a provider tells the KFP Operator that a run has ended: one POST per run to the exact URL
that the operator sets as `OPERATORWEBHOOK`. The path of that URL is `/events`; with a slash
behind it, it is another path, which does not exist.

Send an event until it is answered by 200 or 410. Every other answer, and none at all, means
that the same bytes have to be sent again later. An event may arrive twice, and must then mean
the same.


Version: 1.0.0*/
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
        "1.0.0"
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
    /**Report a finished run

The receiver looks up the run and the run configuration that the event names, and writes
down what has become of them. Handlers run one after the other; if one of them fails, all
of them run again when the event is sent again.

The header `Content-Type` must be `application/json` to the byte: no `charset`, no capital
letters. Any other method is answered with 405.


Sends a `POST` request to `/events`

Arguments:
- `body`: One event as a bare JSON object, in no envelope.
*/
    pub async fn report_run_completion<'a>(
        &'a self,
        body: &'a types::RunCompletionEvent,
    ) -> Result<ResponseValue<()>, Error<String>> {
        let url = format!("{}/events", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self.client.post(url).json(&body).headers(header_map).build()?;
        let info = OperationInfo {
            operation_id: "report_run_completion",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::empty(response)),
            400u16 => Err(Error::ErrorResponse(runtime::text_of(response).await?)),
            410u16 => Err(Error::ErrorResponse(runtime::text_of(response).await?)),
            415u16 => Err(Error::ErrorResponse(runtime::text_of(response).await?)),
            500u16 => Err(Error::ErrorResponse(runtime::text_of(response).await?)),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}

/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
