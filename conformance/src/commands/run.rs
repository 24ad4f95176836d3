//! `run`: judge a provider.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use kfp_operator_sim::ResourceKind;
use tokio::sync::watch;

use super::Problem;
use super::list::selected;
use super::subject::{Subject, at_hand};
use crate::base::exit;
use crate::base::pace::Pace;
use crate::base::shard::Shard;
use crate::cases;
use crate::catalogue::Level;
use crate::config::Config;
use crate::engine::activity::Activity;
use crate::engine::case::Profile;
use crate::engine::plan::{Plan, Wanted};
use crate::engine::previous::Previous;
use crate::engine::run::{self};
use crate::engine::setup::{Setup, fresh};
use crate::journal::writer::Journal;
use crate::judge::{Judgement, Verdict, Verdicts, judge};
use crate::oracle::Document;
use crate::oracle::ambient::Limits;
use crate::report::place::place;
use crate::report::{self, Bar, Destination};
use crate::selftest::proof::proofs;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Requirements to check: ids or areas such as `create` or `update.error`. Default: all.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Base URL of the provider, such as http://127.0.0.1:8080. Default: the one in the
    /// configuration, else the embedded provider.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Start the provider with this command, as the operator would: with only the operator's environment
    /// variables, on free ports, and under a separate UID if the runner is root. No shell is involved.
    #[arg(long, value_name = "COMMAND", conflicts_with = "url")]
    pub(crate) start: Option<String>,
    /// Provider configuration (provider.toml).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Receive run completion events at this address; the provider's OPERATORWEBHOOK must be
    /// http://ADDRESS/events. Not needed when the runner starts the provider.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) events: Option<std::net::SocketAddr>,
    /// Directory for the journal and the reports.
    #[arg(long, value_name = "DIR", default_value = "conformance-report")]
    pub(crate) out: PathBuf,
    /// Seed for the order of cases and for generated values; the same seed gives the same run. Default: random.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How much to test.
    #[arg(long, value_enum, default_value_t = Profile::Core)]
    pub(crate) profile: Profile,
    /// Number of generated bodies of each kind, per resource type. Default: 0, 10 or 100, depending on the profile.
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u32>,
    /// Maximum number of create requests per resource type.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_creates: Option<u32>,
    /// Maximum request rate, such as 5/s or 30/min, if the provider or a gateway limits it.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
    /// Re-check only what failed or warned in an earlier run, with its seed. Takes that run's report.json.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "types"])]
    pub(crate) failed_in: Option<PathBuf>,
    /// Test only this resource type. May be repeated.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<ResourceKind>,
    /// Verdict that decides the exit code.
    #[arg(long, value_enum, default_value_t = Gate::Both)]
    pub(crate) gate: Gate,
    /// Treat an unmet SHOULD as a failure.
    #[arg(long)]
    pub(crate) strict: bool,
    /// File of known failures. Only these are ignored when the exit code is computed.
    #[arg(long, value_name = "FILE")]
    pub(crate) expected: Option<PathBuf>,
    /// Send read-only requests only.
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Run only shard I of N, such as 2/5; see `merge`.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// OpenAPI document to test against, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) document: Option<PathBuf>,
}

