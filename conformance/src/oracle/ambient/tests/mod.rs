//! Each check on canned answers: what it passes, what it does not, and where it has nothing to say.

mod envelope;
mod operation;
mod transport;

use std::time::Duration;

use super::*;
use crate::base::contract::Operation;
use crate::base::outcome::Outcome;
use crate::wire::{Body, Response, WireFailure};

use Intent::{Debatable, Invalid, Open, Synthetic, Valid};
use Outcome::{Fail, Pass, Skip, Tolerated, Unverified, Warn};

/// A status that is declared, a body that is valid.
const KNOWN: Known<'_> = Known {
    status: true,
    statuses: "200, 500",
    violation: None,
    supplied: true,
};

fn create(intent: Intent) -> Class {
    Class::Create(intent)
}

fn update(intent: Intent) -> Class {
    Class::Update("a".to_owned(), intent)
}

fn delete(intent: Intent) -> Class {
    Class::Delete("a".to_owned(), intent)
}

/// An answer in order.
fn answer(class: Class, status: u16, body: impl AsRef<[u8]>) -> Exchange {
    let body = body.as_ref().to_vec();
    let response = Response {
        status,
        version: 1,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        framing: Body::Length(body.len()),
        body,
        extra: Vec::new(),
        closed: false,
        interim: Vec::new(),
    };
    Exchange::example(class, Ok(response))
}

/// The same with something else about it.
fn with(mut exchange: Exchange, change: impl FnOnce(&mut Response)) -> Exchange {
    change(exchange.result.as_mut().expect("an answer"));
    exchange
}

fn with_header(exchange: Exchange, name: &str, value: &str) -> Exchange {
    with(exchange, |response| {
        response.headers.retain(|(known, _)| known != name);
        response.headers.push((name.to_owned(), value.to_owned()));
    })
}

fn lasting(mut exchange: Exchange, total: Duration) -> Exchange {
    exchange.total = total;
    exchange
}

#[track_caller]
fn found(exchange: &Exchange, known: Known<'_>, id: &str) -> Option<Finding> {
    let mut findings = judge(exchange, known, Limits::default()).into_iter();
    let finding = findings.find_map(|(of, finding)| (of == id).then_some(finding));
    let again = findings.any(|(of, _)| of == id);
    assert!(!again, "{id} is judged twice");
    finding
}

type Row = (&'static str, Exchange, Option<Outcome>);

#[track_caller]
fn check(rows: Vec<Row>) {
    for (id, exchange, outcome) in rows {
        let finding = found(&exchange, KNOWN, id);
        assert_eq!(
            finding.as_ref().map(|finding| finding.outcome),
            outcome,
            "{id} {:?} {}: {finding:?}",
            exchange.class,
            exchange.describe()
        );
    }
}

/// What was there, as the report says it.
#[track_caller]
fn told(exchange: &Exchange, id: &str) -> String {
    found(exchange, KNOWN, id).expect(id).actual
}

#[test]
fn limits_scale_and_are_what_the_contract_says() {
    let times = |effort, full| {
        Limits {
            effort,
            ..Limits::default()
        }
        .times(full)
    };
    assert_eq!(
        (times(100, 7), times(25, 9), times(1, 1), times(0, 9)),
        (7, 3, 1, 1)
    );
    assert_eq!((OUTPUT_LIMIT, MESSAGE_LIMIT), (262_144, 32_768));
}

#[test]
fn only_what_the_operator_would_send_is_judged() {
    let table = [
        (create(Valid), true),
        (create(Open), true),
        (update(Synthetic), false),
        (delete(Synthetic), false),
        (Class::Health(Operation::Livez), false),
        (Class::Other, false),
    ];
    for (class, judged) in table {
        let findings = judge(&answer(class.clone(), 200, "{}"), KNOWN, Limits::default());
        assert_eq!(!findings.is_empty(), judged, "{class:?}");
    }
}
