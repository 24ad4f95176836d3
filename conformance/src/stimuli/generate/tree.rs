//! Places in a JSON tree.

use std::fmt;

use fastrand::Rng;
use kfp_operator_sim::json::Json;
use kfp_operator_sim::{self as operator, ResourceKind};

use crate::base::text::escape;

/// A JSON pointer: names of members and indexes of items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pointer(Vec<String>);

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|token| write!(f, "/{}", escape(token)))
    }
}

impl Pointer {
    /// Some place of a body that a place of the grammar stands for. The last member need not exist.
    pub(super) fn find(body: &Json, place: &str, rng: &mut Rng) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut here = Some(body);
        for token in place.split('/').skip(1) {
            let token = match (token, here?) {
                ("*", Json::Array(items)) => rng.usize(..items.len().max(1)).to_string(),
                ("*", Json::Object(members)) => rng.choice(members)?.0.clone(),
                (name, Json::Object(_)) => name.replace("~1", "/").replace("~0", "~"),
                _ => return None,
            };
            here = child(here?, &token);
            tokens.push(token);
        }
        Some(Self(tokens))
    }

    /// The place of a member or item below.
    pub(super) fn below(&self, token: &str) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.to_owned());
        Self(tokens)
    }

    /// Reads a pointer of plain names.
    pub(crate) fn parse(text: &str) -> Self {
        Self(text.split('/').skip(1).map(str::to_owned).collect())
    }

    /// The text at the place, if there is one.
    pub(crate) fn text<'a>(&self, body: &'a Json) -> Option<&'a str> {
        match self.of(body) {
            Some(Json::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The first parts of the pointer.
    pub(super) fn up_to(&self, count: usize) -> Self {
        Self(self.0[..count.min(self.0.len())].to_vec())
    }

    /// Whether one of the two is the other or lies within it.
    pub(super) fn touches(&self, other: &Self) -> bool {
        let shared = self.0.len().min(other.0.len());
        self.0[..shared] == other.0[..shared]
    }

    /// Where a member is, and its name.
    fn split(&self) -> Option<(Self, &str)> {
        let (last, parents) = self.0.split_last()?;
        Some((Self(parents.to_vec()), last))
    }

    pub(super) fn of<'a>(&self, body: &'a Json) -> Option<&'a Json> {
        self.0
            .iter()
            .try_fold(body, |here, token| child(here, token))
    }

    pub(super) fn of_mut<'a>(&self, body: &'a mut Json) -> Option<&'a mut Json> {
        self.0
            .iter()
            .try_fold(body, |here, token| child_mut(here, token))
    }

    /// Puts a value at the place, if what it is part of exists.
    pub(crate) fn put(&self, body: &mut Json, value: Json) {
        if let Some(old) = self.of_mut(body) {
            *old = value;
        } else if let Some((parent, name)) = self.split()
            && let Some(Json::Object(members)) = parent.of_mut(body)
        {
            members.push((name.to_owned(), value));
        }
    }

    /// Takes away what is at the place.
    pub(super) fn remove(&self, body: &mut Json) {
        let Some((parent, name)) = self.split() else {
            return;
        };
        match parent.of_mut(body) {
            Some(Json::Object(members)) => members.retain(|(known, _)| known != name),
            Some(Json::Array(items)) => {
                if let Some(at) = name.parse().ok().filter(|at| *at < items.len()) {
                    items.remove(at);
                }
            }
            _ => {}
        }
    }
}

fn child<'a>(value: &'a Json, token: &str) -> Option<&'a Json> {
    match value {
        Json::Object(_) => value.get(token),
        Json::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

fn child_mut<'a>(value: &'a mut Json, token: &str) -> Option<&'a mut Json> {
    match value {
        Json::Object(members) => members
            .iter_mut()
            .rev()
            .find(|(name, _)| name == token)
            .map(|(_, value)| value),
        Json::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The bytes of a body, as the operator would write them.
pub(crate) fn wire(kind: ResourceKind, body: &Json) -> Vec<u8> {
    match (kind, body) {
        (ResourceKind::Pipeline, Json::Object(members)) => match members.as_slice() {
            [(first, definition), (second, compiled)]
                if first == "pipelineDefinition" && second == "compiledPipeline" =>
            {
                operator::pipeline_body(definition.to_string(), compiled.to_string())
            }
            _ => operator::simple_body(&body.to_string()),
        },
        _ => operator::simple_body(&body.to_string()),
    }
}
