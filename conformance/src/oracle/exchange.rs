//! A request that was sent, and everything known about what came back.

use std::time::Duration;

use kfp_operator_sim::Status;
use kfp_operator_sim::json::Json;

use crate::base::contract::Operation;
use crate::base::outcome::Lenses;
use crate::base::text::excerpt;
use crate::oracle::{Declared, Envelope};
use crate::wire::{Response, WireFailure};

/// What a request is meant to do, and so which checks its answer is subject to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// A body that every provider of the type has to accept.
    Valid,
    /// Valid for the operator, but a provider may have reasons to refuse it with words.
    Debatable,
    /// Wrong: has to be refused.
    Invalid,
    /// Nothing is known about the right answer.
    Open,
    /// About an id that no provider would issue: a router may refuse it in a form of its own.
    Synthetic,
}

/// Which operation a request is, with what its answer has to be compared to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Create(Intent),
    /// With the id before percent-encoding.
    Update(String, Intent),
    /// With the id before percent-encoding.
    Delete(String, Intent),
    Health(Operation),
    /// Outside the contract, or refused by a router: no general check applies.
    Other,
}

impl Class {
    /// The operation of the document, if it is one.
    pub(crate) fn endpoint(&self) -> Option<Operation> {
        match self {
            Self::Create(_) => Some(Operation::Create),
            Self::Update(..) => Some(Operation::Update),
            Self::Delete(..) => Some(Operation::Delete),
            Self::Health(endpoint) => Some(*endpoint),
            Self::Other => None,
        }
    }

    /// The intent, if the request changes resources.
    pub(crate) fn intent(&self) -> Option<&Intent> {
        match self {
            Self::Create(intent) | Self::Update(_, intent) | Self::Delete(_, intent) => {
                Some(intent)
            }
            Self::Health(_) | Self::Other => None,
        }
    }
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Number within the run.
    pub(crate) seq: u64,
    pub(crate) class: Class,
    pub(crate) result: Result<Response, WireFailure>,
    /// The body taken apart; of an answer that did not come: of no bytes.
    pub(crate) envelope: Envelope,
    /// What the document says of it.
    pub(crate) declared: Declared,
    /// What both lenses say of the answer as a whole.
    pub(crate) lens: Lenses,
    /// Where the operator's resource would be afterwards.
    pub(crate) after: Option<Status>,
    pub(crate) total: Duration,
}

#[cfg(test)]
impl Exchange {
    /// The exchange of a test, of which nothing has been judged yet.
    pub(crate) fn example(class: Class, result: Result<Response, WireFailure>) -> Self {
        let body = result.as_ref().map_or(&[][..], |response| &response.body);
        Self {
            seq: 1,
            class,
            envelope: Envelope::of(body),
            declared: Declared::default(),
            lens: Lenses::default(),
            after: None,
            total: Duration::from_millis(5),
            result,
        }
    }
}

impl Exchange {
    pub(crate) fn response(&self) -> Option<&Response> {
        self.result.as_ref().ok()
    }

    pub(crate) fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }

    /// Whether it came to nothing because it was refused for the time being, which says nothing about the request.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.result, Err(WireFailure::Refused(_)))
    }

    /// A 2xx answer.
    pub(crate) fn accepted(&self) -> bool {
        self.response().is_some_and(Response::is_success)
    }

    /// A 4xx answer of the document with a text: a refusal that says why.
    pub(crate) fn is_explained_refusal(&self) -> bool {
        matches!(self.status(), Some(400 | 404 | 422)) && self.provider_error().is_some()
    }

    /// The non-empty error text.
    pub(crate) fn provider_error(&self) -> Option<&str> {
        self.envelope
            .text("providerError")
            .filter(|text| !text.trim().is_empty())
    }

    /// The id as the operator would store it after this answer, if it is one to go on with.
    pub(crate) fn operator_id(&self) -> Option<String> {
        let after = self.after.as_ref()?;
        let id = after.id.clone();
        (!id.is_empty()).then_some(id)
    }

    /// The id that a creation left behind, whether or not the operator would know it.
    pub(crate) fn created_id(&self) -> Option<String> {
        match self.envelope.member("id") {
            Some(Json::String(id)) if !id.is_empty() => Some(id.clone()),
            Some(Json::Number(number)) => Some(number.clone()),
            _ => None,
        }
    }

    /// The answer in one short line, for people.
    pub(crate) fn describe(&self) -> String {
        match &self.result {
            Err(failure) => failure.to_string(),
            Ok(response) => format!("{} {}", response.status, excerpt(&response.body))
                .trim_end()
                .to_owned(),
        }
    }

    /// The operator's end state in one line, such as `Failed (boom), id a`.
    pub(crate) fn describe_state(&self) -> Option<String> {
        let after = self.after.as_ref()?;
        let mut text = format!("{:?}", after.state);
        if !after.message.is_empty() {
            text.push_str(&format!(" ({})", excerpt(after.message.as_bytes())));
        }
        if !after.id.is_empty() {
            text.push_str(&format!(", id {}", excerpt(after.id.as_bytes())));
        }
        Some(text)
    }
}
