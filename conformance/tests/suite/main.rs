//! The command as users run it.

mod command;
mod embedded;
mod interruption;
mod program;
mod reports;
mod usage;
