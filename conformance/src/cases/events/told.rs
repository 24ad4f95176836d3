//! What an event says, read as leniently as possible: each check is about one thing.

use chrono::{DateTime, Utc};
use kfp_operator_sim::webhook::{self, Received};
use serde_json::{Map, Value};

use super::Sent;
use crate::base::outcome::Finding;
use crate::facilities::webhook::Delivery;

/// Members that make an object an event.
const MARKS: [&str; 5] = ["status", "runId", "runName", "pipelineName", "provider"];
/// Members that senders always give.
const ALWAYS: [&str; 5] = [
    "status",
    "pipelineName",
    "runId",
    "pipelineComponents",
    "provider",
];
/// Clocks of different machines are not the same.
const SKEW: chrono::TimeDelta = chrono::TimeDelta::seconds(2);

/// The members of an event, wherever they are.
pub(super) struct Told {
    members: Map<String, Value>,
    /// Whether they are at the top.
    bare: bool,
}

impl Told {
    pub(super) fn of(delivery: &Delivery) -> Option<Self> {
        let body: Value = serde_json::from_slice(&delivery.received.request.body).ok()?;
        let is_event =
            |members: &Map<String, Value>| MARKS.iter().any(|mark| members.contains_key(*mark));
        let Value::Object(top) = body else {
            return None;
        };
        if is_event(&top) {
            return Some(Self {
                members: top,
                bare: true,
            });
        }
        let inner = top.into_iter().find_map(|(_, value)| match value {
            Value::Object(members) if is_event(&members) => Some(members),
            _ => None,
        });
        inner.map(|members| Self {
            members,
            bare: false,
        })
    }

