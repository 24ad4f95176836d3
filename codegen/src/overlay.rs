//! OpenAPI Overlay 1.0: each action applied, and each remembered as the origin of what it wrote.

use roas_overlay::apply::{Apply, ApplyError, ApplyErrorKind, ApplyOptions};
use roas_overlay::common::apply::{compile_path, locate};
use roas_overlay::v1_0::{Action, Overlay};
use roas_overlay::validation::Validate;
use serde_json::Value;

use crate::document::Document;
use crate::error::SpecError;

/// Applies an overlay, or says of every action that cannot be applied why not.
pub(crate) fn apply(document: &mut Document, source: &Document) -> Result<(), Vec<SpecError>> {
    let defect = |message: String| SpecError::Overlay {
        at: source.place(""),
        message,
    };
    let overlay: Overlay = serde_json::from_value(source.value.clone())
        .map_err(|error| vec![defect(error.to_string())])?;
    overlay.validate(Default::default()).map_err(|error| {
        error
            .errors
            .iter()
            .map(|one| defect(one.to_string()))
            .collect::<Vec<_>>()
    })?;
    let before = document.value.clone();
    let mut errors = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate() {
        if let Err(error) = act(document, source, &overlay, index, action) {
            errors.push(error);
        }
    }
    keep_order(&before, &mut document.value);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn act(
    document: &mut Document,
    source: &Document,
    overlay: &Overlay,
    index: usize,
    action: &Action,
) -> Result<(), SpecError> {
    let pointers = match compile_path(&action.target) {
        Ok(path) => locate(&document.value, &path),
        Err(_) => Vec::new(), // reported below, by the same parser
    };
    let lengths: Vec<usize> = pointers
        .iter()
        .map(|pointer| {
            document
                .value
                .pointer(pointer)
                .and_then(|v| v.as_array())
                .map_or(0, Vec::len)
        })
        .collect();
    // One action at a time, so that a failure names its action and the next ones are still tried.
    let single = Overlay {
        actions: vec![action.clone()],
        ..overlay.clone()
    };
    let part = format!("/actions/{index}");
    single
        .apply(
            &mut document.value,
            ApplyOptions::ErrorOnZeroMatch | ApplyOptions::ErrorOnMixedKindMatch,
        )
        .map_err(|error| refusal(source, &part, action, &error))?;
    for (pointer, length) in pointers.iter().zip(lengths) {
        if action.is_remove() {
            document.forget(pointer);
        } else if let Some(items) = action.update.as_ref().and_then(|u| u.as_array()) {
            for item in 0..items.len() {
                let written = format!("{pointer}/{}", length + item);
                document.credit(&written, source, &format!("{part}/update/{item}"));
            }
        } else {
            document.credit(pointer, source, &format!("{part}/update"));
        }
    }
    Ok(())
}

/// Puts members back to where they stood: an overlay that changes one removes it first, and a
/// removal puts the last member into its place. New members stand at the end.
fn keep_order(before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let mut written = std::mem::take(after);
            for (key, old) in before {
                if let Some(mut value) = written.shift_remove(key) {
                    keep_order(old, &mut value);
                    after.insert(key.clone(), value);
                }
            }
            after.extend(written);
        }
        (Value::Array(before), Value::Array(after)) => {
            for (old, value) in before.iter().zip(after) {
                keep_order(old, value);
            }
        }
        _ => {}
    }
}

fn refusal(source: &Document, part: &str, action: &Action, error: &ApplyError) -> SpecError {
    let hint = match error.kind {
        ApplyErrorKind::ZeroMatch => {
            "the document has changed; see whether the action is still needed, and where"
        }
        _ => "the target must be a JSONPath (RFC 9535) that selects objects or lists",
    };
    let message = match &error.kind {
        ApplyErrorKind::ZeroMatch => "matches nothing".to_owned(),
        other => other.to_string(),
    };
    SpecError::Action {
        at: source.place(part),
        target: action.target.clone(),
        message,
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_stay_where_they_stood() {
        let before = json!({"a": 1, "b": {"x": 1, "y": 2}, "c": 3, "d": [{"p": 1, "q": 2}]});
        let mut after = json!({"d": [{"q": 2, "p": 1}, {"z": 1, "y": 2}], "new": 5, "b": {"n": 0, "y": 2, "x": 9}, "a": 1});
        keep_order(&before, &mut after);
        let expected =
            r#"{"a":1,"b":{"x":9,"y":2,"n":0},"d":[{"p":1,"q":2},{"z":1,"y":2}],"new":5}"#;
        assert_eq!(after.to_string(), expected);
    }
}
