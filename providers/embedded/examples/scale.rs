//! How the embedded provider takes to many resources: start-up time, memory and file size, with growing numbers.
//!
//! `cargo run --release -p kfp-provider-embedded --example scale [COUNT…]` prints a table. Each start is measured in a
//! process of its own, once on a file that was closed and once on one whose process was killed.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use futures::{StreamExt as _, stream};
use kfp_provider_embedded::{Data, Embedded, EmbeddedConfig};
use kfp_provider_server::{
    Experiment, Experiments, NamespacedName, Pipeline, Pipelines, Provider as _, ResourceId, Run,
    RunSchedule, RunSchedules, Runs, Schedule, Settings, TriggerIndicator, start,
};

type Failure = Box<dyn Error + Send + Sync>;

/// The numbers of resources without arguments.
const COUNTS: [usize; 4] = [10_000, 20_000, 50_000, 100_000];
/// Requests that are under way at a time.
const CLIENTS: usize = 256;
/// How often a start is measured; the median counts.
const STARTS: usize = 5;
/// Pipelines that runs and schedules refer to.
const PIPELINES: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [word, file] if word == "open" => return open(Path::new(file)).await,
        [word, file, count] if word == "fill" => {
            return fill(Path::new(file), count.parse()?).await;
        }
        _ => {}
    }
    let counts: Vec<usize> = arguments
        .iter()
        .map(|count| count.parse())
        .collect::<Result<_, _>>()?;
    let counts = if counts.is_empty() {
        &COUNTS[..]
    } else {
        &counts
    };
    say("| resources | filled at | file | start | start after a kill | resident memory |")?;
    say("|---:|---:|---:|---:|---:|---:|")?;
    for count in counts {
        row(*count).await?;
    }
    Ok(())
}

fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn config(file: &Path) -> EmbeddedConfig {
    EmbeddedConfig {
        pending: Duration::ZERO,
        running: Duration::ZERO,
        history: u64::MAX,
        ..EmbeddedConfig::new(Data::File(file.to_owned()))
    }
}

/// Fills a file and measures how it opens.
async fn row(count: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (closed, killed) = (folder.path().join("closed"), folder.path().join("killed"));
    let rate = itself(&[
        "fill".as_ref(),
        killed.as_os_str(),
        count.to_string().as_ref(),
    ])?;
    let (after_kill, _) = measure(&closed, Some(&killed))?;
    let (start, memory) = measure(&closed, None)?;
    let size = std::fs::metadata(&closed)?.len();
    say(&format!(
        "| {count} | {}/s | {:.1} MiB | {start} ms | {after_kill} ms | {:.1} MiB |",
        rate.trim(),
        size as f64 / f64::from(1 << 20),
        memory as f64 / 1024.0,
    ))
}

/// Makes so many resources, prints how many that were in a second, and dies without closing the file. Of ten resources
/// one is a pipeline, one an experiment, two are schedules and six are runs, which have all finished in the end.
async fn fill(file: &Path, count: usize) -> Result<(), Failure> {
    let provider = Embedded::open(config(file)).await?;
    let begin = Instant::now();
    for number in 0..PIPELINES.min(count) {
        Pipelines::create(&provider, pipeline(number)?).await?;
    }
    let made: Vec<Result<ResourceId, Failure>> = stream::iter(PIPELINES..count)
        .map(|number| create(&provider, number))
        .buffer_unordered(CLIENTS)
        .collect()
        .await;
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    for id in made {
        provider.run_finished(id?.as_str()).await?;
    }
    say(&format!("{rate:.0}"))?;
    std::process::abort();
}

async fn create(provider: &Embedded, number: usize) -> Result<ResourceId, Failure> {
    let made = match number % 10 {
        0 => Pipelines::create(provider, pipeline(number)?).await,
        1 => Experiments::create(provider, experiment(number)?).await,
        2 | 3 => RunSchedules::create(provider, schedule(number)?).await,
        _ => Runs::create(provider, run(number)?).await,
    };
    Ok(made?)
}

fn name(kind: &str, number: usize) -> Result<NamespacedName, Failure> {
    Ok(format!("team-{}/{kind}-{number}", number % 7).parse()?)
}

/// A pipeline whose compiled part has four kibibytes.
fn pipeline(number: usize) -> Result<Pipeline, Failure> {
    let compiled = format!(r#"{{"pipelineInfo":{{"name":"{}"}}}}"#, "x".repeat(4096));
    Ok(Pipeline {
        name: name("pipeline", number)?,
        version: "v1-630ab5".to_owned(),
        image: "registry.example/team/pipeline:v1".to_owned(),
        env: Vec::new(),
        framework: None,
        compiled: Some(serde_json::value::RawValue::from_string(compiled)?),
        raw: Default::default(),
    })
}

fn experiment(number: usize) -> Result<Experiment, Failure> {
    Ok(Experiment {
        name: name("experiment", number)?,
        version: "5ba93c".to_owned(),
        description: "how it goes with more of them".to_owned(),
    })
}

fn run(number: usize) -> Result<Run, Failure> {
    Ok(Run {
        name: name("run", number)?,
        version: "d6fa98".to_owned(),
        pipeline: name("pipeline", number % PIPELINES)?,
        pipeline_version: String::new(),
        run_configuration: Some(name("configuration", number)?),
        experiment: None,
        parameters: BTreeMap::from([
            ("rate".to_owned(), "0.01".to_owned()),
            ("steps".to_owned(), "1000".to_owned()),
        ]),
        artifacts: Vec::new(),
        trigger: TriggerIndicator::default(),
    })
}

fn schedule(number: usize) -> Result<RunSchedule, Failure> {
    let run = run(number)?;
    Ok(RunSchedule {
        name: run.name,
        version: run.version,
        pipeline: run.pipeline,
        pipeline_version: run.pipeline_version,
        run_configuration: run.run_configuration,
        experiment: run.experiment,
        schedule: Schedule {
            cron_expression: Some("0 0 1 1 *".to_owned()),
            ..Schedule::default()
        },
        parameters: run.parameters,
        artifacts: run.artifacts,
        trigger: run.trigger,
    })
}

/// Runs this program in a process of its own, and returns what it prints.
fn itself(arguments: &[&OsStr]) -> Result<String, Failure> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .output()?;
    if output.stdout.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The median of the starts in milliseconds, and of the memory in kibibytes. A file may be made anew for each of them.
fn measure(file: &Path, from: Option<&Path>) -> Result<(u64, u64), Failure> {
    let mut measured = Vec::new();
    for _ in 0..STARTS {
        if let Some(from) = from {
            std::fs::copy(from, file)?;
        }
        let text = itself(&["open".as_ref(), file.as_os_str()])?;
        let (time, memory) = text.trim().split_once(' ').ok_or("the start failed")?;
        measured.push((time.parse()?, memory.parse()?));
    }
    measured.sort_unstable();
    Ok(measured[STARTS / 2])
}

/// One start: until requests are answered. Prints milliseconds, and resident kibibytes after that.
async fn open(file: &Path) -> Result<(), Failure> {
    let begin = Instant::now();
    let provider = Embedded::open(config(file)).await?;
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let running = start(Settings::ephemeral(), provider.clone(), log).await?;
    provider.ready().await?;
    let time = begin.elapsed().as_millis();
    say(&format!("{time} {}", resident()))?;
    running.shutdown().await;
    Ok(())
}

/// Resident memory in kibibytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}
