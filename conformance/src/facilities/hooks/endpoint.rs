//! A hook that is a URL.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::{Call, Trouble};
use crate::wire::target::Target;
use crate::wire::{Connector, Request};

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
    pub(super) fn parse(text: &str) -> Result<Self, Trouble> {
        let mut url = Url::parse(text).map_err(|error| Trouble::Url(error.to_string()))?;
        let target = match url.query() {
            None => url.path().to_owned(),
            Some(query) => format!("{}?{query}", url.path()),
        };
        url.set_query(None);
        let base =
            Target::parse(url.as_str(), None).map_err(|error| Trouble::Url(error.to_string()))?;
        Ok(Self {
            connector: base.connector,
            target,
        })
    }

    /// Host and port: the rest may be secret.
    pub(super) fn shown(&self) -> String {
        self.connector.host_header()
    }

    /// Whether somebody takes a connection there. Nothing is asked: that would be a use of the hook.
    pub(super) async fn reach(&self) -> Result<(), Trouble> {
        const LIMIT: Duration = Duration::from_secs(10);
        let found = self.connector.keep_alive(&[], LIMIT, async || {}).await;
        match found.into_iter().next() {
            Some(Err(failure)) => Err(Trouble::Answered {
                host: self.shown(),
                what: failure.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Posts the call as a JSON object.
    pub(super) async fn post(&self, call: &Call) -> Result<String, Trouble> {
        /// The caller has the real limit; this one only has to be longer.
        const NEVER: Duration = Duration::from_secs(24 * 3600);
        let resource = call.resource.as_ref();
        let body = json!({
            "hook": call.hook.as_str(),
            "url": call.provider,
            "type": resource.map(|resource| resource.kind.as_str()),
            "id": resource.map(|resource| &resource.id),
            "name": resource.map(|resource| &resource.name),
        });
        let request = Request::new("POST", &self.target).json(body.to_string().into_bytes());
        let failed = |what: String| Trouble::Answered {
            host: self.shown(),
            what,
        };
        let answer = self.connector.exchange(&request, NEVER).await.result;
        let answer = answer.map_err(|failure| failed(failure.to_string()))?;
        if !answer.is_success() {
            return Err(failed(format!("status {}", answer.status)));
        }
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }
}
