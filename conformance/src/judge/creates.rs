//! What the creates of a run say about the provider as a whole.

use std::collections::{BTreeMap, BTreeSet};

use kfp_operator_sim::ResourceKind;

use crate::record::{ExchangeRecord, Record};

/// Statuses of creates, per type.
pub(super) struct Creates {
    statuses: BTreeMap<ResourceKind, BTreeSet<u16>>,
}

impl Creates {
    pub(super) fn of(records: &[Record]) -> Self {
        let mut statuses: BTreeMap<ResourceKind, BTreeSet<u16>> = BTreeMap::new();
        for record in records {
            let Record::Exchange(exchange) = record else {
                continue;
            };
            let (Some(kind), Some(response)) = (created_kind(exchange), &exchange.response) else {
                continue;
            };
            statuses.entry(kind).or_default().insert(response.status);
        }
        Self { statuses }
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

    /// There were creates, and none succeeded.
    pub(super) fn vacuous(&self) -> bool {
        let mut all = self.statuses.values().flatten().peekable();
        all.peek().is_some() && !all.any(|status| (200..300).contains(status))
    }
}

/// The type of a create that the runner sent as valid: setup and cases alike.
fn created_kind(exchange: &ExchangeRecord) -> Option<ResourceKind> {
    if exchange.request.method != "POST" {
        return None;
    }
    exchange
        .request
        .target
        .rsplit_once("/resource/")?
        .1
        .parse()
        .ok()
}
