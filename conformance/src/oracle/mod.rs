//! What makes an answer right: the document, the operator, and the bytes themselves.

mod document;
mod envelope;
mod lenses;
mod lint;

pub(crate) use document::DocumentError;
pub(crate) use document::{Document, Endpoint, escape, validator};
pub(crate) use envelope::Envelope;
pub(crate) use lenses::{Expectation, operator_lens, spec_lens};
pub(crate) use lint::lint;
