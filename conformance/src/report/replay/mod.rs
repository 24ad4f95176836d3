//! Sends recorded requests again and compares the answers.
//!
//! Most sequences are requests one after another. What takes one connection, several at the same time or a crowd of
//! resources has a module of its own: [`wire`], [`together`], [`crowd`].

mod again;
mod crowd;
mod fate;
mod together;
mod wire;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use kfp_operator_sim::ResourceKind;

use crate::base::contract::resource_target;
use crate::base::pace::Turns;
use crate::engine::setup::fresh;
use crate::journal::ledger::Ledger;
use crate::report::repro::{Answer, Many, Seen, Sequence, Step, Way};
use crate::wire::courtesy;
use crate::wire::target::Target;
use crate::wire::{Request, WireFailure};
use again::{Names, bytes, live, text};

/// How long a request may take that was not recorded.
const LIMIT: Duration = Duration::from_secs(30);

/// What became of a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is not seen any more.
    Fixed,
    /// It is seen.
    Still,
    /// Something on the way came out otherwise, so that it cannot be told.
    Changed,
    /// More creates than allowed, or nothing answered.
    Untold,
}

impl Fate {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "FIXED",
            Self::Still => "STILL",
            Self::Changed => "CHANGED",
            Self::Untold => "NOT TOLD",
        }
    }
}

/// One request that was sent again.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    /// Method and path as sent.
    pub(crate) what: String,
    /// The recorded answer, if there is one to compare to.
    pub(crate) before: Option<String>,
    pub(crate) after: String,
    /// Whether status and members are as recorded.
    pub(crate) same: bool,
}

/// A sequence that was sent again.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) steps: Vec<Played>,
    pub(crate) fate: Fate,
    /// In words, where the fate needs any.
    pub(crate) why: Option<String>,
}

/// What was sent and came back, for all results that the same requests show.
#[derive(Debug)]
pub(crate) struct Sent {
    steps: Vec<Played>,
    answers: Result<Vec<Answer>, Stopped>,
    /// The part of its names that was its own.
    run: String,
}

/// Why a sequence was not played to its end.
#[derive(Clone, Debug)]
struct Stopped {
    fate: Fate,
    why: String,
}

/// What all sequences of a replay share.
pub(crate) struct Player {
    pub(crate) target: Target,
    pub(crate) ledger: Ledger,
    /// Who may send when.
    pub(crate) turns: Turns,
    /// Creates that are still allowed.
    creates: u32,
    sent: Cell<u64>,
    played: BTreeMap<Key, Rc<Sent>>,
}

/// What makes two sequences the same: the numbers of the recorded requests, and how they are sent.
type Key = (bool, Vec<u64>);

