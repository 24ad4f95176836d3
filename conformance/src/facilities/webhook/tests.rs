use std::time::Duration;

use std::net::Ipv4Addr;

use super::*;
use crate::wire::Request;
use crate::wire::target::Target;

const LIMIT: Duration = Duration::from_secs(300);

fn sink() -> Sink {
    let timing = Timing {
        slow: Duration::from_millis(20),
        ..Timing::default()
    };
    Sink::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), timing).expect("a free port")
}

fn watch(name: &str, script: Script) -> Watch {
    Watch {
        name: name.to_owned(),
        configuration: None,
        artifacts: Vec::new(),
        script,
    }
}

async fn send(sink: &Sink, request: Request) -> Option<u16> {
    let target = Target::parse(&sink.url(), None).expect("a URL");
    let timed = target.connector.exchange(&request, LIMIT).await;
    timed.result.ok().map(|response| response.status)
}

async fn post(sink: &Sink, body: &str) -> Option<u16> {
    send(sink, Request::new("POST", "/events").json(body.into())).await
}

#[tokio::test]
async fn scripts_decide_on_what_would_have_been_handled() {
    let sink = sink();
    type Row = (&'static str, Script, [Option<u16>; 3]);
    let table: [Row; 6] = [
        ("a/plain", &[], [Some(200); 3]),
        (
            "a/stumble",
            &[Act::Status(500), Act::Drop, Act::AsEver],
            [Some(500), None, Some(200)],
        ),
        (
            "a/again",
            &[Act::Drop, Act::AsEver],
            [None, Some(200), Some(200)],
        ),
        ("a/gone", &[Act::Status(410)], [Some(410); 3]),
        ("a/slow", &[Act::Slow], [Some(200); 3]),
        ("a/plain1", &[], [Some(200); 3]),
    ];
    for (name, script, expected) in table {
        sink.expect(watch(name, script));
        for (turn, status) in expected.into_iter().enumerate() {
            let body = format!(r#"{{"runName":"{name}","status":"succeeded"}}"#);
            assert_eq!(post(&sink, &body).await, status, "{name} {turn}");
        }
        assert_eq!(sink.of(&[bare(name)]).len(), 3, "{name}");
    }
    assert_eq!(sink.total(), 18);
    let foreign = [
        (Request::new("POST", "/events/").json(b"{}".to_vec()), 404),
        (Request::new("PUT", "/events").json(b"{}".to_vec()), 405),
        (
            Request::new("POST", "/events")
                .body(b"{}".to_vec(), Some("application/json; charset=utf-8")),
            415,
        ),
        (
            Request::new("POST", "/events").json(br#"{"runName":"a/other"}"#.to_vec()),
            410,
        ),
        (
            Request::new("POST", "/events").json(br#"{"runName":"bare"}"#.to_vec()),
            500,
        ),
    ];
    for (request, status) in foreign {
        let shown = format!("{request:?}");
        assert_eq!(send(&sink, request).await, Some(status), "{shown}");
    }
    assert_eq!(post(&sink, "null").await, None);
}

#[tokio::test]
async fn it_can_be_out_of_reach_and_come_back_where_it_was() {
    let sink = sink();
    sink.expect(watch("a/b", &[]));
    let url = sink.url();
    for _ in 0..3 {
        sink.close().await;
        assert_eq!(post(&sink, r#"{"runName":"a/b"}"#).await, None);
        sink.reopen().await;
        assert_eq!(post(&sink, r#"{"runName":"a/b"}"#).await, Some(200));
    }
    assert_eq!((sink.url(), sink.total()), (url, 3));
}

#[test]
fn names_are_found_as_wholes() {
    let table = [
        (r#"{"runName":"ns/kc-1"}"#, true),
        (r#"{"runName":"ns/kc\u002d1"}"#, true),
        (r#"{"runConfigurationName":"ns/kc-1-rc"}"#, true),
        (r#"{"runName":"ns/kc-10"}"#, false),
        (r#"{"runName":"ns/kc-10","x":"kc-1"}"#, true),
        (r#"no json: kc-1"#, true),
        ("", false),
    ];
    for (body, expected) in table {
        let received = received(body);
        assert_eq!(received.mentions("kc-1"), expected, "{body}");
    }
    assert!(!received("x").mentions(""));
}

fn received(body: &str) -> Received {
    Received::new(kfp_operator_sim::webhook::http::Request {
        body: body.into(),
        ..Default::default()
    })
}

/// What is on the wire of some answers: the same as the rehearsal's, from the same source.
#[tokio::test]
async fn answers_have_the_form_of_the_operator() {
    let sink = sink();
    sink.expect(watch("a/b", &[Act::Status(503)]));
    let error = "content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n";
    let table = [
        (
            "POST",
            "/events",
            r#"{"runName":"a/c"}"#,
            410,
            error,
            "runs.pipelines.kubeflow.org \"c\" not found\n",
        ),
        (
            "POST",
            "/events",
            r#"{"runName":"a/b"}"#,
            503,
            error,
            "as the case wants\n",
        ),
        (
            "POST",
            "/events",
            r#"{"runName":"a/b%"}"#,
            500,
            error,
            "invalid resource name \"b%\": [may not contain '%']\n",
        ),
        (
            "POST",
            "/events?x",
            "",
            400,
            error,
            "request body is empty\n",
        ),
        (
            "POST",
            "/%65vents",
            "",
            400,
            error,
            "request body is empty\n",
        ),
        (
            "POST",
            "http://a/events",
            "",
            400,
            error,
            "request body is empty\n",
        ),
        ("POST", "//events", "", 307, "location: /events\r\n", ""),
        ("PUT", "/events", "", 405, error, "Method not allowed\n"),
    ];
    for (method, path, body, status, fields, text) in table {
        let target = Target::parse(&sink.url(), None).expect("a URL");
        let request = Request::new(method, path).json(body.into());
        let timed = target.connector.exchange(&request, LIMIT).await;
        let response = timed.result.expect("an answer");
        let named = |name: &str| {
            let value = response.header(name)?;
            Some(format!("{name}: {value}\r\n"))
        };
        let names = ["content-type", "x-content-type-options", "location"];
        let found: String = names.into_iter().filter_map(named).collect();
        assert_eq!(response.status, status, "{method} {path} {body}");
        assert_eq!(found, fields, "{method} {path} {body}");
        assert_eq!(
            String::from_utf8_lossy(&response.body),
            text,
            "{method} {path} {body}"
        );
    }
}
