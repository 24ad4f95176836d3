//! Who answers: the provider, or nobody.

use std::time::Duration;

use kfp_operator_sim::{Answer, MAX_OUTPUT, Reply, Request};
use reqwest::{Method, StatusCode};

use crate::command::access::{Access, AccessError};
use crate::{ClientError, ProviderClient, RawAnswer};

/// Where requests go.
#[derive(Debug)]
pub(super) struct Endpoint {
    client: Option<ProviderClient>,
    /// Host and port, as the operator would write them.
    pub(super) host: String,
    asked: usize,
}

impl Endpoint {
    pub(super) fn service(
        url: &str,
        access: &Access,
        timeout: Duration,
    ) -> Result<Self, AccessError> {
        Ok(Self {
            client: Some(access.client(url, timeout)?),
            host: without_scheme(url),
            asked: 0,
        })
    }

    /// Every request is answered with a success, and nothing is sent.
    pub(super) fn nobody(url: Option<&str>) -> Self {
        Self {
            client: None,
            host: url.map_or_else(|| "provider:8080".to_owned(), without_scheme),
            asked: 0,
        }
    }

    /// Whether answers are only assumed.
    pub(super) fn is_nobody(&self) -> bool {
        self.client.is_none()
    }

    /// Sends a request.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<RawAnswer, ClientError> {
        self.asked += 1;
        let method = match request.method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            _ => Method::DELETE,
        };
        let Some(client) = &self.client else {
            return Ok(self.assumed(request));
        };
        client
            .send_raw(method, &request.target, request.body.clone(), MAX_OUTPUT)
            .await
    }

    fn assumed(&self, request: &Request) -> RawAnswer {
        let (status, body) = match request.method {
            "POST" => (
                StatusCode::CREATED,
                format!(r#"{{"id":"assumed-{}"}}"#, self.asked),
            ),
            "PUT" => {
                let id = request.target.rsplit('/').next().unwrap_or_default();
                (StatusCode::OK, format!(r#"{{"id":"{id}"}}"#))
            }
            _ => (StatusCode::OK, "{}".to_owned()),
        };
        RawAnswer {
            status,
            body: body.into_bytes(),
            broken: None,
            cut: false,
        }
    }
}

/// What a step sees of an answer, and what was wrong with it, in words.
pub(super) fn seen(answer: &Result<RawAnswer, ClientError>) -> (Reply, Option<String>) {
    match answer {
        Ok(answer) => {
            let words = answer.broken.as_ref().map(ToString::to_string);
            if answer.broken.as_ref().is_some_and(ClientError::is_timeout) {
                return (Reply::Timeout, words);
            }
            let reply = Reply::Answer(Answer {
                status: answer.status.as_u16(),
                body: answer.body.clone(),
            });
            (reply, words)
        }
        Err(error) if error.is_timeout() => (Reply::Timeout, Some(error.to_string())),
        Err(error) => (Reply::Nothing, Some(error.to_string())),
    }
}

fn without_scheme(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/').to_owned()
}
