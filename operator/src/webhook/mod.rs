//! The operator's webhook for run completion events: what it answers to a request, and what it then writes down.
//!
//! Source: `controllers/webhook`, `pkg/common/run_completion.go`.

mod artifacts;
mod event;
mod filter;
pub mod http;
mod slice;
mod time;

use kfp_provider_domain::{ArtifactPath, NamespacedName};

pub use artifacts::{FoundArtifact, select};
pub use event::{Artifact, Component, Output, Received, UnreadableEvent};
pub use filter::{Filter, InvalidFilter, Unanswerable};
pub use slice::Slice;

/// A request as it reached the webhook's server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery<'a> {
    /// The method, in its own case.
    pub method: &'a str,
    /// The target, as it came.
    pub target: &'a [u8],
    /// The first value of `Content-Type`; empty if there is none.
    pub content_type: &'a [u8],
    /// The body.
    pub body: &'a [u8],
    /// Why the body is not complete, if it is not.
    pub broken: Option<&'a str>,
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
    /// 500 with this text, and still what the effect says has been written down: the sender will send the event again.
    HalfHandled(Box<Effect>, String),
    /// Any other answer of the webhook.
    Answer {
        /// The status.
        status: u16,
        /// The body, without the newline that ends it.
        text: String,
    },
    /// An answer of the server, which the webhook does not hear of.
    Server(http::Answer),
    /// The handler panics, and the connection closes without an answer.
    Dropped,
}

impl Verdict {
    /// The answer as it is sent; `None` if the connection is closed without one.
    pub fn answer(&self) -> Option<http::Answer> {
        match self {
            Self::Handled(_) => Some(http::Answer::done()),
            Self::HalfHandled(_, text) => Some(http::Answer::error(500, text)),
            Self::Answer { status, text } => Some(http::Answer::error(*status, text)),
            Self::Server(answer) => Some(answer.clone()),
            Self::Dropped => None,
        }
    }
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
    match http::Route::of(delivery.method, delivery.target) {
        http::Route::Webhook => {}
        http::Route::NotFound => return answer(404, "404 page not found"),
        http::Route::Elsewhere(location) => {
            return Verdict::Server(http::Answer::elsewhere(&location));
        }
        http::Route::Server if delivery.method == "OPTIONS" => {
            return Verdict::Server(http::Answer::done());
        }
        http::Route::Server => return Verdict::Server(http::Answer::closing(400)),
    }
    if delivery.method != "POST" {
        return answer(405, "Method not allowed");
    }
    if delivery.content_type != CONTENT_TYPE {
        return answer(415, "invalid Content-Type, want `application/json`");
    }
    if let Some(why) = delivery.broken {
        return answer(400, format!("failed to read request body, {why}"));
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

/// The only content type that is taken, compared byte for byte.
const CONTENT_TYPE: &[u8] = b"application/json";

/// Whether the webhook looks at the body of a request.
fn is_event(method: &str, target: &[u8], content_type: &[u8]) -> bool {
    method == "POST"
        && content_type == CONTENT_TYPE
        && http::Route::of(method, target) == http::Route::Webhook
}

fn handle(cluster: &impl Cluster, event: Received) -> Verdict {
    let configuration = look("runconfigurations", &event.run_configuration_name, |name| {
        cluster.run_configuration(name)
    });
    let run = look("runs", &event.run_name, |name| cluster.run(name));
    let (in_configuration, in_run) = (found(&configuration), found(&run));
    // Artifacts come from the configuration where there is one, although it may declare none.
    let Some(declared) = in_configuration.or(in_run) else {
        // The error of the configuration decides where both were looked up.
        return match configuration.or(run) {
            Some(Err((status, text))) => answer(status, text),
            _ => answer(400, "no RunConfiguration or RunName specified"),
        };
    };
    let artifacts = select(declared, event.components.as_deref().unwrap_or_default());
    let (succeeded, ended) = (event.status == "succeeded", event.status == "failed");
    let mut effect = Effect {
        completes_run: in_run.is_some() && (succeeded || ended),
        updates_run_configuration: in_configuration.is_some() && succeeded,
        artifacts,
        event,
    };
    // Both are looked up once more to be written, the configuration first; a name without a namespace is passed over.
    let broken = |lookup: Option<Looked>, name: &Option<NamespacedName>| match lookup {
        Some(Err((500, text))) if name.as_ref().is_some_and(|it| !it.namespace().is_empty()) => {
            Some(text)
        }
        _ => None,
    };
    if succeeded && let Some(text) = broken(configuration, &effect.event.run_configuration_name) {
        return answer(500, text);
    }
    if let Some(text) = broken(run, &effect.event.run_name) {
        effect.completes_run = false;
        return Verdict::HalfHandled(Box::new(effect), text);
    }
    Verdict::Handled(Box::new(effect))
}

/// What was found under a name, or the status and the text that it is not found with.
type Looked = Result<Vec<(String, ArtifactPath)>, (u16, String)>;

/// Looks up what is named, as far as the cluster's client lets the question through.
fn look(
    kind: &str,
    name: &Option<NamespacedName>,
    ask: impl FnOnce(&NamespacedName) -> Lookup,
) -> Option<Looked> {
    let name = name.as_ref().filter(|name| !name.is_empty())?;
    if let Some(why) = unaskable(name) {
        return Some(Err((500, why)));
    }
    Some(match ask(name) {
        Lookup::Found(declared) => Ok(declared),
        Lookup::NotFound => {
            let name = name.name();
            Err((
                410,
                format!("{kind}.pipelines.kubeflow.org {name:?} not found"),
            ))
        }
        Lookup::Failed(why) => Err((500, why)),
    })
}

/// Why the client does not ask for a name: it would not be one segment of a path.
fn unaskable(name: &NamespacedName) -> Option<String> {
    let parts = [
        ("namespace", name.namespace()),
        ("resource name", name.name()),
    ];
    for (part, text) in parts {
        let why = match text {
            "." | ".." => format!("may not be '{text}'"),
            _ if text.contains('%') => "may not contain '%'".to_owned(),
            _ => continue,
        };
        return Some(format!("invalid {part} {text:?}: [{why}]"));
    }
    let nowhere = "an empty namespace may not be set when a resource name is provided";
    name.namespace().is_empty().then(|| nowhere.to_owned())
}

fn found(lookup: &Option<Looked>) -> Option<&[(String, ArtifactPath)]> {
    lookup.as_ref()?.as_deref().ok()
}

fn answer(status: u16, text: impl Into<String>) -> Verdict {
    let text = text.into();
    Verdict::Answer { status, text }
}

#[cfg(test)]
mod tests;
