//! An event as Go decodes it, which is more lenient than the contract.

use chrono::{DateTime, FixedOffset};
use kfp_provider_api::domain::NamespacedName;

use crate::json::Json;

/// An event as the operator understands it. Nothing but the form of names and times has been checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// `status`, whatever it says.
    pub status: String,
    /// `pipelineName`.
    pub pipeline_name: NamespacedName,
    /// `runConfigurationName`.
    pub run_configuration_name: Option<NamespacedName>,
    /// `runName`.
    pub run_name: Option<NamespacedName>,
    /// `runId`.
    pub run_id: String,
    /// `runStartTime`.
    pub run_start_time: Option<DateTime<FixedOffset>>,
    /// `runEndTime`.
    pub run_end_time: Option<DateTime<FixedOffset>>,
    /// `pipelineComponents`; `None` if it is null or not there.
    pub components: Option<Vec<Component>>,
    /// `provider`.
    pub provider: NamespacedName,
}

/// One step of the pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Component {
    pub(super) name: String,
    pub(super) outputs: Vec<Output>,
}

/// One output of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    pub(super) name: String,
    pub(super) artifacts: Vec<Artifact>,
}

/// One thing that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    pub(super) uri: String,
    pub(super) metadata: Json,
}

impl Default for Artifact {
    fn default() -> Self {
        Self {
            uri: String::new(),
            metadata: Json::Object(Vec::new()),
        }
    }
}

/// Why a body is not an event for Go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableEvent {
    /// It is not JSON.
    #[error("body: {0}")]
    Syntax(String),
    /// A member has another type or form.
    #[error("{member}: {why}")]
    Member {
        /// Its name.
        member: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Received {
    /// Decodes a body. `None` is what `null` becomes: an event that is not there.
    ///
    /// Names of members are taken in any case, the last of duplicates wins, unknown ones are ignored, `null` changes nothing
    /// but what is optional.
    ///
    /// # Errors
    /// See [`UnreadableEvent`].
    pub fn decode(body: &[u8]) -> Result<Option<Self>, UnreadableEvent> {
        let json = Json::parse(body).map_err(|error| UnreadableEvent::Syntax(error.to_string()))?;
        if json == Json::Null {
            return Ok(None);
        }
        let mut event = Self::default();
        for (name, value) in members("event", &json)? {
            event.set(name, value)?;
        }
        Ok(Some(event))
    }

    fn set(&mut self, name: &str, value: &Json) -> Result<(), UnreadableEvent> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("status") {
            text("status", value, &mut self.status)
        } else if is("pipelineName") {
            named("pipelineName", value, &mut self.pipeline_name)
        } else if is("provider") {
            named("provider", value, &mut self.provider)
        } else if is("runId") {
            text("runId", value, &mut self.run_id)
        } else if is("runName") {
            self.run_name = optional("runName", value)?;
            Ok(())
        } else if is("runConfigurationName") {
            self.run_configuration_name = optional("runConfigurationName", value)?;
            Ok(())
        } else if is("runStartTime") {
            self.run_start_time = time("runStartTime", value)?;
            Ok(())
        } else if is("runEndTime") {
            self.run_end_time = time("runEndTime", value)?;
            Ok(())
        } else if is("pipelineComponents") {
            self.components = match value {
                Json::Null => None,
                value => Some(list("pipelineComponents", value, component)?),
            };
            Ok(())
        } else {
            Ok(())
        }
    }
}

fn component(json: &Json) -> Result<Component, UnreadableEvent> {
    let mut component = Component::default();
    for (name, value) in members("pipelineComponents", json)? {
        if name.eq_ignore_ascii_case("name") {
            text("name", value, &mut component.name)?;
        } else if name.eq_ignore_ascii_case("componentArtifacts") {
            component.outputs = list("componentArtifacts", value, output)?;
        }
    }
    Ok(component)
}

fn output(json: &Json) -> Result<Output, UnreadableEvent> {
    let mut output = Output::default();
    for (name, value) in members("componentArtifacts", json)? {
        if name.eq_ignore_ascii_case("name") {
            text("name", value, &mut output.name)?;
        } else if name.eq_ignore_ascii_case("artifacts") {
            output.artifacts = list("artifacts", value, artifact)?;
        }
    }
    Ok(output)
}

fn artifact(json: &Json) -> Result<Artifact, UnreadableEvent> {
    let mut artifact = Artifact::default();
    for (name, value) in members("artifacts", json)? {
        if name.eq_ignore_ascii_case("uri") {
            text("uri", value, &mut artifact.uri)?;
        } else if name.eq_ignore_ascii_case("metadata") {
            artifact.metadata = match value {
                Json::Null => Json::Object(Vec::new()),
                Json::Object(_) => value.clone(),
                _ => return Err(wrong("metadata", "not an object")),
            };
        }
    }
    Ok(artifact)
}

/// The members of an object; of `null`, none.
fn members<'a>(
    member: &'static str,
    json: &'a Json,
) -> Result<impl Iterator<Item = (&'a str, &'a Json)>, UnreadableEvent> {
    let members = match json {
        Json::Object(members) => members.as_slice(),
        Json::Null => &[],
        _ => return Err(wrong(member, "not an object")),
    };
    Ok(members.iter().map(|(name, value)| (name.as_str(), value)))
}

fn list<T>(
    member: &'static str,
    json: &Json,
    item: fn(&Json) -> Result<T, UnreadableEvent>,
) -> Result<Vec<T>, UnreadableEvent> {
    match json {
        Json::Array(items) => items.iter().map(item).collect(),
        Json::Null => Ok(Vec::new()),
        _ => Err(wrong(member, "not an array")),
    }
}

fn text(member: &'static str, json: &Json, into: &mut String) -> Result<(), UnreadableEvent> {
    match json {
        Json::String(text) => into.clone_from(text),
        Json::Null => {}
        _ => return Err(wrong(member, "not a string")),
    }
    Ok(())
}

fn named(
    member: &'static str,
    json: &Json,
    into: &mut NamespacedName,
) -> Result<(), UnreadableEvent> {
    if let Some(name) = optional(member, json)? {
        *into = name;
    }
    Ok(())
}

fn optional(member: &'static str, json: &Json) -> Result<Option<NamespacedName>, UnreadableEvent> {
    match json {
        Json::Null => Ok(None),
        Json::String(text) => text
            .parse()
            .map(Some)
            .map_err(|error| wrong(member, format!("{error}"))),
        _ => Err(wrong(member, "not a string")),
    }
}

fn time(
    member: &'static str,
    json: &Json,
) -> Result<Option<DateTime<FixedOffset>>, UnreadableEvent> {
    match json {
        Json::Null => Ok(None),
        Json::String(text) => match DateTime::parse_from_rfc3339(text) {
            // Go knows one form, chrono also a space and small letters between date and time.
            Ok(time) if text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z') => {
                Ok(Some(time))
            }
            _ => Err(wrong(member, format!("{text:?} is not RFC 3339"))),
        },
        _ => Err(wrong(member, "not a string")),
    }
}

fn wrong(member: &'static str, why: impl Into<String>) -> UnreadableEvent {
    let why = why.into();
    UnreadableEvent::Member { member, why }
}
