//! Sends a script to a provider and compares the answers with the model.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kfp_operator_sim::{ResourceKind, State as End};

use super::Script;
use super::history::{Effect, Event, State, explain};
use super::script::{Action, Move};
use crate::context::{Answered, Context, Step, Stop};
use crate::exchange::{Class, Exchange, Intent};
use crate::fixture::Body;
use crate::outcome::Lenses;
use crate::wire::Request;

/// Namespaces of the names: the same names are in both.
const NAMESPACES: [&str; 2] = ["kfp-walk-a", "kfp-walk-b"];

/// Answers that no order of the requests explains.
#[derive(Clone, Debug)]
pub(crate) struct Contradiction {
    /// What contradicts what, in a line.
    pub(crate) what: String,
    /// The requests up to it with their answers, a line each.
    pub(crate) trail: Vec<String>,
    /// Their numbers.
    pub(crate) evidence: Vec<u64>,
    pub(crate) lens: Lenses,
    /// How much of the script it took.
    pub(crate) moves: usize,
}

/// What a walk needs to know, and what it may spend.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Walk {
    /// Number of names.
    pub(crate) names: usize,
    /// Whether an update creates what is not there.
    pub(crate) upserts: bool,
    /// Another type in which one of the names is taken as well.
    pub(crate) neighbour: Option<ResourceKind>,
    /// Creates left.
    pub(crate) creates: u32,
}

struct Name {
    /// With its namespace.
    text: String,
    body: Body,
    id: Option<String>,
    former: Option<String>,
}

/// One request about to be sent.
struct Call {
    action: Action,
    name: usize,
    /// The id that it is about; empty for creates.
    id: String,
    kind: ResourceKind,
    request: Request,
    class: Class,
}

struct Run<'a> {
    c: &'a mut Context,
    walk: &'a mut Walk,
    names: Vec<Name>,
    ids: BTreeMap<String, BTreeSet<State>>,
    trail: Vec<String>,
    evidence: Vec<u64>,
    round: usize,
    /// Moves of the script played so far.
    moves: usize,
    /// Id of the first name's twin in another type.
    taken: Option<String>,
}

impl Walk {
    /// Plays the script on new names, the requests of each round together or one after another.
    /// Returns the first contradiction.
    pub(crate) async fn play(
        &mut self,
        c: &mut Context,
        script: &Script,
        together: bool,
    ) -> Step<Option<Contradiction>> {
        let base = c.fresh_name();
        let mut names = Vec::new();
        for n in 0..self.names {
            // The first half of the names is in one namespace, the second in the other.
            let half = self.names.div_ceil(2);
            let text = format!("{}/{base}-{}", NAMESPACES[n / half], n % half);
            names.push(Name {
                body: c.body().await?.named(&text),
                text,
                id: None,
                former: None,
            });
        }
        let twin = self.twin(c, &names).await?;
        let taken = twin.as_ref().map(|(_, id)| id.clone());
        let mut run = Run {
            c,
            walk: self,
            names,
            ids: BTreeMap::new(),
            trail: Vec::new(),
            evidence: Vec::new(),
            round: 0,
            moves: 0,
            taken,
        };
        for round in script.rounds() {
            run.moves += round.len();
            if let Some(found) = run.round(round, together).await? {
                return Ok(Some(found));
            }
        }
        if let Some(found) = run.end().await? {
            return Ok(Some(found));
        }
        match twin {
            Some((kind, id)) => run.last(kind, &id).await,
            None => Ok(None),
        }
    }

    /// The first name, taken in another type; `None` if there is no such type or it does not want
    /// it.
    async fn twin(&self, c: &mut Context, names: &[Name]) -> Step<Option<(ResourceKind, String)>> {
        let (Some(kind), Some(name)) = (self.neighbour, names.first()) else {
            return Ok(None);
        };
        let body = c.body_of(kind).await?.named(&name.text);
        let made = c.create(&body, Intent::Debatable).await?;
        let id = made.operator_id().filter(|_| made.accepted());
        Ok(id.map(|id| (kind, id)))
    }
}

