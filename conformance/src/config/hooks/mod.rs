//! Hooks as `provider.toml` has them.

mod command;
mod endpoint;
mod program;

use std::path::Path;

pub(crate) use command::Command;
pub(crate) use endpoint::Endpoint;

/// What a hook does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Hook {
    /// Says whether a resource exists behind the API.
    Probe,
    /// Starts a run that fails.
    SeedFailingRun,
    /// Makes the orchestrator unavailable to the provider.
    BreakBackend,
    /// Makes it available again.
    HealBackend,
    /// Restarts the provider; it may return before the provider answers again.
    Restart,
    /// Brings the provider into the state in which a run shall begin.
    Reset,
}

impl Hook {
    /// The name in `provider.toml`, and the first word about it anywhere else.
    pub(crate) fn as_str(self) -> &'static str {
        self.into()
    }

    /// What a requirement says that needs it.
    pub(crate) fn need(self) -> &'static str {
        match self {
            Self::Probe => "hook:probe",
            Self::SeedFailingRun => "hook:seed-failing-run",
            Self::BreakBackend => "hook:break-backend",
            Self::HealBackend => "hook:heal-backend",
            Self::Restart => "hook:restart",
            Self::Reset => "hook:reset",
        }
    }
}

/// Why a hook cannot be used as it is written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// The command is no list of words.
    #[error(
        "the quotes of the command do not end (hint: words are split as in a shell, but no shell runs them)"
    )]
    Quotes,
    /// The command is empty.
    #[error("empty command (hint: name a program and its arguments)")]
    Empty,
    /// The URL cannot be called.
    #[error("{0}")]
    Url(String),
    /// There is no such program.
    #[error("{program}: {what} (hint: {hint})")]
    Program {
        /// The program, without its arguments.
        program: String,
        /// What there is instead.
        what: String,
        /// The way out.
        hint: &'static str,
    },
}

/// A hook as `provider.toml` has it.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    Command(Command),
    Endpoint(Endpoint),
}

impl Way {
    /// Reads a command or an `http` or `https` URL. Programs with a slash are found from `folder`.
    ///
    /// # Errors
    /// [`Unusable`] says why it is neither.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Unusable> {
        if text.starts_with("http://") || text.starts_with("https://") {
            Endpoint::parse(text).map(Self::Endpoint)
        } else {
            Command::parse(text, folder).map(Self::Command)
        }
    }

    /// Whether there is such a program; what a URL leads to only a request could tell.
    ///
    /// # Errors
    /// [`Unusable::Program`] says what there is instead.
    pub(crate) fn check(&self) -> Result<(), Unusable> {
        match self {
            Self::Command(command) => command.check(),
            Self::Endpoint(_) => Ok(()),
        }
    }

    /// What it is, without what may be secret.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Command(command) => command.program(),
            Self::Endpoint(endpoint) => endpoint.shown(),
        }
    }
}
