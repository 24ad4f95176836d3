//! What requests create, change and delete, noted before and after each of them, so that nothing is left behind unknown.

use std::time::Duration;

use kfp_operator_sim::ResourceKind;

use super::Session;
use crate::base::contract::ResourcePath;
use crate::oracle::exchange::{Class, Exchange};
use crate::wire::Request;
use crate::wire::target::Target;

/// A request that is about to be sent.
pub(super) struct Asked {
    pub(super) seq: u64,
    /// Since the start of the run.
    pub(super) at: Duration,
    /// Whether it may create something.
    pub(super) creates: bool,
}

impl Session {
    /// Notes what a request may create before it is sent.
    pub(super) fn ask(&self, seq: u64, target: &Target, request: &Request) -> Asked {
        // A create that is cut short on purpose is no JSON, so it makes nothing.
        let whole = request.abort_after.is_none() && request.pause.is_none();
        let created = (whole && request.method == "POST")
            .then(|| kind_of(target, request))
            .flatten();
        if let Some(kind) = created {
            self.ledger.asked(seq, kind, self.name_in(request));
        }
        Asked {
            seq,
            at: self.started.elapsed(),
            creates: created.is_some(),
        }
    }

    /// A request that was refused for the time being has created nothing.
    pub(super) fn take_back(&self, asked: Asked) {
        if asked.creates {
            self.ledger.answered(asked.seq);
        }
    }

    /// The name of this run that a body asks for.
    fn name_in(&self, request: &Request) -> Option<String> {
        let text = String::from_utf8_lossy(request.body.as_deref()?);
        let mark = format!("kc-{}-", self.setup.run);
        let mut strings = text.split('"');
        strings.find(|part| part.contains(&mark)).map(str::to_owned)
    }

    /// Notes what came into being or went away, whatever the request was meant to be: a provider
    /// that takes what it should refuse has created something all the same.
    pub(super) fn keep_ledger(&self, target: &Target, request: &Request, exchange: &Exchange) {
        let Some(kind) = kind_of(target, request) else {
            return;
        };
        let gone = exchange.status() == Some(404);
        match &exchange.class {
            Class::Delete(id, _) if exchange.accepted() || gone => self.ledger.deleted(kind, id),
            Class::Update(id, _) if exchange.accepted() => {
                // Also under the id that it had: the update may have created what was not there.
                if let Some(new) = exchange.created_id() {
                    if new != *id {
                        self.ledger.deleted(kind, id);
                    }
                    self.ledger.created(kind, &new);
                }
            }
            _ if request.method == "POST" && exchange.accepted() => {
                if let Some(id) = exchange.created_id() {
                    self.ledger.created(kind, &id);
                }
            }
            _ => {}
        }
    }
}

/// The type that a request is about.
pub(super) fn kind_of(target: &Target, request: &Request) -> Option<ResourceKind> {
    let path = ResourcePath::of(&request.target)?;
    (path.prefix == target.prefix).then(|| path.resource())?
}
