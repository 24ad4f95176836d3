//! A run: plan, start, cases in seeded order, cleaning up, end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream;
use kfp_operator_sim::ResourceKind;
use tokio::sync::watch;

use crate::ambient::Limits;
use crate::case::{Profile, Stage};
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::context::{Context, Stop};
use crate::exchange::{Class, Intent};
use crate::help::{Help, Process};
use crate::journal::{Journal, OutputError};
use crate::ledger::{LEDGER_FILE, Ledger};
use crate::oracle::{Document, lint};
use crate::outcome::Finding;
use crate::plan::{Job, Plan};
use crate::record::{CatalogueRecord, DocumentRecord, End, JOURNAL_VERSION, Leak, Record, Start};
use crate::session::{Session, Setup};
use crate::target::Target;
use crate::wire::Request;

/// Cases at work at the same time.
const PARALLEL: usize = 4;
/// A case that takes longer is given up; its requests have limits of their own, so this is a net
/// under the runner itself.
const CASE_LIMIT: Duration = Duration::from_secs(240);
/// How long requests under way may take to end after the run was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long cleaning up may take in all.
const CLEANING_LIMIT: Duration = Duration::from_secs(60);

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
    pub(crate) strict: bool,
    pub(crate) stop: watch::Receiver<bool>,
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
    if unreachable.is_none() {
        session
            .pace
            .watch(stages(&session, &plan.jobs, progress))
            .await;
        session.mend().await;
        clean(&session).await;
    }
    let stopped = session.is_stopping().then(|| "interrupted".to_owned());
    let end = End {
        complete: stopped.is_none() && unreachable.is_none(),
        stopped: stopped.or_else(|| unreachable.clone()),
        seconds: started.elapsed().as_secs_f64(),
        exchanges: session.exchanges(),
        sha256: String::new(),
    };
    if let Some(sink) = sink {
        sink.detach();
    }
    let session = Arc::into_inner(session).expect("all cases have ended");
    Ok(Ended {
        records: session.journal.finish(end)?,
        unreachable,
    })
}

/// Whether anything answers in HTTP: the probe, or else a create, if the plan does more than read.
/// The reason if nothing does.
async fn reach(session: &Session) -> Option<String> {
    let probe = Request::new("GET", &format!("{}/livez", session.target.prefix));
    let live = session.exchange("reach", &probe, Class::Other).await;
    if live.response().is_some() {
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
    let ended = tokio::time::timeout(limit, (job.case.run)(&mut context)).await;
    let finding = match ended {
        Ok(Ok(())) => Finding::prerequisite("no answer of this case shows it"),
        Ok(Err(Stop::Prerequisite(why))) => Finding::prerequisite(why),
        Ok(Err(Stop::Help(why))) => Finding::error(why),
        Ok(Err(Stop::Cancelled)) => return label,
        Err(_) => Finding::error(format!("the case took longer than {limit:?}")),
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

/// Deletes what is still there; what cannot be deleted is told.
async fn clean(session: &Session) {
    let deadline = Instant::now() + CLEANING_LIMIT;
    for (kind, id) in session.ledger.remaining() {
        let why = if Instant::now() > deadline {
            format!("cleaning up took longer than {CLEANING_LIMIT:?}")
        } else {
            let request = Request::new("DELETE", &session.resource_target(kind, Some(&id)));
            let answer = session
                .exchange("clean", &request, Class::Delete(id.clone(), Intent::Open))
                .await;
            if answer.accepted() || answer.status() == Some(404) {
                continue;
            }
            answer.describe()
        };
        session.journal.write(Record::Leak(Leak { kind, id, why }));
    }
}
