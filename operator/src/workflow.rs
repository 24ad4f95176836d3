//! The Argo Workflow that the operator starts for one operation. No provider sees any of it but the request.

use crate::construct::Construction;
use crate::kind::{Operation, ResourceKind};
use crate::names::cut;
use crate::resource::{GROUP, Metadata, Provider, Run};

/// The longest value of a label, in bytes. A resource whose name is longer never gets a workflow.
pub const MAX_LABEL: usize = 63;

/// A Workflow, as far as it depends on the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// The namespace: the Provider's.
    pub namespace: String,
    /// What the name starts with; see [`Self::name_start`].
    pub generate_name: String,
    /// The labels that tell whose workflow it is.
    pub labels: Vec<(String, String)>,
    /// The WorkflowTemplate.
    pub template: &'static str,
    /// The parameters, in the order in which the operator writes them.
    pub parameters: Vec<(&'static str, String)>,
}

impl Workflow {
    /// The workflow for an operation on a resource. `service` is the provider's host and port, which end in random
    /// characters in a cluster; `id` is empty for creations, and `construction` is `None` for deletions.
    pub fn new(
        operation: Operation,
        kind: ResourceKind,
        resource: &Metadata,
        provider: &Provider,
        service: &str,
        id: &str,
        construction: Option<&Construction>,
    ) -> Self {
        let owner = [
            ("kind", kind.as_str()),
            ("name", &resource.name),
            ("namespace", &resource.namespace),
        ];
        let Metadata {
            name, namespace, ..
        } = &provider.metadata;
        let mut parameters = vec![("resource-kind", kind.to_string())];
        if let Some(construction) = construction {
            parameters.push(("resource-definition", construction.definition.clone()));
        }
        if operation != Operation::Create {
            parameters.push(("resource-id", id.to_owned()));
        }
        parameters.push(("provider-name", format!("{namespace}/{name}")));
        parameters.push(("provider-service-url", service.to_owned()));
        if let Some(image) = construction.and_then(|it| it.framework_image.as_ref()) {
            parameters.push(("pipeline-framework-image", image.clone()));
        }
        Self {
            namespace: namespace.clone(),
            generate_name: format!("{kind}-{}-", resource.name),
            labels: owner
                .map(|(label, value)| (format!("{GROUP}/owner.{label}"), value.to_owned()))
                .to_vec(),
            template: template(operation, kind),
            parameters,
        }
    }

    /// The name, but for its random end: a start that is too long is cut.
    pub fn name_start(&self) -> &str {
        cut(&self.generate_name)
    }

    /// The label that is too long for Kubernetes, which refuses the workflow then.
    pub fn refused_label(&self) -> Option<&(String, String)> {
        self.labels
            .iter()
            .find(|(_, value)| value.len() > MAX_LABEL)
    }
}

impl Run {
    /// The label that is too long for Kubernetes, which refuses the run then: those that a run configuration sets are not
    /// cut.
    pub fn refused_label(&self) -> Option<(&String, &String)> {
        let labels = &self.metadata.labels;
        labels.iter().find(|(_, value)| value.len() > MAX_LABEL)
    }
}

fn template(operation: Operation, kind: ResourceKind) -> &'static str {
    match (operation, kind) {
        (Operation::Create, ResourceKind::Pipeline) => "create-compiled",
        (Operation::Create, _) => "create-simple",
        (Operation::Update, ResourceKind::Pipeline) => "update-compiled",
        (Operation::Update, _) => "update-simple",
        (Operation::Delete, _) => "delete",
    }
}
