//! What stands between dropshot and a service: everything that a request can do wrong is turned into a declared answer
//! here.
//!
//! ```text
//! dropshot -> Incoming -> Exchange: parameters, body -> service -> declared response -> Answer -> dropshot
//!                                 \-> EarlyRefusal, put into the words of the service ->/
//! ```

mod arriving;
mod bodies;
mod exchange;
mod form;
mod guarded;
mod headers;
mod incoming;
mod lasting;
mod parameters;
mod refusal;
mod replies;

pub use bytes::Bytes;
pub use http::{HeaderValue, StatusCode};

pub use arriving::Arriving;
pub use bodies::{read_json, read_text};
pub use exchange::Exchange;
pub use form::read_form;
pub use guarded::{ApiError, Endpoints, Guarded, Limits};
pub use incoming::{Documented, Incoming, JsonBody, NoBody, NoPath};
pub use parameters::{
    Finite, at_least_one, at_most_one, each, exactly_one, header_values, parameter, query_of,
    query_values,
};
pub use refusal::{EarlyRefusal, EarlyRefusalKind, Fault};
pub use replies::{
    Answer, Reply, Response, UndeclaredStatus, body_reply, declared_as, documented_empty,
    documented_json, empty_reply, header, json_reply, of_range,
};
