//! The provider behind the reference server: one that their tests use. It keeps nothing. All resources of a type share
//! one id, and some names and ids fail.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::decode::{self, Name};
use super::reply::Reply;
use super::types;

/// What it is called in events.
pub(super) const NAME: &str = "kfp-conformance/reference";

pub(super) fn create(kind: ResourceKind, body: &[u8]) -> Reply {
    let definition = match decode::decode(body, types::of(kind)) {
        Ok(definition) => definition,
        Err(error) => return Reply::refusal(400, "", &error),
    };
    let name = name(kind, &definition);
    if is(&name.name, "create", kind) {
        return Reply::refusal(500, "", &format!("create {kind} failed"));
    }
    let mut reply = Reply::object(201, &format!("create-{kind}-succeeded"), "");
    reply.started = (kind == ResourceKind::Run).then(|| Run::of(&definition));
    reply
}

pub(super) fn update(kind: ResourceKind, id: &str, body: &[u8]) -> Reply {
    if kind == ResourceKind::Run {
        return Reply::refusal(501, id, "Method Update unimplemented for resource run");
    }
    let definition = match decode::decode(body, types::of(kind)) {
        Ok(definition) => definition,
        Err(error) => return Reply::refusal(400, id, &error),
    };
    let fails = match kind {
        ResourceKind::Pipeline => is(id, "update", kind),
        _ => is(&name(kind, &definition).name, "update", kind),
    };
    if fails {
        return Reply::refusal(500, id, &format!("update {kind} failed"));
    }
    Reply::object(200, &format!("update-{kind}-succeeded"), "")
}

pub(super) fn delete(kind: ResourceKind, id: &str) -> Reply {
    if is(id, "delete", kind) {
        return Reply::refusal(500, id, &format!("delete {kind} failed"));
    }
    Reply::object(200, "", "")
}

/// Whether the operation fails for that name or id.
fn is(text: &str, operation: &str, kind: ResourceKind) -> bool {
    text.eq_ignore_ascii_case(&format!("{operation}-{kind}-fail"))
}

fn name(kind: ResourceKind, definition: &Json) -> Name {
    match kind {
        ResourceKind::Pipeline => decode::member(definition, "pipelineDefinition")
            .map(|inner| decode::name(inner, "name"))
            .unwrap_or_default(),
        _ => decode::name(definition, "name"),
    }
}

/// A run that was started.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    name: Name,
    pipeline: Name,
    configuration: Name,
}

impl Run {
    fn of(definition: &Json) -> Self {
        let name = |field| decode::name(definition, field);
        Self {
            name: name("name"),
            pipeline: name("pipelineName"),
            configuration: name("runConfigurationName"),
        }
    }

    /// The event of its end. Two runs that end within a second get the same id.
    pub(super) fn event(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Json {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let text = |name: &Name| Json::from(name.to_string());
        let members = [
            ("status", Some(Json::from("succeeded"))),
            ("pipelineName", Some(text(&self.pipeline))),
            ("runConfigurationName", given(&self.configuration)),
            ("runName", given(&self.name)),
            (
                "runId",
                Some(Json::from(format!("stub-run-{}", end.timestamp()))),
            ),
            ("runStartTime", Some(Json::from(time(start)))),
            ("runEndTime", Some(Json::from(time(end)))),
            ("pipelineComponents", Some(Json::Array(Vec::new()))),
            ("provider", Some(Json::from(NAME))),
        ];
        let given = |(name, value): (&'static str, Option<Json>)| Some((name, value?));
        Json::object(members.into_iter().filter_map(given))
    }
}

/// A name that is not empty.
fn given(name: &Name) -> Option<Json> {
    let text = name.to_string();
    (!text.is_empty()).then(|| Json::from(text))
}

/// Who is told of finished runs.
#[derive(Clone, Debug)]
pub struct Telling {
    /// The webhook, such as `http://127.0.0.1:9000/events`.
    pub webhook: String,
    /// How long a run takes.
    pub after: Duration,
}

impl Telling {
    /// Waits for the end of the run and reports it, once.
    pub(super) async fn tell(self: Arc<Self>, run: Run) {
        let start = Utc::now();
        tokio::time::sleep(self.after).await;
        let event = run.event(start, Utc::now()).to_string();
        // Whatever becomes of it, nobody tries again.
        let _ = self.post(&event).await;
    }

    async fn post(&self, event: &str) -> std::io::Result<()> {
        let rest = self
            .webhook
            .strip_prefix("http://")
            .unwrap_or(&self.webhook);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let length = event.len();
        let request = format!(
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: {length}\r\n\
             Content-Type: application/json\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n{event}"
        );
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut Vec::new()).await.map(drop)
    }
}
