//! Rules about `allOf`: the parts must be objects that go together.

use super::report::Report;
use crate::api::{Api, Schema};
use crate::schema::merge::{is_sum, merged};

pub(super) fn all_of(report: &mut Report<'_>, api: &Api, schema: &Schema) {
    if !is_sum(schema) {
        return;
    }
    let sum = match merged(&api.schemas, schema) {
        Ok(sum) => sum,
        Err(problem) => {
            report.refuse(&problem.at, problem.what, problem.hint);
            return;
        }
    };
    for name in sum.required() {
        if sum.property(name).is_none() {
            let what = format!("`{}` is required, but is a property of no part", **name);
            report.refuse(&schema.at, what, "describe it under `properties`");
        }
    }
}
