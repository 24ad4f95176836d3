//! `serve`: the embedded provider, configured as the operator configures any.

use kfp_provider_embedded::{Options, run};
use kfp_provider_server::{Settings, ShutdownOutcome, json_logger, log_panics, slog};

use crate::base::exit;

pub(super) async fn serve(options: Options) -> u8 {
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
