//! How much of the document a run has exercised: operations, the statuses they were answered with, and the keywords of
//! request bodies that were met and violated.

mod tally;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::journal::record::Record;
use crate::stimuli::grammar::Keyword;
use tally::{Place, Tally, declared};

/// What a run exercised of the effective document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Operations that got a request.
    pub operations_used: Share,
    /// Declared statuses that were answered.
    pub statuses_seen: Share,
    /// Keywords of request schemas that a request met.
    pub keywords_met: Share,
    /// Keywords that a request violated, of those that can be.
    pub keywords_violated: Share,
    /// Bodies that are too long to be part of the journal, and were not looked at.
    pub long_bodies: u64,
    /// Each operation, in the document's order.
    pub operations: Vec<OperationCoverage>,
}

/// A part and the whole it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many were reached.
    pub reached: usize,
    /// How many there are.
    pub all: usize,
}

/// What was exercised of one operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationCoverage {
    /// Its id in the effective document, such as `createRun`.
    pub operation: String,
    /// `POST`, `PUT`, `DELETE` or `GET`.
    pub method: String,
    /// Path in the effective document.
    pub path: String,
    /// Requests sent.
    pub requests: u64,
    /// Statuses, declared or seen.
    pub statuses: Vec<StatusCoverage>,
    /// Keywords of the request body; empty if there is none.
    pub keywords: Vec<KeywordCoverage>,
}

/// A status of an operation.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct StatusCoverage {
    /// The status.
    pub status: u16,
    /// Whether the document declares it.
    pub declared: bool,
    /// Answers that had it.
    pub answers: u64,
}

/// A keyword at one place of a request body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeywordCoverage {
    /// Place in the body as a JSON pointer, with `*` for any member or item; of `required`, that of the member.
    pub place: String,
    /// Place of the schema in the document.
    pub schema: String,
    /// The keyword.
    pub keyword: Keyword,
    /// Requests that met it.
    pub met: u64,
    /// Requests that violated it.
    pub violated: u64,
    /// Statuses of the answers to requests that violated nothing else.
    pub refusals: BTreeMap<u16, u64>,
}

impl Coverage {
    /// Computes the coverage of a run from its journal.
    pub fn of(records: &[Record]) -> Self {
        let mut operations = declared();
        let mut long_bodies = 0;
        for record in records {
            let Record::Exchange(exchange) = record else {
                continue;
            };
            let place = Place::of(&exchange.request.method, &exchange.request.target);
            let Some(operation) =
                place.and_then(|place| operations.iter_mut().find(|one| one.is(place)))
            else {
                continue;
            };
            long_bodies += u64::from(!operation.add(exchange));
        }
        Self::sum(
            operations.into_iter().map(Tally::finish).collect(),
            long_bodies,
        )
    }

    fn sum(operations: Vec<OperationCoverage>, long_bodies: u64) -> Self {
        let statuses = || {
            operations
                .iter()
                .flat_map(|one| &one.statuses)
                .filter(|status| status.declared)
        };
        let keywords = || operations.iter().flat_map(|one| &one.keywords);
        let breakable = || keywords().filter(|one| one.keyword != Keyword::Nullable);
        Self {
            operations_used: Share::of(operations.iter().map(|one| one.requests > 0)),
            statuses_seen: Share::of(statuses().map(|status| status.answers > 0)),
            keywords_met: Share::of(keywords().map(|one| one.met > 0)),
            keywords_violated: Share::of(breakable().map(|one| one.violated > 0)),
            long_bodies,
            operations,
        }
    }
}

impl Share {
    fn of(reached: impl Iterator<Item = bool>) -> Self {
        reached.fold(Self::default(), |share, hit| Self {
            reached: share.reached + usize::from(hit),
            all: share.all + 1,
        })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.reached, self.all)
    }
}

#[cfg(test)]
mod tests;
