//! Workflows: what one is started with, and what becomes of the resource when it has ended.

use kfp_operator_sim::{
    Arrival, Construction, ConstructionError, MAX_LABEL, Operation, Parameters, Provider, Request,
    ResourceKind, State, Status, StepFailure, StepResult, Workflow, begin, encode_id,
    pipeline_body, settle, simple_body,
};

use super::entry::Entry;
use super::remarks::{self, Seen};
use super::under_way::UnderWay;
use super::{Cluster, failed};
use crate::command::rehearse::compiled::CompileError;
use crate::command::rehearse::endpoint::{Asked, seen};
use crate::command::rehearse::names::counted;
use crate::command::rehearse::step::{Sent, Step};

impl Cluster {
    /// Starts the workflow of an operation, and in an order of dependence ends it at once.
    pub(super) async fn operate(
        &mut self,
        operation: Operation,
        entry: &mut Entry,
        provider: &Provider,
    ) {
        let before = entry.status.clone();
        let constructed = match operation {
            Operation::Delete => provider.admit(entry.resource.metadata()).map(|()| None),
            Operation::Create | Operation::Update => entry.construct(provider),
        };
        entry.version = entry.wanted_version();
        let construction = match &constructed {
            Ok(construction) => construction.as_ref(),
            Err(error) => return self.not_constructed(operation, entry, &before, error),
        };
        let Some(kind) = entry.kind() else {
            return;
        };
        let workflow = Workflow::new(
            operation,
            kind,
            entry.resource.metadata(),
            provider,
            &self.endpoint.host,
            &before.id,
            construction,
        );
        if let Some((label, _)) = workflow.refused_label() {
            let reason = format!(
                "Kubernetes refuses the workflow: label {label} is longer than {MAX_LABEL} characters (hint: a shorter name)"
            );
            return self.no_workflow(operation, entry, &before, reason);
        }
        let mut warnings = entry.remarks_on(operation);
        let arrived = match workflow.arrival(&self.name_of(&workflow)) {
            Arrival::Runs(arrived) => arrived,
            Arrival::Invalid(reason) => {
                return self.nothing_sent(operation, entry, &before, reason);
            }
            Arrival::Hangs(reason) => return self.hangs(operation, entry, &before, reason),
        };
        warnings.extend(remarks::changes(&arrived));
        if let Some(reason) = self.rules.templates.refused_id(operation, &arrived.id) {
            return self.nothing_sent(operation, entry, &before, reason);
        }
        let body = match self.body(kind, construction, &arrived).await {
            Ok(body) => body,
            Err(error) => {
                let reason = format!("the pipeline is not compiled: {error}");
                return self.nothing_sent(operation, entry, &before, reason);
            }
        };
        self.workflows += 1;
        let started = UnderWay {
            number: self.workflows,
            operation,
            kind,
            workflow,
            request: request(operation, kind, &arrived.id, body),
            id: arrived.id,
            warnings,
            before,
        };
        if self.at_once {
            entry.status = begin(operation, &started.before);
            entry.under_way = Some(started);
        } else {
            self.end(entry, started).await;
        }
    }

    /// Ends workflows: those that only send, and if there are none, those that compile first. Whether there were any.
    pub(super) async fn end_workflows(&mut self) -> bool {
        let under_way = self
            .entries
            .iter()
            .filter_map(|(key, entry)| Some((entry.under_way.as_ref()?, key)));
        let mut due: Vec<_> = under_way
            .map(|(job, key)| (job.compiles(), job.number, key.clone()))
            .collect();
        due.sort();
        let Some(compiles) = due.first().map(|(compiles, ..)| *compiles) else {
            return false;
        };
        for (_, _, key) in due.into_iter().filter(|(one, ..)| *one == compiles) {
            let Some(mut entry) = self.entries.remove(&key) else {
                continue;
            };
            if let Some(job) = entry.under_way.take() {
                self.end(&mut entry, job).await;
            }
            self.entries.insert(key, entry);
        }
        true
    }

    /// Sends the request, and leaves the resource where the answer leads.
    async fn end(&mut self, entry: &mut Entry, job: UnderWay) {
        let UnderWay {
            operation,
            before,
            workflow,
            request,
            id,
            mut warnings,
            ..
        } = job;
        let answer = self.endpoint.ask(&request).await;
        let Asked {
            reply,
            arrived,
            words,
        } = seen(&answer);
        let result = self.rules.templates.result(operation, &id, &reply, answer);
        let settled = settle(operation, &before, &result);
        entry.status = settled.steady.clone();
        if matches!(entry.status.state, State::Creating | State::Updating) {
            entry.wedged = Some(
                "nothing is sent, neither on a change nor on a deletion: the message of the last answer is longer than a \
                 status can hold, so that the operator tries to write it forever"
                    .to_owned(),
            );
        }
        if entry.status.provider_set {
            entry.bound = entry.provider();
        }
        let well = match operation {
            Operation::Delete => entry.status.state == State::Deleted,
            _ => entry.status.state == State::Succeeded,
        };
        warnings.extend(words);
        let seen = Seen {
            operation,
            before: &before,
            settled: &settled,
            result: &result,
            reply: &reply,
            well,
        };
        warnings.extend(if arrived {
            remarks::remarks(&seen, self.rules.templates)
        } else {
            remarks::unsent(operation)
        });
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
                assumed: self.endpoint.is_stand_in(),
            }),
            well,
            warnings,
            refused: false,
        });
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

    /// The workflow fails before it sends anything.
    fn nothing_sent(
        &mut self,
        operation: Operation,
        entry: &mut Entry,
        before: &Status,
        reason: String,
    ) {
        let lost = StepResult::Failed(StepFailure::NoAnswer);
        entry.status = settle(operation, before, &lost).steady;
        self.note(entry, false, vec![reason]);
    }

    /// The workflow never ends.
    fn hangs(&mut self, operation: Operation, entry: &mut Entry, before: &Status, reason: String) {
        entry.status = begin(operation, before);
        entry.wedged = Some(format!("nothing is sent: {reason}"));
        self.note(entry, false, vec![reason]);
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

    /// The name of a workflow: its end is random in a cluster.
    fn name_of(&self, workflow: &Workflow) -> String {
        counted(&workflow.generate_name, self.workflows + 1)
    }

    async fn body(
        &self,
        kind: ResourceKind,
        construction: Option<&Construction>,
        arrived: &Parameters,
    ) -> Result<Vec<u8>, CompileError> {
        if construction.is_none() {
            return Ok(Vec::new());
        }
        let definition = &arrived.definition;
        if kind != ResourceKind::Pipeline {
            return Ok(simple_body(definition));
        }
        let compiled = self.compiler.compile(definition).await?;
        Ok(pipeline_body(definition, compiled))
    }
}

fn request(operation: Operation, kind: ResourceKind, id: &str, body: Vec<u8>) -> Request {
    match operation {
        Operation::Create => Request::create(kind, body),
        Operation::Update => Request::update(kind, &encode_id(id), body),
        Operation::Delete => Request::delete(kind, &encode_id(id)),
    }
}
