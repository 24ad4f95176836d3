//! The embedded provider as a program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use kfp_provider_server::{Settings, ShutdownOutcome, StartError, serve};
use slog::Logger;

use super::{
    CheckError, Contents, Data, Embedded, EmbeddedConfig, EventsOptions, OpenError, Reporting,
    check,
};

const EXIT_CODES: &str = "\
The address comes from SERVER_HOST, SERVER_PORT and METRICS_PORT, as in a deployment made by the operator. \
The log goes to standard error, one JSON object per line; the line with the message `listening` has the addresses.

Exit codes: 0 ended by SIGTERM or SIGINT, or --check found nothing wrong; 1 could not start, or --check found \
something wrong; 2 bad usage or environment; 3 ended without answering every request.";

/// A complete provider for the KFP Operator that keeps its resources in one file and simulates runs on a timer.
#[derive(Debug, clap::Parser)]
#[command(name = "kfp-provider-embedded", version, after_help = EXIT_CODES, subcommand_negates_reqs = true)]
pub struct Options {
    /// Keep resources in FILE, which is created if it does not exist.
    #[arg(
        long,
        value_name = "FILE",
        env = "PARAMETERS_DATA",
        required_unless_present = "in_memory"
    )]
    data: Option<PathBuf>,
    /// Keep resources in memory, even if --data is given. They are lost when the process ends.
    #[arg(long)]
    in_memory: bool,
    /// Time for which a run is pending, such as 500ms, 1s, 2m or 1h.
    #[arg(long, value_name = "TIME", env = "PARAMETERS_PENDINGDURATION", default_value = "1s", value_parser = duration)]
    pending_duration: Duration,
    /// Time for which a run is running. A run with the parameter fail=yes fails after that, every other run succeeds.
    #[arg(long, value_name = "TIME", env = "PARAMETERS_RUNDURATION", default_value = "5s", value_parser = duration)]
    run_duration: Duration,
    /// Number of finished runs to keep. The oldest are removed first.
    #[arg(
        long,
        value_name = "COUNT",
        env = "PARAMETERS_HISTORY",
        default_value = "10000"
    )]
    history: u64,
    /// Time zone of cron expressions that name none, such as Europe/Berlin.
    #[arg(
        long,
        value_name = "ZONE",
        env = "PARAMETERS_TIMEZONE",
        default_value = "UTC"
    )]
    time_zone: Tz,
    /// Check FILE, log its contents or its inconsistencies, and exit. The file must not be in use.
    #[arg(long, requires = "data", conflicts_with = "in_memory")]
    check: bool,
    /// Run a subcommand instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Inspect, resend and drop undelivered events.
    Events(EventsOptions),
}

/// Why the program could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store is not sound.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The service did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Runs the embedded provider until a signal ends it, or checks its file.
///
/// # Errors
/// The store cannot be opened, or a port cannot; or the check found something.
pub async fn run(
    options: Options,
    settings: Settings,
    log: Logger,
) -> Result<ShutdownOutcome, RunError> {
    let Options {
        data,
        in_memory,
        pending_duration,
        run_duration,
        history,
        time_zone,
        check,
        command: _,
    } = options;
    if let (true, Some(file)) = (check, &data) {
        return Ok(log_check(file, &log)?);
    }
    for warning in warnings(&settings) {
        slog::warn!(log, "{warning}");
    }
    let data = data.filter(|_| !in_memory).map_or(Data::Memory, Data::File);
    let provider = Embedded::open(EmbeddedConfig {
        pending: pending_duration,
        running: run_duration,
        history,
        time_zone,
        reporting: Reporting {
            webhook: settings.operator_webhook.clone(),
            provider: settings.provider_name.clone().unwrap_or_default(),
            artifacts: settings.pipeline_root_storage.clone(),
            ..Reporting::default()
        },
        log: log.clone(),
        ..EmbeddedConfig::new(data)
    })
    .await?;
    Ok(serve(settings, provider, log).await?)
}

/// The parameters of the Provider resource that this provider knows.
const PARAMETERS: [&str; 5] = [
    "DATA",
    "PENDINGDURATION",
    "RUNDURATION",
    "HISTORY",
    "TIMEZONE",
];

/// Where the operator takes events.
const EVENTS: &str = "/events";

/// What in the environment is most likely a mistake, although it can be served with.
fn warnings(settings: &Settings) -> Vec<String> {
    let unknown = settings
        .parameters
        .names()
        .filter(|name| !PARAMETERS.contains(name));
    let mut warnings: Vec<String> = unknown
        .map(|name| {
            let known = PARAMETERS.join(", ");
            format!("PARAMETERS_{name}: not known, and not looked at (hint: one of {known})")
        })
        .collect();
    if let Some(webhook) = &settings.operator_webhook {
        let path = webhook
            .parse::<hyper::Uri>()
            .map(|url| url.path().to_owned());
        let path = path.unwrap_or_default();
        if path != EVENTS {
            warnings.push(format!(
                "OPERATORWEBHOOK: its path is {path:?}, and the operator takes events at {EVENTS:?} alone (hint: \
                 http://host:port{EVENTS}, without a slash at the end)"
            ));
        }
    }
    warnings
}

