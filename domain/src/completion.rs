//! The end of a run, as the operator is told of it.

mod wire;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::excerpt::Excerpt;
use crate::names::{InvalidName, NamespacedName};
use crate::nullable::or_empty;
use crate::time::fit;

/// A run has ended: what a provider sends to the operator's webhook.
///
/// An event that the operator could not read, or would refuse for what it lacks, cannot be made: it refers to a run or
/// a run configuration by its full name, the run has an id, and times are in the years that can be written. The JSON
/// has the members in the operator's order and leaves out what is not known; equal events are equal bytes.
///
/// ```
/// # use kfp_provider_domain::{RunCompletionEvent, RunReference};
/// let run = RunReference::Run("team/model-once".parse()?);
/// let event = RunCompletionEvent::failed(run, "r-1".parse()?, "team/model".parse()?, "ml/forge".parse()?);
/// assert!(event.to_json().starts_with(r#"{"status":"failed","pipelineName":"team/model","#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RunCompletionEvent {
    /// How it ended.
    pub outcome: RunOutcome,
    /// The pipeline, as the request for the run named it. The operator passes it on.
    pub pipeline: NamespacedName,
    /// What the operator looks up.
    pub reference: RunReference,
    /// Tells the run from every other.
    pub run_id: RunId,
    /// When the run started.
    pub started: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
    /// What was written; `None` if nothing is known. Artifact paths of the request are looked up in here.
    pub components: Option<Vec<PipelineComponent>>,
    /// The Provider resource of whoever sends it: the setting `PROVIDERNAME`. The operator passes it on.
    pub provider: NamespacedName,
}

impl RunCompletionEvent {
    /// A run that ended well. What it has written is added with [`RunCompletionEvent::with_components`].
    pub fn succeeded(
        reference: RunReference,
        run_id: RunId,
        pipeline: NamespacedName,
        provider: NamespacedName,
    ) -> Self {
        Self {
            outcome: RunOutcome::Succeeded,
            pipeline,
            reference,
            run_id,
            started: None,
            ended: None,
            components: None,
            provider,
        }
    }

    /// A run that ended badly.
    pub fn failed(
        reference: RunReference,
        run_id: RunId,
        pipeline: NamespacedName,
        provider: NamespacedName,
    ) -> Self {
        Self {
            outcome: RunOutcome::Failed,
            ..Self::succeeded(reference, run_id, pipeline, provider)
        }
    }

    /// Adds when the run started and ended, as far as that is known. Years beyond 0 to 9999 become the nearest moment
    /// that can be written.
    #[must_use]
    pub fn with_times(
        mut self,
        started: Option<DateTime<Utc>>,
        ended: Option<DateTime<Utc>>,
    ) -> Self {
        (self.started, self.ended) = (started.map(fit), ended.map(fit));
        self
    }

    /// Adds what the components of the pipeline have written.
    #[must_use]
    pub fn with_components(mut self, components: Vec<PipelineComponent>) -> Self {
        self.components = Some(components);
        self
    }

    /// The body that goes to the webhook.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, maps with keys of text and finite numbers")
    }

    /// Reads a body. Members that are not known are ignored, `null` and the empty text name nothing.
    ///
    /// # Errors
    /// The bytes are not one JSON object, or not an event that this type can be.
    pub fn from_json(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOutcome {
    /// Well.
    Succeeded,
    /// Badly.
    Failed,
}

/// What the operator looks up when it hears of a finished run: the run, the run configuration that it belongs to, or
/// both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RunReference {
    /// A run that was asked for by itself.
    Run(FullName),
    /// A run that the operator knows by its run configuration only.
    Configuration(FullName),
    /// A run that was asked for on behalf of a run configuration.
    Both {
        /// The run.
        run: FullName,
        /// The run configuration.
        configuration: FullName,
    },
}

impl RunReference {
    /// What can be looked up of two names; `None` if neither can, because it is empty or lacks its namespace.
    pub fn of(
        run: Option<&NamespacedName>,
        configuration: Option<&NamespacedName>,
    ) -> Option<Self> {
        let full = |name: Option<&NamespacedName>| FullName::try_from(name?.clone()).ok();
        match (full(run), full(configuration)) {
            (Some(run), Some(configuration)) => Some(Self::Both { run, configuration }),
            (Some(run), None) => Some(Self::Run(run)),
            (None, Some(configuration)) => Some(Self::Configuration(configuration)),
            (None, None) => None,
        }
    }

    /// The run.
    pub fn run(&self) -> Option<&FullName> {
        match self {
            Self::Run(run) | Self::Both { run, .. } => Some(run),
            Self::Configuration(_) => None,
        }
    }

    /// The run configuration.
    pub fn configuration(&self) -> Option<&FullName> {
        match self {
            Self::Configuration(configuration) | Self::Both { configuration, .. } => {
                Some(configuration)
            }
            Self::Run(_) => None,
        }
    }
}

/// A name with its namespace: the operator cannot look up one without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullName(NamespacedName);

impl FullName {
    /// The name, of which neither part is empty.
    pub fn name(&self) -> &NamespacedName {
        &self.0
    }
}

impl TryFrom<NamespacedName> for FullName {
    type Error = InvalidName;

    fn try_from(name: NamespacedName) -> Result<Self, InvalidName> {
        match name.namespace() {
            "" => Err(InvalidName::NoNamespace(name.to_string())),
            _ => Ok(Self(name)),
        }
    }
}

impl FromStr for FullName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        text.parse::<NamespacedName>()?.try_into()
    }
}

impl fmt::Display for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What tells a run from every other: any text but the empty one. What depends on a run configuration is triggered when
/// it changes, so use an id once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = InvalidEvent;

    fn from_str(text: &str) -> Result<Self, InvalidEvent> {
        match text {
            "" => Err(InvalidEvent::NoRunId),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// What one step of the pipeline has written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PipelineComponent {
    /// The step, as artifact paths call it.
    pub name: String,
    /// Its outputs.
    #[serde(default, deserialize_with = "or_empty")]
    pub component_artifacts: Vec<ComponentArtifact>,
}

/// One output of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentArtifact {
    /// The output, as artifact paths call it.
    pub name: String,
    /// What was written; the index of an artifact path counts in here.
    #[serde(default, deserialize_with = "or_empty")]
    pub artifacts: Vec<Artifact>,
}

/// One thing that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// Where it is. The operator passes over one without a place.
    pub uri: String,
    /// What filters of artifact paths ask about.
    #[serde(default, deserialize_with = "or_empty")]
    pub metadata: Map<String, Value>,
}

/// Why there is no such event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEvent {
    /// Nothing says whose end it is.
    #[error("event: neither runName nor runConfigurationName has a name with its namespace")]
    NoReference,
    /// The id is missing.
    #[error("runId: empty (hint: every run needs an id of its own)")]
    NoRunId,
    /// A name that is given is not one that the operator can look up.
    #[error("{member}: {source}")]
    Name {
        /// The member of the event.
        member: &'static str,
        /// What is wrong with it.
        source: InvalidName,
    },
    /// A time is not RFC 3339.
    #[error(
        "{member}: {} is not RFC 3339 (hint: write it like 2027-03-01T06:00:00Z)",
        Excerpt(text)
    )]
    Time {
        /// The member of the event.
        member: &'static str,
        /// What it says.
        text: String,
    },
}

#[cfg(test)]
mod tests;
