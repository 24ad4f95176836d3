//! The command `kfp-conformance`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ExitCode::from(kfp_conformance::run_command(kfp_conformance::Cli::of_process()).await)
}
