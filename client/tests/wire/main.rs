//! The client against a server that answers what it is told to and shows what it was sent.
#![expect(clippy::unwrap_used, reason = "tests")]

mod canned;

use std::time::Duration;

use canned::Canned;
use kfp_provider_client::{ClientError, Deleted, ProviderClient, ResourceType, types};

fn client(url: &str) -> ProviderClient {
    ProviderClient::builder(url)
        .timeout(Duration::from_secs(300))
        .build()
        .unwrap()
}

fn experiment() -> types::Experiment {
    types::Experiment {
        name: "team/spring".parse().unwrap(),
        version: "5ba93c".to_owned(),
        description: "<&>".to_owned(),
    }
}

/// The request line and body of the request that an operation sends.
async fn sent(server: Canned) -> (String, String) {
    let request = server.request().await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[tokio::test]
async fn what_is_sent() {
    let server = Canned::json(201, r#"{"id":"e-1"}"#).await;
    let base = format!("{}/base//", server.url());
    assert_eq!(client(&base).create(experiment()).await.unwrap(), "e-1");
    let (line, body) = sent(server).await;
    assert_eq!(line, "POST /base/resource/experiment HTTP/1.1");
    let body: types::Experiment = serde_json::from_str(&body).unwrap();
    assert_eq!(body, experiment());

    let server = Canned::json(200, "{}").await;
    assert_eq!(
        client(&server.url())
            .delete(ResourceType::Runschedule, "x")
            .await
            .unwrap(),
        Deleted::Removed
    );
    assert_eq!(
        sent(server).await,
        (
            "DELETE /resource/runschedule/x HTTP/1.1".to_owned(),
            String::new()
        )
    );
}

#[tokio::test]
async fn ids_arrive_as_one_segment() {
    let table = [
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("a\\b", "a%5Cb"),
        ("100%", "100%25"),
        ("%2e", "%252e"),
        ("%2E%2E", "%252E%252E"),
        ("...", "..."),
        ("a?b#c d", "a%3Fb%23c%20d"),
        ("€\n\0", "%E2%82%AC%0A%00"),
        ("a+b:c@d", "a%2Bb%3Ac%40d"),
    ];
    for (id, segment) in table {
        let server = Canned::json(200, r#"{"id":"new"}"#).await;
        assert_eq!(
            client(&server.url())
                .update(id, experiment())
                .await
                .unwrap(),
            "new",
            "id {id:?}"
        );
        assert_eq!(
            sent(server).await.0,
            format!("PUT /resource/experiment/{segment} HTTP/1.1"),
            "id {id:?}"
        );
    }
}

#[tokio::test]
async fn some_ids_are_not_sent_at_all() {
    let nowhere = client("http://127.0.0.1:1");
    for id in ["", ".", ".."] {
        let update = nowhere.update(id, experiment()).await.unwrap_err();
        assert!(
            matches!(update, ClientError::UnusableId { .. }),
            "id {id:?}: {update}"
        );
        let delete = nowhere.delete(ResourceType::Run, id).await.unwrap_err();
        assert!(
            delete
                .to_string()
                .starts_with("DELETE /resource/run: id \""),
            "id {id:?}: {delete}"
        );
    }
}

#[tokio::test]
async fn failed_creations() {
    let table = [
        (
            422,
            r#"{"providerError":"no"}"#,
            "POST /resource/experiment: refused with 422: no",
        ),
        (
            400,
            "",
            "invalid body in the answer: EOF while parsing a value at line 1 column 0: (no body)",
        ),
        (500, "<html>\n", "expected value at line 1 column 1: <html>"),
        (201, "{}", "missing field `id`"),
        (
            201,
            r#"{"id":7}"#,
            "invalid type: integer `7`, expected a string",
        ),
        (201, r#"{"id":""}"#, "the id is empty"),
        (
            501,
            r#"{"providerError":"no"}"#,
            "unexpected status 501: {\\\"providerError\\\":\\\"no\\\"}",
        ),
        (200, r#"{"id":"x"}"#, "unexpected status 200"),
        (
            404,
            "404 page not found\n",
            "unexpected status 404: 404 page not found",
        ),
        (302, "", "unexpected status 302: (no body)"),
    ];
    for (status, body, expected) in table {
        let server = Canned::json(status, body).await;
        let error = client(&server.url())
            .create(experiment())
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{status} {body}: {error}");
    }
}

#[tokio::test]
async fn refusals_keep_their_parts() {
    let rows = [
        (r#"{"id":"half","providerError":"boom"}"#, Some("half")),
        (r#"{"id":"","providerError":"boom"}"#, None),
        (r#"{"providerError":"boom"}"#, None),
    ];
    for (body, expected) in rows {
        let server = Canned::json(500, body).await;
        match client(&server.url()).create(experiment()).await {
            Err(ClientError::Refused {
                status,
                id,
                provider_error,
                ..
            }) => {
                assert_eq!(
                    (status.as_u16(), id.as_deref(), provider_error.as_str()),
                    (500, expected, "boom"),
                    "{body}"
                );
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn deletions() {
    let rows = [
        (200, "{}", Ok(Deleted::Removed)),
        (404, "{}", Ok(Deleted::NotThere)),
        (
            404,
            r#"{"providerError":"gone"}"#,
            Err("refused with 404: gone"),
        ),
        (
            500,
            r#"{"id":"x","providerError":"busy"}"#,
            Err("refused with 500: busy"),
        ),
        (204, "", Err("unexpected status 204")),
        (200, "[", Err("invalid body")),
    ];
    for (status, body, expected) in rows {
        let server = Canned::json(status, body).await;
        let deleted = client(&server.url())
            .delete(ResourceType::Pipeline, "x")
            .await;
        match (&deleted, expected) {
            (Ok(deleted), Ok(expected)) => assert_eq!(*deleted, expected, "{status} {body}"),
            (Err(error), Err(expected)) => assert!(
                error.to_string().contains(expected),
                "{status} {body}: {error}"
            ),
            _ => panic!("{status} {body}: {deleted:?}"),
        }
    }
}

#[tokio::test]
async fn health() {
    for (status, expected) in [
        (204, Some(true)),
        (200, Some(true)),
        (503, Some(false)),
        (500, None),
        (404, None),
    ] {
        let server = Canned::json(status, "").await;
        assert_eq!(
            client(&server.url()).live().await.ok(),
            expected,
            "livez {status}"
        );
        assert_eq!(sent(server).await.0, "GET /livez HTTP/1.1");
        let server = Canned::json(status, "").await;
        assert_eq!(
            client(&server.url()).ready().await.ok(),
            expected,
            "readyz {status}"
        );
        assert_eq!(sent(server).await.0, "GET /readyz HTTP/1.1");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Canned::json(201, r#"{"id":"x"}"#).await;
    let location = format!("Location: {}/resource/experiment\r\n", target.url());
    for status in [301, 302, 303, 307, 308] {
        let server = Canned::raw(format!(
            "HTTP/1.1 {status} Elsewhere\r\n{location}Content-Length: 0\r\n\r\n"
        ))
        .await;
        let error = client(&server.url())
            .create(experiment())
            .await
            .unwrap_err();
        assert!(
            matches!(error, ClientError::Unexpected { .. }),
            "{status}: {error}"
        );
    }
    assert!(!target.was_asked());
}

#[tokio::test]
async fn no_answer() {
    let (port, listener) = canned::bound().await;
    drop(listener);
    let error = client(&format!("http://127.0.0.1:{port}"))
        .live()
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with("GET /livez: no answer: "),
        "{error}"
    );
    assert!(!error.is_timeout(), "{error}");

    let server = Canned::raw("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{").await;
    let error = client(&server.url())
        .create(experiment())
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Transport { .. }), "{error}");

    let (port, _silent) = canned::bound().await;
    let hurried = ProviderClient::builder(format!("http://127.0.0.1:{port}"));
    let hurried = hurried.timeout(Duration::from_millis(50)).build().unwrap();
    let error = hurried.create(experiment()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        error.to_string(),
        "POST /resource/experiment: no answer in time"
    );
}

#[tokio::test]
async fn long_error_pages_are_cut() {
    let server = Canned::json(502, &"x".repeat(100_000)).await;
    let error = client(&server.url())
        .create(experiment())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.len() < 2000, "{} bytes", error.len());
}
