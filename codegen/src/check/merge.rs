//! Rules about `allOf`: the parts must be objects that go together.

use super::report::Report;
use crate::schema::merge::{is_sum, merged};
use crate::spec::At;

pub(super) fn all_of(report: &mut Report<'_>, schema: &At<'_>) {
    if !is_sum(schema.value) {
        return;
    }
    let sum = match merged(&report.spec, schema) {
        Ok(sum) => sum,
        Err(problem) => {
            report.refuse(&problem.at, problem.what, problem.hint);
            return;
        }
    };
    for name in sum["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        if sum["properties"].get(name).is_none() {
            let what = format!("`{name}` is required, but is a property of no part");
            report.refuse(schema, what, "describe it under `properties`");
        }
    }
}
