//! A run: plan, start, cases in seeded order, cleaning up, end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream;
use kfp_operator_sim::ResourceKind;

use crate::base::outcome::Finding;
use crate::engine::case::Stage;
use crate::engine::cleaning::clean;
use crate::engine::context::{Context, Evidence, Stop};
use crate::engine::plan::Job;
use crate::engine::session::Session;
use crate::engine::setup::Setup;
use crate::facilities::Process;
use crate::journal::ledger::{LEDGER_FILE, Ledger};
use crate::journal::record::{End, Record};
use crate::journal::writer::OutputError;
use crate::oracle::exchange::{Class, Intent};
use crate::wire::Request;

/// Cases at work at the same time.
const PARALLEL: usize = 4;
/// A case that takes longer is given up; its requests have limits of their own, so this is a net
/// under the runner itself.
const CASE_LIMIT: Duration = Duration::from_secs(240);
/// How long requests under way may take to end after the run was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a run tells while it goes on.
pub(crate) trait Progress: Send + Sync {
    /// One more of the planned cases is done.
    fn case_done(&self, label: &str);
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) records: Vec<Record>,
    /// The target gave no HTTP answer at all.
    pub(crate) unreachable: Option<String>,
    /// A hook is of no use, so nothing was begun.
    pub(crate) useless: Option<String>,
}

/// Runs the plan.
///
/// # Errors
/// [`OutputError`] if the journal could not be written; the provider is clean all the same.
pub(crate) async fn run(setup: Setup, progress: &dyn Progress) -> Result<Ended, OutputError> {
    let started = Instant::now();
    let start = setup.start();
    let file = setup
        .journal
        .folder()
        .map(|folder| folder.join(LEDGER_FILE));
    let ledger = Ledger::create(file.as_deref(), &setup.run, &setup.target.url)?;
    setup.journal.write(Record::Start(Box::new(start)));
    for omitted in &setup.plan.omitted {
        setup.journal.write(Record::Omitted(omitted.clone()));
    }
    let session = Arc::new(Session::new(setup, ledger));
    let sink = session
        .setup
        .facilities
        .events
        .as_ref()
        .map(|events| events.sink.clone());
    if let Some(sink) = &sink {
        sink.attach(&session.setup.journal);
    }
    let unreachable = reach(&session).await;
    let useless = match unreachable {
        None => session.try_hooks().await.err(),
        Some(_) => None,
    };
    if unreachable.is_none() && useless.is_none() {
        let jobs = &session.setup.plan.jobs;
        if jobs.iter().any(|job| job.case.sends_many()) {
            // Decided now, while nobody else is waiting for an answer.
            session.keeps_connections().await;
        }
        let stages = stages(&session, jobs, progress);
        session.times.watch(stages).await;
        session.mend().await;
        clean(&session).await;
    }
    let stopped = session.is_stopping().then(|| "interrupted".to_owned());
    let end = End {
        complete: stopped.is_none() && unreachable.is_none() && useless.is_none(),
        stopped: stopped.or(unreachable.clone()).or(useless.clone()),
        seconds: started.elapsed().as_secs_f64(),
        exchanges: session.exchanges(),
        doubtful: session.ledger.doubts(),
        rate: session.turns.learnt().map(|pace| pace.to_string()),
        sha256: String::new(),
    };
    if let Some(sink) = sink {
        sink.detach();
    }
    let session = Arc::into_inner(session).expect("all cases have ended");
    let journal = Arc::into_inner(session.setup.journal).expect("the receiver is detached");
    Ok(Ended {
        records: journal.finish(end)?,
        unreachable,
        useless,
    })
}

/// Whether anything answers in HTTP: the probe, or else a create, if the plan does more than read.
/// The reason if nothing does.
async fn reach(session: &Session) -> Option<String> {
    let probe = Request::new("GET", &format!("{}/livez", session.setup.target.prefix));
    let live = session.exchange("reach", &probe, Class::Other).await;
    if live.response().is_some() || live.is_refused() {
        return None;
    }
    if session.only_reads {
        return live.result.err().map(|failure| failure.to_string());
    }
    let target = session.resource_target(ResourceKind::Experiment, None);
    let create = Request::new("POST", &target).json(b"{}\n".to_vec());
    let answer = session
        .exchange("reach", &create, Class::Create(Intent::Open))
        .await;
    if answer.is_refused() {
        return None;
    }
    answer.result.err().map(|failure| failure.to_string())
}

/// Runs the jobs stage by stage.
async fn stages(session: &Arc<Session>, jobs: &[Job], progress: &dyn Progress) {
    let of = |stage| ordered(session, jobs, stage);
    let waiting = of(Stage::Beside);
    let all = waiting.len().max(1);
    futures::join!(
        work(session, waiting, all, progress),
        work(session, of(Stage::Any), PARALLEL, progress),
    );
    work(session, of(Stage::Last), PARALLEL, progress).await;
    work(session, of(Stage::Alone), 1, progress).await;
}

/// The jobs of a stage in the order that the seed gives.
fn ordered(session: &Session, jobs: &[Job], stage: Stage) -> Vec<Job> {
    let twin = matches!(session.setup.facilities.process, Some(Process::Twin(_)));
    let actual = |job: &Job| match job.case.stage {
        Stage::Process if twin => Stage::Beside,
        Stage::Process => Stage::Alone,
        stage => stage,
    };
    let mut jobs: Vec<Job> = jobs
        .iter()
        .filter(|job| actual(job) == stage)
        .copied()
        .collect();
    fastrand::Rng::with_seed(session.setup.seed).shuffle(&mut jobs);
    jobs
}

async fn work(session: &Arc<Session>, jobs: Vec<Job>, parallel: usize, progress: &dyn Progress) {
    let work = jobs.into_iter().map(|job| async move {
        let label = one(session, job).await;
        progress.case_done(&label);
    });
    let work = stream::iter(work)
        .buffer_unordered(parallel)
        .collect::<()>();
    let mut stop = session.setup.stop.clone();
    let given_up = async {
        // An error means that nobody can stop this run any more.
        if stop.wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        () = work => {}
        () = given_up => {}
    }
}

/// Runs one case and sees to it that each requirement it decides gets an observation.
async fn one(session: &Arc<Session>, job: Job) -> String {
    let mut context = Context::new(Arc::clone(session), job.case.id, job.subject).about(job.kinds);
    let label = context.label();
    let limit = CASE_LIMIT + session.waits();
    let ended = {
        let run = (job.case.run)(&mut context);
        tokio::select! {
            ended = run => Some(ended),
            () = over(session, &label, limit) => None,
        }
    };
    let finding = match ended {
        Some(Ok(())) => Finding::prerequisite("no answer of this case shows it"),
        Some(Err(Stop::Prerequisite(why))) => Finding::prerequisite(why),
        Some(Err(Stop::Facility(why))) => Finding::error(why),
        Some(Err(Stop::Cancelled)) => return label,
        None => Finding::error(format!("the case took longer than {limit:?}")),
    };
    for requirement in job.case.requirements() {
        for kind in job.subjects() {
            if !context.has_observed(requirement, kind) {
                let evidence = Evidence::none().about(kind);
                context.check(requirement, finding.clone(), evidence);
            }
        }
    }
    label
}

/// Waits until a case has taken so long, without the time that it was held up.
async fn over(session: &Session, label: &str, limit: Duration) {
    let start = Instant::now();
    loop {
        let left = (limit + session.setup.activity.held(label)).saturating_sub(start.elapsed());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left).await;
    }
}
