//! The suite, tested: every fault turns red exactly what it should, every legal oddity nothing.
//!
//! Here belong the subjects, what is expected of each, and the matrix of both. The faults themselves belong in the mock.

mod matrix;
pub(crate) mod proof;
mod reproducers;
mod subject;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{mpsc, watch};

use crate::base::outcome::Outcome;
use crate::cases;
use crate::config::hooks::Hook;
use crate::config::timing::Timing;
use crate::config::{Config, Process};
use crate::engine::case::Profile;
use crate::engine::plan::{Plan, Wanted};
use crate::engine::run::{self, Progress};
use crate::engine::setup::{Setup, fresh};
use crate::facilities::Facilities;
use crate::facilities::webhook::Sink;
use crate::journal::record::Record;
use crate::journal::writer::Journal;
use crate::judge::{Judged, judge};
use crate::mock::{Behaviour, Mock};
use crate::oracle::Document;
use crate::oracle::ambient::Limits;
use crate::wire::target::Target;

pub(crate) use matrix::Matrix;
pub(crate) use reproducers::{Proof, prove_all};
pub(crate) use subject::{Subject, subjects};

/// Mocks judged at the same time on one thread: while one waits, another works.
const PARALLEL: usize = 3;
/// A probe that takes longer counts as failed. Far above what a busy machine needs.
const PROBE_LIMIT: Duration = Duration::from_secs(2);
/// How long one that is not ready is waited for.
const READINESS: Duration = Duration::from_millis(300);
const REQUEST_LIMIT: Duration = Duration::from_secs(8);
/// Generated bodies of each sort per type: enough to see that none raises a false alarm.
const GENERATED: u32 = 6;
/// How long things take with events. One that is missing is waited for to the end.
const TIMING: Timing = Timing {
    wait: Duration::from_secs(4),
    quiet: Duration::from_millis(300),
    closed: Duration::from_millis(200),
    slow: Duration::from_millis(900),
};
/// What a run against a mock found.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) subject: Subject,
    /// Requirements that failed, or SHOULDs that were not met, with what was there.
    red: Vec<(String, String)>,
    /// Why it could not be judged.
    broken: Option<String>,
}

impl Row {
    pub(crate) fn is_right(&self) -> bool {
        self.broken.is_none() && self.found() == self.subject.expected()
    }

    fn found(&self) -> BTreeSet<&str> {
        self.red.iter().map(|(id, _)| id.as_str()).collect()
    }

    /// The requirements that turned red, and how they differ from what was expected.
    pub(crate) fn told(&self) -> String {
        if let Some(why) = &self.broken {
            return why.clone();
        }
        let (found, expected) = (self.found(), self.subject.expected());
        if found == expected {
            return found.into_iter().collect::<Vec<_>>().join(", ");
        }
        let missed: Vec<_> = expected.difference(&found).collect();
        let extra: Vec<_> = self
            .red
            .iter()
            .filter(|(id, _)| !expected.contains(id.as_str()))
            .collect();
        format!("missed {missed:?}, not expected {extra:#?}")
    }
}

/// Judges the subjects, some at a time on each of a few threads, and tells each when it is done.
pub(crate) async fn verify(subjects: Vec<Subject>, done: impl Fn(Subject)) -> Vec<Row> {
    // Taken from the end: the slow faults, which come first in the list, are then under way early.
    let queue = Arc::new(Mutex::new(subjects.into_iter().rev().collect()));
    let (finished, mut rows) = mpsc::unbounded_channel();
    for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
        let (queue, finished) = (Arc::clone(&queue), finished.clone());
        tokio::task::spawn_blocking(move || work(&queue, &finished));
    }
    drop(finished);
    let mut all = Vec::new();
    while let Some(row) = rows.recv().await {
        done(row.subject);
        all.push(row);
    }
    all
}

/// Judges what is in the queue until it is empty. A case stays on its thread, so each thread has a
/// runtime of its own.
fn work(queue: &Mutex<Vec<Subject>>, finished: &mpsc::UnboundedSender<Row>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the runtime that this one runs in could be built");
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let one = || async {
        while let Some(subject) = next() {
            let (red, broken) = match judge_mock(subject).await {
                Ok(red) => (red, None),
                Err(why) => (Vec::new(), Some(why)),
            };
            // Nobody listens any more: then nobody needs the rest.
            if finished
                .send(Row {
                    subject,
                    red,
                    broken,
                })
                .is_err()
            {
                return;
            }
        }
    };
    runtime.block_on(join_all((0..PARALLEL).map(|_| one())));
}

