//! What a case works with: sending, and saying what it saw.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use kfp_operator_sim::ResourceKind;

use crate::ambient::Findings;
use crate::case::{Case, Kinds};
use crate::catalogue::{Catalogue, Level};
use crate::exchange::{Class, Exchange, Intent};
use crate::fixture::Body;
use crate::outcome::{Finding, Lens, Lenses, Outcome};
use crate::record::{Observation, Record};
use crate::session::Session;
use crate::wire::{Line, Request, WireFailure};

/// Why a case ended before its last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Something it builds on did not work; what it could not judge says so.
    Prerequisite(String),
    /// A hook, a replica or a process was of no help; says nothing about the provider.
    Help(String),
    /// The run has to stop.
    Cancelled,
}

/// The result of a step.
pub(crate) type Step<T = ()> = Result<T, Stop>;

/// The same outcome of many exchanges.
#[derive(Clone, Debug)]
pub(crate) struct Alike {
    /// Of the first, or of the simplest.
    pub(crate) finding: Finding,
    /// The worse of all.
    pub(crate) lens: Lenses,
    /// The exchange that the finding is about.
    pub(crate) seq: u64,
    pub(crate) count: usize,
}

/// An answer, and when the request was sent and the answer complete.
pub(crate) struct Answered {
    pub(crate) exchange: Exchange,
    pub(crate) sent: Instant,
    pub(crate) answered: Instant,
}

/// One case at work for one resource type.
pub(crate) struct Context {
    pub(crate) session: Arc<Session>,
    case: &'static Case,
    /// The type that the case is about.
    subject: Option<ResourceKind>,
    /// The types of a case that is about many at once.
    pub(crate) kinds: Kinds,
    pub(crate) rng: fastrand::Rng,
    /// What the case asks again and again just now, such as `creates`: observations that should
    /// all come out alike, and are counted together.
    pub(crate) series: Option<&'static str>,
    /// Numbers of the deliveries to the webhook that the next observations are about.
    pub(crate) events: Vec<u64>,
    names: u32,
    observed: Vec<(&'static str, Option<ResourceKind>)>,
    line: Line,
}

impl Context {
    pub(crate) fn new(
        session: Arc<Session>,
        case: &'static Case,
        subject: Option<ResourceKind>,
    ) -> Self {
        // The same seed gives the same values in a case, whatever order the cases run in.
        let salt = case.id.bytes().fold(
            u64::from(subject.map_or(0, |k| k as u8 + 1)),
            |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte),
        );
        let rng = fastrand::Rng::with_seed(session.seed ^ salt);
        let line = Line::new(session.target.connector.clone());
        Self {
            session,
            case,
            subject,
            kinds: Kinds::default(),
            rng,
            series: None,
            events: Vec::new(),
            names: 0,
            observed: Vec::new(),
            line,
        }
    }

    /// The same, about many types at once.
    pub(crate) fn about(self, kinds: Kinds) -> Self {
        Self { kinds, ..self }
    }

    /// The type that the case is about.
    ///
    /// # Panics
    /// If the case is not about a type; cases that are call it, and the registry tells them apart.
    pub(crate) fn kind(&self) -> ResourceKind {
        self.subject.expect("a case per type has a type")
    }

    /// Name of the case with its type, for the journal.
    pub(crate) fn label(&self) -> String {
        match self.subject {
            None => self.case.id.to_owned(),
            Some(kind) => format!("{}[{}]", self.case.id, kind.as_str()),
        }
    }

    /// Whether a requirement got an observation for this type, or for the provider as a whole.
    pub(crate) fn has_observed(&self, requirement: &str, kind: Option<ResourceKind>) -> bool {
        self.observed
            .iter()
            .any(|(id, of)| *id == requirement && (of.is_none() || *of == kind))
    }

    /// A name that no other case and no other run uses.
    pub(crate) fn fresh_name(&mut self) -> String {
        self.names += 1;
        let case = self.case.id.replace('.', "-");
        let kind = self.subject.map_or("", |kind| &kind.as_str()[..3]);
        format!("kc-{}-{case}-{kind}{}", self.session.run, self.names)
    }

    /// A valid body of the case's type under a new name.
    pub(crate) async fn body(&mut self) -> Step<Body> {
        let kind = self.kind();
        self.body_of(kind).await
    }

    /// A valid body of any type under a new name. Runs and schedules refer to a pipeline that
    /// exists, if the provider has pipelines.
    pub(crate) async fn body_of(&mut self, kind: ResourceKind) -> Step<Body> {
        let name = self.fresh_name();
        let pipeline = match kind {
            ResourceKind::Run | ResourceKind::RunSchedule => self.pipeline().await?,
            ResourceKind::Pipeline | ResourceKind::Experiment => String::new(),
        };
        Ok(Body::valid(
            kind,
            &name,
            &pipeline,
            self.session.config.fixtures.get(&kind),
        ))
    }

