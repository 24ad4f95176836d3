//! Values that the document forbids.

use fastrand::Rng;
use kfp_operator_sim::json::Json;

use crate::stimuli::grammar::{Form, Shape};

/// A value of another JSON type than the schema wants.
pub(in crate::stimuli::generate) fn of_another_type(shape: &Shape, rng: &mut Rng) -> Json {
    let mut values = vec![
        Json::Number("42".to_owned()),
        Json::Number("9007199254740993".to_owned()),
        Json::Number("-1e30".to_owned()),
        Json::Bool(true),
    ];
    if !shape.nullable {
        values.push(Json::Null);
    }
    match shape.form {
        Some(Form::Text(_)) => values.extend([Json::Array(Vec::new()), Json::Object(Vec::new())]),
        Some(Form::List(_)) => values.extend([Json::from("[]"), Json::Object(Vec::new())]),
        Some(Form::Object { .. }) | None => {
            values.extend([
                Json::from("{}"),
                Json::Array(Vec::new()),
                Json::Array(vec![Json::Object(Vec::new())]),
            ]);
        }
    }
    values.swap_remove(rng.usize(..values.len()))
}

/// A text that a rule forbids. `None` if none of the known ones does.
pub(in crate::stimuli::generate) fn breaking(
    forbidden: impl Fn(&str) -> bool,
    rng: &mut Rng,
) -> Option<String> {
    const TEXTS: &[&str] = &[
        "",
        "/",
        "a/",
        "/b",
        "a/b/c",
        "a//b",
        "a/b/",
        "//",
        "a",
        "a:",
        ":b",
        "a:b:x",
        "a:b:-1",
        "a:b:0[",
        "a:b:0[]",
        "a:b:0:1",
        "a:b:0[x]y",
        "a:b:9223372036854775808",
        "[a:b]",
        "yesterday",
        "2027-03-01",
        "2027-03-01T06:00:00",
        "2027-13-01T00:00:00Z",
        "2027-02-30T00:00:00Z",
        "06:00",
        "0",
        "🐟/🐟/🐟",
    ];
    let texts: Vec<&str> = TEXTS
        .iter()
        .copied()
        .filter(|text| forbidden(text))
        .collect();
    rng.choice(texts).map(str::to_owned)
}
