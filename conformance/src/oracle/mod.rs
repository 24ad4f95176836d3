//! What makes an answer right: the document, the operator, and the bytes themselves.
//!
//! Here belongs what can be said of one exchange alone: its envelope, both lenses, the checks that hold for every answer
//! ([`ambient`]). What takes several exchanges to see belongs in a case, what takes the journal in the judge.

pub(crate) mod ambient;
mod document;
mod envelope;
pub(crate) mod exchange;
mod lenses;
mod lint;

pub(crate) use document::DocumentError;
pub(crate) use document::{Document, validator};
pub(crate) use envelope::Envelope;
pub(crate) use lenses::{Declared, Expectation, operator_lens, spec_lens};
pub(crate) use lint::lint;
