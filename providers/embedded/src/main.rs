//! `kfp-provider-embedded`: see its `--help`.

use std::process::ExitCode;

use clap::Parser as _;
use kfp_provider_embedded::{Options, run_command};

#[tokio::main]
async fn main() -> ExitCode {
    run_command(Options::parse()).await
}
