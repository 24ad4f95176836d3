//! What can go wrong with a request, told apart by who is to blame.

use std::error::Error as StdError;
use std::io;

use kfp_provider_api::client::Error as GeneratedError;
use reqwest::{Response, StatusCode};
use rustls::{AlertDescription, CertificateError};

/// Bytes of a foreign body that a message shows.
const EXCERPT: usize = 1024;

/// Why a request brought no result.
///
/// Every text starts with the request, such as `PUT /resource/run/r-1`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The id cannot stand in a URL; nothing was sent.
    #[error("{request}: id {id:?} cannot be sent: {what}")]
    UnusableId {
        /// The request, without the id.
        request: String,
        /// The id.
        id: String,
        /// Why not, and a hint.
        what: &'static str,
    },
    /// The provider refused, in a way that the contract provides for.
    #[error("{request}: refused with {}: {provider_error}", status.as_u16())]
    Refused {
        /// The request.
        request: String,
        /// The status of the answer.
        status: StatusCode,
        /// The id in the answer: of what exists in spite of the error.
        id: Option<String>,
        /// The provider's words; empty if it gave none.
        provider_error: String,
    },
    /// The answer has a status that the contract does not provide for.
    #[error("{request}: unexpected status {}: {body}", status.as_u16())]
    Unexpected {
        /// The request.
        request: String,
        /// The status of the answer.
        status: StatusCode,
        /// The beginning of the body.
        body: String,
    },
    /// The status is fine, but the body is not what the contract wants with it.
    #[error("{request}: invalid body in the answer: {what}: {body}")]
    InvalidPayload {
        /// The request.
        request: String,
        /// What is wrong.
        what: String,
        /// The beginning of the body.
        body: String,
    },
    /// There was no complete answer.
    #[error("{request}: {}", transport(source))]
    Transport {
        /// The request.
        request: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// As before, on a connection of the request's own.
    #[error("{request}: {source}")]
    Connection {
        /// The request.
        request: String,
        /// What happened.
        source: ConnectionError,
    },
}

/// Why a connection brought no complete answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The time ran out.
    #[error("no answer in time")]
    Timeout,
    /// It did not come about.
    #[error("no answer: {0}")]
    Connect(io::Error),
    /// It broke, or what came over it is not HTTP.
    #[error("no answer: {}", innermost(&**.0))]
    Broken(Box<dyn StdError + Send + Sync>),
}

impl From<hyper::Error> for ConnectionError {
    fn from(error: hyper::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl ClientError {
    /// Whether the time for the request ran out: what was asked may still happen.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport { source, .. } => source.is_timeout(),
            Self::Connection { source, .. } => matches!(source, ConnectionError::Timeout),
            _ => false,
        }
    }

    /// Whether no connection came about: what was asked has certainly not happened.
    pub fn is_connect(&self) -> bool {
        match self {
            Self::Transport { source, .. } => source.is_connect(),
            Self::Connection { source, .. } => matches!(source, ConnectionError::Connect(_)),
            _ => false,
        }
    }
}

/// Members of an error body, whatever the operation declares.
pub(crate) trait ErrorBody {
    /// The id and the provider's words.
    fn into_parts(self) -> (Option<String>, String);
}

/// Sorts the generated client's errors.
pub(crate) async fn sort<E: ErrorBody>(request: String, error: GeneratedError<E>) -> ClientError {
    match error {
        GeneratedError::ErrorResponse(answer) => {
            let status = answer.status();
            let (id, provider_error) = answer.into_inner().into_parts();
            ClientError::Refused {
                request,
                status,
                id: id.filter(|id| !id.is_empty()),
                provider_error,
            }
        }
        GeneratedError::UnexpectedResponse(answer) => unexpected(request, answer).await,
        GeneratedError::InvalidResponsePayload(body, error) => ClientError::InvalidPayload {
            request,
            what: error.to_string(),
            body: excerpt(&body),
        },
        GeneratedError::CommunicationError(source)
        | GeneratedError::ResponseBodyError(source)
        | GeneratedError::InvalidUpgrade(source) => ClientError::Transport { request, source },
        // Neither is made by a client without hooks; if that changes, the words are not lost.
        GeneratedError::InvalidRequest(what) | GeneratedError::Custom(what) => {
            ClientError::InvalidPayload {
                request,
                what,
                body: String::new(),
            }
        }
    }
}

async fn unexpected(request: String, mut answer: Response) -> ClientError {
    let status = answer.status();
    let mut body = Vec::new();
    while body.len() <= EXCERPT {
        match answer.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break, // the status says enough
        }
    }
    ClientError::Unexpected {
        request,
        status,
        body: excerpt(&body),
    }
}

/// The beginning of a body, on one line.
fn excerpt(body: &[u8]) -> String {
    let shown = &body[..body.len().min(EXCERPT)];
    let text = String::from_utf8_lossy(shown);
    let more = if shown.len() < body.len() { "…" } else { "" };
    match text.trim_end() {
        "" => "(no body)".to_owned(),
        text => format!("{}{more}", text.escape_debug()),
    }
}

fn transport(source: &reqwest::Error) -> String {
    if source.is_timeout() {
        return "no answer in time".to_owned();
    }
    let cause = innermost(source);
    format!("no answer: {cause}{}", tls_hint(cause))
}

/// The innermost reason in words: the outer ones only say where it passed through.
pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    innermost(error).to_string()
}

fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause
}

/// What to do about a handshake that came to nothing.
fn tls_hint(cause: &(dyn StdError + 'static)) -> &'static str {
    match inside(cause).downcast_ref() {
        Some(rustls::Error::InvalidCertificate(reason)) => match reason {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                " (hint: trust the certificate of the authority that has signed it)"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                " (hint: ask by a name that stands in the certificate)"
            }
            _ => "",
        },
        Some(rustls::Error::AlertReceived(alert)) if is_about_client(*alert) => {
            " (hint: show a client certificate that the provider trusts)"
        }
        Some(rustls::Error::InvalidMessage(_)) => " (hint: does the provider speak TLS?)",
        _ => "",
    }
}

/// What errors of input and output are made of: they hide it from `source`, and stand in each other.
fn inside<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let outer = error.downcast_ref::<io::Error>();
    match outer.and_then(io::Error::get_ref) {
        Some(inner) => inside(inner),
        None => error,
    }
}

/// Whether a server says by an alert that it does not like the certificate it was shown, or the lack of one.
fn is_about_client(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::AccessDenied
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts() {
        assert_eq!(excerpt(b""), "(no body)");
        assert_eq!(excerpt(b"a\nb\n"), "a\\nb");
        assert_eq!(excerpt(&[b'x'; 1024]).len(), 1024);
        assert!(excerpt(&[b'x'; 1025]).ends_with("x…"));
    }
}
