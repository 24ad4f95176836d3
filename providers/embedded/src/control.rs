//! Looking at the events of a provider, and putting them right: what is asked, and how it is done to an outbox.
//!
//! The same questions are answered on the file of a service that is stopped, and over a socket beside the file of one
//! that runs; see [`socket`].

use chrono::{DateTime, Utc};
use kfp_run_completion::{EventId, Outbox, OutboxEntry, OutboxError, OutboxQueue};
use serde::{Deserialize, Serialize};

#[cfg(unix)]
pub(super) mod socket;

/// Events in one answer at most.
pub(super) const PAGE: usize = 100;

/// What can be asked of an outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Request {
    /// Events of one place, in the order of their numbers, at most a page.
    List {
        #[serde(rename = "shelf")]
        queue: OutboxQueue,
        after: Option<EventId>,
    },
    /// One event with its bytes.
    Show(EventId),
    /// Try an event now, as if never before.
    Resend(EventId),
    /// Forget an event.
    Drop(EventId),
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Response {
    /// A page of events.
    Events(Vec<OutboxEntry>),
    /// One event and what is sent for it.
    Event(Box<OutboxEntry>, String),
    /// It was done.
    Done,
    /// There is no event of this number.
    Unknown,
    /// The outbox failed, or the question was not understood.
    Failed(String),
}

/// Does what is asked.
pub(super) async fn answer(outbox: &dyn Outbox, request: Request, now: DateTime<Utc>) -> Response {
    let done = |done| {
        if done {
            Response::Done
        } else {
            Response::Unknown
        }
    };
    let answered = async {
        Ok::<_, OutboxError>(match request {
            Request::List { queue, after } => {
                Response::Events(outbox.list(queue, after, PAGE).await?)
            }
            Request::Show(id) => match (outbox.find(id).await?, outbox.body(id).await?) {
                (Some(entry), Some(body)) => {
                    Response::Event(Box::new(entry), String::from_utf8_lossy(&body).into_owned())
                }
                _ => Response::Unknown,
            },
            Request::Resend(id) => done(outbox.resend(id, now).await?),
            Request::Drop(id) => done(outbox.remove(id).await?),
        })
    };
    answered
        .await
        .unwrap_or_else(|failure| Response::Failed(failure.to_string()))
}
