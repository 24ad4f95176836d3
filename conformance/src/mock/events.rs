//! What the mock reports of its runs, and the faults in that. A task per run; they end with the provider.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::check::Resource;
use super::effect::Effect;
use super::{Behaviour, Fault, Variant};

/// What the mock is called in events.
pub(super) const NAME: &str = "kfp-conformance/mock";
/// The parameter with which a run fails, and its value.
pub(super) const FAIL: (&str, &str) = ("fail", "yes");
/// How long a run takes.
const RUN: Duration = Duration::from_millis(20);
/// The pause after the first failure; it doubles with each one after that.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
/// The pause of those who do not know one.
const HASTE: Duration = Duration::from_millis(10);
/// The pause after an answer that says that the event is wrong.
const REFUSAL_PAUSE: Duration = Duration::from_secs(30);
/// How long an answer is waited for, and how long by the impatient.
const TIMEOUT: Duration = Duration::from_secs(30);
const IMPATIENCE: Duration = Duration::from_millis(400);

/// What is named instead of what is right.
pub(super) const OTHER: &str = "kfp-conformance/another";

/// An hour from now.
pub(super) fn later() -> String {
    (Utc::now() + TimeDelta::hours(1)).to_rfc3339()
}

/// The tasks that report. Dropping it ends them.
#[derive(Debug, Default)]
pub(super) struct Reports(JoinSet<()>);

impl Reports {
    /// Starts a run, or what a schedule starts.
    pub(super) fn start(
        &mut self,
        behaviour: &Behaviour,
        kind: &str,
        resource: &Resource,
        id: &str,
    ) {
        let scheduled = kind == "runschedule";
        // Only what fires all the time fires soon.
        let fires = resource
            .text("/schedule/cronExpression")
            .starts_with("* * * * *");
        if behaviour.webhook.is_none() || !(kind == "run" || (scheduled && fires)) {
            return;
        }
        let run = Run {
            behaviour: behaviour.clone(),
            fields: resource.fields.clone(),
            id: id.to_owned(),
            scheduled,
        };
        self.0.spawn(run.report());
    }

    /// What a restart does to those who keep nothing.
    pub(super) fn forget(&mut self) {
        self.0.abort_all();
    }
}

/// What becomes of an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    End,
    Again(Duration),
}

pub(super) struct Run {
    behaviour: Behaviour,
    fields: Value,
    id: String,
    scheduled: bool,
}

impl Run {
    fn wrong(&self, fault: Fault) -> bool {
        self.behaviour.faults.contains(&fault)
    }

    fn odd(&self, variant: Variant) -> bool {
        self.behaviour.variants.contains(&variant)
    }

    fn failed(&self) -> bool {
        self.fields["parameters"][FAIL.0] == FAIL.1
    }

    /// The name without its namespace.
    pub(super) fn bare_name(&self) -> &str {
        let name = self.fields["name"].as_str().unwrap_or_default();
        crate::facilities::webhook::bare(name)
    }

    pub(super) fn other_id(&self) -> String {
        format!("{}-other", self.id)
    }

    async fn report(self) {
        sleep(RUN).await;
        let silent = self.wrong(Fault::EventsMissing)
            || (self.failed() && self.wrong(Fault::EventFailureMissing))
            || (!self.failed() && self.wrong(Fault::EventSuccessMissing));
        if silent {
            return;
        }
        let mut event = self.event();
        let mut failures = 0;
        loop {
            let patience = if self.wrong(Fault::EventImpatient) {
                IMPATIENCE
            } else {
                TIMEOUT
            };
            let status = timeout(patience, self.post(&event)).await.ok().flatten();
            let Next::Again(pause) = self.next(status, failures) else {
                return;
            };
            sleep(pause).await;
            failures += 1;
            if self.wrong(Fault::EventChangesOnRetry) {
                event["attempt"] = json!(failures);
            }
        }
    }

    fn next(&self, status: Option<u16>, failures: u32) -> Next {
        let backed_off = LONGEST_PAUSE.min(PAUSE * 2_u32.pow(failures.min(8)));
        match status {
            Some(200) if self.wrong(Fault::EventRepeatedAfter200) => Next::Again(HASTE),
            Some(200) => Next::End,
            Some(410) if self.wrong(Fault::EventRepeatedAfter410) => Next::Again(HASTE),
            Some(410) => Next::End,
            Some(400..=499) if self.wrong(Fault::EventHotLoop) => Next::Again(HASTE),
            Some(400..=499) => Next::Again(REFUSAL_PAUSE),
            Some(_) if self.wrong(Fault::EventNoRetry) => Next::End,
            None if self.wrong(Fault::EventLostUnreachable) => Next::End,
            _ => Next::Again(backed_off),
        }
    }

