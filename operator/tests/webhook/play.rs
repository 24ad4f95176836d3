//! Plays the bytes of a connection to the webhook, on a cluster that the oracle in `interop/webhook` has as well.

use chrono::{DateTime, Utc};
use kfp_operator_sim::webhook::http::{Conversation, Next};
use kfp_operator_sim::webhook::{Cluster, Effect, Lookup, Verdict, receive};
use kfp_provider_domain::NamespacedName;
use serde::Deserialize;
use serde_json::{Value, json};

/// What goes over a connection and what the operator makes of it, as Go has it. Texts hold one character per byte.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    /// What it is about.
    pub(crate) name: String,
    /// What the sender sends.
    pub(crate) send: String,
    /// What it gets, without dates.
    pub(crate) receive: String,
    /// What is written down.
    pub(crate) effects: Value,
}

/// Whether the text of an answer is Go's own business: what its decoder says about a body that is none.
const OWN_WORDS: &str = "(own words)\n";

impl Case {
    /// What differs from Go; the bytes come `step` at a time.
    pub(crate) fn difference(&self, step: usize) -> Option<String> {
        let sent: Vec<u8> = self.send.chars().map(|sign| sign as u8).collect();
        let (received, effects) = play(&sent, step);
        let expected = (self.receive.clone(), self.effects.clone());
        let found = (normal(&received), Value::Array(effects));
        (found != expected).then(|| {
            format!(
                "{}\n  sent     {:.300?}\n  expected {:?} {}\n  found    {:?} {}",
                self.name, self.send, expected.0, expected.1, found.0, found.1
            )
        })
    }
}

/// What the sender gets, and what is written down.
pub(crate) fn play(sent: &[u8], step: usize) -> (Vec<u8>, Vec<Value>) {
    let mut conversation = Conversation::new(true, || DateTime::<Utc>::UNIX_EPOCH);
    let mut parts = sent.chunks(step.max(1));
    let (mut received, mut effects) = (Vec::new(), Vec::new());
    loop {
        match conversation.step() {
            Next::Read => match parts.next() {
                Some(part) => conversation.receive(part),
                None => conversation.end(),
            },
            Next::Write(bytes) => received.extend(bytes),
            Next::Answer(request) => {
                let verdict = receive(&Team, request.delivery());
                effects.extend(effect(&verdict));
                let Some(answer) = verdict.answer() else {
                    return (received, effects);
                };
                received.extend(conversation.answer(&answer));
            }
            Next::Close => return (received, effects),
        }
    }
}

/// The answers without their dates, and without the words about bodies that cannot be decoded.
fn normal(received: &[u8]) -> String {
    let text: String = received.iter().copied().map(char::from).collect();
    let text = text.replace("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "");
    let fields = "failed to read request body, malformed MIME header";
    let length = format!("Content-Length: {}\r\n", fields.len() + 1);
    let text = match text.contains(fields) {
        true => text.replace(&length, "Content-Length: -\r\n"),
        false => text,
    };
    let mut normal = String::new();
    let mut rest = text.as_str();
    let status = " 500 Internal Server Error\r\n";
    while let Some((before, after)) = rest.split_once(status) {
        let (head, body) = after.split_once("\r\n\r\n").unwrap_or((after, ""));
        let (line, next) = body.split_once('\n').unwrap_or((body, ""));
        let known = [
            "an empty namespace ",
            "invalid namespace ",
            "invalid resource name ",
            "broken",
        ]
        .iter()
        .any(|start| line.starts_with(start));
        let length = format!("Content-Length: {}", line.chars().count() + 1);
        let (head, line) = match known {
            true => (head.to_owned(), format!("{line}\n")),
            false => (
                head.replace(&length, "Content-Length: -"),
                OWN_WORDS.to_owned(),
            ),
        };
        normal.push_str(&format!("{before}{status}{head}\r\n\r\n{line}"));
        rest = next;
    }
    normal + rest
}

fn effect(verdict: &Verdict) -> Option<Value> {
    let (effect, half) = match verdict {
        Verdict::Handled(effect) => (effect, false),
        Verdict::HalfHandled(effect, _) => (effect, true),
        _ => return None,
    };
    let Effect {
        event,
        completes_run,
        updates_run_configuration,
        artifacts,
    } = &**effect;
    let time = |time: &Option<DateTime<Utc>>| {
        time.map(|time| json!([time.timestamp(), time.timestamp_subsec_nanos()]))
    };
    let name = |name: &Option<NamespacedName>| name.as_ref().map(ToString::to_string);
    Some(json!({
        "status": event.status,
        "pipelineName": event.pipeline_name.to_string(),
        "runConfigurationName": name(&event.run_configuration_name),
        "runName": name(&event.run_name),
        "runId": event.run_id,
        "runStartTime": time(&event.run_start_time),
        "runEndTime": time(&event.run_end_time),
        "provider": event.provider.to_string(),
        "completesRun": completes_run,
        "updatesRunConfiguration": updates_run_configuration,
        "half": half,
        "artifacts": artifacts.iter().map(|it| format!("{} {}", it.name, it.location)).collect::<Vec<_>>(),
    }))
}

/// A cluster with one Run and one RunConfiguration.
struct Team;

impl Cluster for Team {
    fn run(&self, name: &NamespacedName) -> Lookup {
        lookup(name, "team/run")
    }

    fn run_configuration(&self, name: &NamespacedName) -> Lookup {
        lookup(name, "team/config")
    }
}

fn lookup(name: &NamespacedName, known: &str) -> Lookup {
    match name.to_string().as_str() {
        "team/broken" => Lookup::Failed("broken".to_owned()),
        name if name == known => {
            let paths = [
                "step:out:0",
                "step:out:1",
                "step:out:2",
                "step:out:0[pushed == 1]",
            ];
            let declared = |path: &str| Some((path.to_owned(), path.parse().ok()?));
            Lookup::Found(paths.into_iter().filter_map(declared).collect())
        }
        _ => Lookup::NotFound,
    }
}
