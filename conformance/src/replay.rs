//! Sends recorded requests again and compares the answers.

use std::time::Duration;

use kfp_operator_sim::{ResourceKind, encode_id, encode_id_jq16};

use crate::courtesy;
use crate::ledger::Ledger;
use crate::oracle::Envelope;
use crate::pace::Turns;
use crate::repro::{Answer, Piece, Seen, Sequence, Step};
use crate::target::Target;
use crate::wire::{Request, Timed, WireFailure};

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
#[derive(Debug)]
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

/// What all sequences of a replay share.
pub(crate) struct Player {
    pub(crate) target: Target,
    pub(crate) ledger: Ledger,
    /// The part of names that is this replay's own.
    pub(crate) run: String,
    /// Who may send when.
    pub(crate) turns: Turns,
    /// How long one request may take.
    pub(crate) limit: Duration,
    /// Creates that are still allowed.
    pub(crate) creates: u32,
    pub(crate) sent: u64,
}

impl Player {
    /// Sends a sequence again. `declared` are the statuses that the document declares for the last
    /// request, if the record tells.
    pub(crate) async fn play(&mut self, sequence: &Sequence<'_>, declared: Vec<u16>) -> Replayed {
        let untold = |why: &str| Replayed {
            steps: Vec::new(),
            fate: Fate::Untold,
            why: Some(why.to_owned()),
        };
        if !sequence.is_plain() {
            return untold(
                "takes more than requests one after another (hint: run its script in repro/)",
            );
        }
        let creates = sequence
            .steps
            .iter()
            .filter(|step| step.record.request.method == "POST");
        let Some(left) = self.creates.checked_sub(creates.count() as u32) else {
            return untold("more creates than allowed (hint: --max-creates)");
        };
        self.creates = left;
        let mut steps = Vec::new();
        let mut answers: Vec<Answer> = Vec::new();
        for step in &sequence.steps {
            let Some(request) = self.request(step, &answers) else {
                return Replayed {
                    steps,
                    fate: Fate::Changed,
                    why: Some("no id came to go on with".to_owned()),
                };
            };
            let answer = match self.send(&request).await {
                Ok(answer) => answer,
                Err(why) => {
                    return Replayed {
                        steps,
                        fate: Fate::Untold,
                        why: Some(why.to_string()),
                    };
                }
            };
            steps.push(Played {
                what: format!("{} {}", request.method, request.target),
                before: step.answer.describe(),
                after: answer.describe(),
                same: (answer.status, answer.shape()) == (step.answer.status, step.answer.shape()),
            });
            answers.push(answer);
        }
        let shown = &sequence.steps[sequence.shown];
        let seen = Seen {
            answers: &answers[..=sequence.shown],
            declared,
            pipeline: shown
                .pipeline()
                .map(|pieces| self.text(&pieces, &answers).unwrap_or_default()),
            recorded: (shown.answer.status, shown.answer.shape()),
        };
        let control = answers.get(sequence.shown + 1);
        let refused = control.is_some_and(|answer| !matches!(answer.status, Some(200..=299)));
        let (fate, why) = match sequence.sign().holds(&seen) {
            false => (Fate::Fixed, None),
            true if refused => (
                Fate::Changed,
                Some("a plain body is refused, too".to_owned()),
            ),
            true => (Fate::Still, None),
        };
        Replayed { steps, fate, why }
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

    fn request(&self, step: &Step<'_>, answers: &[Answer]) -> Option<Request> {
        let recorded = &step.record.request;
        let path = self.text(&step.path, answers)?;
        let mut request = Request::new(&recorded.method, &format!("{}{path}", self.target.prefix));
        let host = |name: &str| name.eq_ignore_ascii_case("host");
        let headers = recorded.headers.iter();
        request.headers = headers.filter(|(name, _)| !host(name)).cloned().collect();
        request.host = step.foreign_host.map(str::to_owned);
        request.body = match &step.body {
            None => None,
            Some(pieces) => Some(self.bytes(pieces, answers)?),
        };
        Some(request)
    }

    fn text(&self, pieces: &[Piece], answers: &[Answer]) -> Option<String> {
        let bytes = self.bytes(pieces, answers)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn bytes(&self, pieces: &[Piece], answers: &[Answer]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(more) => bytes.extend_from_slice(more),
                Piece::Run => bytes.extend_from_slice(self.run.as_bytes()),
                // Such a sequence is not sent again: it takes a crowd.
                Piece::Number => return None,
                Piece::Id { step, lenient } => {
                    let id = answers.get(*step)?.id()?;
                    let encoded = if *lenient {
                        encode_id_jq16(&id)
                    } else {
                        encode_id(&id)
                    };
                    bytes.extend_from_slice(encoded.as_bytes());
                }
            }
        }
        Some(bytes)
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

fn live(request: &Request, timed: Timed) -> Answer {
    let sent = request
        .body
        .as_deref()
        .map_or(String::new(), crate::digest::sha256_hex);
    let (status, headers, body, failure) = match timed.result {
        Ok(response) => (Some(response.status), response.headers, response.body, None),
        Err(failure) => (None, Vec::new(), Vec::new(), Some(failure.to_string())),
    };
    Answer {
        method: request.method.clone(),
        target: request.target.clone(),
        request: format!(
            "{} {} {sent} {:?}",
            request.method, request.target, request.headers
        ),
        status,
        headers,
        envelope: Envelope::of(&body),
        body,
        milliseconds: timed.total.as_secs_f64() * 1e3,
        failure,
    }
}
