//! Parameters and bodies of every kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::generated::requests::client::{Client, Error};
use crate::generated::requests::server::*;
use crate::generated::requests::types;
use crate::raw::{http, send, start};

struct Echo;

impl Service for Echo {
    async fn find(&self, request: FindRequest) -> FindResponse {
        let text = |value: &dyn std::fmt::Debug| format!("{value:?}");
        let came: BTreeMap<String, String> = [
            ("path", request.path_.clone()),
            ("ratio", text(&request.ratio)),
            ("text", request.text.clone()),
            ("maybe", text(&request.maybe)),
            ("limit", text(&request.limit)),
            ("weight", text(&request.weight)),
            ("strict", text(&request.strict)),
            ("word", request.word.clone()),
            ("order", request.order.to_string()),
            ("kind", text(&request.kind)),
            ("page", text(&request.page.map(u64::from))),
            ("tag", text(&request.tag)),
            ("number", text(&request.number)),
            ("kinds", text(&request.kinds)),
            (
                "request_id",
                text(&request.request_id_.as_ref().map(|id| id.to_string())),
            ),
            ("since", text(&request.since.map(|time| time.to_rfc3339()))),
            ("trace", text(&request.x_trace)),
            ("depth", text(&request.x_depth)),
            ("x-kind", text(&request.x_kind)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        FindResponse::Ok(came.into())
    }

    async fn send_maybe(&self, request: SendMaybeRequest) -> SendMaybeResponse {
        SendMaybeResponse::Ok(format!(
            "{:?} {:?}",
            request.x,
            request.body.map(|note| note.title.to_string())
        ))
    }

    async fn send_text(&self, request: SendTextRequest) -> SendTextResponse {
        SendTextResponse::Ok(request.body)
    }

    async fn send_bytes(&self, request: SendBytesRequest) -> SendBytesResponse {
        SendBytesResponse::Ok(format!("{:?}", &request.body[..]))
    }

    async fn send_form(&self, request: SendFormRequest) -> SendFormResponse {
        SendFormResponse::Ok(serde_json::to_string(&request.body).unwrap())
    }

    async fn ask(&self, _: AskRequest) -> AskResponse {
        AskResponse::NoContent
    }

    async fn look(&self, _: LookRequest) -> LookResponse {
        LookResponse::NoContent(LookNoContentHeaders { x_count: -3 })
    }
}

type Server = dropshot::HttpServer<Arc<Guarded<Echo>>>;

fn server() -> (Server, Client) {
    let server = start(api_description::<Echo>().unwrap(), Guarded::new(Echo));
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    (server, client)
}

#[tokio::test]
async fn every_parameter_arrives_as_it_was_sent() {
    let (_server, client) = server();
    let odd = "a b+c&d=e%/ü";
    let page = types::FindPage::try_from(100).unwrap();
    let since: types::FindSince = "2030-01-02T03:04:05Z".parse().unwrap();
    let request_id: types::FindRequestId = "abc".parse().unwrap();
    let all = client
        .find(
            odd,
            -0.5,
            Some(types::Kind::VeryLarge),
            &[types::Kind::Small, types::Kind::VeryLarge].to_vec(),
            Some(7),
            Some(odd),
            Some(&vec![0.25, -1e300]),
            Some(types::FindOrder::Down),
            Some(&page),
            Some(&request_id),
            Some(&since),
            Some(false),
            Some(&vec!["x".to_owned(), odd.to_owned()]),
            odd,
            Some(1.5),
            Some("w"),
            3,
            Some(types::Kind::VeryLarge),
            Some("trace"),
        )
        .await
        .unwrap();
    let expected = [
        ("path", odd),
        ("ratio", "-0.5"),
        ("text", odd),
        ("maybe", "Some(\"a b+c&d=e%/ü\")"),
        ("limit", "7"),
        ("weight", "Some(1.5)"),
        ("strict", "false"),
        ("word", "w"),
        ("order", "down"),
        ("kind", "Some(VeryLarge)"),
        ("page", "Some(100)"),
        ("tag", "[\"x\", \"a b+c&d=e%/ü\"]"),
        ("number", "[0.25, -1e300]"),
        ("kinds", "[Small, VeryLarge]"),
        ("request_id", "Some(\"abc\")"),
        ("since", "Some(\"2030-01-02T03:04:05+00:00\")"),
        ("trace", "Some(\"trace\")"),
        ("depth", "3"),
        ("x-kind", "Some(VeryLarge)"),
    ];
    for (name, value) in expected {
        assert_eq!(all.get(name).unwrap(), value, "{name}");
    }
    assert_eq!(all.len(), expected.len());
}

#[tokio::test]
async fn what_is_left_out_is_nothing_or_the_default() {
    let (server, _) = server();
    let line = "GET /found/p/1?text=&kinds=small&unknown=1";
    let (status, answer) = send(&server, line, "X-Depth: 1\r\n", b"").await;
    assert_eq!(status, 200, "{answer}");
    for part in [
        r#""limit":"-10""#,
        r#""strict":"true""#,
        r#""word":"x y""#,
        r#""order":"up""#,
        r#""maybe":"None""#,
        r#""tag":"[]""#,
        r#""x-kind":"None""#,
    ] {
        assert!(answer.contains(part), "{part} in {answer}");
    }
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_refused_in_words() {
    let (server, _) = server();
    let depth = "X-Depth: 1\r\n";
    let table = [
        (
            "/found/p/x?text=&kinds=small",
            depth,
            404,
            "\"x\" is no value of the path parameter `ratio`",
        ),
        ("/found/p/NaN?text=&kinds=small", depth, 404, "not a number"),
        (
            "/found/p/1?kinds=small",
            depth,
            400,
            "the parameter `text` is missing",
        ),
        (
            "/found/p/1?text=&text=&kinds=small",
            depth,
            400,
            "the parameter `text` is there twice",
        ),
        (
            "/found/p/1?text=",
            depth,
            400,
            "the parameter `kinds` is missing",
        ),
        (
            "/found/p/1?text=&kinds=large",
            depth,
            400,
            "\"large\" is no value of the parameter `kinds`",
        ),
        (
            "/found/p/1?text=%ff&kinds=small",
            depth,
            400,
            "the query is not text",
        ),
        (
            "/found/p/1?text=&kinds=small&limit=3000000000",
            depth,
            400,
            "too large",
        ),
        (
            "/found/p/1?text=&kinds=small&weight=inf",
            depth,
            400,
            "not a number",
        ),
        (
            "/found/p/1?text=&kinds=small&page=0",
            depth,
            400,
            "0 is less than 1",
        ),
        (
            "/found/p/1?text=&kinds=small&page=101",
            depth,
            400,
            "101 is more than 100",
        ),
        (
            "/found/p/1?text=&kinds=small&strict=yes",
            depth,
            400,
            "`strict`",
        ),
        (
            "/found/p/1?text=&kinds=small&request_id=A",
            depth,
            400,
            "pattern",
        ),
        (
            "/found/p/1?text=&kinds=small",
            "",
            400,
            "the parameter `X-Depth` is missing",
        ),
        (
            "/found/p/1?text=&kinds=small",
            "X-Depth: 1\r\nX-Depth: 2\r\n",
            400,
            "twice",
        ),
        (
            "/found/p/1?text=&kinds=small",
            "X-Depth: one\r\n",
            400,
            "invalid digit",
        ),
        (
            "/found/p/1?text=&kinds=small",
            "X-Depth: 1\r\nX-Trace: \u{fc}\r\n",
            200,
            "\\\"\u{fc}\\\"",
        ),
    ];
    for (target, headers, status, words) in table {
        let (found, answer) = send(&server, &format!("GET {target}"), headers, b"").await;
        assert!(
            found == status && answer.contains(words),
            "{target} {headers:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn bodies_of_every_media_type_arrive() {
    let (_server, client) = server();
    let note: types::Note =
        serde_json::from_str(r#"{"title": "a b&c", "stars": 5, "ratio": 0.5, "done": true, "kind": "very large", "when": "2030-01-01T00:00:00Z"}"#)
            .unwrap();
    let text = |value: Result<_, Error<()>>| -> String {
        progenitor_client::ResponseValue::into_inner(value.unwrap())
    };
    assert_eq!(text(client.send_maybe(None, None).await), "None None");
    assert_eq!(
        text(client.send_maybe(Some(3), Some(&note)).await),
        "Some(3) Some(\"a b&c\")"
    );
    assert_eq!(text(client.send_text("ü\n".to_owned()).await), "ü\n");
    assert_eq!(text(client.send_bytes(vec![0, 255]).await), "[0, 255]");
    let form: types::Note = serde_json::from_str(&text(client.send_form(&note).await)).unwrap();
    assert_eq!(form, note);
    assert_eq!(client.ask().await.unwrap().status().as_u16(), 204);
    let looked = client.look().await.unwrap();
    assert_eq!(looked.headers()["x-count"], "-3");
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused() {
    let (server, _) = server();
    let table: [(&str, &str, &[u8], u16); 14] = [
        ("POST /json", "", b"", 200),
        (
            "POST /json",
            "Content-Type: application/json\r\n",
            b"{\"title\": \"x\"}",
            200,
        ),
        ("POST /json", "", b"{\"title\": \"x\"}", 400),
        (
            "POST /json",
            "Content-Type: application/json\r\n",
            b"{",
            400,
        ),
        (
            "POST /json",
            "Content-Type: application/json\r\n",
            b"{\"title\": \"\"}",
            422,
        ),
        (
            "POST /json?x=y",
            "Content-Type: application/json\r\n",
            b"{\"title\": \"x\"}",
            400,
        ),
        (
            "PUT /text",
            "Content-Type: text/plain; charset=UTF-8\r\n",
            "ü".as_bytes(),
            200,
        ),
        (
            "PUT /text",
            "Content-Type: text/plain; charset=latin1\r\n",
            b"\xfc",
            400,
        ),
        ("PUT /text", "Content-Type: text/plain\r\n", b"\xfc", 400),
        (
            "PUT /bytes",
            "Content-Type: application/json\r\n",
            b"{}",
            400,
        ),
        (
            "POST /form",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            b"title=%ff",
            400,
        ),
        (
            "POST /form",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            b"title=a&title=b",
            422,
        ),
        (
            "POST /form",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            b"title=a&stars=6",
            422,
        ),
        (
            "POST /form",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            b"title=a&ratio=inf",
            422,
        ),
    ];
    for (line, headers, body, status) in table {
        let (found, answer) = send(&server, line, headers, body).await;
        assert_eq!(found, status, "{line} {headers:?} {body:?}: {answer}");
    }
}