impl Run<'_> {
    /// Sends the requests of a round, all as things stand before it.
    async fn round(&mut self, moves: &[Move], together: bool) -> Step<Option<Contradiction>> {
        let calls: Vec<Call> = moves.iter().filter_map(|one| self.call(*one)).collect();
        if together {
            return self.send(calls).await;
        }
        for call in calls {
            if let Some(found) = self.send(vec![call]).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Deletes what is left, one after another; it has to be there.
    async fn end(&mut self) -> Step<Option<Contradiction>> {
        for name in 0..self.names.len() {
            let last = Move {
                round: 0,
                name,
                action: Action::Delete,
            };
            if let Some(found) = self.round(&[last], false).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Deletes the name's twin in another type: nothing that was done to the name may have touched
    /// it.
    async fn last(&mut self, kind: ResourceKind, id: &str) -> Step<Option<Contradiction>> {
        let gone = self.c.delete_of(kind, id, Intent::Debatable).await?;
        if gone.status() != Some(404) {
            return Ok(None);
        }
        self.tell(&format!("delete {} {id:?}", kind.as_str()), &gone);
        let what = format!(
            "{} {id:?} went away with those of another type",
            kind.as_str()
        );
        Ok(Some(self.contradiction(what, &gone)))
    }

    /// The request of a move; `None` if it has no object now, or would cost too much.
    fn call(&mut self, one: Move) -> Option<Call> {
        let kind = self.c.kind();
        let name = &self.names[one.name];
        let id = name.id.clone();
        let states = id.as_ref().and_then(|id| self.ids.get(id));
        let held = states.is_some_and(|states| !states.contains(&State::Absent));
        let gone = states.is_none_or(|states| states.iter().eq([State::Absent].iter()));
        let certain = if held {
            Intent::Debatable
        } else {
            Intent::Open
        };
        let target = |kind, id: Option<&str>| self.c.session.resource_target(kind, id);
        let (id, kind, request, class) = match one.action {
            Action::Create | Action::Again => {
                if self.walk.creates == 0 || (one.action == Action::Create) != gone {
                    return None;
                }
                self.walk.creates -= 1;
                let request = Request::new("POST", &target(kind, None)).json(name.body.bytes());
                (
                    String::new(),
                    kind,
                    request,
                    Class::Create(Intent::Debatable),
                )
            }
            Action::Update => {
                let id = id.filter(|_| kind != ResourceKind::Run)?;
                let round = u32::try_from(self.trail.len()).unwrap_or(u32::MAX);
                let body = name.body.next_version(round).bytes();
                let request = Request::new("PUT", &target(kind, Some(&id))).json(body);
                (id.clone(), kind, request, Class::Update(id, certain))
            }
            Action::Delete => {
                let id = id?;
                let request = Request::new("DELETE", &target(kind, Some(&id)));
                (id.clone(), kind, request, Class::Delete(id, certain))
            }
            Action::DeleteFormer => {
                let held =
                    |id: &String| self.names.iter().any(|other| other.id.as_ref() == Some(id));
                let id = name.former.clone().filter(|id| !held(id))?;
                let request = Request::new("DELETE", &target(kind, Some(&id)));
                (id.clone(), kind, request, Class::Delete(id, Intent::Open))
            }
            Action::DeleteElsewhere => {
                let other = self.walk.neighbour?;
                // Ids of two types may be alike: then it would be the twin that goes.
                let alone = |id: &String| self.taken.as_ref() != Some(id);
                let id = id.filter(|id| alone(id) && is_unique(id, &self.c.session.run))?;
                let request = Request::new("DELETE", &target(other, Some(&id)));
                (id.clone(), other, request, Class::Delete(id, Intent::Open))
            }
        };
        Some(Call {
            action: one.action,
            name: one.name,
            id,
            kind,
            request,
            class,
        })
    }

    /// Sends calls together. A single one that contradicts is repeated until `settle` is over.
    async fn send(&mut self, calls: Vec<Call>) -> Step<Option<Contradiction>> {
        const PAUSE: Duration = Duration::from_millis(100);
        if calls.is_empty() {
            return Ok(None);
        }
        self.round += 1;
        let settle = self.c.session.config.settle;
        let start = Instant::now();
        loop {
            let requests = calls
                .iter()
                .map(|call| (call.kind, call.request.clone(), call.class.clone()));
            let answers = self.c.send_all(requests.collect()).await?;
            let mut found = self.compare(&calls, &answers)?;
            let late = start.elapsed() + PAUSE > settle;
            if found.is_none() || calls.len() > 1 || late {
                if calls.len() > 1 && !settle.is_zero() {
                    // What follows is compared with what has become of all this.
                    tokio::time::sleep(settle).await;
                }
                return Ok(found.take());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What the answers of a round mean for the ids; they are taken over if they can be explained.
    fn compare(&mut self, calls: &[Call], answers: &[Answered]) -> Step<Option<Contradiction>> {
        let alone = calls.len() == 1;
        let settled = self.c.session.config.settle.is_zero();
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
                return Ok(Some(self.contradiction(what, &answers[shown].exchange)));
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
        Ok(Some(self.contradiction(what, answer)))
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

    fn tell(&mut self, line: &str, answer: &Exchange) {
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

    fn contradiction(&self, what: String, shown: &Exchange) -> Contradiction {
        Contradiction {
            what,
            trail: self.trail.clone(),
            evidence: self.evidence.clone(),
            lens: shown.lens,
            moves: self.moves,
        }
    }
}

fn verb(call: &Call) -> String {
    match call.action {
        Action::Create => "create".to_owned(),
        Action::Again => "create again".to_owned(),
        Action::Update => format!("update {:?} of", call.id),
        Action::Delete => format!("delete {:?} of", call.id),
        Action::DeleteFormer => format!("delete the former id {:?} of", call.id),
        Action::DeleteElsewhere => {
            format!("delete {} {:?}, the id of", call.kind.as_str(), call.id)
        }
    }
}

/// An answer with which the operator would go on.
fn usable(answer: &Exchange) -> bool {
    answer.accepted() && answer.operator_id().is_some() && answer.provider_error().is_none()
}

/// What an answer says about ids.
fn effects(call: &Call, answer: &Exchange, alone: bool) -> Vec<(String, Effect)> {
    let new = answer.operator_id().unwrap_or_default();
    match call.action {
        Action::Create | Action::Again if usable(answer) => vec![(new, Effect::Born(call.name))],
        Action::Update if usable(answer) && new == call.id => {
            vec![(new, Effect::Kept(call.name))]
        }
        Action::Update if usable(answer) => vec![
            (call.id.clone(), Effect::Left),
            (new, Effect::Born(call.name)),
        ],
        Action::Update | Action::Delete => vec![(call.id.clone(), effect(answer, alone))],
        // These are about ids that nothing is known of; what they must not do shows later.
        Action::Create | Action::Again | Action::DeleteFormer | Action::DeleteElsewhere => {
            Vec::new()
        }
    }
}

/// What the answer to an update that was not accepted, or to a deletion, says.
fn effect(answer: &Exchange, alone: bool) -> Effect {
    let deleted = answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == End::Deleted);
    match answer.status() {
        None => Effect::Unknown,
        Some(404) => Effect::Missed,
        _ if deleted => Effect::Removed,
        // Where somebody else is at work on the same id, a conflict told in words is fair.
        Some(400 | 409 | 422) if !alone && answer.provider_error().is_some() => Effect::Declined,
        _ => Effect::Failed,
    }
}

/// Whether no resource of another type can have this id: it names this run, or is long enough to
/// be random.
pub(crate) fn is_unique(id: &str, run: &str) -> bool {
    const RANDOM: usize = 16;
    id.contains(run) || id.len() >= RANDOM
}