    /// A member that is there and not null.
    fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A member that is a string; empty if it is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.member(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn shown(&self, name: &str) -> String {
        match self.members.get(name) {
            None => format!("no {name}"),
            Some(value) => format!(
                "{name} {}",
                crate::base::text::excerpt(value.to_string().as_bytes())
            ),
        }
    }

    /// A time, if there is one.
    fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>, String> {
        let Some(value) = self.member(name) else {
            return Ok(None);
        };
        // What the operator makes of it.
        let body = format!("{{\"runEndTime\":{value}}}");
        match Received::decode(body.as_bytes()) {
            Ok(event) => Ok(event.and_then(|event| event.run_end_time)),
            Err(_) => Err(self.shown(name)),
        }
    }

    /// When the run ended, if that is said.
    pub(super) fn end(&self) -> Option<DateTime<Utc>> {
        self.time("runEndTime").ok().flatten()
    }

    fn configuration_of(sent: &Sent) -> String {
        sent.body.text("runConfigurationName")
    }

    pub(super) fn bare_object(&self) -> Finding {
        if !self.bare {
            return Finding::fail("the members of the event are inside another member");
        }
        let missing: Vec<&str> = ALWAYS
            .into_iter()
            .filter(|name| !self.members.contains_key(*name))
            .collect();
        if missing.is_empty() {
            Finding::pass("its members are at the top level")
        } else {
            Finding::fail(format!("without {}", missing.join(", ")))
        }
    }

    pub(super) fn status(&self) -> Finding {
        let known = ["succeeded", "failed"].contains(&self.text("status"));
        Finding::when(known, self.shown("status"))
    }

    pub(super) fn pipeline(&self, sent: &Sent) -> Finding {
        let wanted = sent.body.text("pipelineName");
        let same = self.text("pipelineName") == wanted;
        Finding::when(same, self.shown("pipelineName")).expected(format!("{wanted:?}"))
    }

    pub(super) fn reference(&self) -> Finding {
        let names = ["runName", "runConfigurationName"];
        let named = names.iter().any(|name| !self.text(name).is_empty());
        Finding::when(named, names.map(|name| self.shown(name)).join(", "))
    }

    pub(super) fn run_name(&self, sent: &Sent) -> Finding {
        if self.text("runName").is_empty() && self.member("runName").is_none_or(Value::is_string) {
            return Finding::prerequisite("the event does not name the run");
        }
        let wanted = sent.name();
        let same = self.text("runName") == wanted;
        Finding::when(same, self.shown("runName")).expected(format!("{wanted:?}"))
    }

    pub(super) fn configuration(&self, sent: &Sent) -> Finding {
        let (name, wanted) = ("runConfigurationName", Self::configuration_of(sent));
        match (self.member(name), wanted.is_empty()) {
            (None, true) => Finding::pass(self.shown(name)),
            (Some(Value::String(given)), true) if given.is_empty() => {
                Finding::tolerated(self.shown(name))
            }
            (_, true) => Finding::fail(self.shown(name)).expected("none, as the run has none"),
            (given, false) => {
                let same = given.and_then(Value::as_str) == Some(wanted.as_str());
                Finding::when(same, self.shown(name)).expected(format!("{wanted:?}"))
            }
        }
    }

    pub(super) fn namespaced(&self) -> Finding {
        let names = ["runName", "runConfigurationName", "pipelineName"];
        let given = names.into_iter().filter(|name| !self.text(name).is_empty());
        let full = |name: &str| {
            let parts: Vec<&str> = self.text(name).split('/').collect();
            parts.len() == 2 && !parts.contains(&"")
        };
        let wrong: Vec<String> = given
            .filter(|name| !full(name))
            .map(|name| self.shown(name))
            .collect();
        if wrong.is_empty() {
            Finding::pass("each is namespace/name")
        } else {
            Finding::fail(wrong.join(", "))
        }
    }

    pub(super) fn run_id(&self) -> Finding {
        Finding::when(!self.text("runId").is_empty(), self.shown("runId"))
    }

    pub(super) fn same_id(&self, sent: &Sent) -> Finding {
        let same = self.text("runId") == sent.id;
        Finding::when(same, self.shown("runId")).expected(format!("{:?}", sent.id))
    }

    pub(super) fn provider(&self, wanted: Option<&str>) -> Finding {
        match wanted {
            None => Finding::unverified("fixture", "provider.toml does not say provider.name"),
            Some(wanted) => Finding::when(self.text("provider") == wanted, self.shown("provider"))
                .expected(format!("{wanted:?}")),
        }
    }

    pub(super) fn times(&self) -> Finding {
        let read = ["runStartTime", "runEndTime"].map(|name| self.time(name));
        let wrong: Vec<String> = read.into_iter().filter_map(Result::err).collect();
        if wrong.is_empty() {
            Finding::pass(format!(
                "{}, {}",
                self.shown("runStartTime"),
                self.shown("runEndTime")
            ))
        } else {
            Finding::fail(wrong.join(", "))
        }
    }

    pub(super) fn ordered(&self, delivery: &Delivery) -> Finding {
        let (Ok(start), Ok(end)) = (self.time("runStartTime"), self.time("runEndTime")) else {
            return Finding::prerequisite("a time cannot be read");
        };
        let actual = format!(
            "{}, {}, arrived {}",
            self.shown("runStartTime"),
            self.shown("runEndTime"),
            delivery.arrived.to_rfc3339()
        );
        let by_itself = start.zip(end).is_none_or(|(start, end)| start <= end);
        let now = delivery.arrived + SKEW;
        let past = [start, end].into_iter().flatten().all(|time| time <= now);
        Finding::when(by_itself && past, actual)
    }

    pub(super) fn components(&self) -> Finding {
        let name = "pipelineComponents";
        let Some(value) = self.member(name) else {
            return Finding::pass(self.shown(name));
        };
        let body = format!("{{\"{name}\":{value}}}");
        match Received::decode(body.as_bytes()) {
            Ok(_) => Finding::pass(self.shown(name)),
            Err(why) => Finding::fail(format!("{}: {why}", self.shown(name))),
        }
    }

    /// Whether everything declared is found as the operator finds it.
    pub(super) fn artifacts(&self, sent: &Sent) -> Finding {
        if sent.artifacts.is_empty() {
            return Finding::prerequisite("the run declares no artifacts");
        }
        let value = self
            .member("pipelineComponents")
            .cloned()
            .unwrap_or_default();
        let body = format!("{{\"pipelineComponents\":{value}}}");
        let Ok(Some(event)) = Received::decode(body.as_bytes()) else {
            return Finding::prerequisite("the components cannot be read");
        };
        let components = event.components.unwrap_or_default();
        let lost: Vec<String> = sent
            .artifacts
            .iter()
            .filter(|one| webhook::select(std::slice::from_ref(one), &components).is_empty())
            .map(|(name, path)| format!("{name} at {path}"))
            .collect();
        if lost.is_empty() {
            Finding::pass(format!("{} declared, all found", sent.artifacts.len()))
        } else {
            Finding::fail(format!(
                "not found: {}; {}",
                lost.join(", "),
                self.shown("pipelineComponents")
            ))
        }
    }
}

/// Whether nothing arrived before the run had ended, as far as its events say when that was.
pub(super) fn terminal(arrived: &[std::sync::Arc<Delivery>]) -> Finding {
    let ends = arrived
        .iter()
        .filter_map(|delivery| Told::of(delivery)?.end());
    let (Some(end), Some(first)) = (ends.max(), arrived.first()) else {
        return Finding::prerequisite("the event does not say when the run ended");
    };
    let actual = format!(
        "the run ended {end}, the event came {}",
        first.arrived.to_rfc3339()
    );
    Finding::when(end <= first.arrived + SKEW, actual)
}
