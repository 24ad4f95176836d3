//! What all cases of a run share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;
use tokio::sync::{OnceCell, watch};

use crate::base::outcome::Lenses;
use crate::base::pace::{Pace, Turns};
use crate::config::Config;
use crate::engine::activity::Activity;
use crate::engine::bookkeeping::Asked;
use crate::engine::sending::{Before, Refusals};
use crate::engine::times::AnswerTimes;
use crate::facilities::Help;
use crate::journal::ledger::Ledger;
use crate::journal::record::{ExchangeRecord, Record, RequestRecord, ResponseRecord};
use crate::journal::writer::Journal;
use crate::oracle::ambient::{Known, Limits};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::oracle::{Document, Envelope, Expectation, operator_lens, spec_lens};
use crate::wire::target::Target;
use crate::wire::{Request, Timed, WireFailure};

/// A run in progress.
pub(crate) struct Session {
    pub(crate) target: Target,
    pub(crate) config: Config,
    pub(crate) document: Document,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
    pub(crate) limits: Limits,
    /// What is at hand beside the API.
    pub(crate) help: Help,
    /// Random per run, so that runs against one provider do not meet.
    pub(crate) run: String,
    pub(crate) seed: u64,
    /// Generated bodies of each sort per type.
    pub(crate) generated: u32,
    /// Name of the pipeline that runs and schedules refer to, which is made when first needed.
    pub(crate) pipeline: OnceCell<String>,
    /// Turns true when the run has to stop.
    pub(crate) stop: watch::Receiver<bool>,
    /// Nothing may be created, changed or deleted.
    pub(crate) only_reads: bool,
    /// How long answers take.
    pub(crate) times: AnswerTimes,
    /// What the run is waiting for.
    pub(crate) activity: Activity,
    /// Who may send when.
    pub(crate) turns: Turns,
    pub(crate) refusals: Mutex<Refusals>,
    /// Whether connections may stay open between requests.
    pub(crate) keeps: OnceCell<bool>,
    pub(crate) seq: AtomicU64,
    pub(crate) started: Instant,
}

/// The parts of a session that are decided before it starts.
pub(crate) struct Setup {
    pub(crate) target: Target,
    pub(crate) config: Config,
    pub(crate) document: Document,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
    pub(crate) limits: Limits,
    pub(crate) help: Help,
    pub(crate) run: String,
    pub(crate) seed: u64,
    pub(crate) generated: u32,
    pub(crate) stop: watch::Receiver<bool>,
    pub(crate) only_reads: bool,
    pub(crate) activity: Activity,
    pub(crate) pace: Option<Pace>,
}

