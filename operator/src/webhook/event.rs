//! An event as Go decodes it, which is more lenient than the contract.

use chrono::{DateTime, Utc};
use kfp_provider_domain::NamespacedName;

use super::slice::Slice;
use super::time;
use crate::json::{Json, Scanner, Token, folds_to, unquote};

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
    pub run_start_time: Option<DateTime<Utc>>,
    /// `runEndTime`.
    pub run_end_time: Option<DateTime<Utc>>,
    /// `pipelineComponents`; `None` if it is null or not there.
    pub components: Option<Slice<Component>>,
    /// `provider`.
    pub provider: NamespacedName,
}

/// One step of the pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Component {
    pub(super) name: String,
    pub(super) outputs: Slice<Output>,
}

/// One output of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    pub(super) name: String,
    pub(super) artifacts: Slice<Artifact>,
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

type Decoded = Result<(), UnreadableEvent>;

impl Received {
    /// Decodes a body. `None` is what `null` becomes: an event that is not there.
    ///
    /// Names of members are taken in any case, and folded as Unicode folds them; a member that stands twice is decoded into
    /// what the first left, unknown ones are ignored, `null` changes nothing but what is optional.
    ///
    /// # Errors
    /// See [`UnreadableEvent`].
    pub fn decode(body: &[u8]) -> Result<Option<Self>, UnreadableEvent> {
        // Go looks at the grammar of the whole text first.
        let mut grammar = Scanner::new(body);
        loop {
            match grammar.next() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return Err(UnreadableEvent::Syntax(error.to_string())),
            }
        }
        let mut decoder = Decoder {
            text: body,
            scanner: Scanner::new(body),
        };
        let value = decoder.token();
        if value == Token::Null {
            return Ok(None);
        }
        let mut event = Self::default();
        decoder.object("event", value, |decoder, name, value| {
            event.member(decoder, name, value)
        })?;
        Ok(Some(event))
    }

    fn member(&mut self, decoder: &mut Decoder<'_>, name: &str, value: Token<'_>) -> Decoded {
        let is = |known: &str| folds_to(name, known);
        if is("status") {
            decoder.text("status", value, &mut self.status)
        } else if is("pipelineName") {
            decoder.name("pipelineName", value, &mut self.pipeline_name)
        } else if is("provider") {
            decoder.name("provider", value, &mut self.provider)
        } else if is("runId") {
            decoder.text("runId", value, &mut self.run_id)
        } else if is("runName") {
            decoder.optional_name("runName", value, &mut self.run_name)
        } else if is("runConfigurationName") {
            let member = "runConfigurationName";
            decoder.optional_name(member, value, &mut self.run_configuration_name)
        } else if is("runStartTime") {
            decoder.time("runStartTime", value, &mut self.run_start_time)
        } else if is("runEndTime") {
            decoder.time("runEndTime", value, &mut self.run_end_time)
        } else if is("pipelineComponents") {
            if value == Token::Null {
                self.components = None;
                return Ok(());
            }
            let components = self.components.get_or_insert_default();
            decoder.array("pipelineComponents", value, components, Component::decode)
        } else {
            decoder.skip(value);
            Ok(())
        }
    }
}

impl Component {
    fn decode(&mut self, decoder: &mut Decoder<'_>, value: Token<'_>) -> Decoded {
        decoder.object("pipelineComponents", value, |decoder, name, value| {
            if folds_to(name, "name") {
                decoder.text("name", value, &mut self.name)
            } else if folds_to(name, "componentArtifacts") {
                let outputs = &mut self.outputs;
                decoder.array("componentArtifacts", value, outputs, Output::decode)
            } else {
                decoder.skip(value);
                Ok(())
            }
        })
    }
}

impl Output {
    fn decode(&mut self, decoder: &mut Decoder<'_>, value: Token<'_>) -> Decoded {
        decoder.object("componentArtifacts", value, |decoder, name, value| {
            if folds_to(name, "name") {
                decoder.text("name", value, &mut self.name)
            } else if folds_to(name, "artifacts") {
                decoder.array("artifacts", value, &mut self.artifacts, Artifact::decode)
            } else {
                decoder.skip(value);
                Ok(())
            }
        })
    }
}

impl Artifact {
    fn decode(&mut self, decoder: &mut Decoder<'_>, value: Token<'_>) -> Decoded {
        decoder.object("artifacts", value, |decoder, name, value| {
            if folds_to(name, "uri") {
                decoder.text("uri", value, &mut self.uri)
            } else if folds_to(name, "metadata") {
                decoder.free("metadata", value, &mut self.metadata)
            } else {
                decoder.skip(value);
                Ok(())
            }
        })
    }
}

