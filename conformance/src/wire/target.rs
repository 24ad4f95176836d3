//! The provider under test: its URL, and how to reach it.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use url::Url;

use crate::wire::{Connector, Tls};

/// Where the provider is.
#[derive(Clone)]
pub(crate) struct Target {
    /// As it is shown in reports, without user information.
    pub(crate) url: String,
    /// Name from `provider.toml` or of the embedded provider.
    pub(crate) name: Option<String>,
    /// Path in front of `/resource` and the probes; empty or `/a/b` without a slash at the end.
    pub(crate) prefix: String,
    pub(crate) connector: Connector,
}

/// A URL that cannot be a provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    /// Not a URL at all.
    #[error("{url}: {source} (hint: write it as http://host:port)")]
    Parse {
        /// What was given.
        url: String,
        /// Why it is none.
        source: url::ParseError,
    },
    /// A scheme other than http and https.
    #[error("{url}: scheme {scheme:?} is not http or https (hint: write it as http://host:port)")]
    Scheme {
        /// What was given.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// No host, or parts that a base URL cannot have.
    #[error("{url}: {what} (hint: write it as http://host:port)")]
    Shape {
        /// What was given.
        url: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The machine's certificates could not be loaded.
    #[error(
        "{url}: no trusted certificates: {why} (hint: set SSL_CERT_FILE to a file in PEM form)"
    )]
    Certificates {
        /// What was given.
        url: String,
        /// Why not.
        why: String,
    },
}

impl Target {
    /// Parses the base URL of a provider. A URL without scheme is http, as the operator has it.
    ///
    /// # Errors
    /// [`TargetError`] names the URL and what is wrong with it.
    pub(crate) fn parse(text: &str, name: Option<String>) -> Result<Self, TargetError> {
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let shape = |what| TargetError::Shape {
            url: text.to_owned(),
            what,
        };
        let url = Url::parse(&with_scheme).map_err(|source| TargetError::Parse {
            url: text.to_owned(),
            source,
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            let scheme = url.scheme().to_owned();
            return Err(TargetError::Scheme {
                url: text.to_owned(),
                scheme,
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            // The password must not reach a terminal or a log.
            let url = format!(
                "{}://…@{}",
                url.scheme(),
                url.host_str().unwrap_or_default()
            );
            let what = "a user or password; the operator sends none";
            return Err(TargetError::Shape { url, what });
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(shape("a query or fragment"));
        }
        let host = url.host_str().ok_or_else(|| shape("no host"))?.to_owned();
        let port = url
            .port_or_known_default()
            .ok_or_else(|| shape("no port"))?;
        if port == 0 {
            return Err(shape("port 0"));
        }
        let tls = (url.scheme() == "https")
            .then(|| tls(text, &host))
            .transpose()?;
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            name,
            prefix: url.path().trim_end_matches('/').to_owned(),
            connector: Connector { host, port, tls },
        })
    }

    /// Whether the provider is reached through TLS, which the operator never uses.
    pub(crate) fn is_https(&self) -> bool {
        self.connector.tls.is_some()
    }
}

fn tls(url: &str, host: &str) -> Result<Tls, TargetError> {
    let failed = |why: String| TargetError::Certificates {
        url: url.to_owned(),
        why,
    };
    let loaded = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(loaded.certs);
    if roots.is_empty() {
        return Err(failed(
            loaded
                .errors
                .first()
                .map_or("none found".to_owned(), ToString::to_string),
        ));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let bare = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let name = ServerName::try_from(bare).map_err(|error| failed(error.to_string()))?;
    Ok(Tls {
        config: Arc::new(config),
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_become_targets() {
        let table = [
            ("http://127.0.0.1:8080", "127.0.0.1", 8080, ""),
            ("http://127.0.0.1:8080/", "127.0.0.1", 8080, ""),
            ("provider.team-a:8080", "provider.team-a", 8080, ""),
            (
                "http://gateway/providers/acme/",
                "gateway",
                80,
                "/providers/acme",
            ),
            ("http://[::1]:9000", "[::1]", 9000, ""),
        ];
        for (text, host, port, prefix) in table {
            let target = Target::parse(text, None).expect(text);
            assert_eq!(target.connector.host, host, "{text}");
            assert_eq!(target.connector.port, port, "{text}");
            assert_eq!(target.prefix, prefix, "{text}");
        }
    }

    #[test]
    fn bad_urls_say_what_is_wrong() {
        let table = [
            ("ftp://host", "scheme \"ftp\""),
            ("http://", "empty host"),
            ("http://host:99999", "invalid port"),
            ("http://host:0", "port 0"),
            ("http://u:secret@host", "a user or password"),
            ("http://host/?a=b", "a query or fragment"),
        ];
        for (text, part) in table {
            let error = Target::parse(text, None).err().expect(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(error.contains("hint:"), "{text}: {error}");
            assert!(!error.contains("secret"), "{text}: {error}");
        }
    }
}
