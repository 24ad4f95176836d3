//! The document that every service shows.

use kfp_testing::Service;

use crate::scripted::Scripted;

#[test]
fn the_document_and_its_viewer_are_served() {
    let service = Service::new(Scripted::default());
    let document = service.send("GET", "/openapi.json", "");
    assert_eq!(document.status, 200);
    assert_eq!(document.header("content-type"), Some("application/json"));
    assert_eq!(document.text(), kfp_provider_api::EFFECTIVE);

    let page = service.send("GET", "/docs", "");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    // It works where there is no other network than the one to the service.
    for part in ["://", "src=", "@import", "url("] {
        assert!(!page.text().contains(part), "{part}");
    }

    // Other methods are refused, and neither path counts as an operation of the contract.
    assert_eq!(service.send("POST", "/openapi.json", "{}").status, 405);
    let metrics = service.metrics().text();
    for operation in ["document", "viewer", "other"] {
        let label = format!("operation=\"{operation}\"");
        assert!(metrics.contains(&label), "{operation}: {metrics}");
    }
}
