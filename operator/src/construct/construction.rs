//! What construction results in.

use kfp_provider_domain::InvalidName;

use crate::body::{pipeline_body, simple_body};
use crate::json::NumberOutOfRange;
use crate::kind::ResourceKind;
use crate::patch::PatchError;

/// What the operator hands to a workflow that creates or updates a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Construction {
    /// The kind of resource.
    pub kind: ResourceKind,
    /// The version that the operator notes in the status and compares with later ones.
    pub version: String,
    /// The definition as JSON text; a pipeline's is patched already.
    pub definition: String,
    /// The image that brings a pipeline's compiler.
    pub framework_image: Option<String>,
}

impl Construction {
    /// The body of the request. `compiled` is what the compiler wrote; only pipelines have one.
    pub fn body(&self, compiled: &str) -> Vec<u8> {
        match self.kind {
            ResourceKind::Pipeline => pipeline_body(&self.definition, compiled),
            _ => simple_body(&self.definition),
        }
    }
}

/// Why nothing can be sent. The resource is in Failed then, until something changes that its version covers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstructionError {
    /// No framework of the Provider has the pipeline's framework name in lower case.
    #[error(
        "framework {framework:?}: the Provider offers no such framework (hint: the Provider's name must be in lower case)"
    )]
    Framework {
        /// The name that the pipeline gives.
        framework: String,
    },
    /// The Provider is not for this namespace.
    #[error(
        "namespace {namespace:?}: not among the Provider's allowedNamespaces (hint: add it, or empty the list)"
    )]
    Namespace {
        /// The namespace of the resource.
        namespace: String,
    },
    /// A patch of the Provider does not apply.
    #[error("patch {index} of framework {framework:?}: {reason}")]
    Patch {
        /// The Provider's framework.
        framework: String,
        /// Which patch, from 0.
        index: usize,
        /// What is wrong with it.
        reason: PatchError,
    },
    /// A run's pipeline has no known version.
    #[error(
        "run: no version of its pipeline is noted (hint: status.dependencies.pipeline.version is empty)"
    )]
    PipelineVersion,
    /// A parameter cannot be taken from where it should come from.
    #[error("parameter {parameter:?}: {reason}")]
    Parameter {
        /// The parameter's name.
        parameter: String,
        /// The operator's own words, as its status repeats them.
        reason: String,
    },
    /// A name cannot be written as `namespace/name`.
    #[error("{field}: {reason}")]
    Name {
        /// The member of the definition.
        field: &'static str,
        /// What is wrong with the name.
        reason: InvalidName,
    },
    /// A framework parameter cannot be hashed.
    #[error("framework parameters: {0}")]
    Number(#[from] NumberOutOfRange),
}

impl ConstructionError {
    /// The message in the resource's status. `settled` says that the resource was in Succeeded or Failed before.
    pub fn status_message(&self, settled: bool) -> String {
        match self {
            Self::Framework { framework } if settled => {
                format!("error in workflow: [{framework}] framework not support by provider")
            }
            _ => "error constructing workflow".to_owned(),
        }
    }
}