impl Session {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup {
            target,
            config,
            document,
            journal,
            ledger,
            limits,
            help,
            run,
            seed,
            generated,
            stop,
            only_reads,
            activity,
            pace,
        } = setup;
        Self {
            only_reads,
            limits,
            help,
            target,
            config,
            document,
            journal,
            ledger,
            run,
            seed,
            generated,
            pipeline: OnceCell::new(),
            stop,
            activity,
            turns: Turns::new(pace),
            refusals: Mutex::default(),
            keeps: OnceCell::new(),
            times: AnswerTimes::default(),
            seq: AtomicU64::new(0),
            started: Instant::now(),
        }
    }

    /// What a case may add to its time because it waits for events.
    pub(crate) fn waits(&self) -> Duration {
        let events = self.help.events.as_ref();
        let timing = events.map(|events| events.sink.timing());
        timing.map_or(Duration::ZERO, |timing| {
            2 * timing.wait + timing.quiet + timing.closed + timing.slow
        })
    }

    /// Number of requests sent so far.
    pub(crate) fn exchanges(&self) -> u64 {
        self.seq.load(Ordering::Relaxed)
    }

    /// Whether the run has to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// The target of a request: prefix, resource path and, if there is one, the encoded id.
    pub(crate) fn resource_target(&self, kind: ResourceKind, id: Option<&str>) -> String {
        let path = format!("{}/resource/{}", self.target.prefix, kind.as_str());
        match id {
            None => path,
            Some(id) => format!("{path}/{}", kfp_operator_sim::encode_id(id)),
        }
    }

    /// Looks at an answer and writes it down.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that is known of an exchange"
    )]
    pub(crate) fn look(
        &self,
        target: &Target,
        asked: Asked,
        before: Before,
        case: &str,
        request: &Request,
        class: Class,
        timed: Timed,
    ) -> Exchange {
        let seq = asked.seq;
        let body = timed
            .result
            .as_ref()
            .map(|r| r.body.as_slice())
            .unwrap_or_default();
        let mut exchange = Exchange {
            seq,
            envelope: Envelope::of(body),
            lens: Lenses::default(),
            after: None,
            class,
            result: match before.in_vain {
                Some(why) => Err(WireFailure::Refused(why)),
                None => timed.result,
            },
            total: timed.total,
        };
        if exchange.is_refused() {
            exchange.envelope = Envelope::of(b"");
        } else {
            exchange.lens.spec = spec_lens(&self.document, &exchange);
        }
        if let Some(expectation) =
            Expectation::of(&exchange.class).filter(|_| !exchange.is_refused())
        {
            let (lens, after) = operator_lens(&expectation, &exchange);
            exchange.lens.operator = lens;
            exchange.after = Some(after);
        }
        self.keep_ledger(target, request, &exchange);
        let told = matches!(
            exchange.result,
            Ok(_) | Err(WireFailure::Connect(_) | WireFailure::Refused(_))
        );
        if asked.creates && told {
            self.ledger.answered(seq);
        }
        let probing = is_probing(case, request, &exchange.class);
        self.journal
            .write(Record::Exchange(Box::new(ExchangeRecord {
                seq,
                case: case.to_owned(),
                request: request_record(target, &self.journal, request),
                response: exchange.response().map(|response| ResponseRecord {
                    status: response.status,
                    headers: response.headers.clone(),
                    body: self.journal.body(&response.body),
                }),
                failure: exchange.result.as_ref().err().map(WireFailure::to_string),
                at_ms: milliseconds(asked.at),
                connect_ms: milliseconds(timed.connect),
                total_ms: milliseconds(timed.total),
                probing,
                operator_state: exchange.describe_state(),
                refused: before.refused,
            })));
        exchange
    }

    /// What the document says of an answer, and the general checks that follow from it.
    pub(crate) fn ambient(
        &self,
        kind: Option<ResourceKind>,
        exchange: &Exchange,
    ) -> crate::oracle::ambient::Findings {
        let supplied = kind.is_some_and(|kind| self.config.fixtures.contains_key(&kind));
        let endpoint = exchange.class.endpoint().filter(|_| !exchange.is_refused());
        let Some(endpoint) = endpoint else {
            return Vec::new();
        };
        let status = exchange.status().unwrap_or_default();
        let statuses = self.document.statuses(endpoint);
        let body = exchange
            .response()
            .map(|response| response.body.as_slice())
            .unwrap_or_default();
        let violation = exchange
            .envelope
            .first(body)
            .and_then(|value| self.document.violation(endpoint, status, &value));
        let known = Known {
            status: self.document.declares(endpoint, status),
            statuses,
            violation: violation.as_deref(),
            supplied,
        };
        crate::oracle::ambient::judge(exchange, known, self.limits)
    }
}

/// Whether the operator would never send such a request. It does delete and update what was removed behind its back, and
/// its requests travel in all the ways that are tried.
fn is_probing(case: &str, request: &Request, class: &Class) -> bool {
    const REAL: [&str; 2] = ["refuse.unknown-", "transport."];
    let foreign = match class {
        Class::Other => request.method != "GET",
        class => matches!(class.intent(), Some(Intent::Invalid | Intent::Synthetic)),
    };
    foreign && !REAL.iter().any(|real| case.starts_with(real))
}

fn request_record(target: &Target, journal: &Journal, request: &Request) -> RequestRecord {
    let host = request
        .host
        .clone()
        .unwrap_or_else(|| target.connector.host_header());
    let mut headers = vec![("Host".to_owned(), host)];
    headers.extend(request.headers.iter().cloned());
    RequestRecord {
        method: request.method.clone(),
        target: request.target.clone(),
        headers,
        body: request.body.as_deref().map(|body| journal.body(body)),
        cut: request.abort_after,
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
