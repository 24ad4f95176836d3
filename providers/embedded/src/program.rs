//! The process `kfp-provider-embedded`.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use kfp_provider_server::{Settings, ShutdownOutcome, json_logger, log_panics};

use super::{Command, EventsError, Options, run};

/// Does what the command line says, configured by the environment, and returns when it is done. What goes wrong is told
/// on standard error, and by the exit code.
pub async fn run_command(options: Options) -> ExitCode {
    if let Some(Command::Events(events)) = options.command {
        return match events.run(&mut std::io::stdout().lock()).await {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever reads has read enough.
            Err(EventsError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {
                ExitCode::SUCCESS
            }
            Err(error) => {
                // There is nowhere else to report to.
                let _ = writeln!(std::io::stderr(), "{error}");
                ExitCode::FAILURE
            }
        };
    }
    let (log, _guard) = json_logger(std::io::stderr());
    log_panics(&log);
    let settings = match Settings::from_env(std::env::vars_os()) {
        Ok(settings) => settings,
        Err(error) => {
            for problem in error.problems() {
                slog::crit!(log, "{problem}");
            }
            return ExitCode::from(2);
        }
    };
    match run(options, settings, log.clone()).await {
        Ok(ShutdownOutcome::Abandoned) => ExitCode::from(3),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            slog::crit!(log, "{error}");
            ExitCode::FAILURE
        }
    }
}
