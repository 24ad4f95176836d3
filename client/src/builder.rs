//! Making a client: everything that can be wrong is found here, before the first request.

use std::time::Duration;

use kfp_provider_api::client::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Certificate, ClientBuilder, Identity, redirect};
use url::Url;

use crate::client::ProviderClient;
use crate::plain::Plain;

/// Time for one request unless told otherwise: as long as the operator waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// Settings of a client; see [`ProviderClient::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    url: String,
    timeout: Duration,
    trusted: Option<Vec<u8>>,
    identity: Option<Secret<Vec<u8>>>,
    token: Option<Secret<String>>,
}

/// What is not to be seen in logs.
#[derive(Clone)]
struct Secret<T>(T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Builder {
    pub(crate) fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            timeout: DEFAULT_TIMEOUT,
            trusted: None,
            identity: None,
            token: None,
        }
    }

    /// Time allowed for one request, from connecting to the last byte of the answer. Default: 300 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Certificates to trust, in PEM, in place of the system's. For `https` URLs only.
    pub fn trust_only(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trusted = Some(pem.into());
        self
    }

    /// A client certificate with what it is signed by, and its key, in PEM. For `https` URLs only.
    pub fn identity(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(Secret(pem.into()));
        self
    }

    /// A token that every request carries as `Authorization: Bearer`.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret(token.into()));
        self
    }

    /// Builds the client. Nothing is sent: the provider need not be up yet. Proxies of the environment are not used.
    ///
    /// # Errors
    /// The URL cannot be the base of requests, or it is an `https` URL and the system has no certificates to trust.
    pub fn build(self) -> Result<ProviderClient, BuildError> {
        let base = base_url(&self.url)?;
        let headers = self.headers()?;
        let plain = (base.scheme() == "http").then(|| Plain {
            base: base.clone(),
            authorization: headers.get(AUTHORIZATION).cloned(),
            timeout: self.timeout,
        });
        // No proxy from the environment: providers are services of the cluster, and the answer must be their own.
        let http = reqwest::Client::builder()
            .timeout(self.timeout)
            .redirect(redirect::Policy::none())
            .default_headers(headers)
            .no_proxy();
        let http = if base.scheme() == "http" {
            self.plain(http)?
        } else {
            self.tls(http)?
        };
        let http = http.build().map_err(|source| BuildError::Tls {
            url: self.url,
            source,
        })?;
        let base = base.as_str().trim_end_matches('/');
        Ok(ProviderClient::new(
            Client::new_with_client(base, http),
            plain,
        ))
    }

    fn headers(&self) -> Result<HeaderMap, BuildError> {
        let mut headers = HeaderMap::new();
        if let Some(Secret(token)) = &self.token {
            let value = HeaderValue::try_from(format!("Bearer {token}"));
            let mut value = value.map_err(|_| BuildError::Token)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    /// Without redirects a plain URL stays plain. Not loading certificates lets images without any speak to it.
    fn plain(&self, http: ClientBuilder) -> Result<ClientBuilder, BuildError> {
        if self.trusted.is_some() || self.identity.is_some() {
            return Err(BuildError::Base {
                url: self.url.clone(),
                what: "certificates are given, but the URL is not https (hint: write https:// in front)",
            });
        }
        Ok(http.tls_certs_only([]))
    }

    fn tls(&self, mut http: ClientBuilder) -> Result<ClientBuilder, BuildError> {
        if let Some(pem) = &self.trusted {
            let trusted = Certificate::from_pem_bundle(pem)
                .map_err(|_| BuildError::Pem("certificates to trust"))?;
            if trusted.is_empty() {
                return Err(BuildError::Pem("certificates to trust"));
            }
            http = http.tls_certs_only(trusted);
        }
        if let Some(Secret(pem)) = &self.identity {
            let identity = Identity::from_pem(pem)
                .map_err(|_| BuildError::Pem("client certificate and key"))?;
            http = http.identity(identity);
        }
        Ok(http)
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The text is no URL.
    #[error("url {url:?}: {source} (hint: write it like http://provider.example:8080)")]
    Url {
        /// The text.
        url: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
    /// The URL is none that requests can be based on.
    #[error("url {url:?}: {what}")]
    Base {
        /// The URL, unless it holds a password.
        url: String,
        /// What is wrong with it, and a hint.
        what: &'static str,
    },
    /// A text is not PEM, or does not hold what it should.
    #[error("{0}: not in the PEM text (hint: it has lines such as -----BEGIN CERTIFICATE-----)")]
    Pem(&'static str),
    /// The token holds characters that no header can carry.
    #[error("bearer token: it cannot stand in a header (hint: one line of visible characters)")]
    Token,
    /// TLS cannot be set up.
    #[error(
        "url {url:?}: TLS cannot be set up: {} (hint: install the system's CA certificates)",
        crate::error::root_cause(source)
    )]
    Tls {
        /// The URL.
        url: String,
        /// What is wrong.
        source: reqwest::Error,
    },
}

/// Reads a base URL. As for the operator's `curl`, it is `http` if it does not say.
fn base_url(text: &str) -> Result<Url, BuildError> {
    let text = text.trim();
    let complete = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&complete).map_err(|source| BuildError::Url {
        url: text.to_owned(),
        source,
    })?;
    let refuse = |what| {
        Err(BuildError::Base {
            url: text.to_owned(),
            what,
        })
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("neither http nor https (hint: leave the scheme out for http)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BuildError::Base {
            url: format!(
                "{}://…@{}",
                url.scheme(),
                url.host_str().unwrap_or_default()
            ),
            what: "it holds credentials, and providers know none (hint: leave them out)",
        });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it has a query or fragment (hint: give the part before `/resource` only)");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        let table = [
            ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080/")),
            (" http://a/b/// ", Ok("http://a/b///")),
            ("https://a", Ok("https://a/")),
            (
                "provider-forge-q8z5w.ml-platform:8080",
                Ok("http://provider-forge-q8z5w.ml-platform:8080/"),
            ),
            ("localhost", Ok("http://localhost/")),
            ("[::1]:80", Ok("http://[::1]/")),
            ("", Err("empty host")),
            ("http://", Err("empty host")),
            ("http://a:99999", Err("invalid port number")),
            ("a b", Err("invalid international domain name")),
            ("ftp://a", Err("neither http nor https")),
            ("http://a?x=1", Err("a query or fragment")),
            ("http://a#x", Err("a query or fragment")),
            ("http://user@a", Err("credentials")),
            ("http://user:secret@a", Err("credentials")),
        ];
        for (text, expected) in table {
            let url = base_url(text)
                .map(String::from)
                .map_err(|error| error.to_string());
            match (&url, expected) {
                (Ok(url), Ok(expected)) => assert_eq!(url, expected, "url {text:?}"),
                (Err(error), Err(expected)) => {
                    assert!(error.contains(expected), "url {text:?}: {error}");
                    assert!(!error.contains("secret"), "url {text:?}: {error}");
                }
                _ => panic!("url {text:?}: {url:?}, expected {expected:?}"),
            }
        }
    }
}
