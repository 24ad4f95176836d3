//! How the provider is reached, apart from where it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::{BuildError, ProviderClient};

/// Options for TLS and authentication.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Access {
    /// Trust the certificates in FILE (PEM) instead of the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Present the client certificate in FILE (PEM, including its chain).
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// Private key of the client certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// Send the first line of FILE as a bearer token.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Why no request can be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] Unreadable),
    /// The client cannot be made.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be read: {source}", path.display())]
pub(crate) struct Unreadable {
    path: PathBuf,
    source: std::io::Error,
}

/// The content of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    fs::read(path).map_err(|source| Unreadable {
        path: path.to_owned(),
        source,
    })
}

impl Access {
    /// A client for a provider.
    pub(crate) fn client(
        &self,
        url: &str,
        timeout: Duration,
    ) -> Result<ProviderClient, AccessError> {
        let mut builder = ProviderClient::builder(url).timeout(timeout);
        if let Some(path) = &self.ca {
            builder = builder.trust_only(read(path)?);
        }
        if let (Some(certificate), Some(key)) = (&self.client_cert, &self.client_key) {
            builder = builder.identity([read(certificate)?, b"\n".to_vec(), read(key)?].concat());
        }
        if let Some(path) = &self.token_file {
            let text = read(path)?;
            let text = String::from_utf8_lossy(&text);
            builder = builder.bearer_token(text.lines().next().unwrap_or_default().trim());
        }
        Ok(builder.build()?)
    }
}
