//! A run: plan, start, cases in seeded order, cleaning up, end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream;
use kfp_operator_sim::ResourceKind;
use tokio::sync::watch;

use crate::base::outcome::Finding;
use crate::base::pace::Pace;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::engine::activity::Activity;
use crate::engine::case::{Profile, Stage};
use crate::engine::cleaning::clean;
use crate::engine::context::{Context, Stop};
use crate::engine::plan::{Job, Plan};
use crate::engine::session::{Session, Setup};
use crate::facilities::{Help, Process};
use crate::journal::ledger::{LEDGER_FILE, Ledger};
use crate::journal::record::{
    CatalogueRecord, DocumentRecord, End, JOURNAL_VERSION, Record, Start,
};
use crate::journal::writer::{Journal, OutputError};
use crate::oracle::ambient::Limits;
use crate::oracle::exchange::{Class, Intent};
use crate::oracle::{Document, lint};
use crate::wire::Request;
use crate::wire::target::Target;

/// Cases at work at the same time.
const PARALLEL: usize = 4;
/// A case that takes longer is given up; its requests have limits of their own, so this is a net
/// under the runner itself.
const CASE_LIMIT: Duration = Duration::from_secs(240);
/// How long requests under way may take to end after the run was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a run needs to know.
pub(crate) struct Order {
    pub(crate) target: Target,
    pub(crate) config: Config,
    pub(crate) document: Document,
    pub(crate) journal: Journal,
    pub(crate) plan: Plan,
    pub(crate) limits: Limits,
    pub(crate) help: Help,
    /// Random per run, so that runs against one provider do not meet.
    pub(crate) run: String,
    pub(crate) seed: u64,
    /// Generated bodies of each sort per type.
    pub(crate) generated: u32,
    pub(crate) profile: Profile,
    pub(crate) gate: String,
    /// As in [`Start::options`].
    pub(crate) options: Vec<String>,
    /// As in [`Start::partial`].
    pub(crate) partial: Option<String>,
    pub(crate) strict: bool,
    pub(crate) stop: watch::Receiver<bool>,
    /// How fast requests may follow one another, if not as fast as they can.
    pub(crate) pace: Option<Pace>,
    /// What the run is waiting for.
    pub(crate) activity: Activity,
}

/// A name for a run that no other run has.
pub(crate) fn fresh() -> String {
    format!("{:06x}", fastrand::u32(..) & 0x00ff_ffff)
}

impl Order {
    /// What is known before anything is sent.
    pub(crate) fn start(&self) -> Start {
        let catalogue = Catalogue::embedded();
        Start {
            journal: JOURNAL_VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            started: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            run: self.run.clone(),
            seed: self.seed,
            profile: self.profile.as_str().to_owned(),
            gate: self.gate.clone(),
            strict: self.strict,
            options: self.options.clone(),
            target: self.target.record(),
            document: DocumentRecord {
                path: self
                    .document
                    .path
                    .as_ref()
                    .map(|path| path.display().to_string()),
                sha256: self.document.sha256.clone(),
            },
            catalogue: CatalogueRecord {
                sha256: catalogue.sha256(),
                requirements: catalogue.provider().count(),
            },
            creates: self.plan.creates.clone(),
            unsupported: self.config.unsupported.clone(),
            settings: self.config.settings(),
            shard: self.plan.shard,
            partial: self.partial.clone(),
            known: self.plan.known.clone(),
            document_checks: lint(&self.document),
        }
    }
}

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
pub(crate) async fn run(order: Order, progress: &dyn Progress) -> Result<Ended, OutputError> {
    let started = Instant::now();
    let start = order.start();
    let Order {
        target,
        config,
        document,
        journal,
        plan,
        run,
        limits,
        help,
        seed,
        generated,
        stop,
        pace,
        activity,
        ..
    } = order;
    let file = journal.folder().map(|folder| folder.join(LEDGER_FILE));
    let ledger = Ledger::create(file.as_deref(), &run, &target.url)?;
    journal.write(Record::Start(Box::new(start)));
    for omitted in plan.omitted {
        journal.write(Record::Omitted(omitted));
    }
    let setup = Setup {
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
        only_reads: plan.jobs.iter().all(|job| job.case.only_reads()),
        activity,
        pace,
    };
    let session = Arc::new(Session::new(setup));
    let sink = session
        .help
        .events
        .as_ref()
        .map(|events| events.sink.clone());
    if let Some(sink) = &sink {
        sink.attach(&session);
    }
    let unreachable = reach(&session).await;
    let useless = match unreachable {
        None => session.try_hooks().await.err(),
        Some(_) => None,
    };
    if unreachable.is_none() && useless.is_none() {
        if plan.jobs.iter().any(|job| job.case.sends_many()) {
            // Decided now, while nobody else is waiting for an answer.
            session.keeps_connections().await;
        }
        let stages = stages(&session, &plan.jobs, progress);
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
    Ok(Ended {
        records: session.journal.finish(end)?,
        unreachable,
        useless,
    })
}

/// Whether anything answers in HTTP: the probe, or else a create, if the plan does more than read.
/// The reason if nothing does.
async fn reach(session: &Session) -> Option<String> {
    let probe = Request::new("GET", &format!("{}/livez", session.target.prefix));
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
    let twin = matches!(session.help.process, Some(Process::Twin(_)));
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
    fastrand::Rng::with_seed(session.seed).shuffle(&mut jobs);
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
    let mut stop = session.stop.clone();
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
    let mut context = Context::new(Arc::clone(session), job.case, job.subject).about(job.kinds);
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
        Some(Err(Stop::Help(why))) => Finding::error(why),
        Some(Err(Stop::Cancelled)) => return label,
        None => Finding::error(format!("the case took longer than {limit:?}")),
    };
    for requirement in job.case.requirements() {
        for kind in job.subjects() {
            if !context.has_observed(requirement, kind) {
                context.check_alone_of(kind, requirement, finding.clone());
            }
        }
    }
    label
}

/// Waits until a case has taken so long, without the time that it was held up.
async fn over(session: &Session, label: &str, limit: Duration) {
    let start = Instant::now();
    loop {
        let left = (limit + session.activity.held(label)).saturating_sub(start.elapsed());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left).await;
    }
}
