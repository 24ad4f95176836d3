//! A hook that is a URL.

use std::time::Duration;

use serde_json::json;

use super::{Call, Trouble};
use crate::config::hooks::Endpoint;
use crate::wire::Request;

/// Whether somebody takes a connection there. Nothing is asked: that would be a use of the hook.
pub(super) async fn reach(endpoint: &Endpoint) -> Result<(), Trouble> {
    const LIMIT: Duration = Duration::from_secs(10);
    let found = endpoint
        .connector()
        .keep_alive(&[], LIMIT, async || {})
        .await;
    match found.into_iter().next() {
        Some(Err(failure)) => Err(Trouble::Answered {
            host: endpoint.shown(),
            what: failure.to_string(),
        }),
        _ => Ok(()),
    }
}

/// Posts the call as a JSON object.
pub(super) async fn post(endpoint: &Endpoint, call: &Call) -> Result<String, Trouble> {
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
    let request = Request::new("POST", endpoint.target()).json(body.to_string().into_bytes());
    let failed = |what: String| Trouble::Answered {
        host: endpoint.shown(),
        what,
    };
    let answer = endpoint.connector().exchange(&request, NEVER).await.result;
    let answer = answer.map_err(|failure| failed(failure.to_string()))?;
    if !answer.is_success() {
        return Err(failed(format!("status {}", answer.status)));
    }
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}
