//! Sending requests: each in its turn, again where one was refused for the time being, and written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::bookkeeping::kind_of;
use super::{SETUP, Session, milliseconds};
use crate::base::outcome::{Finding, Outcome};
use crate::journal::record::RefusedRecord;
use crate::oracle::Envelope;
use crate::oracle::exchange::{Class, Exchange};
use crate::wire::courtesy::{Patience, Refusal};
use crate::wire::target::Target;
use crate::wire::{Line, Request, Response, Timed, WireFailure};

/// What came to nothing because requests were refused for the time being until they were no longer waited for.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// By case, why.
    cases: BTreeMap<String, String>,
    /// Exchanges that are no answer to their request.
    exchanges: BTreeSet<u64>,
    /// How often it was waited in vain, by status.
    in_vain: BTreeMap<u16, u32>,
}

/// What happened to a request before the answer that counts.
#[derive(Default)]
pub(super) struct Before {
    pub(super) refused: Vec<RefusedRecord>,
    /// Why there is no answer that counts.
    pub(super) in_vain: Option<String>,
}

impl Session {
    /// Sends a request, writes it down, and looks at the answer through both lenses.
    pub(crate) async fn exchange(&self, case: &str, request: &Request, class: Class) -> Exchange {
        self.exchange_at(&self.setup.target, case, request, class)
            .await
    }

    /// As [`Self::exchange`], with another place of the same provider.
    pub(crate) async fn exchange_at(
        &self,
        target: &Target,
        case: &str,
        request: &Request,
        class: Class,
    ) -> Exchange {
        let limit = self.limit(request);
        let once = async || target.connector.exchange(request, limit).await;
        self.send(target, case, request, class, once).await
    }

    /// As [`Self::exchange`], on a connection that is kept for the next request.
    pub(crate) async fn exchange_on(
        &self,
        line: &mut Line,
        case: &str,
        request: &Request,
        class: Class,
    ) -> Exchange {
        let limit = self.limit(request);
        let once = async || line.exchange(request, limit).await;
        self.send(&self.setup.target, case, request, class, once)
            .await
    }

    async fn send(
        &self,
        target: &Target,
        case: &str,
        request: &Request,
        class: Class,
        mut once: impl AsyncFnMut() -> Timed,
    ) -> Exchange {
        let seq = self.number();
        let mut before = Before::default();
        let mut patience: Option<Patience> = None;
        loop {
            self.turn(case).await;
            let asked = self.ask(seq, target, request);
            let sent = Instant::now();
            let waiting = self
                .setup
                .activity
                .wait(case, line(request), Some(self.limit(request)));
            let timed = once().await;
            drop(waiting);
            let refusal = timed.result.as_ref().ok();
            let refusal = refusal.and_then(|answer| self.refusal(target, request, answer));
            let Some(refusal) = refusal else {
                return self.look(target, asked, before, case, request, class, timed);
            };
            let patience = patience.get_or_insert_with(|| self.patience(&refusal));
            match patience.pause(&refusal) {
                Ok(pause) => {
                    self.take_back(asked);
                    before.refused.push(record(&refusal, Some(pause)));
                    self.pause(case, &refusal, sent, pause).await;
                }
                Err(why) => {
                    self.waited_in_vain(case, seq, &refusal, &why);
                    if refusal.is_about_rate() {
                        before.refused.push(record(&refusal, None));
                        before.in_vain = Some(why);
                    }
                    // A service that is not available for so long is judged by what it says.
                    return self.look(target, asked, before, case, request, class, timed);
                }
            }
        }
    }

    /// Sends requests one after another on one connection, for as long as it is said to last. They are not written
    /// down; what they create is.
    pub(crate) async fn keep_alive(
        &self,
        case: &str,
        requests: &[Request],
    ) -> Vec<Result<Response, WireFailure>> {
        let limit = self.setup.config.request_limit;
        let mut patience: Option<Patience> = None;
        loop {
            let sent = Instant::now();
            let turn = async || self.turn(case).await;
            let what = requests
                .iter()
                .map(line)
                .collect::<Vec<_>>()
                .join(", then ");
            let waiting = self.setup.activity.wait(case, what, Some(limit));
            let connector = &self.setup.target.connector;
            let answers = connector.keep_alive(requests, limit, turn).await;
            drop(waiting);
            for (request, answer) in requests.iter().zip(answers.iter().flatten()) {
                self.note_created(request, answer);
            }
            let refusal = answers.iter().flatten().find_map(Refusal::of);
            let Some(refusal) = refusal.filter(Refusal::is_about_rate) else {
                return answers;
            };
            let patience = patience.get_or_insert_with(|| self.patience(&refusal));
            match patience.pause(&refusal) {
                Ok(pause) => self.pause(case, &refusal, sent, pause).await,
                Err(why) => {
                    self.waited_in_vain(case, self.number(), &refusal, &why);
                    return vec![Err(WireFailure::Refused(why))];
                }
            }
        }
    }

