//! The webhook's document against the samples and the domain.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use kfp_provider_api::events::types;
use kfp_provider_domain::RunCompletionEvent;

const SAMPLES: [&str; 2] = [
    include_str!("../samples/event-minimal.json"),
    include_str!("../samples/event-typical.json"),
];

/// The checked event and the wire type are two views of the same bytes.
#[test]
fn the_document_and_the_domain_agree() {
    for text in SAMPLES {
        let wire: types::RunCompletionEvent = serde_json::from_str(text).unwrap();
        let event = RunCompletionEvent::from_json(text.as_bytes()).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&wire).unwrap(), value, "{text}");
        assert_eq!(serde_json::to_value(&event).unwrap(), value, "{text}");
    }
}
