//! Requests and answers on the page, as much of them as there is room for.

use std::collections::BTreeMap;

use super::{Step, Wire};
use crate::journal::bodies::Bodies;
use crate::journal::record::Exchanges;
use crate::judge::Judged;
use crate::judge::causes::is_wrong;
use crate::report::evidence::{Evidence, Mark};

/// Bytes of a body that are shown where something is wrong.
const WRONG_BODY: usize = 32 << 10;
/// Bytes of a body that are shown where nothing is.
const RIGHT_BODY: usize = 2 << 10;
/// Text of all messages together: beyond it a browser gets slow. What is wrong comes first.
const ALL_MESSAGES: usize = 12 << 20;

/// The messages that the page shows, each once.
pub(super) struct Wires<'a, 'b> {
    known: &'b Exchanges<'a>,
    bodies: Bodies<'b>,
    pub(super) shown: BTreeMap<u64, Wire<'a>>,
    /// Bytes of each body that are shown: marks of all results count in the same text.
    limits: BTreeMap<u64, usize>,
    /// Bytes of text that may still be added.
    room: usize,
}

impl<'a, 'b> Wires<'a, 'b> {
    pub(super) fn new(known: &'b Exchanges<'a>, bodies: Bodies<'b>) -> Self {
        Self {
            known,
            bodies,
            shown: BTreeMap::new(),
            limits: BTreeMap::new(),
            room: ALL_MESSAGES,
        }
    }

    /// Adds the evidence of a result, and returns what to mark in it.
    pub(super) fn add(&mut self, judged: &Judged) -> Vec<Mark> {
        let wrong = is_wrong(judged);
        let limit = if wrong { WRONG_BODY } else { RIGHT_BODY };
        let mut marks = Vec::new();
        for seq in &judged.evidence {
            let Some(exchange) = self.known.get(seq).copied() else {
                continue;
            };
            if !wrong && self.shown.contains_key(seq) {
                continue;
            }
            let limit = *self.limits.entry(*seq).or_insert(limit.min(self.room));
            let evidence = Evidence::read(exchange, self.bodies, limit);
            if wrong {
                marks.extend(evidence.marks(judged));
            }
            if self.shown.contains_key(seq) {
                continue;
            }
            let (request, response) = (evidence.request(), evidence.response());
            let size: usize = [&request, &response]
                .map(|message| message.head.len() + message.body.len())
                .iter()
                .sum();
            self.room = self.room.saturating_sub(size);
            let step = Step::of(exchange);
            self.shown.insert(
                *seq,
                Wire {
                    step,
                    request,
                    response,
                },
            );
        }
        marks
    }
}
