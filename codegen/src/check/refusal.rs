//! Rules about what generated code refuses by itself: it must be able to do so in the document's
//! words.

use super::report::Report;
use crate::api::{Api, Location, Operation, Parameter, Response};
use crate::model::{RefusalKind, status_name};
use crate::schema::walk::is_plain_text;
use crate::spec::Media;

/// The kinds that a document may speak of, and the statuses that it names for them.
pub(super) fn kinds(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    let declared = operation.statuses();
    for (key, value) in &operation.on_refusal {
        if !RefusalKind::ALL.iter().any(|kind| kind.key() == key) {
            let hint = "see SUPPORTED.md for the kinds";
            report.refuse(value.at(), format!("there is no refusal `{key}`"), hint);
            continue;
        }
        let code = value.as_u64().and_then(|code| u16::try_from(code).ok());
        let code = code.filter(|code| status_name(*code).is_some());
        if !code.is_some_and(|code| declared.iter().any(|known| known.covers(code))) {
            let what = format!("{} is not declared as a response", **value);
            report.refuse(value.at(), what, "name the number of a declared status");
        }
    }
}

pub(super) fn declared(report: &mut Report<'_>, _: &Api, operation: &Operation) {
    let replies = operation.replies();
    let statuses = operation.statuses();
    let shape = Shape::of(operation);
    let mut missing = Vec::new();
    let kinds = RefusalKind::ALL.into_iter();
    for kind in kinds.filter(|kind| shape.comes_to(*kind)) {
        let Some(code) = kind.status(&operation.on_refusal, &statuses) else {
            let tried: Vec<String> = kind.preference().iter().map(u16::to_string).collect();
            missing.push(format!("{} (any of {})", kind.key(), tried.join(", ")));
            continue;
        };
        if let Some((_, response)) = replies.iter().find(|(status, _)| status.covers(code)) {
            expressible(report, kind, code, response);
        }
    }
    if !missing.is_empty() {
        let what = format!(
            "no declared response for these refusals: {}",
            missing.join("; ")
        );
        let hint = "declare them, or name other declared statuses under `x-on-refusal`";
        report.refuse(&operation.at, what, hint);
    }
}

/// What an operation takes, as far as it decides what can be wrong with a request.
struct Shape {
    typed_path: bool,
    query: bool,
    header: bool,
    body: bool,
}

impl Shape {
    fn of(operation: &Operation) -> Self {
        let has = |location| operation.parameters_in(location).next().is_some();
        let plain = |parameter: &Parameter| parameter.schema.as_ref().is_some_and(is_plain_text);
        Self {
            typed_path: !operation.parameters_in(Location::Path).all(plain),
            query: has(Location::Query),
            header: has(Location::Header),
            body: operation.body.is_some(),
        }
    }

    fn comes_to(&self, kind: RefusalKind) -> bool {
        kind.applies(self.typed_path, self.query, self.header, self.body)
    }
}

/// A refusal knows nothing but why: it cannot fill in bytes or headers that must be there.
fn expressible(report: &mut Report<'_>, kind: RefusalKind, code: u16, response: &Response) {
    let hint = "name another declared status under `x-on-refusal`";
    let what = format!("the refusal {} is answered with {code}", kind.key());
    let at = &response.at;
    if response
        .content()
        .is_some_and(|(_, media)| media == Media::Bytes)
    {
        report.refuse(at, format!("{what}, which carries bytes"), hint);
    }
    if response.headers.iter().any(|header| header.required) {
        report.refuse(at, format!("{what}, which has a required header"), hint);
    }
}
