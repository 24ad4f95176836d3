//! OpenAPI Overlay 1.0: each action applied, and each remembered as the origin of what it wrote.

use roas_overlay::apply::{Apply, ApplyError, ApplyErrorKind, ApplyOptions};
use roas_overlay::common::apply::{compile_path, locate};
use roas_overlay::v1_0::{Action, Overlay};
use roas_overlay::validation::Validate;

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
    let mut errors = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate() {
        if let Err(error) = act(document, source, &overlay, index, action) {
            errors.push(error);
        }
    }
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
