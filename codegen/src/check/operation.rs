//! Rules about one operation as a whole.

use super::report::Report;
use crate::api::{Api, Operation};

pub(super) fn documented(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    if operation.summary.is_none() && operation.description.is_none() {
        report.refuse(
            &operation.at,
            "neither summary nor description",
            "it becomes the documentation of a method",
        );
    }
}

pub(super) fn method(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    if operation.method == "trace" {
        report.refuse(
            &operation.at,
            "TRACE is not supported",
            "remove the operation",
        );
    }
}

pub(super) fn unsupported(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    for (key, at) in &operation.unsupported {
        let (what, hint) = match *key {
            "callbacks" => (
                "callbacks are not supported",
                "describe them in a document of their own",
            ),
            "servers" => (
                "servers are not supported",
                "describe them in a document of their own",
            ),
            "x-dropshot-websocket" => {
                ("websockets are not supported", "write the endpoint by hand")
            }
            _ => (
                "this extension is not supported",
                "remove it, and declare the parameters and the page as they are",
            ),
        };
        report.refuse(at, what, hint);
    }
}
