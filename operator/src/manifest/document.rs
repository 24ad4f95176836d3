//! One document of a file, and the resources in it.

use std::sync::Arc;

use super::compose::{Composed, Lines};
use crate::json::Json;

/// A document, or one resource of a list that is a document.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it says.
    pub json: Json,
    /// Where that is not what it seems: the line, and words.
    pub remarks: Vec<(u64, String)>,
    lines: Arc<Lines>,
    /// The pointer to the resource in its document.
    at: String,
}

impl Document {
    pub(super) fn new(composed: Composed) -> Self {
        Self {
            json: composed.json,
            remarks: composed.remarks,
            lines: Arc::new(composed.lines),
            at: String::new(),
        }
    }

    /// The line of what a pointer points to, or of the nearest thing around it.
    pub fn line(&self, pointer: &str) -> u64 {
        self.lines.nearest(&format!("{}{pointer}", self.at))
    }

    /// The resources of a list, such as kubectl prints it, and of lists in it; anything else is itself. An item without
    /// `apiVersion` and `kind` has those that the list has, as in a `RunList`.
    pub fn flatten(self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut pending = vec![self];
        while let Some(mut document) = pending.pop() {
            let Some(items) = take_items(&mut document.json) else {
                found.push(document);
                continue;
            };
            let api_version = text(&document.json, "apiVersion");
            let kind = text(&document.json, "kind");
            let kind = kind.strip_suffix("List").unwrap_or(&kind);
            let items = items
                .into_iter()
                .enumerate()
                .rev()
                .map(|(index, json)| Self {
                    json: with_kind(json, &api_version, kind),
                    remarks: std::mem::take(&mut document.remarks),
                    lines: Arc::clone(&document.lines),
                    at: format!("{}/items/{index}", document.at),
                });
            pending.extend(items);
        }
        found
    }
}

/// The items, if it is a list of resources.
fn take_items(json: &mut Json) -> Option<Vec<Json>> {
    let Json::Object(members) = json else {
        return None;
    };
    let (_, items) = members.iter_mut().rev().find(|(name, _)| name == "items")?;
    match items {
        Json::Array(items) => Some(std::mem::take(items)),
        Json::Null => Some(Vec::new()),
        _ => None,
    }
}

fn text(json: &Json, member: &str) -> String {
    match json.get(member) {
        Some(Json::String(text)) => text.clone(),
        _ => String::new(),
    }
}

fn with_kind(mut json: Json, api_version: &str, kind: &str) -> Json {
    let named = !text(&json, "apiVersion").is_empty() || !text(&json, "kind").is_empty();
    if let (false, Json::Object(members)) = (named, &mut json) {
        for (name, value) in [("apiVersion", api_version), ("kind", kind)] {
            if !value.is_empty() {
                members.push((name.to_owned(), Json::from(value)));
            }
        }
    }
    json
}
