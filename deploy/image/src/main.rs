//! All commands in one program, because what they have in common is most of each: the image has it once.
//!
//! Which one it is says the name by which it is called; by any other than the two below, it is `kfp-conformance`, which
//! also starts itself by the name of this program.

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let name = std::env::args_os().next().unwrap_or_default();
    match Path::new(&name).file_name().and_then(|name| name.to_str()) {
        // One thread is enough for one request at a time, and starts faster than many.
        Some("kfp-provider") => {
            let cli = kfp_provider_client::command::Cli::parse();
            block_on(
                Builder::new_current_thread(),
                kfp_provider_client::command::run(cli),
            )
        }
        Some("kfp-provider-embedded") => {
            let options = kfp_provider_embedded::Options::parse();
            block_on(
                Builder::new_multi_thread(),
                kfp_provider_embedded::run_command(options),
            )
        }
        _ => {
            let cli = kfp_conformance::Cli::parse();
            let command = async { ExitCode::from(kfp_conformance::run_command(cli).await) };
            block_on(Builder::new_multi_thread(), command)
        }
    }
}

fn block_on(mut builder: Builder, command: impl Future<Output = ExitCode>) -> ExitCode {
    let runtime = builder.enable_all().build();
    runtime
        .expect("threads and a selector are to be had")
        .block_on(command)
}
