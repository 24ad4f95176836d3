//! The command as users run it.

mod adoption;
mod cleaning;
mod command;
mod embedded;
mod gateway;
mod help;
mod hooks;
mod interruption;
mod partial;
mod process;
mod program;
mod replaying;
mod reports;
mod unreachable;
mod usage;
