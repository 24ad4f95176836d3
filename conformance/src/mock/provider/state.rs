//! What a provider remembers, and what the faults make of it.

use std::collections::HashMap;

use crate::mock::answer::{Answer, Event, Flaw, Operation};
use crate::mock::behaviour::Switches;
use crate::mock::check::{Defect, Resource, shortened};
use crate::mock::events::Reports;
use crate::mock::outage::Traces;
use crate::mock::route::Id;
use crate::mock::store::Store;
use crate::mock::{Fault, Variant, want};

#[derive(Debug, Default)]
pub(in crate::mock) struct State {
    pub(in crate::mock) store: Store,
    pub(in crate::mock) traces: Traces,
    pub(in crate::mock) reports: Reports,
    /// Bodies let through without a name.
    pub(super) nameless: usize,
    /// How often each body was refused.
    pub(super) turns: HashMap<Vec<u8>, usize>,
    /// Bodies that broke off.
    pub(super) broken_off: Vec<Vec<u8>>,
    /// Encoded form by id in which it was first asked for.
    pub(super) spellings: HashMap<String, String>,
    /// First name and number of creates under way, by family.
    pub(super) under_way: HashMap<String, (String, usize)>,
    /// Ids given to creates that are under way together and how many of them, by family.
    pub(super) parties: HashMap<String, (Vec<String>, usize)>,
    /// Creates that succeeded.
    pub(super) created: usize,
    /// Creates that were no JSON.
    pub(super) malformed: usize,
}

impl State {
    /// What the faults make of a body that was checked.
    pub(super) fn read(
        &mut self,
        switches: Switches<'_>,
        operation: Operation,
        checked: Result<Resource, Defect>,
        body: &[u8],
    ) -> Result<Resource, Defect> {
        match checked {
            Ok(resource) => want::unwanted(switches, &resource).map(|()| resource),
            Err(defect) if want::overlooked(switches, operation, defect.flaw) => {
                self.nameless += 1;
                Ok(Resource::unreadable(
                    format!("nameless-{}", self.nameless),
                    body,
                ))
            }
            Err(defect) => Err(defect),
        }
    }

    /// Whether a create fits to what exists.
    pub(super) fn admit(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        resource: &Resource,
    ) -> Result<(), Defect> {
        if switches.wrong(Fault::NameNeverFreed) && self.store.was_deleted(kind, &resource.name) {
            return Err(Defect::new(Flaw::Unwanted, "the name was used before"));
        }
        let pipeline = resource.text("/pipelineName");
        if kind != "run" || pipeline.is_empty() || switches.odd(Variant::LateRunFailure) {
            return Ok(());
        }
        let taken_apart = switches.wrong(Fault::NumberedPipelineUnknown)
            && pipeline.ends_with(|c: char| c.is_ascii_digit());
        if taken_apart || !self.store.has_name("pipeline", pipeline) {
            let text = format!("there is no pipeline {}", shortened(pipeline));
            return Err(Defect::new(Flaw::UnknownPipeline, text));
        }
        Ok(())
    }

    /// Faults that do not like a valid update.
    pub(super) fn admit_update(
        &self,
        switches: Switches<'_>,
        kind: &str,
        id: &str,
        resource: &Resource,
    ) -> Result<(), Defect> {
        let Some(stored) = self.store.get(kind, id) else {
            return Ok(());
        };
        let same = stored.bytes == resource.bytes;
        if switches.wrong(Fault::UnchangedRefused) && same {
            return Err(Defect::new(Flaw::WrongTypes, "nothing has changed"));
        }
        let escaped = resource.bytes.windows(6).any(|part| part == b"\\u003c");
        if switches.wrong(Fault::UpdateStricter) && escaped {
            return Err(Defect::new(Flaw::Convention, "the update has an escape"));
        }
        if switches.wrong(Fault::NewVersionRefused) && stored.version() != resource.version() {
            return Err(Defect::new(
                Flaw::WrongTypes,
                "the version cannot be changed",
            ));
        }
        Ok(())
    }

    pub(super) fn replace(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        id: &str,
        resource: Resource,
    ) -> Answer {
        let moving = switches.odd(Variant::MovingIds) || switches.wrong(Fault::OldIdDeletes);
        match self.store.update(switches, kind, id, resource, moving) {
            Some(updated) => {
                let event = Event::Updated {
                    unchanged: updated.unchanged,
                };
                Answer::object(event, 200).with_id(&updated.id)
            }
            None => Answer::object(Event::NotThere { once: false }, 404).with_id(id),
        }
    }

    pub(super) fn refuse(
        &mut self,
        switches: Switches<'_>,
        defect: &Defect,
        body: &[u8],
    ) -> Answer {
        let mut answer = Answer::object(Event::Refused(defect.flaw), defect.status());
        if switches.wrong(Fault::WaveringErrors) && defect.flaw == Flaw::WrongTypes {
            let turn = self.turns.entry(body.to_vec()).or_default();
            answer.status = [422, 400][*turn % 2];
            *turn += 1;
        }
        answer.with_error(&defect.text)
    }

    pub(super) fn unreadable(&mut self, switches: Switches<'_>, id: &Id) -> Answer {
        let text = format!("id {} is not percent-encoded UTF-8", shortened(&id.raw));
        self.refuse(switches, &Defect::new(Flaw::UnreadableId, text), b"")
    }

    /// Whether an update finds that id.
    pub(super) fn finds(
        &mut self,
        switches: Switches<'_>,
        kind: &str,
        id: &Id,
        text: &str,
    ) -> bool {
        let exhausted =
            switches.wrong(Fault::UpdatesExhausted) && self.store.updates(kind, text) >= 4;
        self.store.get(kind, text).is_some() && !exhausted && self.is_spelled(switches, id, text)
    }

    /// Whether the id comes as it came first; without the fault, always.
    pub(super) fn is_spelled(&mut self, switches: Switches<'_>, id: &Id, text: &str) -> bool {
        if !switches.wrong(Fault::IdOneSpelling) {
            return true;
        }
        let first = self
            .spellings
            .entry(text.to_owned())
            .or_insert_with(|| id.raw.clone());
        *first == id.raw
    }
}
