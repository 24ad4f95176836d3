//! Pipelines: the framework is chosen, and the Provider's patches are applied.

use super::construction::{Construction, ConstructionError};
use crate::definition::{Framework, PipelineDefinition};
use crate::json::Json;
use crate::kind::ResourceKind;
use crate::patch;
use crate::resource::{FrameworkSpec, Pipeline, Provider, ProviderFramework};

impl Pipeline {
    /// What is sent to create or update the pipeline.
    ///
    /// # Errors
    /// The provider does not serve the namespace or the framework, a patch does not apply, a number is out of range, or
    /// the name is unusable.
    pub fn construct(&self, provider: &Provider) -> Result<Construction, ConstructionError> {
        provider.admit(&self.metadata)?;
        let framework = provider.framework(&self.spec.framework.name)?;
        let definition = self.definition()?;
        let version = definition.version.clone();
        Ok(Construction {
            kind: ResourceKind::Pipeline,
            version,
            definition: framework.patch(definition.to_json().to_string())?,
            framework_image: Some(framework.image.clone()),
        })
    }

    /// The definition before the Provider's patches.
    ///
    /// # Errors
    /// A number is out of range, or the name is unusable.
    pub fn definition(&self) -> Result<PipelineDefinition, ConstructionError> {
        Ok(PipelineDefinition {
            name: self.metadata.named("name")?,
            version: self.spec.version()?,
            image: self.spec.image.clone(),
            env: self.spec.env.clone(),
            framework: self.spec.framework.definition(),
        })
    }
}

impl FrameworkSpec {
    /// Parameters as the API server returns them: members sorted at every level.
    fn definition(&self) -> Framework {
        let mut parameters = match &self.parameters {
            None => Json::Null,
            Some(parameters) => Json::object(
                parameters
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.clone())),
            ),
        };
        parameters.sort_members();
        Framework {
            name: self.name.clone(),
            parameters,
        }
    }
}

impl Provider {
    /// The framework that a pipeline gets: the first whose name is the wanted one in lower case.
    fn framework(&self, wanted: &str) -> Result<&ProviderFramework, ConstructionError> {
        let lower = wanted.to_lowercase();
        self.spec
            .frameworks
            .iter()
            .find(|framework| framework.name == lower)
            .ok_or_else(|| ConstructionError::Framework {
                framework: wanted.to_owned(),
            })
    }
}

impl ProviderFramework {
    fn patch(&self, definition: String) -> Result<String, ConstructionError> {
        self.patches
            .iter()
            .enumerate()
            .try_fold(definition, |definition, (index, patch)| {
                patch::apply(&definition, patch).map_err(|reason| ConstructionError::Patch {
                    framework: self.name.clone(),
                    index,
                    reason,
                })
            })
    }
}
