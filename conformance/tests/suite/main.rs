//! The command as users run it.

mod adoption;
mod cleaning;
mod command;
mod embedded;
mod interruption;
mod process;
mod program;
mod replaying;
mod reports;
mod unreachable;
mod usage;
