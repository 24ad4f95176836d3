//! The embedded provider from outside: over sockets, as a process.

mod addresses;
mod crowd;
mod embedded;
mod events;
mod help;
mod kill;
mod program;
mod tls;
mod webhook;
