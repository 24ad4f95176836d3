//! One resource, and what the operator has noted about it.

use chrono::{DateTime, Utc};
use kfp_operator_sim::{
    Construction, ConstructionError, CustomResource, Operation, Provider, ResourceKind, Status,
};
use kfp_provider_domain::NamespacedName;

use super::key::Key;
use super::under_way::UnderWay;

/// A defect of the operator that surprises providers.
pub(super) fn unresolved_optional(parameter: &str) -> String {
    format!(
        "optional parameter {parameter:?} is not resolved, and arrives as one with an empty name"
    )
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) resource: CustomResource,
    pub(super) place: String,
    pub(super) status: Status,
    /// The version in the status.
    pub(super) version: String,
    /// The Provider in the status.
    pub(super) bound: NamespacedName,
    /// The run configuration that made it.
    pub(super) owner: Option<Key>,
    pub(super) deleting: bool,
    /// Nothing will ever happen to it again by itself.
    pub(super) stuck: bool,
    /// Nothing will ever happen to it again, whatever people do; and why.
    pub(super) wedged: Option<String>,
    /// Somebody has changed or deleted it, and nothing has been said about that.
    pub(super) touched: bool,
    /// The operator has written it once, to put its finalizer in.
    acquired: bool,
    /// The workflow that has not ended.
    pub(super) under_way: Option<UnderWay>,
    /// What people should know about it when it is created.
    pub(super) remarks: Vec<String>,
    /// Whether somebody waits for an event to tell that the run has ended.
    pub(super) awaited: bool,
    /// When an event has told so.
    pub(super) completed_at: Option<DateTime<Utc>>,
    /// When the run ended of which an event told last, if this is a run configuration.
    pub(super) last_end: Option<DateTime<Utc>>,
    /// Why nothing has happened yet.
    pub(super) waiting: Option<String>,
}

impl Entry {
    pub(super) fn new(resource: CustomResource, place: String) -> Self {
        Self {
            resource,
            place,
            status: Status::default(),
            version: String::new(),
            bound: NamespacedName::default(),
            owner: None,
            deleting: false,
            stuck: false,
            wedged: None,
            touched: false,
            acquired: false,
            under_way: None,
            remarks: Vec::new(),
            awaited: true,
            completed_at: None,
            last_end: None,
            waiting: None,
        }
    }

    /// What a run configuration makes.
    pub(super) fn child(resource: CustomResource, owner: &Key) -> Self {
        Self {
            owner: Some(owner.clone()),
            ..Self::new(
                resource,
                format!("by RunConfiguration {}/{}", owner.1, owner.2),
            )
        }
    }

    /// Kind, namespace and name, as a table shows them.
    pub(super) fn title(&self) -> String {
        let metadata = self.resource.metadata();
        let (namespace, name) = (&metadata.namespace, &metadata.name);
        format!("{} {namespace}/{name}", self.resource.kind())
    }

    /// Whether a change to `wanted` is refused.
    pub(super) fn is_immutable(&self, wanted: &CustomResource) -> bool {
        match (&self.resource, wanted) {
            (CustomResource::Run(run), CustomResource::Run(wanted)) => run.spec != wanted.spec,
            _ => false,
        }
    }

    /// Takes over a change. What the operator has noted stays.
    pub(super) fn replace(&mut self, mut resource: CustomResource, place: String) {
        match (&self.resource, &mut resource) {
            (CustomResource::Run(old), CustomResource::Run(new)) => {
                new.status = old.status.clone();
            }
            (CustomResource::RunConfiguration(old), CustomResource::RunConfiguration(new)) => {
                new.status = old.status.clone();
            }
            _ => {}
        }
        self.touched |= self.resource != resource;
        self.resource = resource;
        self.place = place;
        self.stuck = false;
    }

    /// Somebody deletes it.
    pub(super) fn delete(&mut self) {
        self.deleting = true;
        self.touched = true;
        self.stuck = false;
    }

    /// The operator writes the resource when it first acts on it, and what it cannot keep is gone then.
    pub(super) fn acquire(&mut self) {
        if !std::mem::replace(&mut self.acquired, true)
            && let CustomResource::RunSchedule(it) = &mut self.resource
        {
            it.spec.schedule = it.spec.schedule.stored();
        }
    }

    /// Whether a run names an artifact that was not there when its pipeline's version was noted.
    pub(super) fn lacks_parameters(&self) -> bool {
        match &self.resource {
            CustomResource::Run(run) => run.spec.resolve(&run.status.dependencies).is_err(),
            _ => false,
        }
    }

    /// What people should know about it when an operation starts.
    pub(super) fn remarks_on(&mut self, operation: Operation) -> Vec<String> {
        let mut remarks = std::mem::take(&mut self.remarks);
        match &self.resource {
            CustomResource::Run(run) if operation == Operation::Create => {
                let lacking = run.spec.unresolved_optional(&run.status.dependencies);
                remarks.extend(lacking.into_iter().map(unresolved_optional));
            }
            CustomResource::RunSchedule(it) if !self.acquired && it.spec.schedule.is_unstable() => {
                remarks.push(
                    "a time has a fraction of a second, or is the beginning of the year 1: the operator hashes it, writes the \
                     resource without it, and sees a change, so that an update follows at once"
                        .to_owned(),
                );
            }
            _ => {}
        }
        remarks
    }

    /// The Provider that it asks for; none for what is never sent.
    pub(super) fn provider(&self) -> NamespacedName {
        match &self.resource {
            CustomResource::Pipeline(it) => it.spec.provider.clone(),
            CustomResource::Experiment(it) => it.spec.provider.clone(),
            CustomResource::Run(it) => it.spec.provider.clone(),
            CustomResource::RunSchedule(it) => it.spec.provider.clone(),
            CustomResource::Provider(_) | CustomResource::RunConfiguration(_) => {
                NamespacedName::default()
            }
        }
    }

    /// The kind as requests name it; none for what is never sent.
    pub(super) fn kind(&self) -> Option<ResourceKind> {
        match &self.resource {
            CustomResource::Pipeline(_) => Some(ResourceKind::Pipeline),
            CustomResource::Experiment(_) => Some(ResourceKind::Experiment),
            CustomResource::Run(_) => Some(ResourceKind::Run),
            CustomResource::RunSchedule(_) => Some(ResourceKind::RunSchedule),
            CustomResource::Provider(_) | CustomResource::RunConfiguration(_) => None,
        }
    }

    /// The version of the resource as it is wanted; empty for one that cannot be hashed, which cannot be sent either.
    pub(super) fn wanted_version(&self) -> String {
        match &self.resource {
            CustomResource::Pipeline(it) => it.spec.version().unwrap_or_default(),
            CustomResource::Experiment(it) => it.spec.version(),
            CustomResource::Run(it) => it.spec.version(&it.status.dependencies.pipeline.version),
            CustomResource::RunSchedule(it) => it.spec.version(),
            CustomResource::Provider(_) | CustomResource::RunConfiguration(_) => String::new(),
        }
    }

    /// What is sent; nothing for what is never sent.
    pub(super) fn construct(
        &self,
        provider: &Provider,
    ) -> Result<Option<Construction>, ConstructionError> {
        match &self.resource {
            CustomResource::Pipeline(it) => it.construct(provider).map(Some),
            CustomResource::Experiment(it) => it.construct(provider).map(Some),
            CustomResource::Run(it) => it.construct(provider).map(Some),
            CustomResource::RunSchedule(it) => it.construct(provider).map(Some),
            CustomResource::Provider(_) | CustomResource::RunConfiguration(_) => Ok(None),
        }
    }
}
