//! From custom resources to what is sent: the steps that the operator takes before it starts a workflow.

mod construction;
mod pipeline;
mod run;

pub use construction::{Construction, ConstructionError};
pub(crate) use run::split_pipeline;

use kfp_provider_domain::NamespacedName;

use crate::definition::ExperimentDefinition;
use crate::kind::ResourceKind;
use crate::resource::{Experiment, Metadata, Provider};

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
