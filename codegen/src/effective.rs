//! The document as general tools understand it.
//!
//! That a path parameter chooses the form of a request body is beyond OpenAPI: a tool that reads
//! `/resource/{type}` tries every body with every type. So a path with such a parameter is written
//! out, once per value, with the body of that value; nothing else of the document changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::child;
use crate::names::pascal;
use crate::spec::{At, BODY_BY_PARAMETER, JSON, Spec, operations};

/// The parts of `components` that references lead to, as pointers.
type Reached = BTreeSet<String>;

/// Writes out every path whose request bodies are chosen by a parameter, for each of its values.
///
/// The parameter goes, and with it what only it needed. All operations of such a path are written
/// out, and get ids of their own: `createPet` of `/pet/{kind}` becomes `createCat` and `createDog`.
pub(crate) fn split(document: &Value) -> Value {
    let spec = Spec { root: document };
    let ids = spec.operations();
    let ids = ids
        .iter()
        .filter_map(|operation| operation.at.text("operationId"));
    let mut splitter = Splitter {
        spec,
        ids: ids.map(str::to_owned).collect(),
        paths: Map::new(),
    };
    for (path, item) in spec.at().members("paths") {
        splitter.path(path, path.to_owned(), item.value.clone());
    }
    let mut split = document.clone();
    if let Some(paths) = split.get_mut("paths") {
        *paths = Value::Object(splitter.paths);
    }
    forget_orphans(document, &mut split);
    split
}

struct Splitter<'a> {
    spec: Spec<'a>,
    ids: BTreeSet<String>,
    paths: Map<String, Value>,
}

/// A parameter that chooses a body.
struct Choice {
    parameter: String,
    /// The values, each with the reference to the body that it chooses.
    mapping: Vec<(String, String)>,
}

impl Splitter<'_> {
    /// Adds a path as written, with what its variables have become so far.
    fn path(&mut self, template: &str, path: String, item: Value) {
        let Some(Choice { parameter, mapping }) = self.choice(&path, &item) else {
            self.paths.insert(path, item);
            return;
        };
        let variable = format!("{{{parameter}}}");
        let before = template.split('/').take_while(|part| *part != variable);
        let noun = before
            .last()
            .filter(|part| !part.is_empty() && !part.starts_with('{'))
            .map(pascal)
            .unwrap_or_default();
        for (value, target) in &mapping {
            let name = distinct_name(&mapping, value, target);
            let concrete = path.replace(&variable, &encoded(value));
            let item = self.item(&item, &parameter, value, |id| renamed(id, &noun, &name));
            // Another parameter may choose between the bodies of another operation.
            self.path(template, concrete, item);
        }
    }

    /// The first parameter of a path by which an operation chooses its body.
    fn choice(&self, path: &str, item: &Value) -> Option<Choice> {
        operations(&unnamed(item))
            .into_iter()
            .find_map(|operation| {
                let media = self.spec.body(&operation)?.get("content")?.get(JSON)?;
                let by = media.get(BODY_BY_PARAMETER)?;
                let parameter = by.text("parameter")?.to_owned();
                let segment = format!("{{{parameter}}}");
                path.split('/').find(|part| *part == segment)?;
                let mapping = by.members("mapping").into_iter().filter_map(|(value, at)| {
                    Some((value.to_owned(), at.value.as_str()?.to_owned()))
                });
                let mapping = mapping.collect();
                Some(Choice { parameter, mapping })
            })
    }

    /// A path item for one value of the parameter.
    fn item(
        &mut self,
        item: &Value,
        parameter: &str,
        value: &str,
        rename: impl Fn(&str) -> String,
    ) -> Value {
        let mut written = item.clone();
        self.forget(parameter, &mut written);
        for operation in operations(&unnamed(item)) {
            let mut own = operation.at.value.clone();
            self.forget(parameter, &mut own);
            if let Some(body) = self.spec.body(&operation)
                && let Some(body) = chosen(&body, parameter, value)
            {
                own["requestBody"] = body;
            }
            if let Some(id) = operation.at.text("operationId") {
                own["operationId"] = self.unused(rename(id)).into();
            }
            written[operation.method] = own;
        }
        written
    }

    /// Removes a path parameter from the list of an operation or a path.
    fn forget(&self, parameter: &str, holder: &mut Value) {
        let Some(list) = holder.get_mut("parameters").and_then(Value::as_array_mut) else {
            return;
        };
        list.retain(|value| {
            let pointer = String::new();
            let Some(at) = self.spec.follow(At { pointer, value }) else {
                return true;
            };
            (at.text("in"), at.text("name")) != (Some("path"), Some(parameter))
        });
        if list.is_empty()
            && let Some(holder) = holder.as_object_mut()
        {
            holder.shift_remove("parameters");
        }
    }

    /// An id that no operation has, and now one has.
    fn unused(&mut self, id: String) -> String {
        let numbered = (2_u64..).map(|number| format!("{id}{number}"));
        let mut candidates = std::iter::once(id.clone()).chain(numbered);
        // There are more numbers than operations.
        let id = candidates
            .find(|candidate| !self.ids.contains(candidate))
            .unwrap_or(id);
        self.ids.insert(id.clone());
        id
    }
}

