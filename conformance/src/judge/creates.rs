//! What the creates of a run say about the provider as a whole.

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;

use crate::base::contract::ResourcePath;
use crate::journal::record::{ExchangeRecord, Record};

/// Beginnings of the names of further cases whose creates have to be refused, or are no whole requests: that none of
/// them succeeds says nothing.
const NOT_MEANT: &[&str] = &[
    "refuse.",
    "transport.framing",
    "transport.abort",
    "health.",
    "reach",
];

/// Statuses of creates, per type.
pub(super) struct Creates {
    statuses: BTreeMap<ResourceKind, BTreeSet<u16>>,
    /// Types with a create that was meant to succeed and was answered.
    meant: BTreeSet<ResourceKind>,
}

impl Creates {
    pub(super) fn of(records: &[Record]) -> Self {
        let mut all = Self {
            statuses: BTreeMap::new(),
            meant: BTreeSet::new(),
        };
        for record in records {
            let Record::Exchange(exchange) = record else {
                continue;
            };
            let (Some(kind), Some(response)) = (created_kind(exchange), &exchange.response) else {
                continue;
            };
            all.statuses
                .entry(kind)
                .or_default()
                .insert(response.status);
            let not_meant = NOT_MEANT.iter().any(|case| exchange.case.starts_with(case));
            if !exchange.probing && !not_meant {
                all.meant.insert(kind);
            }
        }
        all
    }

    /// Types whose every create was answered with 501.
    pub(super) fn unimplemented(&self) -> Vec<ResourceKind> {
        let only_501 = |statuses: &BTreeSet<u16>| statuses.iter().eq([501].iter());
        self.statuses
            .iter()
            .filter(|(_, s)| only_501(s))
            .map(|(kind, _)| *kind)
            .collect()
    }

    /// Types of which something was asked for and nothing was ever created: none of their ids exists. Those that are
    /// not implemented are not among them.
    pub(super) fn never_created(&self) -> Vec<ResourceKind> {
        let unimplemented = self.unimplemented();
        let nothing = |kind: &ResourceKind| !self.statuses[kind].iter().any(is_success);
        self.meant
            .iter()
            .filter(|kind| nothing(kind) && !unimplemented.contains(kind))
            .copied()
            .collect()
    }

    /// There were creates, and none succeeded.
    pub(super) fn vacuous(&self) -> bool {
        let mut all = self.statuses.values().flatten().peekable();
        all.peek().is_some() && !all.any(is_success)
    }
}

fn is_success(status: &u16) -> bool {
    (200..300).contains(status)
}

/// The type of a create that the runner sent as valid: setup and cases alike.
fn created_kind(exchange: &ExchangeRecord) -> Option<ResourceKind> {
    let path = ResourcePath::of(&exchange.request.target)?;
    let creates = exchange.request.method == "POST" && path.id.is_none();
    creates.then(|| path.resource())?
}
