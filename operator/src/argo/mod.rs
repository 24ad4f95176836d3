//! What Argo makes of a workflow's parameters before its step runs: `{{…}}` is replaced in their values too, wherever
//! it stands, and some characters make invalid JSON of what Argo puts together.
//!
//! Checked against the validator and the substitution of Argo 3.7.13: see `interop/argo/tags`.

mod expression;
mod known;

use std::sync::LazyLock;

use regex::Regex;

use crate::json::Json;
use crate::workflow::Workflow;
use expression::{Evaluation, evaluate};
use known::Known;

/// What becomes of a workflow's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The step runs.
    Runs(Parameters),
    /// Argo refuses the workflow: no request is sent, and the operator reads `operation failed`.
    Invalid(String),
    /// The workflow is neither refused nor gets to its step: the resource waits for it forever.
    Hangs(String),
}

/// Parameters as they get to the step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The definition; empty for deletions.
    pub definition: String,
    /// The id; empty for creations.
    pub id: String,
    /// What was replaced.
    pub changes: Vec<Change>,
}

/// A text that does not arrive as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was written, braces included.
    pub tag: String,
    /// As it arrives; `None` where only Argo knows.
    pub value: Option<String>,
}

/// What may come first in the name of a variable that has to be there.
const CHECKED: [&str; 7] = [
    "item.",
    "steps.",
    "inputs.",
    "outputs.",
    "pod.",
    "workflow.",
    "tasks.",
];

/// Names that are let through although nothing is known under them.
const EXCUSED: [&str; 6] = [
    "outputs.",
    "workflow.creationTimestamp",
    "workflow.scheduledTime",
    "workflow.duration",
    "tasks.name",
    "steps.name",
];

/// Known where the step runs, but not where the workflow is checked.
const POD: &str = "pod.name";

/// How large a workflow may be at the most, in bytes; one that grows beyond stays Pending. What is put in may hold tags that
/// are replaced again, so that a text of some kilobytes could grow to terabytes.
const MAX_TEXT: usize = 2 * 1024 * 1024;

/// How often the controller replaces, one template after the other.
const PASSES: usize = 4;

/// Signs that Argo writes in a form that JSON does not have: U+007F, and what Go does not print beyond U+FFFF.
static BROKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\x7F|[\x{10000}-\x{10FFFF}--[[\p{L}\p{M}\p{N}\p{P}\p{S}]&&[\p{age=15.0}]]]").ok()
});

impl Workflow {
    /// What becomes of the parameters in a workflow of this name, which is [`Self::generate_name`] and five random
    /// characters.
    pub fn arrival(&self, name: &str) -> Arrival {
        if let Some(problem) = self.parameters.iter().find_map(|(parameter, value)| {
            let sign = broken_sign(value)?;
            Some(format!("parameter {parameter} holds {sign}, of which Argo makes invalid JSON (hint: leave the character out)"))
        }) {
            return Arrival::Invalid(problem);
        }
        let known = self.known(name);
        let mut arrived = Parameters::default();
        for (parameter, value) in &self.parameters {
            let text = match replaced(value, &known, &mut arrived.changes) {
                Ok(text) => text,
                Err(Problem::Invalid(what)) => {
                    return Arrival::Invalid(format!("parameter {parameter}: {what}"));
                }
                Err(Problem::Hangs(what)) => {
                    return Arrival::Hangs(format!("parameter {parameter}: {what}"));
                }
            };
            match *parameter {
                "resource-definition" => arrived.definition = text,
                "resource-id" => arrived.id = text,
                _ => {}
            }
        }
        Arrival::Runs(arrived)
    }

    /// Variables and their values; `None` for those that only Argo knows.
    fn known(&self, name: &str) -> Known {
        let mut known = Known::new();
        let mut add = |key: &str, value: Option<String>| known.insert(key.to_owned(), value);
        let some = |text: &str| Some(text.to_owned());
        add("workflow.name", some(name));
        add("workflow.namespace", some(&self.namespace));
        add("workflow.mainEntrypoint", some("main"));
        add("workflow.serviceAccountName", some("kfp-operator-argo"));
        add("workflow.status", some("Running"));
        for key in [
            "uid",
            "duration",
            "creationTimestamp",
            "creationTimestamp.s",
            "creationTimestamp.RFC3339",
        ] {
            add(&format!("workflow.{key}"), None);
        }
        for format in "BbmAadHIMSYypZzL".chars() {
            add(&format!("workflow.creationTimestamp.{format}"), None);
        }
        add("node.name", None);
        add(POD, None);
        for key in [
            "workflow.annotations",
            "workflow.annotations.json",
            "inputs.parameters",
        ] {
            add(key, some("null"));
        }
        add(
            "outputs.parameters.provider-output.path",
            some("/tmp/provider-output.json"),
        );
        let text = |text: &String| Json::from(text.as_str());
        let mut labels = Json::object(
            self.labels
                .iter()
                .map(|(key, value)| (key.as_str(), text(value))),
        );
        labels.sort_members();
        add("workflow.labels", Some(labels.to_string()));
        add("workflow.labels.json", Some(labels.to_string()));
        for (label, value) in &self.labels {
            add(&format!("workflow.labels.{label}"), some(value));
        }
        let list = self.parameters.iter().map(|(parameter, value)| {
            Json::object([("name", Json::from(*parameter)), ("value", text(value))])
        });
        let list = Json::Array(list.collect()).to_string();
        add("workflow.parameters", Some(list.clone()));
        add("workflow.parameters.json", Some(list));
        for (parameter, value) in &self.parameters {
            add(&format!("workflow.parameters.{parameter}"), some(value));
        }
        known
    }
}