fn key(steps: &[Step<'_>], way: Way) -> Key {
    let seqs = steps.iter().map(|step| step.record.seq);
    (way == Way::ToTheEnd, seqs.collect())
}

/// Creates that it takes to play these sequences, each once.
pub(crate) fn creates(sequences: &[Option<Sequence<'_>>]) -> u32 {
    let mut shared: BTreeMap<Key, usize> = BTreeMap::new();
    let mut own = 0;
    for sequence in sequences.iter().flatten() {
        if !is_in_order(sequence) {
            own += sequence.creates();
            continue;
        }
        for (steps, way) in [
            (&sequence.steps, sequence.way()),
            (&sequence.control, Way::InOrder),
        ] {
            let creates = steps.iter().filter(|step| step.is_create()).count();
            shared.insert(key(steps, way), creates);
        }
    }
    let all = own + shared.into_values().sum::<usize>();
    u32::try_from(all).unwrap_or(u32::MAX)
}

fn is_in_order(sequence: &Sequence<'_>) -> bool {
    sequence.many.is_none() && matches!(sequence.way(), Way::InOrder | Way::ToTheEnd)
}

impl Replayed {
    fn told(steps: Vec<Played>, fate: Fate, why: Option<String>) -> Self {
        Self { steps, fate, why }
    }

    fn stopped(steps: Vec<Played>, stopped: Stopped) -> Self {
        Self::told(steps, stopped.fate, Some(stopped.why))
    }
}

impl Stopped {
    fn changed(why: &str) -> Self {
        Self {
            fate: Fate::Changed,
            why: why.to_owned(),
        }
    }

    fn untold(why: String) -> Self {
        Self {
            fate: Fate::Untold,
            why,
        }
    }

    /// A step needs the id of one before, and none came.
    fn without_id() -> Self {
        Self::changed("no id came to go on with")
    }
}

impl From<WireFailure> for Stopped {
    fn from(failure: WireFailure) -> Self {
        Self::untold(failure.to_string())
    }
}

/// A step and what came of it this time.
fn played(step: &Step<'_>, answer: &Answer) -> Played {
    Played {
        what: format!("{} {}", answer.method, answer.target),
        before: Some(step.answer.describe()),
        after: answer.describe(),
        same: (answer.status, answer.shape()) == (step.answer.status, step.answer.shape()),
    }
}

impl Player {
    pub(crate) fn new(target: Target, ledger: Ledger, turns: Turns, creates: u32) -> Self {
        Self {
            target,
            ledger,
            turns,
            creates,
            sent: Cell::new(0),
            played: BTreeMap::new(),
        }
    }

    /// Sends a sequence again. `declared` are the statuses that the document declares for the last
    /// request, if the record tells.
    pub(crate) async fn play(&mut self, sequence: &Sequence<'_>, declared: Vec<u16>) -> Replayed {
        match (&sequence.many, sequence.way()) {
            (Some(Many::Walk { rounds }), _) => self.walk(sequence, rounds).await,
            (Some(Many::Crowd { count, .. }), _) => self.crowd(sequence, *count, &declared).await,
            (None, Way::Parallel) => self.parallel(sequence).await,
            (None, Way::KeepAlive) => self.keep_alive().await,
            (None, Way::Upload) => self.upload(sequence).await,
            (None, Way::InOrder | Way::ToTheEnd) => self.in_order(sequence, declared).await,
        }
    }

    async fn in_order(&mut self, sequence: &Sequence<'_>, declared: Vec<u16>) -> Replayed {
        let sent = self.send_all(&sequence.steps, sequence.way()).await;
        let (fate, why) = match &sent.answers {
            Err(stopped) => (stopped.fate, Some(stopped.why.clone())),
            Ok(answers) => self.judge(sequence, declared, answers, &sent.run).await,
        };
        Replayed::told(sent.steps.clone(), fate, why)
    }

    /// Takes creates from what is allowed.
    fn take(&mut self, creates: usize) -> Result<(), Stopped> {
        let wanted = u32::try_from(creates).unwrap_or(u32::MAX);
        let left = self.creates.checked_sub(wanted);
        let why = "more creates than allowed (hint: --max-creates)";
        self.creates = left.ok_or_else(|| Stopped::untold(why.to_owned()))?;
        Ok(())
    }

    /// What the answers say of the defect.
    async fn judge(
        &mut self,
        sequence: &Sequence<'_>,
        declared: Vec<u16>,
        answers: &[Answer],
        run: &str,
    ) -> (Fate, Option<String>) {
        let shown = &sequence.steps[sequence.shown];
        let seen = Seen {
            answers: &answers[..=sequence.shown],
            declared,
            pipeline: shown
                .pipeline()
                .map(|pieces| text(&pieces, answers, Names { run, number: 0 }).unwrap_or_default()),
            recorded: (shown.answer.status, shown.answer.shape()),
        };
        let refused = |answer: &Answer| !matches!(answer.status, Some(200..=299));
        let refused_too = || {
            (
                Fate::Changed,
                Some("a plain body is refused, too".to_owned()),
            )
        };
        let compared = answers.get(sequence.shown + 1);
        if sequence.sign().holds(&seen) {
            return match compared.is_some_and(refused) {
                true => refused_too(),
                false => (Fate::Still, None),
            };
        }
        if let Some(why) = fate::not_right(sequence, &seen) {
            return (Fate::Changed, Some(why));
        }
        // That something wrong is refused proves little if everything is.
        if fate::has_to_be_refused(sequence, &seen) && !sequence.control.is_empty() {
            let sent = self.send_all(&sequence.control, Way::InOrder).await;
            match &sent.answers {
                Err(stopped) => return (stopped.fate, Some(stopped.why.clone())),
                Ok(answers) if answers.last().is_some_and(refused) => return refused_too(),
                Ok(_) => {}
            }
        }
        (Fate::Fixed, None)
    }

    /// Sends requests one after another, unless they were sent before for another result.
    async fn send_all(&mut self, steps: &[Step<'_>], way: Way) -> Rc<Sent> {
        let key = key(steps, way);
        if let Some(known) = self.played.get(&key) {
            return Rc::clone(known);
        }
        let creates = steps.iter().filter(|step| step.is_create()).count();
        if let Err(stopped) = self.take(creates) {
            // Another sequence may take fewer, so this says nothing for good.
            return Rc::new(Sent {
                steps: Vec::new(),
                answers: Err(stopped),
                run: String::new(),
            });
        }
        let sent = Rc::new(self.send_each(steps, way).await);
        self.played.insert(key, Rc::clone(&sent));
        sent
    }

    async fn send_each(&self, steps: &[Step<'_>], way: Way) -> Sent {
        // Each has names of its own, so that they do not meet.
        let run = fresh();
        let mut told = Vec::new();
        let mut answers: Vec<Answer> = Vec::new();
        for step in steps {
            let names = Names {
                run: &run,
                number: 0,
            };
            let answer = match self.request(step, &answers, names) {
                None => Err(Stopped::without_id()),
                Some(mut request) => {
                    if way == Way::ToTheEnd {
                        request.linger = wire::LINGER;
                    }
                    self.send(&request).await.map_err(Stopped::from)
                }
            };
            match answer {
                Ok(answer) => {
                    told.push(played(step, &answer));
                    answers.push(answer);
                }
                Err(stopped) => {
                    return Sent {
                        steps: told,
                        answers: Err(stopped),
                        run,
                    };
                }
            }
        }
        Sent {
            steps: told,
            answers: Ok(answers),
            run,
        }
    }

    /// Whether somebody is there.
    ///
    /// # Errors
    /// Why no connection could be made.
    pub(crate) async fn reach(&self) -> Result<(), WireFailure> {
        let probe = Request::new("GET", &format!("{}/livez", self.target.prefix));
        self.send(&probe).await.map(|_| ())
    }

    /// Deletes what was created. Returns what could not be deleted.
    pub(crate) async fn clean(&self) -> Vec<(ResourceKind, String)> {
        for (kind, id) in self.ledger.remaining() {
            let target = resource_target(&self.target.prefix, kind, Some(&id));
            let answer = self.send(&Request::new("DELETE", &target)).await;
            if answer.is_ok_and(|answer| matches!(answer.status, Some(200..=299 | 404))) {
                self.ledger.deleted(kind, &id);
            }
        }
        self.ledger.remaining()
    }

    fn request(&self, step: &Step<'_>, answers: &[Answer], names: Names<'_>) -> Option<Request> {
        let recorded = &step.record.request;
        let path = text(&step.path, answers, names)?;
        let mut request = Request::new(&recorded.method, &format!("{}{path}", self.target.prefix));
        let host = |name: &str| name.eq_ignore_ascii_case("host");
        let headers = recorded.headers.iter();
        request.headers = headers.filter(|(name, _)| !host(name)).cloned().collect();
        request.host = step.foreign_host.map(str::to_owned);
        request.limit = Some(step.limit());
        if let (Some(pieces), Some(sent)) = (&step.body, &recorded.body) {
            let body = bytes(pieces, answers, names)?;
            let (was, is) = (sent.bytes.to_string(), body.len().to_string());
            // Among many the numbers in names differ in their length. A length that was wrong stays so.
            for (name, value) in &mut request.headers {
                if name.eq_ignore_ascii_case("content-length") && *value == was {
                    value.clone_from(&is);
                }
            }
            request.abort_after = recorded.cut.map(|cut| cut.min(body.len()));
            request.body = Some(body);
        }
        Some(request)
    }

    /// Sends a request. Without a connection, nothing is known: a defect that is not seen is not mended.
    async fn send(&self, request: &Request) -> Result<Answer, WireFailure> {
        self.sent.set(self.sent.get() + 1);
        let number = self.sent.get();
        let path = request
            .target
            .strip_prefix(&self.target.prefix)
            .unwrap_or_default();
        let kind = path
            .strip_prefix("/resource/")
            .and_then(|rest| rest.split('/').next());
        let kind: Option<ResourceKind> = kind.and_then(|kind| kind.parse().ok());
        let creating = kind.filter(|_| request.method == "POST");
        if let Some(kind) = creating {
            self.ledger.asked(number, kind, None);
        }
        let (connector, turns) = (&self.target.connector, &self.turns);
        let limit = request.limit.unwrap_or(LIMIT);
        let timed = courtesy::exchange(connector, turns, request, limit).await;
        if let Err(failure @ (WireFailure::Connect(_) | WireFailure::Refused(_))) = timed.result {
            return Err(failure);
        }
        let answer = live(request, timed);
        let accepted = matches!(answer.status, Some(200..=299));
        let made = kind.filter(|_| accepted && matches!(request.method.as_str(), "POST" | "PUT"));
        if let (Some(kind), Some(id)) = (made, answer.id()) {
            self.ledger.created(kind, &id);
        }
        if creating.is_some() && answer.status.is_some() {
            self.ledger.answered(number);
        }
        Ok(answer)
    }
}
