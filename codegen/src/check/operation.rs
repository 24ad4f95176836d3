//! Rules about one operation as a whole.

use super::report::Report;
use crate::spec::Operation;

pub(super) fn documented(report: &mut Report<'_>, operation: &Operation<'_>) {
    let summary = operation.at.text("summary");
    if summary.or(operation.at.text("description")).is_none() {
        report.refuse(
            &operation.at,
            "neither summary nor description",
            "it becomes the documentation of a method",
        );
    }
}

pub(super) fn method(report: &mut Report<'_>, operation: &Operation<'_>) {
    if operation.method == "trace" {
        report.refuse(
            &operation.at,
            "TRACE is not supported",
            "remove the operation",
        );
    }
}

/// Parts of an operation that generated code would not act on.
const UNSUPPORTED: [(&str, &str, &str); 4] = [
    (
        "callbacks",
        "callbacks are not supported",
        "describe them in a document of their own",
    ),
    (
        "servers",
        "servers are not supported",
        "describe them in a document of their own",
    ),
    (
        "x-dropshot-websocket",
        "websockets are not supported",
        "write the endpoint by hand",
    ),
    (
        "x-dropshot-pagination",
        "this extension is not supported",
        "remove it, and declare the parameters and the page as they are",
    ),
];

pub(super) fn unsupported(report: &mut Report<'_>, operation: &Operation<'_>) {
    for (key, what, hint) in UNSUPPORTED {
        if let Some(at) = operation.at.get(key) {
            report.refuse(&at, what, hint);
        }
    }
}