enum Problem {
    Invalid(String),
    Hangs(String),
}

fn broken_sign(text: &str) -> Option<String> {
    let found = BROKEN.as_ref()?.find(text)?;
    let sign = found.as_str().chars().next()?;
    Some(format!("U+{:04X}", u32::from(sign)))
}

/// A text with its tags replaced, pass after pass: what is put in may hold tags again.
fn replaced(text: &str, known: &Known, changes: &mut Vec<Change>) -> Result<String, Problem> {
    let mut text = text.to_owned();
    for _ in 0..PASSES {
        let next = pass(&text, known, changes)?;
        if next == text {
            break;
        }
        text = next;
    }
    Ok(text)
}

fn pass(text: &str, known: &Known, changes: &mut Vec<Change>) -> Result<String, Problem> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let (tag, end) = match inside.find("}}") {
            Some(end) => (&inside[..end], Some(end + 2)),
            None => (inside, None),
        };
        match replacement(tag, end.is_some(), known)? {
            Some(value) => {
                let change = Change {
                    tag: format!("{{{{{tag}}}}}"),
                    value: value.clone(),
                };
                if !changes.iter().any(|known| known.tag == change.tag) {
                    changes.push(change);
                }
                out.push_str(&value.unwrap_or_else(|| format!("{{{{{tag}}}}}")));
                if out.len() > MAX_TEXT {
                    return Err(Problem::Hangs(format!(
                        "with what {} stands for, the workflow has more than {MAX_TEXT} bytes, which is all that can be \
                         stored of it, and it never gets to its step (hint: write {{ {{ apart)",
                        shown(tag)
                    )));
                }
            }
            None => out.push_str(&rest[start..start + 2 + end.unwrap_or(inside.len())]),
        }
        rest = &inside[end.unwrap_or(inside.len())..];
    }
    out.push_str(rest);
    Ok(out)
}

/// What a tag is replaced with, if it is. One that is not closed reaches beyond the parameter.
fn replacement(tag: &str, closed: bool, known: &Known) -> Result<Option<Option<String>>, Problem> {
    if let Some(expression) = tag.strip_prefix('=') {
        return calculated(expression, closed, known);
    }
    let name = tag.trim();
    if closed
        && name != POD
        && let Some(value) = known.get(name)
    {
        return Ok(Some(value.clone()));
    }
    let unresolved = || {
        format!(
            "Argo knows no {} and refuses the workflow (hint: write {{ {{ apart)",
            shown(tag)
        )
    };
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if starts(&CHECKED) && !starts(&EXCUSED) {
        return Err(Problem::Invalid(unresolved()));
    }
    if ["steps", "tasks"].contains(&name) || starts(&["steps.", "tasks."]) {
        return Err(Problem::Hangs(waits(tag)));
    }
    // A tag within a tag takes the closing braces with it.
    let nested = tag.rfind("{{").filter(|at| *at > 0 && closed);
    Ok(nested.and_then(|at| {
        let value = known.get(&tag[at + 2..])?.as_ref();
        Some(value.map(|value| format!("{{{{{}{value}", &tag[..at])))
    }))
}

fn calculated(
    expression: &str,
    closed: bool,
    known: &Known,
) -> Result<Option<Option<String>>, Problem> {
    let tag = format!("={expression}");
    if !closed || expression.contains('\\') {
        return Err(Problem::Invalid(format!(
            "Argo cannot read the expression {} and refuses the workflow (hint: write {{ {{ apart)",
            shown(&tag)
        )));
    }
    match evaluate(expression, known) {
        Evaluation::Value(value) => Ok(Some(Some(value))),
        Evaluation::Unknown => Ok(Some(None)),
        Evaluation::Stays => Ok(None),
        Evaluation::Refused => Err(Problem::Invalid(format!(
            "Argo cannot evaluate {} and the workflow fails",
            shown(&tag)
        ))),
        Evaluation::Waits => Err(Problem::Hangs(waits(&tag))),
    }
}

fn waits(tag: &str) -> String {
    format!(
        "Argo waits for {} without end, and the workflow never gets to its step (hint: write {{ {{ apart)",
        shown(tag)
    )
}

/// A tag in its braces, or how it begins.
fn shown(tag: &str) -> String {
    const SHOWN: usize = 60;
    match tag.char_indices().nth(SHOWN) {
        None => format!("{{{{{tag}}}}}"),
        Some((end, _)) => format!("{{{{{}…", &tag[..end]),
    }
}

#[cfg(test)]
mod tests;