/// A part that was written anew, and has no place in the document.
fn unnamed(value: &Value) -> At<'_> {
    At {
        pointer: String::new(),
        value,
    }
}

/// The body for one value. `None`: this body is not chosen by the parameter.
fn chosen(body: &At<'_>, parameter: &str, value: &str) -> Option<Value> {
    let media = body.get("content")?.get(JSON)?;
    let by = media.get(BODY_BY_PARAMETER)?;
    if by.text("parameter") != Some(parameter) {
        return None;
    }
    let target = by.get("mapping")?.get(value)?.value.clone();
    let mut media = media.value.clone();
    media["schema"] = json!({ "$ref": target });
    if let Some(media) = media.as_object_mut() {
        // An example shows one of the forms, and does not say which.
        media.retain(|key, _| ![BODY_BY_PARAMETER, "example", "examples"].contains(&key.as_str()));
    }
    let mut body = body.value.clone();
    body["content"][JSON] = media;
    Some(body)
}

/// The name of a value in operation ids: that of its body, unless another value has the same body.
fn distinct_name(mapping: &[(String, String)], value: &str, target: &str) -> String {
    let shared = mapping.iter().filter(|(_, other)| other == target).count() > 1;
    match target.rsplit_once('/') {
        Some((_, schema)) if !shared => pascal(schema),
        _ => pascal(value),
    }
}

/// An operation id with `name` in place of what the operation is about, or after the id.
fn renamed(id: &str, noun: &str, name: &str) -> String {
    let stem = noun.strip_suffix('s').unwrap_or(noun);
    let word = [noun, stem].into_iter().find_map(|word| {
        let start = id.find(word).filter(|_| !word.is_empty())?;
        let end = start + word.len();
        let whole = !id[end..].starts_with(|c: char| c.is_lowercase());
        whole.then_some((start, end))
    });
    match word {
        Some((start, end)) => format!("{}{name}{}", &id[..start], &id[end..]),
        None => format!("{id}{name}"),
    }
}

/// A value as a segment of a path.
fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// Removes the components that only the written out paths referred to.
fn forget_orphans(before: &Value, split: &mut Value) {
    let used_before = reached(before, vec![&before["paths"]]);
    let pointers = |root: &Value| -> Vec<String> {
        let at = Spec { root }.at();
        let kinds = at.members("components");
        let each = kinds.into_iter().flat_map(|(_, kind)| {
            let names = kind.object().keys();
            let names = names.map(|name| child(&kind.pointer, name));
            names.collect::<Vec<_>>()
        });
        each.collect()
    };
    let components = pointers(before);
    // What nothing used was not the parameter's either.
    let spare = components
        .iter()
        .filter(|pointer| !used_before.contains(*pointer));
    let mut roots: Vec<&Value> = spare.filter_map(|pointer| split.pointer(pointer)).collect();
    roots.push(&split["paths"]);
    let used = reached(split, roots);
    let orphan = |pointer: &str| used_before.contains(pointer) && !used.contains(pointer);
    let Some(kinds) = split.get_mut("components").and_then(Value::as_object_mut) else {
        return;
    };
    for (kind, components) in kinds.iter_mut() {
        let kind = child("/components", kind);
        if let Some(components) = components.as_object_mut() {
            components.retain(|name, _| !orphan(&child(&kind, name)));
        }
    }
    kinds.retain(|_, components| components.as_object().is_none_or(|all| !all.is_empty()));
}

/// Everything that references lead to from some parts of a document, directly or not.
fn reached<'a>(root: &'a Value, mut parts: Vec<&'a Value>) -> Reached {
    let mut found = Reached::new();
    while let Some(part) = parts.pop() {
        match part {
            Value::Object(members) => {
                let target = members.get("$ref").and_then(Value::as_str);
                if let Some(pointer) = target.and_then(|target| target.strip_prefix('#'))
                    && found.insert(pointer.to_owned())
                {
                    parts.extend(root.pointer(pointer));
                }
                parts.extend(members.values());
            }
            Value::Array(items) => parts.extend(items),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