    /// Sends an event. Returns the status of the answer, if there was one.
    async fn post(&self, event: &Value) -> Option<u16> {
        let url = self.behaviour.webhook.as_deref()?;
        let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
        let slash = if self.wrong(Fault::EventTrailingSlash) {
            "/"
        } else {
            ""
        };
        let body = if self.wrong(Fault::EventEnvelope) {
            json!({ "specversion": "1.0", "type": "org.kubeflow.pipelines.run-completion", "data": event })
        } else {
            event.clone()
        };
        let kind = if self.wrong(Fault::EventCharset) {
            "application/json; charset=utf-8"
        } else {
            "application/json"
        };
        let body = body.to_string();
        let request = format!(
            "POST /{path}{slash} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(host).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let status = answer.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
        std::str::from_utf8(status).ok()?.parse().ok()
    }

    /// What the best provider says, and then what the faults make of it.
    fn event(&self) -> Value {
        let text = |member: &str| self.fields[member].as_str().unwrap_or_default().to_owned();
        let (end, name) = (Utc::now(), text("name"));
        let precision = if self.odd(Variant::EventFractions) {
            SecondsFormat::Nanos
        } else {
            SecondsFormat::Secs
        };
        let time = |time: chrono::DateTime<Utc>| time.to_rfc3339_opts(precision, true);
        let succeeded = if self.failed() { "failed" } else { "succeeded" };
        let mut event = json!({
            "status": succeeded,
            "pipelineName": text("pipelineName"),
            "runId": self.id,
            "runName": if self.scheduled { format!("{name}-1") } else { name.clone() },
            "runStartTime": time(end - TimeDelta::seconds(1)),
            "runEndTime": time(end),
            "pipelineComponents": self.components(),
            "provider": NAME,
        });
        let configuration = text("runConfigurationName");
        if !configuration.is_empty() || self.odd(Variant::EventEmptyConfiguration) {
            event["runConfigurationName"] = json!(configuration);
        }
        self.oddities(&mut event);
        self.faults(&mut event);
        event
    }

    /// One output for each declared artifact, and its metadata as the built-in filter wants it.
    fn components(&self) -> Value {
        let declared = self.fields["artifacts"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let components = declared.iter().filter_map(|artifact| {
            let path = artifact["path"].as_str()?.split('[').next()?;
            let mut parts = path.split(':');
            let (component, output) = (parts.next()?, parts.next()?);
            let index: usize = parts.next().map_or(Some(0), |index| index.parse().ok())?;
            let one = json!({"uri": "mock://artifact", "metadata": {"pushed": 1, "level": {"two": "yes"}}});
            let artifacts = vec![one; index.min(9) + 1];
            let outputs = json!([{"name": output, "artifacts": artifacts}]);
            Some(json!({"name": component, "componentArtifacts": outputs}))
        });
        let components: Vec<Value> = components.collect();
        if components.is_empty() && self.odd(Variant::EventNullComponents) {
            return Value::Null;
        }
        components.into()
    }

    fn oddities(&self, event: &mut Value) {
        if self.odd(Variant::EventExtraMembers) {
            event["trace"] = json!({"runName": 7});
        }
        if self.odd(Variant::EventUntimed) {
            (event["runStartTime"], event["runEndTime"]) = (Value::Null, Value::Null);
        }
        if self.odd(Variant::EventByConfiguration) && event["runConfigurationName"].is_string() {
            event["runName"].take();
        }
    }

    fn faults(&self, event: &mut Value) {
        let faults = self.behaviour.faults.iter();
        for effect in faults.flat_map(|fault| fault.spec().effects) {
            if let Effect::Report(member, value) = effect {
                event[*member] = value(self);
            }
        }
        if self.wrong(Fault::EventTimesReversed) {
            event["runStartTime"] = event["runEndTime"].clone();
            event["runEndTime"] = json!("2001-01-01T00:00:00Z");
        }
        let lost = Fault::EventScheduleUnconfigured;
        if self.scheduled && self.wrong(lost) {
            event["runConfigurationName"].take();
        }
        if !self.scheduled && self.wrong(Fault::EventOtherConfiguration) {
            event["runConfigurationName"] = json!(OTHER);
        }
    }
}
