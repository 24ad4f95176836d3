//! Requests whose bytes are not ours.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};

use kfp_provider_api::client::ClientInfo as _;

use crate::client::ProviderClient;
use crate::error::ClientError;

/// An answer as it came.
#[derive(Debug)]
pub struct RawAnswer {
    /// The status code.
    pub status: StatusCode,
    /// The body, as far as it arrived and was wanted.
    pub body: Vec<u8>,
    /// What ended the body before its end.
    pub broken: Option<ClientError>,
    /// Whether there was more of the body than was wanted.
    pub cut: bool,
}

impl ProviderClient {
    /// Sends a request with the body as it is, and takes any answer for one, also one that comes before the body was sent.
    /// A body goes out as `application/json`.
    ///
    /// `target` is what follows the base URL, encoded already; `wanted` is how many bytes of the answer's body are kept.
    ///
    /// # Errors
    /// There was no answer, not even a status: [`ClientError::Connection`], or over TLS [`ClientError::Transport`].
    pub async fn send_raw(
        &self,
        method: Method,
        target: &str,
        body: Option<Vec<u8>>,
        wanted: usize,
    ) -> Result<RawAnswer, ClientError> {
        let request = format!("{method} {target}");
        let transport = |source| ClientError::Transport {
            request: request.clone(),
            source,
        };
        if let Some(plain) = self.plain() {
            return plain
                .send(method, target, body, wanted)
                .await
                .map_err(|source| ClientError::Connection {
                    request: request.clone(),
                    source,
                });
        }
        let url = format!("{}{target}", self.base_url());
        let mut asked = self.generated().client().request(method, url);
        if let Some(body) = body {
            asked = asked.header(CONTENT_TYPE, "application/json").body(body);
        }
        let mut answer = asked.send().await.map_err(transport)?;
        let mut raw = RawAnswer {
            status: answer.status(),
            body: Vec::new(),
            broken: None,
            cut: false,
        };
        while !raw.cut {
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    let room = wanted - raw.body.len();
                    raw.cut = chunk.len() > room;
                    raw.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                }
                Ok(None) => break,
                Err(source) => {
                    raw.broken = Some(transport(source));
                    break;
                }
            }
        }
        Ok(raw)
    }
}
