//! What a script sends: the recorded requests as calls of the shared functions.

use std::fmt::Write as _;

use super::bytes::{Printers, quoted, words};
use crate::report::repro::piece::Piece;
use crate::report::repro::sequence::{Sequence, Step};

/// The functions `play` and, where a plain body is compared, `control`; bodies go to `printers`.
pub(super) fn play(sequence: &Sequence<'_>, printers: &mut Printers) -> String {
    let mut statements = Vec::new();
    for (at, step) in sequence.steps.iter().enumerate().take(sequence.shown + 1) {
        statements.push(call(at, step, printers));
        statements.extend(keep(sequence, at));
    }
    let control = control(sequence, printers);
    format!("play() {{\n  {}\n}}\n{control}", statements.join("\n  "))
}

/// What shows that a plain body is accepted, where the convention in the other is to blame.
fn control(sequence: &Sequence<'_>, printers: &mut Printers) -> String {
    let next = sequence.shown + 1;
    let Some(step) = sequence.steps.get(next) else {
        return String::new();
    };
    let call = call(next, step, printers);
    format!(
        "control() {{ # a body without the convention has to be accepted, else the convention is not to blame\n  \
         {call}\n  status 200-299 || unclear \"a plain body is refused, too: $(actual)\"\n}}\n"
    )
}

/// Keeps the id of a step if a later one needs it.
fn keep(sequence: &Sequence<'_>, at: usize) -> Vec<String> {
    let wants = |lenient: bool| {
        let id = Piece::Id { step: at, lenient };
        sequence.steps.iter().any(|step| step.path.contains(&id))
    };
    let mut statements = Vec::new();
    for (name, id, lenient) in [("id", "$id", false), ("lenient", "$(lenient)", true)] {
        if wants(lenient) {
            statements.push(format!("{name}_{at}={id}"));
            statements.push(format!(
                "[ -n \"${name}_{at}\" ] || unclear \"step {} brought no id: $(actual)\"",
                at + 1
            ));
        }
    }
    statements
}

/// One request as a call of the shared function.
fn call(at: usize, step: &Step<'_>, printers: &mut Printers) -> String {
    let body = match &step.body {
        None => "-".to_owned(),
        Some(pieces) => printers.body(at, pieces),
    };
    let (method, path) = (word(&step.record.request.method), words(&step.path));
    let mut call = format!("send {method} {path} {body}");
    for option in options(step) {
        _ = write!(call, " \\\n    -H {}", quoted(&option));
    }
    call
}

/// A method as a word of the shell: quoted only if it has to be.
fn word(method: &str) -> String {
    if !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        method.to_owned()
    } else {
        quoted(method)
    }
}

/// The headers as options of curl: those that it would not send by itself, and the removal of those
/// that it would.
fn options(step: &Step<'_>) -> Vec<String> {
    let request = &step.record.request;
    let length = request.body.as_ref().map(|body| body.bytes.to_string());
    let mut options = Vec::new();
    for (name, value) in &request.headers {
        let own = name.eq_ignore_ascii_case("host") && step.foreign_host.is_none()
            || name.eq_ignore_ascii_case("content-length") && Some(value) == length.as_ref()
            || name.eq_ignore_ascii_case("accept") && value == "*/*";
        if !own && value.is_empty() {
            options.push(format!("{name};"));
        } else if !own {
            options.push(format!("{name}: {value}"));
        }
    }
    let has = |wanted: &str| {
        request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    let by_itself: &[&str] = if request.body.is_some() {
        &["User-Agent", "Accept", "Content-Type", "Expect"]
    } else {
        &["User-Agent", "Accept"]
    };
    options.extend(
        by_itself
            .iter()
            .filter(|name| !has(name))
            .map(|name| format!("{name}:")),
    );
    options
}
