//! What is sent: one look at a resource, and the request that may follow.

use kfp_operator_sim::{
    Action, Construction, ConstructionError, CustomResource, Desire, MAX_LABEL, Observed,
    Operation, Provider, Request, ResourceKind, State, Status, StepFailure, StepResult,
    Surroundings, Workflow, begin, encode_id, next_action, pipeline_body, settle, simple_body,
};

use super::entry::Entry;
use super::remarks::{empty_parameter, remarks, unsent};
use super::{Cluster, failed};
use crate::command::rehearse::compiled::CompileError;
use crate::command::rehearse::endpoint::Asked;
use crate::command::rehearse::step::{Sent, Step};

impl Cluster {
    /// Looks at a resource as the operator does, and does what it does then. Whether anything has changed.
    pub(super) async fn reconcile_sent(
        &mut self,
        entry: &mut Entry,
        around: &Surroundings,
    ) -> bool {
        if entry.stuck || entry.status.state == State::Deleted {
            return false;
        }
        if entry.deleting && entry.status.state == State::Unknown {
            return self.forget(entry);
        }
        let Some(provider) = self.provider(&entry.provider()) else {
            entry.waiting = Some(format!(
                "Provider {} is in none of the files: the operator tries again and again, and writes no status",
                entry.provider()
            ));
            return false;
        };
        if let (CustomResource::Run(run), false) = (&mut entry.resource, entry.deleting) {
            if run.observe(around) == Observed::Waiting {
                entry.waiting = Some(format!(
                    "waits until Pipeline {} is in Succeeded, without a state",
                    run.spec.pipeline
                ));
                return false;
            }
            if let Err(reason) = run.spec.resolve(&run.status.dependencies) {
                return self.unresolved(entry, &reason);
            }
        }
        entry.waiting = None;
        self.act(entry, &provider).await
    }

    async fn act(&mut self, entry: &mut Entry, provider: &Provider) -> bool {
        let desire = Desire {
            version_changed: entry.wanted_version() != entry.version,
            deletion_requested: entry.deleting,
            provider_changed: entry.provider() != entry.bound,
            workflow_unfinished: false,
        };
        match next_action(&entry.status, desire) {
            Action::Nothing | Action::Wait => false,
            Action::Fail(message) => {
                let status = failed(&entry.status, message);
                if entry.status == status {
                    return false;
                }
                entry.status = status;
                let warnings = vec![format!(
                    "nothing is sent, not even when it is deleted: it is bound to Provider {}",
                    entry.bound
                )];
                self.note(entry, false, warnings);
                true
            }
            Action::Release => {
                entry.status.state = State::Deleted;
                let warnings = vec![
                    "the provider is not asked, because no id is known: whatever a failed request left there stays".to_owned(),
                ];
                self.note(entry, true, warnings);
                true
            }
            Action::Send(operation) => {
                self.operate(operation, entry, provider).await;
                true
            }
        }
    }

    /// A resource that never got to the provider is deleted.
    fn forget(&mut self, entry: &mut Entry) -> bool {
        entry.status.state = State::Deleted;
        entry.waiting = None;
        self.note(entry, true, Vec::new());
        true
    }

