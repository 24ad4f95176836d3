//! URLs that hooks are called at.

use url::Url;

use super::Unusable;
use crate::wire::Connector;
use crate::wire::target::Target;

/// A URL that calls are posted to.
#[derive(Clone)]
pub(crate) struct Endpoint {
    connector: Connector,
    /// Path and query.
    target: String,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Endpoint {
    /// Reads an `http` or `https` URL; a query may hold a token.
    pub(crate) fn parse(text: &str) -> Result<Self, Unusable> {
        let mut url = Url::parse(text).map_err(|error| Unusable::Url(error.to_string()))?;
        let target = match url.query() {
            None => url.path().to_owned(),
            Some(query) => format!("{}?{query}", url.path()),
        };
        url.set_query(None);
        let base =
            Target::parse(url.as_str(), None).map_err(|error| Unusable::Url(error.to_string()))?;
        Ok(Self {
            connector: base.connector,
            target,
        })
    }

    /// Host and port: the rest may be secret.
    pub(crate) fn shown(&self) -> String {
        self.connector.host_header()
    }

    /// What a call is sent over.
    pub(crate) fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }
}
