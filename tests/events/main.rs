//! The webhook's document against the samples, and its generated client against its generated server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use kfp_provider_api::events::client::{Client, Error};
use kfp_provider_api::events::server::{
    Guarded, ReportRunCompletionRequest, ReportRunCompletionResponse, Service, api_description,
};
use kfp_provider_api::events::types;
use kfp_provider_domain::RunCompletionEvent;

const SAMPLES: [&str; 2] = [
    include_str!("../samples/event-minimal.json"),
    include_str!("../samples/event-typical.json"),
];

/// Answers what the id of the run asks for.
struct Receiver;

impl Service for Receiver {
    async fn report_run_completion(
        &self,
        request: ReportRunCompletionRequest,
    ) -> ReportRunCompletionResponse {
        let text = "said why".to_owned();
        match request.body.run_id.as_str() {
            "r-400" => ReportRunCompletionResponse::BadRequest(text),
            "r-410" => ReportRunCompletionResponse::Gone(text),
            "r-500" => ReportRunCompletionResponse::InternalServerError(text),
            _ => ReportRunCompletionResponse::Ok,
        }
    }
}

fn serve() -> dropshot::HttpServer<Arc<Guarded<Receiver>>> {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    dropshot::ServerBuilder::new(
        api_description::<Receiver>().unwrap(),
        Arc::new(Guarded::new(Receiver)),
        log,
    )
    .start()
    .unwrap()
}

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

#[tokio::test]
async fn client_and_server() {
    let server = serve();
    let client = Client::new(&format!("http://{}", server.local_addr()));
    for text in SAMPLES {
        let event = serde_json::from_str(text).unwrap();
        assert_eq!(
            client.report_run_completion(&event).await.unwrap().status(),
            200
        );
    }
    for status in [400, 410, 500] {
        let mut event: types::RunCompletionEvent = serde_json::from_str(SAMPLES[0]).unwrap();
        event.run_id = format!("r-{status}");
        match client.report_run_completion(&event).await {
            Err(Error::ErrorResponse(answer)) => {
                assert_eq!(answer.status().as_u16(), status);
                assert_eq!(answer.into_inner(), "said why");
            }
            other => panic!("{status}: {other:?}"),
        }
    }
}

/// What the receiver refuses by itself has the statuses that the document gives it.
#[tokio::test(flavor = "multi_thread")]
async fn refusals() {
    let server = serve();
    let json = "application/json";
    let table = [
        (json, SAMPLES[0].to_owned(), 200),
        ("text/plain", SAMPLES[0].to_owned(), 415),
        (json, "{".to_owned(), 500),
        (json, "null".to_owned(), 500),
        (json, SAMPLES[0].replace("failed", "Failed"), 500),
        (
            json,
            SAMPLES[0].replace("team-birch/acorn\"", "a/b/c\""),
            500,
        ),
    ];
    for (content_type, body, expected) in table {
        let mut stream = TcpStream::connect(server.local_addr()).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert_eq!(status, expected, "{content_type} {body}: {answer}");
    }
}
