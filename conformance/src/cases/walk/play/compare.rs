//! Whether the answers of a round can be explained, and what to say if they cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::call::{Call, effects, usable, verb};
use super::{Contradiction, Run};
use crate::engine::context::{Answered, Step, Stop};
use crate::oracle::exchange::Exchange;
use crate::stimuli::model::history::{Event, State, explain};
use crate::stimuli::model::script::Action;

impl Run<'_> {
    /// What the answers of a round mean for the ids; they are taken over if they can be explained.
    pub(super) fn compare(
        &mut self,
        calls: &[Call],
        answers: &[Answered],
    ) -> Step<Option<Contradiction>> {
        let alone = calls.len() == 1;
        let settled = self.c.session.setup.config.settle.is_zero();
        let mut events: BTreeMap<String, Vec<(Event, usize)>> = BTreeMap::new();
        let span = |one: &Answered| {
            // An effect may come as late as `settle` allows: then nothing of a round is earlier.
            let all = |time: fn(&Answered) -> Instant| answers.iter().map(time);
            match settled {
                true => (one.sent, one.answered),
                false => (
                    all(|a| a.sent).min().unwrap_or(one.sent),
                    all(|a| a.answered).max().unwrap_or(one.answered),
                ),
            }
        };
        for (at, (call, answer)) in calls.iter().zip(answers).enumerate() {
            let line = format!("{} {}", verb(call), self.names[call.name].text);
            self.tell(&line, &answer.exchange);
            if call.action == Action::Create && !usable(&answer.exchange) {
                return self.refused(call, &answer.exchange);
            }
            let (sent, answered) = span(answer);
            for (id, effect) in effects(call, &answer.exchange, alone) {
                let event = Event {
                    effect,
                    sent,
                    answered,
                };
                events.entry(id).or_default().push((event, at));
            }
        }
        for (id, list) in events {
            let absent = || BTreeSet::from([State::Absent]);
            let from = self.ids.get(&id).cloned().unwrap_or_else(absent);
            let only: Vec<Event> = list.iter().map(|(event, _)| *event).collect();
            let states = explain(&from, &only, self.walk.upserts);
            if states.is_empty() {
                let shown = list.last().map_or(0, |(_, at)| *at);
                let what = self.unexplained(&id, &from, &list, answers);
                let names = list.iter().map(|(_, at)| calls[*at].name).collect();
                let shown = &answers[shown].exchange;
                return Ok(Some(self.contradiction(what, names, shown)));
            }
            self.ids.insert(id, states);
        }
        for (call, answer) in calls.iter().zip(answers) {
            self.rename(call, &answer.exchange);
        }
        Ok(None)
    }

    /// A create of a free name was refused.
    fn refused(&mut self, call: &Call, answer: &Exchange) -> Step<Option<Contradiction>> {
        let shown = answer.describe();
        if answer.result.is_err() {
            // Others look at missing answers; here it only means that nothing is known.
            return Ok(None);
        }
        if self.ids.is_empty() {
            return Err(Stop::Prerequisite(format!("no usable create: {shown}")));
        }
        let name = &self.names[call.name].text;
        let what = format!("{name} is free, but its create was answered {shown}");
        Ok(Some(self.contradiction(what, vec![call.name], answer)))
    }

    /// Which id a name has after an answer.
    fn rename(&mut self, call: &Call, answer: &Exchange) {
        let creates = matches!(call.action, Action::Create | Action::Again);
        if !(creates || call.action == Action::Update) || !usable(answer) {
            return;
        }
        let Some(id) = answer.operator_id() else {
            return;
        };
        let name = &mut self.names[call.name];
        if name.id.as_ref() == Some(&id) {
            return;
        }
        let former = name.id.replace(id);
        if let (Action::Again, Some(former)) = (call.action, &former) {
            // A second create may have replaced what was there, or stand beside it.
            let either = [State::Held(call.name), State::Absent];
            self.ids.insert(former.clone(), either.into());
        }
        name.former = former;
    }

    pub(super) fn tell(&mut self, line: &str, answer: &Exchange) {
        let line = format!("{}. {line}: {}", self.round, answer.describe());
        self.trail.push(line);
        self.evidence.push(answer.seq);
    }

    fn unexplained(
        &self,
        id: &str,
        from: &BTreeSet<State>,
        list: &[(Event, usize)],
        answers: &[Answered],
    ) -> String {
        let before: Vec<String> = from.iter().map(|state| self.told(*state)).collect();
        let came: Vec<String> = list
            .iter()
            .map(|(_, at)| answers[*at].exchange.describe())
            .collect();
        let (before, came) = (before.join(" or "), came.join(" and "));
        format!("id {id:?} was {before}, which no order of the requests reconciles with {came}")
    }

    fn told(&self, state: State) -> String {
        match state {
            State::Absent => "nobody's".to_owned(),
            State::Held(name) => format!("that of {}", self.names[name].text),
        }
    }

    pub(super) fn contradiction(
        &self,
        what: String,
        names: Vec<usize>,
        shown: &Exchange,
    ) -> Contradiction {
        Contradiction {
            what,
            trail: self.trail.clone(),
            evidence: self.evidence.clone(),
            lens: shown.lens,
            names,
            moves: self.moves,
        }
    }
}
