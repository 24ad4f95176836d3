//! What all cases of a run share.

mod bookkeeping;
mod hooks;
mod sending;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;
use tokio::sync::OnceCell;

use crate::base::contract;
use crate::base::outcome::Lenses;
use crate::base::pace::Turns;
use crate::engine::setup::Setup;
use crate::engine::times::AnswerTimes;
use crate::journal::ledger::Ledger;
use crate::journal::record::{ExchangeRecord, Record, RequestRecord, ResponseRecord};
use crate::journal::writer::Journal;
use crate::oracle::ambient::Known;
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::oracle::{Declared, Envelope, Expectation, operator_lens, spec_lens};
use crate::stimuli::fixture::{Body, NAMESPACE};
use crate::wire::target::Target;
use crate::wire::{Request, Timed, WireFailure};
use bookkeeping::Asked;
use sending::{Before, Refusals};

/// The label of what is sent for all cases.
const SETUP: &str = "setup";

/// A run in progress.
pub(crate) struct Session {
    pub(crate) setup: Setup,
    pub(crate) ledger: Ledger,
    /// Name of the pipeline that runs and schedules refer to, which is made when first needed.
    pipeline: OnceCell<String>,
    /// Nothing may be created, changed or deleted.
    pub(crate) only_reads: bool,
    /// How long answers take.
    pub(crate) times: AnswerTimes,
    /// Who may send when.
    pub(crate) turns: Turns,
    refusals: Mutex<Refusals>,
    /// Whether connections may stay open between requests.
    keeps: OnceCell<bool>,
    seq: AtomicU64,
    started: Instant,
}

impl Session {
    pub(crate) fn new(setup: Setup, ledger: Ledger) -> Self {
        Self {
            only_reads: setup.only_reads(),
            turns: Turns::new(setup.pace),
            setup,
            ledger,
            pipeline: OnceCell::new(),
            times: AnswerTimes::default(),
            refusals: Mutex::default(),
            keeps: OnceCell::new(),
            seq: AtomicU64::new(0),
            started: Instant::now(),
        }
    }

    /// The pipeline that runs and schedules refer to: its `namespace/name`. If the provider refuses it, the name is
    /// used all the same: some providers look for pipelines only when a run starts.
    pub(crate) async fn pipeline(&self) -> &str {
        self.pipeline.get_or_init(|| self.share_pipeline()).await
    }

    async fn share_pipeline(&self) -> String {
        let kind = ResourceKind::Pipeline;
        let config = &self.setup.config;
        let name = format!("kc-{}-shared", self.setup.run);
        if !self.only_reads && !config.is_unsupported(kind) {
            let body = Body::valid(kind, &name, "", config.fixtures.get(&kind));
            let request = Request::new("POST", &self.resource_target(kind, None));
            let class = Class::Create(Intent::Valid);
            self.exchange(SETUP, &request.json(body.bytes()), class)
                .await;
        }
        format!("{NAMESPACE}/{name}")
    }

    /// What a case may add to its time because it waits for events.
    pub(crate) fn waits(&self) -> Duration {
        let events = self.setup.facilities.events.as_ref();
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
        *self.setup.stop.borrow()
    }

    /// The target of a request: prefix, resource path and, if there is one, the encoded id.
    pub(crate) fn resource_target(&self, kind: ResourceKind, id: Option<&str>) -> String {
        contract::resource_target(&self.setup.target.prefix, kind, id)
    }

    /// Looks at an answer and writes it down.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that is known of an exchange"
    )]
    fn look(
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
            declared: Declared::default(),
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
            exchange.declared = spec_lens(&self.setup.document, &exchange);
            exchange.lens.spec = exchange.declared.lens;
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
        self.setup
            .journal
            .write(Record::Exchange(Box::new(ExchangeRecord {
                seq,
                case: case.to_owned(),
                request: request_record(target, &self.setup.journal, request),
                response: exchange.response().map(|response| ResponseRecord {
                    status: response.status,
                    headers: response.headers.clone(),
                    body: self.setup.journal.body(&response.body),
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
        let supplied = kind.is_some_and(|kind| self.setup.config.fixtures.contains_key(&kind));
        let endpoint = exchange.class.endpoint().filter(|_| !exchange.is_refused());
        let Some(endpoint) = endpoint else {
            return Vec::new();
        };
        let known = Known {
            status: exchange.declared.status,
            statuses: self.setup.document.statuses(endpoint),
            violation: exchange.declared.violation.as_deref(),
            supplied,
        };
        crate::oracle::ambient::judge(exchange, known, self.setup.limits)
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

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