impl RunArgs {
    /// What it takes to judge the same provider in the same way, but for what is judged and the seed. Of a command only
    /// the program is told: its words may be secrets.
    pub(crate) fn options(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| path.as_deref().map(|p| p.display().to_string());
        let start = self.start.as_deref().map(|command| {
            let program = shlex::split(command).and_then(|words| words.into_iter().next());
            format!("{} …", program.unwrap_or_default())
        });
        let profile = (self.profile != Profile::Core).then(|| self.profile.as_str().to_owned());
        let options = [
            ("--url", self.url.clone()),
            ("--start", start),
            ("--config", path(&self.config)),
            ("--events", self.events.map(|address| address.to_string())),
            ("--document", path(&self.document)),
            ("--profile", profile),
            ("--cases", self.cases.map(|cases| cases.to_string())),
            ("--rate", self.rate.map(|rate| rate.to_string())),
        ];
        let given = options
            .into_iter()
            .filter_map(|(name, value)| Some([name.to_owned(), value?]));
        given.flatten().collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Gate {
    /// The OpenAPI document only.
    Spec,
    /// The operator only.
    Operator,
    /// Both.
    Both,
}

impl Gate {
    pub(crate) fn as_str(self) -> &'static str {
        self.into()
    }
}

pub(super) async fn exec(mut args: RunArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let previous = args.failed_in.as_deref().map(Previous::read).transpose()?;
    if let Some(previous) = &previous {
        args.seed = args.seed.or(Some(previous.seed));
        // What failed may be of a larger profile than the one asked for now.
        args.profile = args.profile.max(previous.profile);
        if previous.failed.is_empty() {
            let why = "nothing failed in that report (hint: without --failed-in everything runs)";
            return Err(Problem::Nothing(why.to_owned()));
        }
    }
    let config = args
        .config
        .as_deref()
        .map(Config::read)
        .transpose()?
        .unwrap_or_default();
    let document = match &args.document {
        None => Document::embedded(),
        Some(path) => Document::read(path)?,
    };
    if let Some(path) = &args.config {
        let starts = args.url.is_none() && args.start.is_none();
        config.check_programs(path, starts)?;
    }
    let mut plan = plan(&args, &config, previous)?;
    let partial = partial(&args);
    let out_before = args.out.clone();
    args.out = place(&args.out, partial.is_some() || args.shard.is_some());
    if args.out != out_before {
        let (whole, part) = (out_before.display(), args.out.display());
        writeln!(
            out,
            "{whole} has the report of a whole run: this one goes to {part}\n"
        )?;
    }
    if let Some(path) = &args.expected {
        plan.known = crate::config::expected::read(path)?;
    }
    let (activity, bar) = (Activity::default(), Bar::new(plan.jobs.len()));
    let found = bar
        .during(&activity, Subject::find(&args, &config, &activity))
        .await;
    let subject = found.inspect_err(|_| bar.finish())?;
    if let Some(aside) = crate::journal::ledger::set_aside(&args.out)? {
        let aside = aside.display();
        writeln!(
            out,
            "an earlier run left something behind (hint: kfp-conformance clean --ledger {aside})\n"
        )?;
    }
    let journal = Journal::create(&args.out)?;
    let signal = Signal::watch();
    let pace = args.rate.or(config.rate);
    let setup = Setup {
        target: subject.target.clone(),
        config,
        document,
        journal: Arc::new(journal),
        plan,
        limits: Limits::default(),
        facilities: subject.help.clone(),
        run: fresh(),
        seed: args.seed.unwrap_or_else(|| u64::from(fastrand::u32(..))),
        generated: args.cases.unwrap_or_else(|| args.profile.generated_cases()),
        profile: args.profile,
        gate: args.gate.as_str().to_owned(),
        options: args.options(),
        partial,
        strict: args.strict,
        stop: signal.stop.clone(),
        pace,
        activity: activity.clone(),
    };
    let start = setup.start();
    bar.aside(|| report::announce(&start, out))?;
    let ended = bar.during(&activity, run::run(setup, &bar)).await;
    bar.during(&activity, subject.stop(&activity)).await;
    bar.finish();
    let ended = ended?;
    let judgement = judge(&ended.records).expect("a run writes its start first");
    let to = Destination {
        folder: &args.out,
        journal: &args.out,
        proofs: proofs(),
    };
    if let Err(lost) = report::write(&to, &judgement) {
        // What was found is told all the same; there is nothing to point to.
        report::print(&to, &judgement, out)?;
        return Err(lost.into());
    }
    if let Some(why) = ended.useless {
        return Err(Problem::Useless(why));
    }
    if let Some(why) = ended.unreachable {
        let url = judgement.start.target.url.clone();
        return Err(Problem::Unreachable { url, why });
    }
    report::print(&to, &judgement, out)?;
    match signal.code() {
        Some(code) => Ok(code),
        None => conclude(&judgement, &to),
    }
}

/// What was asked for, if it is less than everything.
fn partial(args: &RunArgs) -> Option<String> {
    let types: Vec<&str> = args.types.iter().map(|kind| kind.as_str()).collect();
    let parts = [
        (!args.ids.is_empty()).then(|| args.ids.join(", ")),
        (!types.is_empty()).then(|| format!("of type {}", types.join(", "))),
        args.failed_in
            .as_ref()
            .map(|path| format!("what failed in {}", path.display())),
        args.read_only.then(|| "what reads".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("only {}", parts.join(", ")))
}

/// What a judged run means for the exit code.
pub(super) fn conclude(judgement: &Judgement<'_>, to: &Destination<'_>) -> Result<u8, Problem> {
    if judgement.vacuous {
        return Err(Problem::Vacuous {
            url: judgement.start.target.url.clone(),
            report: to.folder.display().to_string(),
        });
    }
    // A gate that this runner does not know is no reason to look away.
    let gate = Gate::from_str(&judgement.start.gate, false).unwrap_or(Gate::Both);
    Ok(code(judgement, gate))
}

fn plan(args: &RunArgs, config: &Config, previous: Option<Previous>) -> Result<Plan, Problem> {
    let chosen = selected(&args.ids)?;
    let ids = chosen
        .iter()
        .filter(|r| r.level != Level::Document)
        .map(|r| r.id.as_str());
    let limits = [
        args.max_creates,
        config.max_creates,
        Some(args.profile.max_creates()),
    ];
    let wanted = Wanted {
        selected: if args.ids.is_empty() {
            Default::default()
        } else {
            ids.collect()
        },
        types: args.types.clone(),
        results: previous.map(|previous| previous.failed),
        unsupported: &config.unsupported,
        profile: args.profile,
        max_creates: limits.into_iter().flatten().min().unwrap_or(u32::MAX),
        at_hand: at_hand(args, config)?,
    };
    let only_document = !args.ids.is_empty() && wanted.selected.is_empty();
    if only_document {
        let why = "checks of the document run on their own (hint: every report has them)";
        return Err(Problem::Nothing(why.to_owned()));
    }
    let mut plan = Plan::make(&cases::all(), &wanted);
    if args.read_only {
        plan = plan.reading_only();
    }
    if let Some(shard) = args.shard {
        plan = plan.share(shard);
    }
    if plan.jobs.is_empty() {
        let why = "no case is left by the ids, types, profile and limits given";
        return Err(Problem::Nothing(why.to_owned()));
    }
    Ok(plan)
}

/// The exit code of a judged run: the verdict of the lenses that the gate looks at. Known failures
/// do not count, but everything about them that is not as expected does.
fn code(judgement: &Judgement<'_>, gate: Gate) -> u8 {
    let Verdicts { spec, operator } = judgement.gated;
    let verdict = match gate {
        _ if !judgement.surprises.is_empty() => Verdict::NotConformant,
        Gate::Spec => spec,
        Gate::Operator => operator,
        Gate::Both => spec.worse(operator),
    };
    match verdict {
        Verdict::Conformant | Verdict::ConformantWithGaps => exit::CONFORMANT,
        Verdict::NotConformant => exit::NOT_CONFORMANT,
        Verdict::Incomplete => exit::INCOMPLETE,
    }
}

/// Ctrl-C and SIGTERM: the first asks the run to clean up and end, the second ends the process.
struct Signal {
    stop: watch::Receiver<bool>,
    code: watch::Receiver<Option<u8>>,
}

impl Signal {
    fn watch() -> Self {
        let (stop_now, stop) = watch::channel(false);
        let (tell, code) = watch::channel(None);
        tokio::spawn(async move {
            let first = signal().await;
            tell.send_replace(Some(first));
            stop_now.send_replace(true);
            std::process::exit(i32::from(signal().await));
        });
        Self { stop, code }
    }

    /// The exit code if the run was told to stop.
    fn code(&self) -> Option<u8> {
        *self.code.borrow()
    }
}

/// Waits for a signal and returns its exit code.
pub(super) async fn signal() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => exit::INTERRUPTED,
        _ = terminate.recv() => exit::TERMINATED,
    }
}
