//! The kinds of resources that reach a provider, what is done with them, and the kinds of custom resources.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of resource, as the path segment `/resource/{kind}` spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceKind {
    /// A compiled pipeline.
    Pipeline,
    /// One execution of a pipeline. The operator never updates runs.
    Run,
    /// Executions of a pipeline at given times.
    RunSchedule,
    /// A group of runs.
    Experiment,
}

impl ResourceKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Pipeline,
        Self::Run,
        Self::RunSchedule,
        Self::Experiment,
    ];

    /// The path segment: lower case, without separators.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::Run => "run",
            Self::RunSchedule => "runschedule",
            Self::Experiment => "experiment",
        }
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no kind of resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("resource kind {0:?}: unknown (hint: one of pipeline, run, runschedule, experiment)")]
pub struct UnknownKind(String);

impl FromStr for ResourceKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// What the operator asks a provider to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// `POST /resource/{kind}`
    Create,
    /// `PUT /resource/{kind}/{id}`
    Update,
    /// `DELETE /resource/{kind}/{id}`
    Delete,
}

impl Operation {
    /// Every operation, in the order of a resource's life.
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// The HTTP method.
    pub fn method(self) -> &'static str {
        match self {
            Self::Create => "POST",
            Self::Update => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}

/// The version of the operator's API that is understood.
pub const API_VERSION: &str = "pipelines.kubeflow.org/v1beta1";

/// A kind of custom resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomKind {
    /// Where a provider service is, and what it offers.
    Provider,
    /// A group of runs.
    Experiment,
    /// A compiled pipeline.
    Pipeline,
    /// What makes runs.
    RunConfiguration,
    /// Executions at given times.
    RunSchedule,
    /// One execution.
    Run,
}

impl CustomKind {
    /// Every kind, in the order in which they can depend on each other.
    pub const ALL: [Self; 6] = [
        Self::Provider,
        Self::Experiment,
        Self::Pipeline,
        Self::RunConfiguration,
        Self::RunSchedule,
        Self::Run,
    ];
}

impl fmt::Display for CustomKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Provider => "Provider",
            Self::Experiment => "Experiment",
            Self::Pipeline => "Pipeline",
            Self::RunConfiguration => "RunConfiguration",
            Self::RunSchedule => "RunSchedule",
            Self::Run => "Run",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_and_write() {
        for kind in ResourceKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(
                serde_json::to_string(&kind).expect("json"),
                format!("{:?}", kind.as_str())
            );
        }
        for text in ["", "Pipeline", "runSchedule", "runs", "nope"] {
            assert_eq!(
                text.parse::<ResourceKind>(),
                Err(UnknownKind(text.to_owned()))
            );
        }
    }
}
