//! The request on its way, once or again.

use std::future::Future;
use std::time::Duration;

use kfp_operator_sim::{Operation, Request};
use reqwest::{Method, StatusCode};

use super::job::{Job, JobError};
use crate::command::access::AccessError;
use crate::command::tell;
use crate::{ClientError, ProviderClient, RawAnswer};

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How much of an answer is read. What the workflow can hand on is much less, but the id may come late.
pub(super) const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Time for one request where the job sets none: as good as none.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("{request}: no answer within {}{}", humantime::format_duration(*deadline), doubt(*operation))]
    Deadline {
        request: String,
        deadline: Duration,
        operation: Operation,
    },
}

impl SendError {
    /// Whether the command line, or a file that it names, cannot be used. An id that cannot be sent is the provider's.
    pub(super) fn is_usage(&self) -> bool {
        match self {
            Self::Job(JobError::Id { .. }) => false,
            Self::Job(_) | Self::Access(_) => true,
            Self::Client(_) | Self::Deadline { .. } => false,
        }
    }
}

fn doubt(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => " (hint: the provider may have created it nevertheless)",
        Operation::Update | Operation::Delete => "",
    }
}

/// Sends the request once, and keeps all of the answer.
pub(super) async fn once(job: &Job) -> Result<RawAnswer, SendError> {
    let request = job.request()?;
    let client = job.access.client(&job.url, FOREVER)?;
    in_time(job, &request, send(&client, &request, usize::MAX)).await
}

/// Sends the request until there is an answer that counts, as long as it is safe to try again.
pub(super) async fn persistently(job: &Job) -> Result<RawAnswer, SendError> {
    let request = job.request()?;
    let client = job.access.client(&job.url, FOREVER)?;
    in_time(job, &request, tries(job, &client, &request)).await
}

async fn in_time(
    job: &Job,
    request: &Request,
    answer: impl Future<Output = Result<RawAnswer, ClientError>>,
) -> Result<RawAnswer, SendError> {
    let Some(deadline) = job.deadline else {
        return Ok(answer.await?);
    };
    match tokio::time::timeout(deadline, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(SendError::Deadline {
            request: format!("{} {}", request.method, request.target),
            deadline,
            operation: job.operation,
        }),
    }
}

async fn tries(
    job: &Job,
    client: &ProviderClient,
    request: &Request,
) -> Result<RawAnswer, ClientError> {
    let mut pause = job.pause.min(LONGEST_PAUSE);
    for _ in 1..job.attempts {
        let answer = send(client, request, MAX_ANSWER).await;
        let Some(reason) = worth_another(job.operation, &answer) else {
            return answer;
        };
        tell(format_args!(
            "{reason}; again in {}",
            humantime::format_duration(pause)
        ));
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    send(client, request, MAX_ANSWER).await
}

/// Why another try is worth while and cannot do harm. A creation that may have arrived is never repeated.
fn worth_another(operation: Operation, answer: &Result<RawAnswer, ClientError>) -> Option<String> {
    match answer {
        Err(error) if error.is_connect() => Some(error.to_string()),
        Ok(answer)
            if answer.status == StatusCode::SERVICE_UNAVAILABLE
                && operation != Operation::Create =>
        {
            Some("answered 503".to_owned())
        }
        _ => None,
    }
}

async fn send(
    client: &ProviderClient,
    request: &Request,
    wanted: usize,
) -> Result<RawAnswer, ClientError> {
    let method = match request.method {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        _ => Method::DELETE,
    };
    client
        .send_raw(method, &request.target, request.body.clone(), wanted)
        .await
}