struct Quiet;

impl Progress for Quiet {
    fn case_done(&self, _: &str) {}
}

/// Runs every case of these requirements against a mock; of none, every case there is.
pub(crate) async fn run_mock(
    subject: Subject,
    selected: BTreeSet<&'static str>,
    journal: Journal,
) -> Result<Vec<Record>, String> {
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sink = subject.reports().then(|| Sink::start(anywhere, TIMING));
    let sink = sink.transpose().map_err(|error| error.to_string())?;
    let behaviour = Behaviour {
        webhook: sink.as_ref().map(Sink::url),
        ..subject.behaviour()
    };
    let mut mock = Mock::start(behaviour).map_err(|error| error.to_string())?;
    let target = Target::parse(&mock.url(), None).map_err(|error| error.to_string())?;
    let help = if subject.is_helped() {
        mock.facilities().map_err(|error| error.to_string())?
    } else {
        Facilities::default()
    };
    let mut at_hand = help.needs();
    let help = match sink {
        None => help,
        Some(sink) => {
            at_hand.extend(["events", "slow", "fixture", Hook::SeedFailingRun.need()]);
            help.with_events(Mock::events(sink))
        }
    };
    let wanted = Wanted {
        selected,
        types: Vec::new(),
        results: None,
        unsupported: &[],
        profile: Profile::Full,
        max_creates: u32::MAX,
        at_hand,
    };
    let (_running, stop) = watch::channel(false);
    let setup = Setup {
        target,
        config: Config {
            request_limit: REQUEST_LIMIT,
            process: Process {
                ready: READINESS,
                ..Config::default().process
            },
            ..Config::default()
        },
        document: Document::embedded(),
        journal: Arc::new(journal),
        plan: Plan::make(&cases::all(), &wanted),
        limits: Limits {
            probe: PROBE_LIMIT,
            straggler: subject.straggler(),
            busy: 0,
            readiness: READINESS,
            effort: subject.effort(),
            ..Limits::default()
        },
        facilities: help,
        run: fresh(),
        seed: 1,
        generated: GENERATED,
        profile: Profile::Full,
        gate: "both".to_owned(),
        options: Vec::new(),
        partial: None,
        strict: false,
        stop,
        pace: None,
        activity: Default::default(),
    };
    let ended = run::run(setup, &Quiet)
        .await
        .map_err(|error| error.to_string())?;
    if let Some(why) = ended.unreachable {
        return Err(why);
    }
    Ok(ended.records)
}

/// Judges a mock with every case there is.
async fn judge_mock(subject: Subject) -> Result<Vec<(String, String)>, String> {
    let records = run_mock(subject, subject.selected(), Journal::in_memory()).await?;
    let judgement = judge(&records).ok_or("the journal has no start")?;
    let bad = |judged: &&Judged| {
        matches!(
            judged.outcome,
            Outcome::Fail | Outcome::Flaky | Outcome::Warn | Outcome::Error
        )
    };
    let told = |judged: &Judged| {
        let kind = judged.kind.map_or("", |kind| kind.as_str());
        let text = format!("[{kind}] {}: {}", judged.outcome.as_str(), judged.actual);
        (judged.requirement.id.clone(), text)
    };
    Ok(judgement.results.iter().filter(bad).map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::mock::FAULTS;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn faults_turn_red_what_they_should_and_legal_oddities_nothing() {
        let rows = verify(subjects(&[]).expect("all"), |_| {}).await;
        let matrix = Matrix::of(&rows);
        assert!(matrix.is_right(), "{matrix}");
    }

    #[test]
    fn every_requirement_that_is_checked_has_a_fault() {
        let broken: BTreeSet<&str> = FAULTS.iter().flat_map(|spec| spec.red).copied().collect();
        let unproven: Vec<&str> = Catalogue::embedded()
            .provider()
            // Those of the container are proven with processes, in a test of their own.
            .filter(|r| !r.needs.iter().any(|need| need == "container"))
            .map(|requirement| requirement.id.as_str())
            .filter(|id| !broken.contains(id))
            .collect();
        assert!(unproven.is_empty(), "{unproven:?}");
    }
}
