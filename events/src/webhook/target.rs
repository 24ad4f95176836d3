//! The URL that events go to, and what is needed to connect to it.

use std::sync::Arc;

use hyper::Uri;
use kfp_provider_domain::without_password;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

/// A URL that events can go to, and how it is reached.
pub(super) struct Target {
    pub(super) url: Uri,
    /// Host and port to connect to.
    pub(super) address: (String, u16),
    pub(super) tls: Option<(TlsConnector, ServerName<'static>)>,
}

/// Why a text is not a URL that events can go to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWebhook {
    /// Not an absolute `http` or `https` URL, or one with a user or a fragment, which are not sent.
    #[error("webhook {url:?}: {problem} (hint: http://host:port/events)")]
    Url {
        /// The URL, without a password that may be in it.
        url: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The system's certificates are needed for `https`, and cannot be read.
    #[error(
        "webhook {url:?}: no certificate to trust: {reason} (hint: install the system's certificates)"
    )]
    Trust {
        /// The URL.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

impl Target {
    pub(super) fn read(text: &str) -> Result<Self, InvalidWebhook> {
        let invalid = |problem| InvalidWebhook::Url {
            url: without_password(text),
            problem,
        };
        if text.contains('#') {
            return Err(invalid("has a fragment, which is not sent"));
        }
        let none = "not an absolute http or https URL";
        let url: Uri = text.parse().map_err(|_| invalid(none))?;
        let secure = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid(none)),
        };
        let authority = url.authority().ok_or_else(|| invalid(none))?;
        if authority.as_str().contains('@') {
            return Err(invalid("has a user, who is not sent"));
        }
        let host = authority.host();
        let port = match authority.as_str().strip_prefix(host) {
            Some("") if secure => Some(443),
            Some("") => Some(80),
            Some(rest) => rest.strip_prefix(':').and_then(|port| port.parse().ok()),
            None => None,
        };
        let port = port.ok_or_else(|| invalid("has no port that can be connected to"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || port == 0 {
            return Err(invalid("has no host and port that can be connected to"));
        }
        let tls = if secure {
            let name = ServerName::try_from(host.to_owned());
            let name = name.map_err(|_| invalid("has a host that no certificate can be for"))?;
            Some((trusting(text)?, name))
        } else {
            None
        };
        Ok(Self {
            address: (host.to_owned(), port),
            tls,
            url,
        })
    }
}

/// TLS with the certificates that the system trusts.
fn trusting(url: &str) -> Result<TlsConnector, InvalidWebhook> {
    let failed = |reason: String| InvalidWebhook::Trust {
        url: url.to_owned(),
        reason,
    };
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err(failed("none was found".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let table = [
            ("http://host/events", Some(("host", 80))),
            ("http://host:8082/events?a=b", Some(("host", 8082))),
            ("http://127.0.0.1:1/a/../b//", Some(("127.0.0.1", 1))),
            ("http://[::1]:9/events", Some(("::1", 9))),
            ("http://[::1]/events", Some(("::1", 80))),
            ("http://host", Some(("host", 80))),
            ("https://host/events", Some(("host", 443))),
            ("https://[::1]/events", Some(("::1", 443))),
            ("ftp://host/events", None),
            ("/events", None),
            ("host:80", None),
            ("http:///events", None),
            ("http://user:secret@host/events", None),
            ("http://secret@host", None),
            ("http://user:secret@host@host/", None),
            ("http://host/events#part", None),
            ("http://host:99999/", None),
            ("http://host:0/", None),
            ("http://host:/", None),
            ("http://[::1/events", None),
            ("http://a b/events", None),
            ("", None),
        ];
        for (text, expected) in table {
            match (Target::read(text), expected) {
                (Ok(target), Some((host, port))) => {
                    assert_eq!(target.address, (host.to_owned(), port), "{text}");
                }
                (Err(error @ InvalidWebhook::Url { .. }), None) => {
                    assert!(!error.to_string().contains("secret"), "{error}");
                }
                // A machine without certificates cannot send to https at all.
                (Err(InvalidWebhook::Trust { .. }), Some(_)) => {}
                (target, _) => panic!("{text}: {:?}", target.map(|target| target.url)),
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let table = [
            (
                "http://me:pw@host/events",
                "webhook \"http://…@host/events\": has a user, who is not sent (hint: http://host:port/events)",
            ),
            (
                "http://host/events#x",
                "webhook \"http://host/events#x\": has a fragment, which is not sent (hint: http://host:port/events)",
            ),
            (
                "host:8082/events",
                "webhook \"host:8082/events\": not an absolute http or https URL (hint: http://host:port/events)",
            ),
        ];
        for (text, expected) in table {
            let said = Target::read(text).err().map(|error| error.to_string());
            assert_eq!(said.as_deref(), Some(expected));
        }
    }

    /// What is sent is what was configured, whatever others would make of it.
    #[test]
    fn nothing_is_changed() {
        for rest in [
            "/events",
            "/events/",
            "/a/../b//",
            "/e?",
            "/e?x=%41&y",
            "/%7e",
        ] {
            let target = Target::read(&format!("http://Host:80{rest}")).expect(rest);
            let path = target.url.path_and_query().map(|path| path.as_str());
            assert_eq!(path, Some(rest));
            let authority = target.url.authority().map(|authority| authority.as_str());
            assert_eq!(authority, Some("Host:80"));
        }
    }
}
