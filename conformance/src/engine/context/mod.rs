//! What a case works with: sending, and saying what it saw.

mod alike;
mod checks;
mod hooks;
mod requests;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use kfp_operator_sim::ResourceKind;

use alike::Passes;
pub(crate) use checks::Evidence;

use crate::base::outcome::{Finding, Lenses};
use crate::engine::case::Kinds;
use crate::engine::session::Session;
use crate::oracle::exchange::Exchange;
use crate::stimuli::fixture::Body;
use crate::wire::{Line, WireFailure};

/// Why a case ended before its last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Something it builds on did not work; what it could not judge says so.
    Prerequisite(String),
    /// A hook, a replica or a process was of no help; says nothing about the provider.
    Facility(String),
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
    /// The id of the case.
    case: &'static str,
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
    observed: BTreeSet<(&'static str, Option<ResourceKind>)>,
    passes: Passes,
    label: String,
    line: Line,
}

impl Context {
    pub(crate) fn new(
        session: Arc<Session>,
        case: &'static str,
        subject: Option<ResourceKind>,
    ) -> Self {
        // The same seed gives the same values in a case, whatever order the cases run in.
        let salt = case.bytes().fold(
            u64::from(subject.map_or(0, |k| k as u8 + 1)),
            |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte),
        );
        let rng = fastrand::Rng::with_seed(session.setup.seed ^ salt);
        let line = Line::new(session.setup.target.connector.clone());
        let label = match subject {
            None => case.to_owned(),
            Some(kind) => format!("{case}[{}]", kind.as_str()),
        };
        Self {
            session,
            case,
            subject,
            kinds: Kinds::default(),
            rng,
            series: None,
            events: Vec::new(),
            names: 0,
            observed: BTreeSet::new(),
            passes: Passes::default(),
            label,
            line,
        }
    }

    /// The same, about many types at once.
    pub(crate) fn about(mut self, kinds: Kinds) -> Self {
        self.kinds = kinds;
        self
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
        self.label.clone()
    }

    /// Whether a requirement got an observation for this type, or for the provider as a whole.
    pub(crate) fn has_observed(
        &self,
        requirement: &'static str,
        kind: Option<ResourceKind>,
    ) -> bool {
        let seen = |kind| self.observed.contains(&(requirement, kind));
        seen(None) || seen(kind)
    }

    /// A name that no other case and no other run uses.
    pub(crate) fn fresh_name(&mut self) -> String {
        self.names += 1;
        let case = self.case.replace('.', "-");
        let kind = self.subject.map_or("", |kind| &kind.as_str()[..3]);
        format!("kc-{}-{case}-{kind}{}", self.session.setup.run, self.names)
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
            self.session.setup.config.fixtures.get(&kind),
        ))
    }

    /// The name of a pipeline that exists; where nothing may be created, of one that does not.
    pub(crate) async fn pipeline(&mut self) -> Step<String> {
        let name = self.session.pipeline().await.to_owned();
        self.go_on()?;
        Ok(name)
    }

    /// Fails if the run has to stop.
    pub(crate) fn go_on(&self) -> Step {
        if self.session.is_stopping() {
            Err(Stop::Cancelled)
        } else {
            Ok(())
        }
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