/// The check, as a line of the log.
fn log_check(file: &Path, log: &Logger) -> Result<ShutdownOutcome, CheckError> {
    let Contents {
        pipelines,
        pipeline_versions,
        runs,
        finished_runs,
        run_schedules,
        experiments,
        events,
        dead_letters,
    } = check(file)?;
    slog::info!(log, "the store is consistent";
        "pipelines" => pipelines, "pipeline_versions" => pipeline_versions, "runs" => runs,
        "finished_runs" => finished_runs, "run_schedules" => run_schedules, "experiments" => experiments,
        "events" => events, "dead_letters" => dead_letters);
    Ok(ShutdownOutcome::Cleanly)
}

/// A number and its unit.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("not a time (hint: a number and ms, s, m or h)".to_owned()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "not a number (hint: such as 500ms or 5s)".to_owned())?;
    let longest = Duration::from_secs(10 * 365 * 24 * 3600);
    let time = number.checked_mul(milliseconds).map(Duration::from_millis);
    time.filter(|time| *time <= longest)
        .ok_or_else(|| "longer than ten years".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[test]
    fn durations() {
        let table = [
            ("0s", Some(0)),
            ("500ms", Some(500)),
            ("5s", Some(5000)),
            ("2m", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("5", None),
            ("s", None),
            ("", None),
            ("-1s", None),
            ("1.5s", None),
            ("5 s", None),
            ("99999999999999999999s", None),
            ("18446744073709551615h", None),
            ("100000h", None),
        ];
        for (text, expected) in table {
            assert_eq!(
                duration(text).ok(),
                expected.map(Duration::from_millis),
                "{text:?}"
            );
        }
    }

    #[test]
    fn mistakes_in_the_environment() {
        type Row<'a> = (&'a str, &'a str, Option<&'a str>);
        let table: [Row<'_>; 9] = [
            ("OPERATORWEBHOOK", "http://a:1/events", None),
            ("OPERATORWEBHOOK", "http://a:1/events?x", None),
            (
                "OPERATORWEBHOOK",
                "http://a:1/events/",
                Some("OPERATORWEBHOOK: its path is \"/events/\""),
            ),
            (
                "OPERATORWEBHOOK",
                "http://a:1",
                Some("OPERATORWEBHOOK: its path is \"/\""),
            ),
            (
                "OPERATORWEBHOOK",
                "http://a:1/Events",
                Some("OPERATORWEBHOOK: its path is \"/Events\""),
            ),
            ("PARAMETERS_FOO", "x", Some("PARAMETERS_FOO: not known")),
            (
                "PARAMETERS_HISTORIE",
                "3",
                Some("PARAMETERS_HISTORIE: not known"),
            ),
            ("PARAMETERS_HISTORY", "3", None),
            ("PARAMETERS_TIMEZONE", "UTC", None),
        ];
        for (name, value, expected) in table {
            let settings = Settings::from_env([(name, value)]).expect("usable");
            let found = warnings(&settings);
            assert_eq!(
                found.len(),
                usize::from(expected.is_some()),
                "{name}={value}: {found:?}"
            );
            if let Some(start) = expected {
                assert!(found[0].starts_with(start), "{name}={value}: {found:?}");
            }
        }
        // What the help says of the environment is what is known.
        let help = <Options as clap::CommandFactory>::command();
        let mut told: Vec<_> = help
            .get_arguments()
            .filter_map(|argument| {
                argument
                    .get_env()?
                    .to_str()?
                    .strip_prefix("PARAMETERS_")
                    .map(str::to_owned)
            })
            .collect();
        let mut known = PARAMETERS.map(str::to_owned);
        told.sort();
        known.sort();
        assert_eq!(told, known);
    }

    #[test]
    fn somewhere_to_keep_things_is_needed() {
        assert!(Options::try_parse_from(["x"]).is_err());
        assert!(Options::try_parse_from(["x", "--in-memory"]).is_ok());
        assert!(
            Options::try_parse_from(["x", "--data", "f", "--time-zone", "Europe/Berlin"]).is_ok()
        );
        assert!(Options::try_parse_from(["x", "--data", "f", "--time-zone", "Atlantis"]).is_err());
        assert!(Options::try_parse_from(["x", "--data", "f", "--check"]).is_ok());
        assert!(Options::try_parse_from(["x", "--in-memory", "--check"]).is_err());
        assert!(Options::try_parse_from(["x", "--data", "f", "--history", "-1"]).is_err());
        let table: [(&[&str], bool); 9] = [
            (&["list", "--data", "f"], true),
            (&["list", "--data", "f", "--dead"], true),
            (&["list"], false),
            (&["show", "--data", "f", "1"], true),
            (&["show", "--data", "f"], false),
            (&["resend", "--data", "f", "1", "2"], true),
            (&["resend", "--data", "f"], false),
            (&["drop", "--data", "f", "--dead"], true),
            (&["drop", "--data", "f", "--dead", "1"], false),
        ];
        for (arguments, accepted) in table {
            let all = [&["x", "events"], arguments].concat();
            assert_eq!(
                Options::try_parse_from(&all).is_ok(),
                accepted,
                "{arguments:?}"
            );
        }
    }
}