    /// A run whose parameters were not there when its pipeline's version was noted.
    fn unresolved(&mut self, entry: &mut Entry, reason: &ConstructionError) -> bool {
        entry.stuck = true;
        entry.waiting = None;
        entry.version = entry.wanted_version();
        let words = match reason {
            ConstructionError::Parameter { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        entry.status = Status {
            state: State::Succeeded,
            message: format!("Unable to resolve parameters: {words}"),
            ..Status::default()
        };
        let warnings = vec![format!(
            "nothing is ever sent, although the state says Succeeded: {reason}"
        )];
        self.note(entry, false, warnings);
        true
    }

    async fn operate(&mut self, operation: Operation, entry: &mut Entry, provider: &Provider) {
        let before = entry.status.clone();
        let constructed = match operation {
            Operation::Delete => provider.admit(entry.resource.metadata()).map(|()| None),
            Operation::Create | Operation::Update => entry.construct(provider),
        };
        entry.version = entry.wanted_version();
        let (Ok(construction), Some(kind)) = (&constructed, entry.kind()) else {
            if let Err(error) = &constructed {
                self.not_constructed(operation, entry, &before, error);
            }
            return;
        };
        let workflow = Workflow::new(
            operation,
            kind,
            entry.resource.metadata(),
            provider,
            &self.endpoint.host,
            &before.id,
            construction.as_ref(),
        );
        if let Some((label, _)) = workflow.refused_label() {
            let reason = format!(
                "Kubernetes refuses the workflow: label {label} is longer than {MAX_LABEL} characters (hint: a shorter name)"
            );
            return self.no_workflow(operation, entry, &before, reason);
        }
        match self.body(kind, construction.as_ref()).await {
            Ok(body) => {
                let request = request(operation, kind, &before.id, body);
                self.send(operation, entry, workflow, request).await;
            }
            Err(error) => {
                let lost = StepResult::Failed(StepFailure::NoAnswer);
                entry.status = settle(operation, &before, &lost).steady;
                let warnings = vec![format!("the pipeline is not compiled: {error}")];
                self.note(entry, false, warnings);
            }
        }
    }

    fn not_constructed(
        &mut self,
        operation: Operation,
        entry: &mut Entry,
        before: &Status,
        error: &ConstructionError,
    ) {
        let settled = matches!(before.state, State::Succeeded | State::Failed);
        entry.status = failed(before, error.status_message(settled));
        entry.stuck = operation == Operation::Delete;
        let warnings = vec![format!(
            "nothing is sent until its version changes: {error}"
        )];
        self.note(entry, false, warnings);
    }

    fn no_workflow(
        &mut self,
        operation: Operation,
        entry: &mut Entry,
        before: &Status,
        reason: String,
    ) {
        let unknown = "operation progress unknown";
        entry.status = match operation {
            Operation::Delete => Status {
                message: unknown.to_owned(),
                ..begin(operation, before)
            },
            _ => failed(&begin(operation, before), unknown),
        };
        self.note(entry, false, vec![reason]);
    }

    async fn body(
        &self,
        kind: ResourceKind,
        construction: Option<&Construction>,
    ) -> Result<Vec<u8>, CompileError> {
        let Some(construction) = construction else {
            return Ok(Vec::new());
        };
        let definition = &construction.definition;
        if kind != ResourceKind::Pipeline {
            return Ok(simple_body(definition));
        }
        let compiled = self.compiler.compile(definition).await?;
        Ok(pipeline_body(definition, compiled))
    }

    async fn send(
        &mut self,
        operation: Operation,
        entry: &mut Entry,
        workflow: Workflow,
        request: Request,
    ) {
        let before = entry.status.clone();
        let Asked {
            reply,
            arrived,
            words,
        } = self.endpoint.ask(&request).await;
        let result = StepResult::from(&reply);
        let settled = settle(operation, &before, &result);
        entry.status = settled.steady.clone();
        entry.stuck = matches!(entry.status.state, State::Creating | State::Updating);
        if entry.status.provider_set {
            entry.bound = entry.provider();
        }
        let well = match operation {
            Operation::Delete => entry.status.state == State::Deleted,
            _ => entry.status.state == State::Succeeded,
        };
        let mut warnings: Vec<String> = words.into_iter().collect();
        warnings.extend(if arrived {
            remarks(operation, &before, &settled, &result, &reply, well)
        } else {
            unsent(operation)
        });
        warnings.extend(empty_parameter(entry));
        self.steps.push(Step {
            resource: entry.title(),
            place: entry.place.clone(),
            version: entry.version.clone(),
            status: entry.status.clone(),
            sent: Some(Sent {
                operation,
                request,
                host: self.endpoint.host.clone(),
                workflow,
                reply,
                assumed: self.endpoint.is_nobody(),
            }),
            well,
            warnings,
        });
    }
}

fn request(operation: Operation, kind: ResourceKind, id: &str, body: Vec<u8>) -> Request {
    match operation {
        Operation::Create => Request::create(kind, body),
        Operation::Update => Request::update(kind, &encode_id(id), body),
        Operation::Delete => Request::delete(kind, &encode_id(id)),
    }
}