    /// The name of a pipeline that exists; where nothing may be created, of one that does not.
    pub(crate) async fn pipeline(&mut self) -> Step<String> {
        let session = Arc::clone(&self.session);
        let name = session
            .pipeline
            .get_or_init(|| crate::fixture::share_pipeline(&session))
            .await;
        self.go_on()?;
        Ok(name.clone())
    }

    /// Fails if the run has to stop.
    pub(crate) fn go_on(&self) -> Step {
        if self.session.is_stopping() {
            Err(Stop::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Sends a request and applies the checks that every answer of its class is subject to.
    pub(crate) async fn send(&mut self, request: Request, class: Class) -> Step<Exchange> {
        let kind = self.subject;
        self.send_as(kind, request, class).await
    }

    /// As [`Self::send`], for a request about another type than the case's.
    pub(crate) async fn send_as(
        &mut self,
        kind: Option<ResourceKind>,
        request: Request,
        class: Class,
    ) -> Step<Exchange> {
        self.go_on()?;
        if self.session.only_reads && request.method != "GET" {
            let why = format!("a run that only reads does not send {}", request.method);
            return Err(Stop::Prerequisite(why));
        }
        let exchange = self.session.exchange(&self.label(), &request, class).await;
        let findings = self.session.ambient(kind, &exchange);
        for (requirement, finding) in findings {
            self.note(requirement, kind, finding, &exchange);
        }
        Ok(exchange)
    }

    /// Sends one of many requests: on a connection that is kept, and with nothing noted. What every answer of its
    /// class is subject to is returned.
    pub(crate) async fn probe(
        &mut self,
        request: Request,
        class: Class,
    ) -> Step<(Exchange, Findings)> {
        self.go_on()?;
        let label = self.label();
        let line = &mut self.line;
        let exchange = self
            .session
            .exchange_on(line, &label, &request, class)
            .await;
        let findings = self.session.ambient(self.subject, &exchange);
        Ok((exchange, findings))
    }

    /// Sends requests together, each about its type, and waits for all answers.
    pub(crate) async fn send_all(
        &mut self,
        requests: Vec<(ResourceKind, Request, Class)>,
    ) -> Step<Vec<Answered>> {
        self.go_on()?;
        let (session, label) = (Arc::clone(&self.session), self.label());
        let sent = requests.into_iter().map(|(kind, request, class)| {
            let (session, label) = (&session, &label);
            async move {
                let sent = Instant::now();
                let exchange = session.exchange(label, &request, class).await;
                let answered = Instant::now();
                (
                    kind,
                    Answered {
                        exchange,
                        sent,
                        answered,
                    },
                )
            }
        });
        let mut answers = Vec::new();
        for (kind, answer) in join_all(sent).await {
            for (requirement, finding) in session.ambient(Some(kind), &answer.exchange) {
                self.note(requirement, Some(kind), finding, &answer.exchange);
            }
            answers.push(answer);
        }
        Ok(answers)
    }

    /// POSTs a body as the operator does.
    pub(crate) async fn create(&mut self, body: &Body, intent: Intent) -> Step<Exchange> {
        let request = self.create_request(body.kind).json(body.bytes());
        self.send_as(Some(body.kind), request, Class::Create(intent))
            .await
    }

    /// The POST of a type, without a body.
    pub(crate) fn create_request(&self, kind: ResourceKind) -> Request {
        Request::new("POST", &self.session.resource_target(kind, None))
    }

    /// POSTs bytes that are not what the operator would send.
    pub(crate) async fn create_raw(&mut self, body: &[u8], intent: Intent) -> Step<Exchange> {
        let request = self.create_request(self.kind()).json(body.to_vec());
        self.send(request, Class::Create(intent)).await
    }

    /// Creates a valid resource and returns the id that the operator would go on with.
    pub(crate) async fn created(&mut self) -> Step<(Body, String, Exchange)> {
        let body = self.body().await?;
        let exchange = self.create(&body, Intent::Valid).await?;
        match exchange.operator_id() {
            Some(id) if exchange.provider_error().is_none() => Ok((body, id, exchange)),
            _ => Err(Stop::Prerequisite(format!(
                "no usable create: {}",
                exchange.describe()
            ))),
        }
    }

    /// PUTs bytes to an id.
    pub(crate) async fn update_raw(
        &mut self,
        id: &str,
        body: Vec<u8>,
        intent: Intent,
    ) -> Step<Exchange> {
        let target = self.session.resource_target(self.kind(), Some(id));
        let request = Request::new("PUT", &target).json(body);
        self.send(request, Class::Update(id.to_owned(), intent))
            .await
    }

    /// PUTs a body to an id as the operator does.
    pub(crate) async fn update(&mut self, id: &str, body: &Body, intent: Intent) -> Step<Exchange> {
        self.update_raw(id, body.bytes(), intent).await
    }

    /// DELETEs an id as the operator does.
    pub(crate) async fn delete(&mut self, id: &str, intent: Intent) -> Step<Exchange> {
        let kind = self.kind();
        self.delete_of(kind, id, intent).await
    }

    /// DELETEs an id of any type.
    pub(crate) async fn delete_of(
        &mut self,
        kind: ResourceKind,
        id: &str,
        intent: Intent,
    ) -> Step<Exchange> {
        let target = self.session.resource_target(kind, Some(id));
        let request = Request::new("DELETE", &target);
        self.send_as(Some(kind), request, Class::Delete(id.to_owned(), intent))
            .await
    }

    /// Repeats a step until it is good or `settle` is over. Returns the last answer and whether
    /// it was good only after a while.
    pub(crate) async fn settled<F>(
        &mut self,
        mut step: F,
        good: fn(&Exchange) -> bool,
    ) -> Step<(Exchange, bool)>
    where
        F: AsyncFnMut(&mut Self) -> Step<Exchange>,
    {
        const PAUSE: Duration = Duration::from_millis(100);
        let start = Instant::now();
        let mut late = false;
        loop {
            let exchange = step(self).await?;
            if good(&exchange) || start.elapsed() + PAUSE > self.session.config.settle {
                return Ok((exchange, late));
            }
            late = true;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Says what an exchange shows about a requirement of the case's type.
    pub(crate) fn check(&mut self, requirement: &'static str, finding: Finding, shown: &Exchange) {
        let kind = self.subject;
        self.note(requirement, kind, finding, shown);
    }

    /// Says something that no single exchange shows.
    pub(crate) fn check_alone(&mut self, requirement: &'static str, finding: Finding) {
        let kind = self.subject;
        self.observe(requirement, kind, finding, Lenses::default(), Vec::new());
    }

    /// Says what several exchanges show together.
    pub(crate) fn check_seqs(
        &mut self,
        requirement: &'static str,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
    ) {
        let kind = self.subject;
        self.observe(requirement, kind, finding, lens, evidence);
    }

    /// As [`Self::check_alone`], for a type of a case about many.
    pub(crate) fn check_alone_of(
        &mut self,
        kind: Option<ResourceKind>,
        requirement: &'static str,
        finding: Finding,
    ) {
        self.observe(requirement, kind, finding, Lenses::default(), Vec::new());
    }

    /// Says what many exchanges show alike.
    pub(crate) fn check_alike(&mut self, requirement: &'static str, alike: Alike) {
        let kind = self.subject;
        let Alike {
            finding,
            lens,
            seq,
            count,
        } = alike;
        self.observe_alike(requirement, kind, finding, lens, vec![seq], count);
    }

    /// As [`Self::check`], for a type of a case about many.
    pub(crate) fn note(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        shown: &Exchange,
    ) {
        self.observe(requirement, kind, finding, shown.lens, vec![shown.seq]);
    }

    fn observe(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
    ) {
        self.observe_alike(requirement, kind, finding, lens, evidence, 1);
    }

    fn observe_alike(
        &mut self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
        finding: Finding,
        lens: Lenses,
        evidence: Vec<u64>,
        count: usize,
    ) {
        let Some(known) = Catalogue::embedded().get(requirement) else {
            unreachable!("{requirement} is in the catalogue: a test compares every id used");
        };
        let kind = if known.types.is_empty() { None } else { kind };
        if kind.is_some_and(|kind| !known.types.contains(&kind)) {
            return;
        }
        self.observed.push((requirement, kind));
        let mut finding = finding;
        if known.level == Level::Should && finding.outcome == Outcome::Fail {
            finding.outcome = Outcome::Warn;
        }
        self.session
            .journal
            .write(Record::Observation(Box::new(Observation {
                case: self.label(),
                requirement: requirement.to_owned(),
                kind,
                series: self.series.map(str::to_owned),
                outcome: finding.outcome,
                reason: finding.reason,
                expected: finding.expected.unwrap_or_else(|| known.pass.clone()),
                actual: finding.actual,
                lens: decided(lens, known.level, finding.outcome),
                evidence,
                events: self.events.clone(),
                count,
            })));
    }
}

/// The lens of the level says what the check said; the other lens keeps its view of the answer.
fn decided(lens: Lenses, level: Level, outcome: Outcome) -> Lenses {
    let own = match outcome {
        Outcome::Pass | Outcome::Tolerated | Outcome::Warn => Lens::Pass,
        Outcome::Fail | Outcome::Flaky => Lens::Fail,
        Outcome::Error | Outcome::Skip | Outcome::Unverified | Outcome::Xfail | Outcome::Xpass => {
            return lens;
        }
    };
    Lenses {
        spec: if level.spec() { own } else { lens.spec },
        operator: if level.operator() { own } else { lens.operator },
    }
}

/// Whether there was no answer at all.
pub(crate) fn unanswered(exchange: &Exchange) -> bool {
    matches!(
        exchange.result,
        Err(WireFailure::Connect(_)
            | WireFailure::Timeout(_)
            | WireFailure::ClosedBeforeHead(_)
            | WireFailure::Broken(_))
    )
}
