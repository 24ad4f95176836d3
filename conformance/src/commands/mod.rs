//! One file per command.
//!
//! Here belongs what a command line means: which files are read, which run is started, what is printed, the exit code.

mod check_config;
mod clean;
pub(crate) mod cli;
mod compare;
mod completions;
mod document;
mod explain;
mod init;
mod list;
mod merge;
mod mock;
mod render;
mod replay;
mod run;
mod selftest;
#[cfg(feature = "embedded")]
mod serve;
mod subject;
mod supervise;

use std::io::{self, Write};

use crate::base::exit;
use crate::commands::cli::{Cli, Command};
use crate::config::ConfigError;
use crate::journal::merge::MergeError;
use crate::journal::reader::ReadError;
use crate::journal::writer::OutputError;
use crate::oracle::DocumentError;
use crate::report::{CompareError, PrintError};
use crate::wire::target::TargetError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error(transparent)]
    Select(#[from] crate::catalogue::SelectError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error(transparent)]
    Compare(#[from] CompareError),
    #[error(transparent)]
    Previous(#[from] crate::engine::previous::PreviousError),
    #[error(transparent)]
    Ledger(#[from] crate::journal::ledger::LedgerError),
    #[error(transparent)]
    Mock(#[from] crate::mock::UnknownName),
    #[error("{address}: {source} (hint: port 0 takes a free one)")]
    Listen {
        address: std::net::SocketAddr,
        source: io::Error,
    },
    #[error("{}: is there already, and is not overwritten (hint: name another file)", .0.display())]
    Exists(std::path::PathBuf),
    #[error("nothing selected: {0}")]
    Nothing(String),
    #[error("{url}: unreachable: {why} (hint: is the provider running there, and is it HTTP?)")]
    Unreachable { url: String, why: String },
    #[error(
        "{url}: no create of any type succeeded, so nothing was judged (hint: see {report}; bodies that this provider accepts go into [fixtures] of provider.toml)"
    )]
    Vacuous { url: String, report: String },
    #[cfg(feature = "embedded")]
    #[error("embedded provider: {0}")]
    Embedded(String),
    #[error(transparent)]
    NotStarted(#[from] crate::mock::NotStarted),
    #[error("--start: {0}")]
    Start(crate::config::hooks::Unusable),
    #[error(transparent)]
    Hook(#[from] crate::facilities::hooks::HookError),
    #[error("{0}")]
    Useless(String),
    #[error("provider: {0}")]
    Process(#[from] crate::facilities::process::ProcessError),
    #[error("standard output: {0}")]
    Print(#[from] io::Error),
}

impl From<PrintError> for Problem {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Print(error) => Self::Print(error),
            PrintError::Output(error) => Self::Output(error),
        }
    }
}

impl Problem {
    fn exit_code(&self) -> u8 {
        match self {
            // The judging went on to its end; only the report has none.
            Self::Output(OutputError { source, .. }) | Self::Print(source) if is_full(source) => {
                exit::INCOMPLETE
            }
            Self::Mock(_)
            | Self::Ledger(_)
            | Self::Previous(_)
            | Self::Listen { .. }
            | Self::Select(_)
            | Self::Config(_)
            | Self::Target(_)
            | Self::Document(_)
            | Self::Output(_)
            | Self::Compare(_)
            | Self::Merge(_)
            | Self::Read(ReadError::Read { .. } | ReadError::Version { .. })
            | Self::Start(_)
            | Self::NotStarted(_)
            | Self::Hook(_)
            | Self::Useless(_)
            | Self::Exists(_)
            | Self::Nothing(_) => exit::USAGE,
            Self::Read(ReadError::NoStart { .. }) => exit::INCOMPLETE,
            Self::Process(_) | Self::Unreachable { .. } | Self::Vacuous { .. } => exit::UNREACHABLE,
            #[cfg(feature = "embedded")]
            Self::Embedded(_) => exit::INTERNAL,
            Self::Print(_) => exit::INTERNAL,
        }
    }
}

/// Goes on when the reader has seen enough, as `head` has: what a command finds out does not depend on who listens.
struct Untiring<W>(W);

impl<W: Write> Write for Untiring<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// Whether there is no room for more: on the disk, in a quota, or in what a file may grow to.
fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge
            | io::ErrorKind::WriteZero
    )
}

/// Does what the command line asks for and returns the exit code.
pub async fn dispatch(cli: Cli) -> u8 {
    let mut out = Untiring(anstream::stdout().lock());
    let done = match cli.command {
        None => run::exec(cli.run, &mut out).await,
        Some(Command::Run(args)) => run::exec(args, &mut out).await,
        Some(Command::Render(args)) => render::exec(&args, &mut out),
        Some(Command::Compare(args)) => compare::exec(&args, &mut out),
        Some(Command::List(args)) => list::exec(&args, &mut out),
        Some(Command::Mock(args)) => mock::exec(args, &mut out).await,
        Some(Command::Selftest(args)) => selftest::exec(args, &mut out).await,
        Some(Command::Explain(args)) => explain::exec(&args, &mut out),
        Some(Command::Replay(args)) => replay::exec(&args, &mut out).await,
        Some(Command::Clean(args)) => clean::exec(&args, &mut out).await,
        Some(Command::Init(args)) => init::exec(&args, &mut out),
        Some(Command::Merge(args)) => merge::exec(&args, &mut out),
        Some(Command::Completions(args)) => completions::exec(&args, &mut out),
        Some(Command::CheckConfig(args)) => check_config::exec(&args, &mut out),
        #[cfg(feature = "embedded")]
        Some(Command::Serve(options)) => return serve::exec(options).await,
        Some(Command::Supervise(args)) => supervise::exec(&args),
        Some(Command::Document(args)) => document::exec(&args, &mut out),
    };
    match done {
        Ok(code) => code,
        Err(problem) => {
            let code = problem.exit_code();
            // Nothing is left to do if even this cannot be written.
            let _ = writeln!(io::stderr(), "kfp-conformance: {problem}");
            code
        }
    }
}
