//! `kfp-provider`: see its `--help`.

use std::process::ExitCode;

use clap::Parser as _;
use kfp_provider_client::command::{Cli, run};

// One thread is enough for one request at a time, and starts faster than many.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run(Cli::parse()).await
}
