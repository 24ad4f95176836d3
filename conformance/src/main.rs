//! The command `kfp-conformance`.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    ExitCode::from(kfp_conformance::run_command(kfp_conformance::Cli::parse()).await)
}
