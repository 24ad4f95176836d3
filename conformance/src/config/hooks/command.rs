//! Commands as they are written in files and on the command line.

use std::path::{Path, PathBuf};

use super::Unusable;

/// A program and its first arguments. No shell is involved: what a provider answers becomes an
/// argument and is never interpreted.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
}

impl Command {
    /// Splits a command into words as a shell does.
    ///
    /// # Errors
    /// It is empty, or its quotes do not end.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Unusable> {
        let mut words = shlex::split(text).ok_or(Unusable::Quotes)?.into_iter();
        // Where a relative program is looked for must not depend on where it is started from.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let program = words.next().ok_or(Unusable::Empty)?;
        // A bare name is looked for in PATH, anything else from the folder of the file.
        let program = if program.contains('/') {
            folder.join(program)
        } else {
            program.into()
        };
        Ok(Self {
            program,
            arguments: words.collect(),
            folder,
        })
    }

    /// Whether there is such a program.
    ///
    /// # Errors
    /// [`Unusable::Program`] says what there is instead.
    pub(crate) fn check(&self) -> Result<(), Unusable> {
        super::program::check(&self.program).map_err(|missing| Unusable::Program {
            program: self.program(),
            what: missing.what,
            hint: missing.hint,
        })
    }

    /// A program that was found already.
    #[cfg(feature = "embedded")]
    pub(crate) fn of(program: PathBuf, arguments: &[&str], folder: &Path) -> Self {
        Self {
            program,
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.to_owned(),
        }
    }

    /// The program without its arguments.
    pub(crate) fn program(&self) -> String {
        self.program.display().to_string()
    }

    /// The program as it is started.
    pub(crate) fn path(&self) -> &Path {
        &self.program
    }

    /// Its arguments.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// Where it is started from.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