/// Decodes a text whose grammar is known to be right.
struct Decoder<'a> {
    text: &'a [u8],
    scanner: Scanner<'a>,
}

impl<'a> Decoder<'a> {
    /// The next token. The text has been found to be complete, so that there is one.
    fn token(&mut self) -> Token<'a> {
        self.scanner.next().ok().flatten().unwrap_or(Token::Null)
    }

    /// Passes over what belongs to a token.
    fn skip(&mut self, token: Token<'_>) {
        if matches!(token, Token::OpenArray | Token::OpenObject) {
            let outside = self.scanner.depth() - 1;
            while self.scanner.depth() > outside {
                self.token();
            }
        }
    }

    /// The members of an object; `null` has none.
    fn object(
        &mut self,
        member: &'static str,
        value: Token<'_>,
        mut each: impl FnMut(&mut Self, &str, Token<'a>) -> Decoded,
    ) -> Decoded {
        match value {
            Token::Null => return Ok(()),
            Token::OpenObject => {}
            _ => return Err(wrong(member, "not an object")),
        }
        while let Token::Key(key) = self.token() {
            let value = self.token();
            each(self, &unquote(key), value)?;
        }
        Ok(())
    }

    fn array<T: Default>(
        &mut self,
        member: &'static str,
        value: Token<'_>,
        into: &mut Slice<T>,
        item: fn(&mut T, &mut Self, Token<'_>) -> Decoded,
    ) -> Decoded {
        match value {
            Token::Null => {
                *into = Slice::default();
                return Ok(());
            }
            Token::OpenArray => {}
            _ => return Err(wrong(member, "not an array")),
        }
        let mut length = 0;
        loop {
            let value = self.token();
            if value == Token::CloseArray {
                into.end(length);
                return Ok(());
            }
            item(into.place(length), self, value)?;
            length += 1;
        }
    }

    fn text(&self, member: &'static str, value: Token<'_>, into: &mut String) -> Decoded {
        match value {
            Token::String(raw) => *into = unquote(raw),
            Token::Null => {}
            _ => return Err(wrong(member, "not a string")),
        }
        Ok(())
    }

    fn name(&self, member: &'static str, value: Token<'_>, into: &mut NamespacedName) -> Decoded {
        let mut name = None;
        self.optional_name(member, value, &mut name)?;
        if let Some(name) = name {
            *into = name;
        }
        Ok(())
    }

    fn optional_name(
        &self,
        member: &'static str,
        value: Token<'_>,
        into: &mut Option<NamespacedName>,
    ) -> Decoded {
        *into = match value {
            Token::Null => None,
            Token::String(raw) => {
                let name = unquote(raw).parse();
                Some(name.map_err(|error| wrong(member, format!("{error}")))?)
            }
            _ => return Err(wrong(member, "not a string")),
        };
        Ok(())
    }

    fn time(
        &self,
        member: &'static str,
        value: Token<'_>,
        into: &mut Option<DateTime<Utc>>,
    ) -> Decoded {
        *into = match value {
            Token::Null => None,
            Token::String(raw) => {
                let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
                let shown = || format!("{:?} is not RFC 3339", unquote(raw));
                Some(time::parse(inner).ok_or_else(|| wrong(member, shown()))?)
            }
            _ => return Err(wrong(member, "not a string")),
        };
        Ok(())
    }

    /// An object of any members, which go to those that are there already.
    fn free(&mut self, member: &'static str, value: Token<'_>, into: &mut Json) -> Decoded {
        match value {
            Token::Null => {
                *into = Json::Object(Vec::new());
                return Ok(());
            }
            Token::OpenObject => {}
            _ => return Err(wrong(member, "not an object")),
        }
        let start = self.scanner.at() - 1;
        self.skip(value);
        let text = &self.text[start..self.scanner.at()];
        let found = Json::parse(text).map_err(|error| wrong(member, error.to_string()))?;
        found
            .canonical()
            .map_err(|error| wrong(member, error.to_string()))?;
        if let (Json::Object(members), Json::Object(more)) = (into, &found) {
            members.extend(more.iter().cloned());
        }
        Ok(())
    }
}

fn wrong(member: &'static str, why: impl Into<String>) -> UnreadableEvent {
    let why = why.into();
    UnreadableEvent::Member { member, why }
}
