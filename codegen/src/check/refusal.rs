//! Rules about what generated code refuses by itself: it must be able to do so in the document's
//! words.

use super::report::Report;
use crate::model::{RefusalKind, status_name};
use crate::schema::walk::is_plain_text;
use crate::spec::{At, Media, Operation, Status, content};

/// The kinds that a document may speak of, and the statuses that it names for them.
pub(super) fn kinds(report: &mut Report<'_>, operation: &Operation<'_>) {
    let declared = declared_statuses(report, operation);
    for (key, at) in operation.at.members("x-on-refusal") {
        if !RefusalKind::ALL.iter().any(|kind| kind.key() == key) {
            let hint = "see SUPPORTED.md for the kinds";
            report.refuse(&at, format!("there is no refusal `{key}`"), hint);
            continue;
        }
        let code = at.value.as_u64().and_then(|code| u16::try_from(code).ok());
        let code = code.filter(|code| status_name(*code).is_some());
        if !code.is_some_and(|code| declared.iter().any(|known| known.covers(code))) {
            let what = format!("{} is not declared as a response", at.value);
            report.refuse(&at, what, "name the number of a declared status");
        }
    }
}

fn declared_statuses(report: &Report<'_>, operation: &Operation<'_>) -> Vec<Status> {
    let replies = report.spec.replies(operation);
    replies.into_iter().map(|(status, _)| status).collect()
}

pub(super) fn declared(report: &mut Report<'_>, operation: &Operation<'_>) {
    let replies = report.spec.replies(operation);
    let statuses: Vec<Status> = replies.iter().map(|(status, _)| *status).collect();
    let shape = Shape::of(report, operation);
    let mut missing = Vec::new();
    for kind in RefusalKind::ALL
        .into_iter()
        .filter(|kind| shape.comes_to(*kind))
    {
        let Some(code) = kind.status(&operation.at, &statuses) else {
            let tried: Vec<String> = kind.preference().iter().map(u16::to_string).collect();
            missing.push(format!("{} (any of {})", kind.key(), tried.join(", ")));
            continue;
        };
        if let Some((_, reply)) = replies.iter().find(|(status, _)| status.covers(code)) {
            expressible(report, kind, code, reply);
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
    fn of(report: &Report<'_>, operation: &Operation<'_>) -> Self {
        let parameters = report.spec.parameters(operation);
        let within = |place: &str| {
            let place = place.to_owned();
            parameters
                .iter()
                .filter(move |at| at.text("in") == Some(&place))
        };
        let plain = |at: &At<'_>| {
            at.get("schema")
                .is_some_and(|schema| is_plain_text(&schema))
        };
        Self {
            typed_path: !within("path").all(plain),
            query: within("query").next().is_some(),
            header: within("header").next().is_some(),
            body: operation.at.get("requestBody").is_some(),
        }
    }

    fn comes_to(&self, kind: RefusalKind) -> bool {
        kind.applies(self.typed_path, self.query, self.header, self.body)
    }
}

/// A refusal knows nothing but why: it cannot fill in bytes or headers that must be there.
fn expressible(report: &mut Report<'_>, kind: RefusalKind, code: u16, reply: &At<'_>) {
    let hint = "name another declared status under `x-on-refusal`";
    let what = format!("the refusal {} is answered with {code}", kind.key());
    if content(reply).is_some_and(|(_, media, _)| media == Media::Bytes) {
        report.refuse(reply, format!("{what}, which carries bytes"), hint);
    }
    let headers = reply.members("headers").into_iter();
    let mut required = headers
        .filter_map(|(_, at)| report.spec.follow(at))
        .filter(|at| at.flag("required"));
    if required.next().is_some() {
        report.refuse(reply, format!("{what}, which has a required header"), hint);
    }
}
