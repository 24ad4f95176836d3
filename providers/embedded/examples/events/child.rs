//! The provider under measurement, in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kfp_provider_embedded::{Data, Embedded, EmbeddedConfig, Reporting};
use kfp_provider_server::{Settings, start};
use slog::Logger;
use tokio::io::AsyncReadExt as _;

use crate::{Failure, say};

/// The environment variable with the URL of the webhook; empty for none.
const WEBHOOK: &str = "OPERATORWEBHOOK";

/// Serves the embedded provider, whose runs end at once, until the standard input ends.
pub(crate) async fn serve() -> Result<(), Failure> {
    let webhook = std::env::var(WEBHOOK)?;
    let provider = Embedded::open(EmbeddedConfig {
        pending: Duration::ZERO,
        running: Duration::ZERO,
        reporting: Reporting {
            webhook: Some(webhook).filter(|url| !url.is_empty()),
            ..Reporting::default()
        },
        ..EmbeddedConfig::new(Data::Memory)
    })
    .await?;
    let log = Logger::root(slog::Discard, slog::o!());
    let running = start(Settings::ephemeral(), provider, log).await?;
    say(&running.address().to_string())?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    running.shutdown().await;
    Ok(())
}

/// Such a process.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts this very program, behind another program and its arguments if there are any.
    pub(crate) fn start(webhook: Option<&str>, behind: &[&str]) -> Result<Self, Failure> {
        let this = std::env::current_exe()?;
        let mut command = match behind {
            [] => Command::new(&this),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(&this).stderr(Stdio::piped());
                command
            }
        };
        let mut child = command
            .arg("serve")
            .env(WEBHOOK, webhook.unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?}: {error} (hint: is it installed?)"))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address = line.trim().parse();
        let address = address.map_err(|_| format!("the server did not start: {line:?}"))?;
        Ok(Self { child, address })
    }

    /// Ends it, and returns what it has said on standard error.
    pub(crate) fn stop(mut self) -> Result<String, Failure> {
        drop(self.child.stdin.take());
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut said)?;
        }
        self.child.wait()?;
        Ok(said)
    }
}
