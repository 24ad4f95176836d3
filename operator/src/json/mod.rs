//! JSON as the operator's Go code reads and writes it.
//!
//! Member order and the text of numbers are kept, because bodies and version hashes depend on them. Every walk over a
//! value keeps its own stack: nesting as deep as Go accepts does not exhaust a thread's.

mod canonical;
mod decode;
mod scan;
mod text;
mod unquote;
mod value;
mod walk;

pub use canonical::NumberOutOfRange;
pub use scan::SyntaxError;
pub use value::{Json, MAX_DEPTH};

pub(crate) use canonical::go_float;
pub(crate) use scan::{Scanner, Token};
pub(crate) use text::{Escape, compact, write_string};
pub(crate) use unquote::{folds_to, unquote};

#[cfg(test)]
mod tests;
