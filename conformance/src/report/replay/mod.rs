//! Sends recorded requests again and compares the answers.

mod again;
mod fate;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use kfp_operator_sim::{ResourceKind, encode_id};

use crate::base::pace::Turns;
use crate::engine::setup::fresh;
use crate::journal::ledger::Ledger;
use crate::report::repro::{Answer, Seen, Sequence, Step};
use crate::wire::courtesy;
use crate::wire::target::Target;
use crate::wire::{Request, WireFailure};
use again::{bytes, live, text};

/// What became of a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is not seen any more.
    Fixed,
    /// It is seen.
    Still,
    /// Something on the way came out otherwise, so that it cannot be told.
    Changed,
    /// It takes more than sending the recorded requests, or more creates than allowed, or nobody was there.
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
    pub(crate) before: String,
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
    /// How long one request may take.
    pub(crate) limit: Duration,
    /// Creates that are still allowed.
    pub(crate) creates: u32,
    pub(crate) sent: u64,
    /// What was played already, by the numbers of the recorded requests.
    pub(crate) played: BTreeMap<Vec<u64>, Rc<Sent>>,
}

/// Creates that it takes to play these sequences, each once.
pub(crate) fn creates(sequences: &[Option<Sequence<'_>>]) -> u32 {
    let plain = sequences.iter().flatten().filter(|one| one.is_plain());
    let parts = plain.flat_map(|one| [&one.steps, &one.control]);
    let distinct: BTreeMap<Vec<u64>, usize> = parts
        .map(|steps| {
            (
                seqs(steps),
                steps.iter().filter(|step| is_create(step)).count(),
            )
        })
        .collect();
    let all: usize = distinct.into_values().sum();
    u32::try_from(all).unwrap_or(u32::MAX)
}

fn seqs(steps: &[Step<'_>]) -> Vec<u64> {
    steps.iter().map(|step| step.record.seq).collect()
}

fn is_create(step: &Step<'_>) -> bool {
    step.record.request.method == "POST"
}

impl Player {
    /// Sends a sequence again. `declared` are the statuses that the document declares for the last
    /// request, if the record tells.
    pub(crate) async fn play(&mut self, sequence: &Sequence<'_>, declared: Vec<u16>) -> Replayed {
        if !sequence.is_plain() {
            let why = "takes more than requests one after another (hint: run its script in repro/)";
            return Replayed {
                steps: Vec::new(),
                fate: Fate::Untold,
                why: Some(why.to_owned()),
            };
        }
        let sent = self.send_all(&sequence.steps).await;
        let (fate, why) = match &sent.answers {
            Err(stopped) => (stopped.fate, Some(stopped.why.clone())),
            Ok(answers) => self.judge(sequence, declared, answers, &sent.run).await,
        };
        Replayed {
            steps: sent.steps.clone(),
            fate,
            why,
        }
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
                .map(|pieces| text(&pieces, answers, run).unwrap_or_default()),
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
            let sent = self.send_all(&sequence.control).await;
            match &sent.answers {
                Err(stopped) => return (stopped.fate, Some(stopped.why.clone())),
                Ok(answers) if answers.last().is_some_and(refused) => return refused_too(),
                Ok(_) => {}
            }
        }
        (Fate::Fixed, None)
    }

    /// Sends requests one after another, unless they were sent before for another result.
    async fn send_all(&mut self, steps: &[Step<'_>]) -> Rc<Sent> {
        let key = seqs(steps);
        if let Some(known) = self.played.get(&key) {
            return Rc::clone(known);
        }
        let creates = steps.iter().filter(|step| is_create(step)).count();
        let sent = match self.creates.checked_sub(creates as u32) {
            None => {
                let why = "more creates than allowed (hint: --max-creates)".to_owned();
                let fate = Fate::Untold;
                // Another sequence may take fewer, so this says nothing for good.
                return Rc::new(Sent {
                    steps: Vec::new(),
                    answers: Err(Stopped { fate, why }),
                    run: String::new(),
                });
            }
            Some(left) => {
                self.creates = left;
                Rc::new(self.send_each(steps).await)
            }
        };
        self.played.insert(key, Rc::clone(&sent));
        sent
    }

    async fn send_each(&mut self, steps: &[Step<'_>]) -> Sent {
        // Each has names of its own, so that they do not meet.
        let mut sent = Sent {
            steps: Vec::new(),
            answers: Ok(Vec::new()),
            run: fresh(),
        };
        let mut answers: Vec<Answer> = Vec::new();
        for step in steps {
            let answer = match self.request(step, &answers, &sent.run) {
                None => Err((Fate::Changed, "no id came to go on with".to_owned())),
                Some(request) => match self.send(&request).await {
                    Ok(answer) => Ok((request, answer)),
                    Err(why) => Err((Fate::Untold, why.to_string())),
                },
            };
            let (request, answer) = match answer {
                Ok(answer) => answer,
                Err((fate, why)) => {
                    sent.answers = Err(Stopped { fate, why });
                    return sent;
                }
            };
            sent.steps.push(Played {
                what: format!("{} {}", request.method, request.target),
                before: step.answer.describe(),
                after: answer.describe(),
                same: (answer.status, answer.shape()) == (step.answer.status, step.answer.shape()),
            });
            answers.push(answer);
        }
        sent.answers = Ok(answers);
        sent
    }

    /// Whether somebody is there.
    ///
    /// # Errors
    /// Why no connection could be made.
    pub(crate) async fn reach(&mut self) -> Result<(), WireFailure> {
        let probe = Request::new("GET", &format!("{}/livez", self.target.prefix));
        self.send(&probe).await.map(|_| ())
    }

    /// Deletes what was created. Returns what could not be deleted.
    pub(crate) async fn clean(&mut self) -> Vec<(ResourceKind, String)> {
        for (kind, id) in self.ledger.remaining() {
            let target = format!("{}/resource/{kind}/{}", self.target.prefix, encode_id(&id));
            let answer = self.send(&Request::new("DELETE", &target)).await;
            if answer.is_ok_and(|answer| matches!(answer.status, Some(200..=299 | 404))) {
                self.ledger.deleted(kind, &id);
            }
        }
        self.ledger.remaining()
    }

    fn request(&self, step: &Step<'_>, answers: &[Answer], run: &str) -> Option<Request> {
        let recorded = &step.record.request;
        let path = text(&step.path, answers, run)?;
        let mut request = Request::new(&recorded.method, &format!("{}{path}", self.target.prefix));
        let host = |name: &str| name.eq_ignore_ascii_case("host");
        let headers = recorded.headers.iter();
        request.headers = headers.filter(|(name, _)| !host(name)).cloned().collect();
        request.host = step.foreign_host.map(str::to_owned);
        request.body = match &step.body {
            None => None,
            Some(pieces) => Some(bytes(pieces, answers, run)?),
        };
        Some(request)
    }

    /// Sends a request. Without a connection, nothing is known: a defect that is not seen is not mended.
    async fn send(&mut self, request: &Request) -> Result<Answer, WireFailure> {
        self.sent += 1;
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
            self.ledger.asked(self.sent, kind, None);
        }
        let (connector, turns) = (&self.target.connector, &self.turns);
        let timed = courtesy::exchange(connector, turns, request, self.limit).await;
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
            self.ledger.answered(self.sent);
        }
        Ok(answer)
    }
}
