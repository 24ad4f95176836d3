//! The two lenses on an answer as a whole.

use kfp_operator_sim::{Answer, Operation, Reply, Settled, State, Status, StepResult, settle};

use super::Document;
use crate::exchange::{Class, Exchange, Intent};
use crate::outcome::Lens;
use crate::wire::WireFailure;

/// What the operator's resource was before, and where it has to end.
pub(crate) struct Expectation {
    operation: Operation,
    before: Status,
    /// Whether the operator must be content, must be told why not, or either.
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Success,
    Refusal,
    Either,
}

impl Expectation {
    /// What a request of that class leads to if all is well; `None` if the operator never sends it.
    pub(crate) fn of(class: &Class) -> Option<Self> {
        let wanted = |intent: &Intent| match intent {
            Intent::Valid => Wanted::Success,
            Intent::Invalid => Wanted::Refusal,
            Intent::Debatable | Intent::Open | Intent::Synthetic => Wanted::Either,
        };
        Some(match class {
            Class::Create(intent) => Self {
                operation: Operation::Create,
                before: Status::default(),
                wanted: wanted(intent),
            },
            Class::Update(id, intent) => Self {
                operation: Operation::Update,
                before: Status::succeeded(id),
                wanted: wanted(intent),
            },
            // Whatever is deleted, existing or not: the resource has to go.
            Class::Delete(id, _) => Self {
                operation: Operation::Delete,
                before: Status::succeeded(id),
                wanted: Wanted::Success,
            },
            Class::Health(_) | Class::Other => return None,
        })
    }
}

/// Whether status, content type and body are what the document declares.
pub(crate) fn spec_lens(document: &Document, exchange: &Exchange) -> Lens {
    let Some(endpoint) = exchange.class.endpoint() else {
        return Lens::None;
    };
    let Some(response) = exchange.response() else {
        return Lens::Fail;
    };
    if !document.declares(endpoint, response.status) {
        return Lens::Fail;
    }
    if !document.has_body(endpoint, response.status) {
        return Lens::Pass;
    }
    let is_json = response
        .header("content-type")
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
    let valid = serde_json::from_slice(&response.body).is_ok_and(|body| {
        document
            .violation(endpoint, response.status, &body)
            .is_none()
    });
    Lens::of(is_json && valid)
}

/// Whether the operator's resource ends where it should, and the state it stays in.
pub(crate) fn operator_lens(expectation: &Expectation, exchange: &Exchange) -> (Lens, Status) {
    let step = StepResult::from(&reply(exchange));
    let Settled { instant, steady } = settle(expectation.operation, &expectation.before, &step);
    let success = match expectation.operation {
        Operation::Delete => steady.state == State::Deleted,
        Operation::Create | Operation::Update => steady.state == State::Succeeded,
    };
    // A refusal is right if its text reaches the resource and the id is neither lost nor invented.
    let refusal = steady.state == State::Failed
        && exchange
            .provider_error()
            .is_some_and(|text| text == instant.message)
        && steady.id == expectation.before.id;
    let holds = match expectation.wanted {
        Wanted::Success => success,
        Wanted::Refusal => refusal,
        Wanted::Either => success || refusal,
    };
    (Lens::of(holds), steady)
}

fn reply(exchange: &Exchange) -> Reply {
    match &exchange.result {
        Ok(response) => Reply::Answer(Answer {
            status: response.status,
            body: response.body.clone(),
        }),
        Err(WireFailure::Timeout(_)) => Reply::Timeout,
        // curl keeps what it read, and the step does not look at curl's exit code.
        Err(failure) => failure.partial().map_or(Reply::Nothing, |partial| {
            Reply::Answer(Answer {
                status: 200,
                body: partial.to_vec(),
            })
        }),
    }
}
