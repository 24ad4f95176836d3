//! The kinds of rules that the operator's resource definitions are made of.

use kfp_provider_domain::{ArtifactPath, NamespacedName, Schedule};

use super::violation::Violation;
use crate::json::Json;
use crate::names::generated_name;

/// What a value has to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// A text.
    Text,
    /// A text of a certain form.
    Form(Form),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// An array of these.
    List(&'static Rule),
    /// An object with any members, each of these.
    Map(&'static Rule),
    /// An object with any members, each of these texts; null is the empty text.
    Texts(&'static Rule),
    /// An object with these members and no others.
    Object(&'static [Member]),
    /// An object of which only these members are looked at.
    Open(&'static [Member]),
    /// As the last one; it says the name of a resource, or from what one is to be made.
    Named(&'static [Member]),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    name: &'static str,
    required: bool,
    rule: Rule,
}

/// A member that must be there.
pub(super) const fn required(name: &'static str, rule: Rule) -> Member {
    Member {
        name,
        required: true,
        rule,
    }
}

/// A member that may be there.
pub(super) const fn optional(name: &'static str, rule: Rule) -> Member {
    Member {
        name,
        required: false,
        rule,
    }
}

/// Forms of texts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// The name of a resource: a DNS subdomain.
    ResourceName,
    /// What the name of a resource starts with.
    NameStart,
    /// The value of a label.
    LabelValue,
    /// A namespace, or the name of a service account: a DNS label.
    Label,
    /// A Provider with its namespace.
    ProviderName,
    /// A pipeline, perhaps with a version.
    PipelineReference,
    /// Where an artifact is found.
    ArtifactPath,
    /// A name, perhaps with a namespace.
    Reference,
    /// A time.
    Time,
}

impl Form {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::ResourceName => is_name(text),
            Self::NameStart => is_name_start(text),
            Self::LabelValue => is_label_value(text),
            Self::Label => text.len() <= 63 && is_label(text),
            Self::ProviderName => text
                .split_once('/')
                .is_some_and(|(namespace, name)| is_label(namespace) && is_label(name)),
            Self::PipelineReference => is_pipeline_reference(text),
            Self::ArtifactPath => text.parse::<ArtifactPath>().is_ok(),
            Self::Reference => text.parse::<NamespacedName>().is_ok(),
            Self::Time => Schedule::parse_time(text).is_ok(),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::ResourceName => "lower-case letters, digits, - and ., such as salmon-counter",
            Self::NameStart => {
                "lower-case letters, digits, - and ., such as salmon-counter-; five characters are added"
            }
            Self::LabelValue => {
                "up to 63 letters, digits, -, _ and ., with a letter or digit at both ends"
            }
            Self::Label => "lower-case letters, digits and -, such as team-birch",
            Self::ProviderName => "namespace/name of a Provider, both without dots",
            Self::PipelineReference => {
                "name or name:version; letters, digits, _ and -, and dots in the version only"
            }
            Self::ArtifactPath => {
                "component:artifact, component:artifact:index or component:artifact:index[filter]"
            }
            Self::Reference => "name or namespace/name",
            Self::Time => "RFC 3339 in quotes, such as \"2027-03-01T06:00:00Z\"",
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Both the start and the name that is made from it are looked at; a hyphen may end the start.
fn is_name_start(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let alone = match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => is_name(&format!("{}a", &rest[..rest.len() - 1])),
        _ => is_name(text),
    };
    alone && is_name(&generated_name(text, "bcdfg"))
}

fn is_label_value(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ends = [text.chars().next(), text.chars().next_back()];
    let ends = ends
        .into_iter()
        .flatten()
        .all(|c| c.is_ascii_alphanumeric());
    text.len() <= 63 && ends && text.bytes().all(inside)
}

/// A word of lower-case letters, digits and hyphens that does not start or end with a hyphen.
fn is_label(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inside) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_pipeline_reference(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let (name, version) = match text.split_once(':') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let is_version = |version: &str| {
        !version.is_empty() && version.bytes().all(|byte| word(byte) || byte == b'.')
    };
    !name.is_empty() && name.bytes().all(word) && version.is_none_or(is_version)
}

/// Notes everything in which a value breaks a rule.
pub(super) fn check(rule: &Rule, value: &Json, pointer: &str, found: &mut Vec<Violation>) {
    match (rule, value) {
        (Rule::Any, _) | (Rule::Bool, Json::Bool(_)) | (Rule::Text, Json::String(_)) => {}
        (Rule::Form(form), Json::String(text)) if form.fits(text) => {}
        (Rule::Form(form), Json::String(text)) => {
            found.push(Violation::new(
                pointer,
                format!("{text:?} has the wrong form"),
                form.hint(),
            ));
        }
        (Rule::OneOf(words), Json::String(text)) => {
            if !words.contains(&text.as_str()) {
                let hint = format!("one of {}", words.join(", "));
                found.push(Violation::new(
                    pointer,
                    format!("{text:?} is not known"),
                    hint,
                ));
            }
        }
        (Rule::List(item), Json::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                check(item, value, &format!("{pointer}/{index}"), found);
            }
        }
        (Rule::Map(item) | Rule::Texts(item), Json::Object(members)) => {
            for (key, value) in members {
                check(item, value, &child(pointer, key), found);
            }
        }
        (Rule::Object(known), Json::Object(members)) => {
            check_members(known, value, pointer, found);
            unknown(known, members, pointer, found);
        }
        (Rule::Open(known), Json::Object(_)) => check_members(known, value, pointer, found),
        (Rule::Named(known), Json::Object(_)) => {
            if is_absent(value, "name") && is_absent(value, "generateName") {
                found.push(Violation::new(
                    pointer,
                    "name is missing",
                    "a name, or generateName, from which one is made",
                ));
            }
            check_members(known, value, pointer, found);
        }
        _ => found.push(Violation::new(
            pointer,
            format!("{} where {} is wanted", type_of(value), wanted(rule)),
            type_hint(rule, value),
        )),
    }
}

/// Removes null where the API server does: in members that may be left out, but neither from lists nor from free values.
pub(super) fn prune(rule: &Rule, value: &mut Json) {
    match (rule, value) {
        (Rule::List(item), Json::Array(items)) => {
            for value in items {
                prune(item, value);
            }
        }
        (Rule::Map(item), Json::Object(members)) => {
            members.retain(|(_, value)| *value != Json::Null);
            for (_, value) in members {
                prune(item, value);
            }
        }
        (Rule::Texts(_), Json::Object(members)) => {
            for (_, value) in members.iter_mut().filter(|(_, value)| *value == Json::Null) {
                *value = Json::from("");
            }
        }
        (Rule::Object(known) | Rule::Open(known) | Rule::Named(known), Json::Object(members)) => {
            let named = matches!(rule, Rule::Named(_));
            members.retain_mut(|(name, value)| {
                let Some(member) = known.iter().find(|member| member.name == name) else {
                    return true;
                };
                prune(&member.rule, value);
                // A name that is empty is as good as none.
                let nameless =
                    named && matches!(name.as_str(), "name" | "generateName" | "namespace");
                let empty = *value == Json::Null || nameless && *value == Json::from("");
                member.required || !empty
            });
        }
        _ => {}
    }
}

fn is_absent(value: &Json, member: &str) -> bool {
    value.get(member).is_none()
}

fn check_members(known: &[Member], value: &Json, pointer: &str, found: &mut Vec<Violation>) {
    for member in known {
        match value.get(member.name) {
            Some(value) => check(&member.rule, value, &child(pointer, member.name), found),
            None if member.required => found.push(Violation::new(
                pointer,
                format!("{} is missing", member.name),
                format!("{} is wanted there", wanted(&member.rule)),
            )),
            None => {}
        }
    }
}

fn unknown(
    known: &[Member],
    members: &[(String, Json)],
    pointer: &str,
    found: &mut Vec<Violation>,
) {
    for (key, _) in members {
        if known.iter().all(|member| member.name != key) {
            let names: Vec<_> = known.iter().map(|member| member.name).collect();
            found.push(Violation::new(
                child(pointer, key),
                "unknown field",
                format!("known here: {}", names.join(", ")),
            ));
        }
    }
}

pub(super) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn wanted(rule: &Rule) -> &'static str {
    match rule {
        Rule::Any => "any value",
        Rule::Bool => "a boolean",
        Rule::Text | Rule::Form(_) | Rule::OneOf(_) => "a text",
        Rule::List(_) => "a list",
        Rule::Map(_) | Rule::Texts(_) | Rule::Object(_) | Rule::Open(_) | Rule::Named(_) => {
            "an object"
        }
    }
}

fn type_hint(rule: &Rule, value: &Json) -> &'static str {
    match (rule, value) {
        // It would not be there any more if it could be left out.
        (_, Json::Null) => "it needs a value",
        (Rule::Text | Rule::Form(_) | Rule::OneOf(_), Json::Number(_) | Json::Bool(_)) => {
            "put it in quotes"
        }
        (Rule::List(_), _) => "put a hyphen in front, or brackets around it",
        (Rule::Form(form), _) => form.hint(),
        _ => "the resource definition knows no other type",
    }
}
