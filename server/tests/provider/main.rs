//! The skeleton from outside: over sockets.

mod addresses;
mod answers;
mod crowd;
mod document;
mod ids;
mod lenses;
mod pace;
mod scripted;
mod shutdown;
mod strict;
