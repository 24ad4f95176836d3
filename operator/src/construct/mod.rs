//! From custom resources to what is sent: the steps that the operator takes before it starts a workflow.

mod pipeline;
mod run;

pub(crate) use run::split_pipeline;

use kfp_provider_domain::NamespacedName;

use crate::body::{pipeline_body, simple_body};
use crate::definition::ExperimentDefinition;
use crate::json::NumberOutOfRange;
use crate::kind::ResourceKind;
use crate::patch::PatchError;
use crate::resource::{Experiment, Metadata, Provider};

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
        reason: kfp_provider_domain::InvalidName,
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

impl Experiment {
    /// What is sent to create or update the experiment.
    ///
    /// # Errors
    /// The provider does not serve the namespace, or the name is unusable.
    pub fn construct(&self, provider: &Provider) -> Result<Construction, ConstructionError> {
        provider.admit(&self.metadata)?;
        let definition = ExperimentDefinition {
            name: self.metadata.named("name")?,
            version: self.spec.version(),
            description: self.spec.description.clone(),
        };
        Ok(Construction {
            kind: ResourceKind::Experiment,
            version: definition.version.clone(),
            definition: definition.to_json().to_string(),
            framework_image: None,
        })
    }
}

impl Provider {
    /// Whether resources of a namespace may be sent; deletions are asked too.
    ///
    /// # Errors
    /// The namespace is not among those allowed.
    pub fn admit(&self, resource: &Metadata) -> Result<(), ConstructionError> {
        let allowed = &self.spec.allowed_namespaces;
        if allowed.is_empty() || allowed.contains(&resource.namespace) {
            return Ok(());
        }
        Err(ConstructionError::Namespace {
            namespace: resource.namespace.clone(),
        })
    }
}

impl Metadata {
    /// The resource's own name.
    fn named(&self, field: &'static str) -> Result<NamespacedName, ConstructionError> {
        self.beside(field, &self.name)
    }

    /// The name of something in the same namespace.
    fn beside(&self, field: &'static str, name: &str) -> Result<NamespacedName, ConstructionError> {
        NamespacedName::new(self.namespace.as_str(), name)
            .map_err(|reason| ConstructionError::Name { field, reason })
    }

    /// As [`Self::beside`], but an empty name names nothing.
    fn beside_if_any(
        &self,
        field: &'static str,
        name: &str,
    ) -> Result<NamespacedName, ConstructionError> {
        if name.is_empty() {
            Ok(NamespacedName::default())
        } else {
            self.beside(field, name)
        }
    }
}

#[cfg(test)]
mod tests;
