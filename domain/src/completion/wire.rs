//! The event as it goes over the wire.

use chrono::{DateTime, Timelike as _, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    FullName, InvalidEvent, PipelineComponent, RunCompletionEvent, RunOutcome, RunReference,
};
use crate::names::NamespacedName;
use crate::nullable::or_empty;
use crate::time::fit;

/// The members in the order in which the operator's own providers write them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    status: RunOutcome,
    #[serde(default, deserialize_with = "or_empty")]
    pipeline_name: NamespacedName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_configuration_name: Option<NamespacedName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_name: Option<NamespacedName>,
    #[serde(default, deserialize_with = "or_empty")]
    run_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_start_time: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run_end_time: Option<Time>,
    #[serde(default)]
    pipeline_components: Option<Vec<PipelineComponent>>,
    #[serde(default, deserialize_with = "or_empty")]
    provider: NamespacedName,
}

impl Serialize for RunCompletionEvent {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        Wire::from(self.clone()).serialize(output)
    }
}

impl<'de> Deserialize<'de> for RunCompletionEvent {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Wire::deserialize(input)?
            .try_into()
            .map_err(de::Error::custom)
    }
}

impl From<RunCompletionEvent> for Wire {
    fn from(event: RunCompletionEvent) -> Self {
        let text = |name: Option<&FullName>| name.map(|name| name.name().clone());
        Self {
            status: event.outcome,
            pipeline_name: event.pipeline,
            run_configuration_name: text(event.reference.configuration()),
            run_name: text(event.reference.run()),
            run_id: event.run_id.0,
            run_start_time: event.started.map(Time::write),
            run_end_time: event.ended.map(Time::write),
            pipeline_components: event.components,
            provider: event.provider,
        }
    }
}

impl TryFrom<Wire> for RunCompletionEvent {
    type Error = InvalidEvent;

    fn try_from(wire: Wire) -> Result<Self, InvalidEvent> {
        let configuration = full("runConfigurationName", wire.run_configuration_name)?;
        let reference = match (full("runName", wire.run_name)?, configuration) {
            (Some(run), Some(configuration)) => RunReference::Both { run, configuration },
            (Some(run), None) => RunReference::Run(run),
            (None, Some(configuration)) => RunReference::Configuration(configuration),
            (None, None) => return Err(InvalidEvent::NoReference),
        };
        let time = |member, time: Option<Time>| time.map(|time| time.read(member)).transpose();
        Ok(Self {
            outcome: wire.status,
            pipeline: wire.pipeline_name,
            reference,
            run_id: wire.run_id.parse()?,
            started: time("runStartTime", wire.run_start_time)?,
            ended: time("runEndTime", wire.run_end_time)?,
            components: wire.pipeline_components,
            provider: wire.provider,
        })
    }
}

/// A name of the wire, where the empty text names nothing.
fn full(
    member: &'static str,
    name: Option<NamespacedName>,
) -> Result<Option<FullName>, InvalidEvent> {
    let name = name.filter(|name| !name.is_empty());
    name.map(FullName::try_from)
        .transpose()
        .map_err(|source| InvalidEvent::Name { member, source })
}

/// A time as text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Time(String);

impl Time {
    /// RFC 3339 with as many digits as the fraction needs.
    pub(super) fn write(time: DateTime<Utc>) -> Self {
        let time = fit(time);
        let seconds = time.format("%Y-%m-%dT%H:%M:%S");
        let fraction = format!(".{:09}", time.nanosecond());
        let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
        let text = format!("{seconds}{fraction}Z");
        Self(text)
    }

    fn read(self, member: &'static str) -> Result<DateTime<Utc>, InvalidEvent> {
        DateTime::parse_from_rfc3339(&self.0)
            .map(|time| fit(time.with_timezone(&Utc)))
            .map_err(|_| InvalidEvent::Time {
                member,
                text: self.0,
            })
    }
}
