//! Sends a script to a provider and compares the answers with the model.

mod call;
mod compare;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use crate::base::outcome::Lenses;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Intent};
use crate::stimuli::fixture::Body;
use crate::stimuli::model::Script;
use crate::stimuli::model::history::State;
use crate::stimuli::model::script::{Action, Move};
use crate::wire::Request;
use call::Call;
pub(crate) use call::is_unique;

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
    /// The names that the contradiction is about; none if it is about something else.
    pub(crate) names: Vec<usize>,
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
        Ok(Some(self.contradiction(what, Vec::new(), &gone)))
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
                let id = id.filter(|id| alone(id) && is_unique(id, &self.c.session.setup.run))?;
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
        let settle = self.c.session.setup.config.settle;
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
}
