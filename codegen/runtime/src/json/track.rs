//! Where in a value a reader failed.

use std::cell::RefCell;
use std::fmt;

/// The way from where the reader failed up to the top: a step is noted only when it fails.
#[derive(Default)]
pub(super) struct Track(RefCell<Vec<Step>>);

pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Track {
    pub(super) fn within<T, E>(
        &self,
        step: impl FnOnce() -> Step,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        read().inspect_err(|_| self.0.borrow_mut().push(step()))
    }
}

impl fmt::Display for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in self.0.borrow().iter().rev() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key)
                    if key.chars().all(|c| c.is_alphanumeric() || c == '_') && !key.is_empty() =>
                {
                    write!(f, ".{key}")?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}
