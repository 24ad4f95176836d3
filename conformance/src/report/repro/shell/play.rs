//! What a script sends: the recorded requests as calls of the shared functions.

use std::fmt::Write as _;

use super::bytes::{Printers, quoted, words};
use super::{has_answer, many, reads_on};
use crate::report::repro::piece::Piece;
use crate::report::repro::sequence::{Sequence, Step};
use crate::report::repro::table::Way;

/// The functions `play` and, where a plain body is compared, `control`; bodies go to `printers`.
pub(super) fn play(sequence: &Sequence<'_>, printers: &mut Printers) -> String {
    let mut statements = Vec::new();
    let mut more = String::new();
    match (&sequence.many, sequence.row.way) {
        (Some(many), _) => {
            let (sent, functions) = many::play(many, sequence, printers);
            statements.extend(sent);
            more = functions;
        }
        // The shared function has the requests, because the journal does not.
        (None, Way::KeepAlive) => {}
        (None, Way::Parallel) => statements.extend(beside(sequence, printers)),
        (None, _) => {
            statements.extend(in_order(sequence, printers));
            more = control(sequence, printers);
        }
    }
    if statements.is_empty() {
        statements.push(":".to_owned());
    }
    format!("play() {{\n  {}\n}}\n{more}", statements.join("\n  "))
}

/// The creates of a case all at once, after what they need.
fn beside(sequence: &Sequence<'_>, printers: &mut Printers) -> Vec<String> {
    let mut statements = Vec::new();
    for (at, step) in sequence.steps.iter().enumerate() {
        if step.record.case == "setup" {
            statements.push(call(at, step, "send", printers));
        } else if step.record.request.method == "POST" {
            statements.push(format!("beside {}", call(at, step, "send", printers)));
        }
    }
    statements.push("wait".to_owned());
    statements
}

/// One request after another.
fn in_order(sequence: &Sequence<'_>, printers: &mut Printers) -> Vec<String> {
    let below_http = sequence.row.way != Way::Plain;
    let mut statements = Vec::new();
    for (at, step) in sequence.steps.iter().enumerate().take(sequence.shown + 1) {
        let how = match (step.record.request.cut, at == sequence.shown && below_http) {
            (Some(_), _) => "cut_short",
            (None, true) if sequence.row.way == Way::Upload => "upload",
            (None, true) if reads_on(sequence) => "send",
            (None, true) if has_answer(sequence) => "raw_send",
            (None, _) => "send",
        };
        let mut statement = call(at, step, how, printers);
        if at == sequence.shown && reads_on(sequence) {
            statement.push_str(" \\\n    --ignore-content-length --max-time 2");
        }
        statements.push(statement);
        statements.extend(keep(sequence, at));
    }
    statements
}

/// What shows that a plain body is accepted, where the convention in the other is to blame.
fn control(sequence: &Sequence<'_>, printers: &mut Printers) -> String {
    let next = sequence.shown + 1;
    let Some(step) = sequence.steps.get(next) else {
        return String::new();
    };
    let call = call(next, step, "send", printers);
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
    for (name, kept, lenient) in [("id", "''", false), ("lenient", "\"!*'()\"", true)] {
        if wants(lenient) {
            statements.push(format!("{name}_{at}=$(raw id | encode {kept})"));
            statements.push(format!(
                "[ -n \"${name}_{at}\" ] || unclear \"step {} brought no id: $(actual)\"",
                at + 1
            ));
        }
    }
    statements
}

/// One request as a call of a shared function.
pub(super) fn call(at: usize, step: &Step<'_>, how: &str, printers: &mut Printers) -> String {
    call_to(&words(&step.path), at, step, how, printers)
}

/// As [`call`], to another path, which is a word of the shell.
pub(super) fn call_to(
    path: &str,
    at: usize,
    step: &Step<'_>,
    how: &str,
    printers: &mut Printers,
) -> String {
    let request = &step.record.request;
    let body = match &step.body {
        None => "-".to_owned(),
        Some(pieces) => printers.body(at, pieces),
    };
    let method = word(&request.method);
    let mut call = format!("{how} {method} {path} {body}");
    if how == "send" || how.starts_with("send_beside ") {
        for option in options(step) {
            _ = write!(call, " \\\n    -H {}", quoted(&option));
        }
        return call;
    }
    if let Some(cut) = request.cut {
        _ = write!(call, " {cut}");
    }
    let headers = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
    for (name, value) in headers {
        _ = write!(call, " \\\n    {}", quoted(&format!("{name}: {value}")));
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
