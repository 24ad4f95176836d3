//! What answers: the provider, or a stand-in that lets every request succeed.

use std::time::Duration;

use kfp_operator_sim::{Answer, MAX_OUTPUT, ProviderOutput, Reply, Request};
use reqwest::{Method, StatusCode};

use crate::command::access::{Access, AccessError};
use crate::{ClientError, ProviderClient, RawAnswer};

/// How much of an answer is read, to find an id in it.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Where requests go.
#[derive(Debug)]
pub(super) struct Endpoint {
    client: Option<ProviderClient>,
    /// Host and port, as the operator would write them.
    pub(super) host: String,
    asked: usize,
    /// Why the first request did not leave, as long as none has.
    unreachable: Option<String>,
    /// Whether a request has left.
    reached: bool,
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
            unreachable: None,
            reached: false,
        })
    }

    /// Every request is answered with a success, and nothing is sent.
    pub(super) fn stand_in(url: Option<&str>) -> Self {
        Self {
            client: None,
            host: url.map_or_else(|| "provider:8080".to_owned(), without_scheme),
            asked: 0,
            unreachable: None,
            reached: false,
        }
    }

    /// Why the provider could not be reached, if one was given.
    pub(super) fn unreachable(&self) -> Option<&str> {
        self.unreachable.as_deref()
    }

    /// Whether answers are only assumed.
    pub(super) fn is_stand_in(&self) -> bool {
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
        let answer = client
            .send_raw(method, &request.target, request.body.clone(), MAX_ANSWER)
            .await;
        match &answer {
            Err(error) if error.is_connect() => {
                if !self.reached && self.unreachable.is_none() {
                    self.unreachable = Some(error.to_string());
                }
            }
            _ => {
                self.reached = true;
                self.unreachable = None;
            }
        }
        answer
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

/// What a step sees of an answer.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) reply: Reply,
    /// Whether the request may have arrived.
    pub(super) arrived: bool,
    /// What people should know about the way.
    pub(super) words: Option<String>,
}

/// What a step sees of an answer, and what was wrong with it, in words.
pub(super) fn seen(answer: &Result<RawAnswer, ClientError>) -> Asked {
    match answer {
        Ok(answer) => heard(answer),
        Err(error) => Asked {
            reply: if error.is_timeout() {
                Reply::Timeout
            } else {
                Reply::Nothing
            },
            arrived: !error.is_connect(),
            words: Some(error.to_string()),
        },
    }
}

fn heard(answer: &RawAnswer) -> Asked {
    let words = match &answer.broken {
        Some(error) => Some(error.to_string()),
        None => lost_id(answer),
    };
    let reply = if answer.broken.as_ref().is_some_and(ClientError::is_timeout) {
        Reply::Timeout
    } else {
        // Nothing that is longer gets out of a workflow.
        let length = answer.body.len().min(MAX_OUTPUT);
        Reply::Answer(Answer {
            status: answer.status.as_u16(),
            body: answer.body[..length].to_vec(),
        })
    };
    Asked {
        reply,
        arrived: true,
        words,
    }
}

/// An id that does not get to the operator, because what stands around it is too long.
fn lost_id(answer: &RawAnswer) -> Option<String> {
    if answer.body.len() < MAX_OUTPUT {
        return None;
    }
    let ProviderOutput { id, .. } = ProviderOutput::rescue(&answer.body);
    (!id.is_empty() && id.len() < MAX_OUTPUT).then(|| {
        format!("the id {id:?} in the answer is lost with the rest of it (hint: the text beside it is too long)")
    })
}

fn without_scheme(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/').to_owned()
}
