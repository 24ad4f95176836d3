//! `serve`: the embedded provider, configured as the operator configures any.

use kfp_provider_embedded::{Options, run};
use kfp_provider_server::{Settings, ShutdownOutcome, json_logger, log_panics, slog};

use crate::base::exit;

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  shut down cleanly by SIGTERM or Ctrl-C
  1  failed to start, or failed while serving
  2  wrong command line or environment
  3  shut down while requests were still in progress";

pub(super) async fn exec(options: Options) -> u8 {
    let (log, _guard) = json_logger(std::io::stderr());
    log_panics(&log);
    let settings = match Settings::from_env(std::env::vars_os()) {
        Ok(settings) => settings,
        Err(error) => {
            for problem in error.problems() {
                slog::crit!(log, "{problem}");
            }
            return exit::USAGE;
        }
    };
    match run(options, settings, log.clone()).await {
        Ok(ShutdownOutcome::Abandoned) => exit::UNREACHABLE,
        Ok(_) => exit::CONFORMANT,
        Err(error) => {
            slog::crit!(log, "{error}");
            exit::NOT_CONFORMANT
        }
    }
}
