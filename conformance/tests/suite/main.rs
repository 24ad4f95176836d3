//! The command as users run it.

mod cleaning;
mod command;
mod embedded;
mod interruption;
mod program;
mod reports;
mod usage;