    /// Whether a connection may stay open between requests. Who serves one connection after the other has no answer for
    /// anybody else as long as one is open.
    pub(crate) async fn keeps_connections(&self) -> bool {
        /// Long enough for any machine, and no more than that is lost where connections are not kept.
        const LIMIT: Duration = Duration::from_secs(2);
        let keeps = self.keeps.get_or_init(|| async {
            let mut live = Request::new("GET", &format!("{}/livez", self.setup.target.prefix));
            let mut kept = Line::new(self.setup.target.connector.clone());
            self.exchange_on(&mut kept, "reach", &live, Class::Other)
                .await;
            if !kept.is_open() {
                return true;
            }
            live.limit = Some(LIMIT);
            let beside = self.exchange("reach", &live, Class::Other).await;
            beside.response().is_some() || beside.is_refused()
        });
        *keeps.await
    }

    /// Waits until it is the case's turn to send.
    async fn turn(&self, case: &str) {
        if self.turns.is_due() {
            return self.turns.turn().await;
        }
        let _waiting = self.setup.activity.hold(case, "its turn to send", None);
        self.turns.turn().await;
    }

    /// What an answer says about coming back later, if that is what it is about.
    fn refusal(&self, target: &Target, request: &Request, answer: &Response) -> Option<Refusal> {
        let refusal = Refusal::of(answer)?;
        // A request that left something behind was not refused.
        let id = Envelope::of(&answer.body)
            .text("id")
            .is_some_and(|id| !id.is_empty());
        // Probes are there to say that it is not ready, and a backend that was broken on purpose is not waited for.
        let of_service = kind_of(target, request).is_some() && !self.setup.facilities.is_broken();
        let counts = refusal.is_about_rate() || of_service;
        (counts && !(id && request.method == "POST")).then_some(refusal)
    }

    /// Each time that it was in vain, half as long is waited the next time.
    fn patience(&self, refusal: &Refusal) -> Patience {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let times = refusals
            .in_vain
            .get(&refusal.status)
            .copied()
            .unwrap_or_default();
        Patience::new(self.setup.limits.patience / 2_u32.saturating_pow(times.min(30)))
    }

    /// Waits before a request is sent again.
    async fn pause(&self, case: &str, refusal: &Refusal, sent: Instant, pause: Duration) {
        if refusal.is_about_rate() {
            self.turns.slow_down(sent, pause);
        }
        let what = format!("a better time ({})", refusal.shown());
        let _waiting = self.setup.activity.hold(case, what, Some(pause));
        tokio::time::sleep(pause).await;
    }

    fn waited_in_vain(&self, case: &str, seq: u64, refusal: &Refusal, why: &str) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.in_vain.entry(refusal.status).or_default() += 1;
        if refusal.is_about_rate() {
            refusals.cases.entry(case.to_owned()).or_insert_with(|| {
                format!("{why} (hint: --rate, or [limits] rate of provider.toml, sends less often)")
            });
            refusals.exchanges.insert(seq);
        }
    }

    /// Forgets how often it was waited in vain: cleaning up deserves patience of its own.
    pub(crate) fn hope_again(&self) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.in_vain.clear();
    }

    /// A finding, or what takes its place if it rests on a request that was refused to the end: that shows nothing.
    pub(crate) fn unless_refused(&self, case: &str, evidence: &[u64], finding: Finding) -> Finding {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let of_case = || {
            refusals
                .cases
                .get(case)
                .or_else(|| refusals.cases.get(SETUP))
        };
        let shows = matches!(finding.outcome, Outcome::Pass | Outcome::Tolerated);
        let rests = evidence.iter().any(|seq| refusals.exchanges.contains(seq));
        match of_case() {
            Some(why) if rests || !shows => Finding::error(why.clone()),
            _ => finding,
        }
    }

    fn number(&self) -> u64 {
        self.seq.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How long a request may take.
    fn limit(&self, request: &Request) -> Duration {
        request.limit.unwrap_or(self.setup.config.request_limit)
    }

    /// Leaves the deletion of what should not have come into being to the end of the run.
    fn note_created(&self, request: &Request, answer: &Response) {
        let kind = kind_of(&self.setup.target, request).filter(|_| request.method == "POST");
        let envelope = Envelope::of(&answer.body);
        let id = envelope.text("id").filter(|_| answer.is_success());
        if let (Some(kind), Some(id)) = (kind, id) {
            self.ledger.created(kind, id);
        }
    }
}

/// A request in a few words.
fn line(request: &Request) -> String {
    let target = crate::base::text::excerpt(request.target.as_bytes());
    format!("{} {target}", request.method)
}

fn record(refusal: &Refusal, pause: Option<Duration>) -> RefusedRecord {
    RefusedRecord {
        status: refusal.status,
        retry_after: refusal.told.clone(),
        waited_ms: pause.map(milliseconds),
    }
}

#[cfg(test)]
mod tests;
