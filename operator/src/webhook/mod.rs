//! The operator's webhook for run completion events: what it answers to a request, and what it then writes down.
//!
//! Source: `controllers/webhook`, `pkg/common/run_completion.go`.

mod artifacts;
mod event;
mod filter;

use kfp_provider_api::domain::{ArtifactPath, NamespacedName};

pub use artifacts::{FoundArtifact, select};
pub use event::{Artifact, Component, Output, Received, UnreadableEvent};
pub use filter::{Filter, InvalidFilter, Unanswerable};

/// A request as it reached the webhook, under the path that it serves.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The method, in its own case.
    pub method: &'a str,
    /// The value of `Content-Type`; empty if there is none.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What the operator finds under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The resource, with the artifacts that it declares: their names and where they are.
    Found(Vec<(String, ArtifactPath)>),
    /// No such resource.
    NotFound,
    /// The cluster could not be asked.
    Failed(String),
}

/// The cluster, as far as the webhook asks it.
pub trait Cluster {
    /// Looks up a Run. The name has a namespace.
    fn run(&self, name: &NamespacedName) -> Lookup;
    /// Looks up a RunConfiguration. The name has a namespace.
    fn run_configuration(&self, name: &NamespacedName) -> Lookup;
}

/// What the webhook does with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The event was handled: 200 and no body. What the operator has written down is what the effect says.
    Handled(Box<Effect>),
    /// Any other answer.
    Answer {
        /// The status.
        status: u16,
        /// The body, without the newline that ends it.
        text: String,
    },
    /// The handler panics, and the connection closes without an answer.
    Dropped,
}

/// What a handled event changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The event as the operator understood it.
    pub event: Received,
    /// Whether the Run exists and gets a completion state. It stays open with a status that is neither of the two words.
    pub completes_run: bool,
    /// Whether the RunConfiguration exists and gets a last successful run, which triggers what depends on it.
    pub updates_run_configuration: bool,
    /// The declared artifacts that were found in the event.
    pub artifacts: Vec<FoundArtifact>,
}

/// Answers a request in the order in which the operator checks it.
pub fn receive(cluster: &impl Cluster, delivery: Delivery<'_>) -> Verdict {
    if delivery.method != "POST" {
        return answer(405, "Method not allowed");
    }
    if delivery.content_type != "application/json" {
        return answer(
            415,
            format!(
                "the content type is {:?}, not \"application/json\"",
                delivery.content_type
            ),
        );
    }
    if delivery.body.is_empty() {
        return answer(400, "request body is empty");
    }
    match Received::decode(delivery.body) {
        Ok(Some(event)) => handle(cluster, event),
        // Go decodes `null` into a nil pointer, which the handler follows.
        Ok(None) => Verdict::Dropped,
        Err(error) => answer(500, error.to_string()),
    }
}

fn handle(cluster: &impl Cluster, event: Received) -> Verdict {
    let configuration = look(&event.run_configuration_name, |name| {
        cluster.run_configuration(name)
    });
    let run = look(&event.run_name, |name| cluster.run(name));
    let (in_configuration, in_run) = (found(&configuration), found(&run));
    // Artifacts come from the configuration where there is one, although it may declare none.
    let Some(declared) = in_configuration.or(in_run) else {
        // The kind of error of the configuration decides where both were looked up.
        return match configuration.or(run) {
            None => answer(400, "no RunConfiguration or RunName specified"),
            Some(Lookup::NotFound) => answer(410, "the resource does not exist any more"),
            Some(Lookup::Failed(why)) => answer(500, why),
            Some(Lookup::Found(_)) => unreachable!("one was found"),
        };
    };
    let artifacts = select(declared, event.components.as_deref().unwrap_or_default());
    let ended = ["succeeded", "failed"].contains(&event.status.as_str());
    let effect = Effect {
        completes_run: in_run.is_some() && ended,
        updates_run_configuration: in_configuration.is_some() && event.status == "succeeded",
        artifacts,
        event,
    };
    Verdict::Handled(Box::new(effect))
}

/// Looks up what is named. A client that is not cached refuses a name without its namespace.
fn look(
    name: &Option<NamespacedName>,
    ask: impl FnOnce(&NamespacedName) -> Lookup,
) -> Option<Lookup> {
    let name = name.as_ref().filter(|name| !name.is_empty())?;
    Some(match name.namespace() {
        "" => Lookup::Failed(format!("{name}: no namespace, so it cannot be looked up")),
        _ => ask(name),
    })
}

fn found(lookup: &Option<Lookup>) -> Option<&[(String, ArtifactPath)]> {
    match lookup {
        Some(Lookup::Found(declared)) => Some(declared),
        _ => None,
    }
}

fn answer(status: u16, text: impl Into<String>) -> Verdict {
    let text = text.into();
    Verdict::Answer { status, text }
}

#[cfg(test)]
mod tests;
