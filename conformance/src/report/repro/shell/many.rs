//! What a script sends where the defect shows only among many requests.

use super::bytes::{Printers, quoted};
use super::play::{call, call_to};
use crate::report::repro::many::Many;
use crate::report::repro::piece::{Piece, numbered};
use crate::report::repro::sequence::{Sequence, Step};
use crate::report::repro::sign::Sign;

/// The statements of `play`, and what has to be defined before it.
pub(super) fn play(
    many: &Many,
    sequence: &Sequence<'_>,
    printers: &mut Printers,
) -> (Vec<String>, String) {
    match many {
        Many::Walk { rounds } => walk(rounds, sequence, printers),
        Many::Crowd { count, .. } => crowd(*count, sequence, printers),
    }
}

/// What decides: for a crowd there is also what one of its answers has to show.
pub(super) fn shows(many: &Many, sequence: &Sequence<'_>, sign: &str) -> String {
    let both = |one: &str, all: &str| {
        format!("one_shows() {{\n  {one}\n}}\nshows_the_defect() {{\n  {all}\n}}\n")
    };
    match many {
        Many::Walk { .. } => {
            let recorded = quoted(&pattern(&sequence.steps));
            format!("shows_the_defect() {{\n  as_played {recorded}\n}}\n")
        }
        Many::Crowd { .. } if sequence.row.sign == Sign::OneId => both("false", "issued_twice"),
        Many::Crowd { count, .. } => both(sign, &format!("one_of {count}")),
    }
}

/// Round by round, the requests of a round together: each of them is a function, so that their order can change.
fn walk(
    rounds: &[usize],
    sequence: &Sequence<'_>,
    printers: &mut Printers,
) -> (Vec<String>, String) {
    let (mut statements, mut functions) = (Vec::new(), String::new());
    let steps = &sequence.steps;
    let mut next = 0;
    for round in rounds.chunk_by(|a, b| a == b) {
        let numbers = next..next + round.len();
        next = numbers.end;
        let send = |at: usize, printers: &mut Printers| {
            call(at, &steps[at], &format!("send_beside {at}"), printers)
        };
        if round.len() == 1 {
            statements.push(send(numbers.start, printers));
        } else {
            for at in numbers.clone() {
                let line = send(at, printers);
                functions.push_str(&format!("step_{at}() {{\n  {line}\n}}\n"));
            }
            let names: Vec<String> = numbers.clone().map(|at| format!("step_{at}")).collect();
            statements.push(format!("together {}", names.join(" ")));
        }
        statements.push("wait".to_owned());
        statements.extend(numbers.flat_map(|brought| keep(steps, brought)));
    }
    statements.push(format!("all_came {}", steps.len()));
    (statements, functions)
}

fn keep(steps: &[Step<'_>], at: usize) -> Vec<String> {
    let mut statements = Vec::new();
    for (name, kept, lenient) in [("id", "''", false), ("lenient", "\"!*'()\"", true)] {
        let id = Piece::Id { step: at, lenient };
        if steps.iter().any(|step| step.path.contains(&id)) {
            statements.push(format!("{name}_{at}=$(id_of {at} {kept})"));
            statements.push(format!(
                "[ -n \"${name}_{at}\" ] || unclear 'request {at} brought no id'"
            ));
        }
    }
    statements
}

/// As the function `what_came` of scripts tells it.
fn pattern(steps: &[Step<'_>]) -> String {
    let ids: Vec<Option<String>> = steps.iter().map(|step| step.answer.id()).collect();
    let line = |(step, id): (&Step<'_>, &Option<String>)| {
        let status = step
            .answer
            .status
            .map_or("none".to_owned(), |status| status.to_string());
        let first = id
            .as_ref()
            .and_then(|_| ids.iter().position(|other| other == id));
        let first = first.map_or("no".to_owned(), |at| (at + 1).to_string());
        format!("{status} {}, id of {first}", step.answer.shape())
    };
    let lines: Vec<String> = steps.iter().zip(&ids).map(line).collect();
    lines.join("\n")
}

/// Creates so many, and does with each what was done.
fn crowd(count: usize, sequence: &Sequence<'_>, printers: &mut Printers) -> (Vec<String>, String) {
    let (mut statements, mut functions) = (Vec::new(), String::new());
    for (at, step) in sequence.steps.iter().enumerate() {
        if step.record.case == "setup" {
            statements.push(call(at, step, "send", printers));
            continue;
        }
        let own = numbered(step.body.clone().unwrap_or_default());
        let has_name = own.contains(&Piece::Number);
        let step = Step {
            body: step.body.as_ref().map(|_| own),
            ..step.clone()
        };
        let method = step.record.request.method.as_str();
        let mut lines = Vec::new();
        let (name, times) = match (method, has_name) {
            ("POST", true) => ("one_create", count),
            ("POST", false) => ("one_refused", count / 4),
            ("PUT", _) => ("one_update", count),
            _ => ("one_delete", count),
        };
        if matches!(name, "one_update" | "one_delete") {
            lines.push("id=$(cat \"$T/id\") || return 0".to_owned());
            let path = format!("{}\"$id\"", quoted(&of_type(&step)));
            lines.push(call_to(&path, at, &step, "send", printers));
        } else {
            lines.push(call(at, &step, "send", printers));
        }
        match name {
            "one_create" | "one_update" => lines.push("keep_id".to_owned()),
            "one_delete" => lines.push("rm -f \"$T/made\"".to_owned()),
            _ => {}
        }
        if at == sequence.shown {
            lines.push("watch_answer".to_owned());
        }
        functions.push_str(&format!("{name}() {{\n  {}\n}}\n", lines.join("\n  ")));
        statements.push(format!("each_of {times} {name}"));
    }
    statements.push(format!("all_came {count}"));
    (statements, functions)
}

/// The path of the resources of a step's type.
fn of_type(step: &Step<'_>) -> String {
    let target = &step.record.request.target;
    let kind = target.split("/resource/").nth(1).unwrap_or_default();
    format!("/resource/{}/", kind.split('/').next().unwrap_or_default())
}
