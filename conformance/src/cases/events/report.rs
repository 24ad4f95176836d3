//! What the event of a run that succeeds says.

use std::sync::Arc;

use super::told::{Told, terminal};
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::facilities::Events;
use crate::facilities::webhook::{Answer, Delivery};

const DELIVERED: &str = "event.success.delivered";
const ARTIFACTS: &str = "event.artifact-resolves";
const TERMINAL: &str = "event.terminal-only";
const STOP: &str = "event.stop-on-200";

pub(super) const DECIDES: &[&str] = &[TERMINAL, STOP];
/// What each event of a run that succeeds shows.
pub(super) const SAYS: &[&str] = &[
    DELIVERED,
    "event.target-url",
    "event.content-type-exact",
    "event.bare-object",
    "event.status-enum",
    "event.pipeline-name",
    "event.reference-present",
    "event.run-name-echo",
    "event.run-configuration-echo",
    "event.names-namespaced",
    "event.run-id-non-empty",
    "event.run-id-correlates",
    "event.provider-name",
    "event.times-rfc3339",
    "event.times-ordered",
    "event.components-shape",
    ARTIFACTS,
];

/// A run with a run configuration; [`super::answers`] looks at one without.
pub(super) async fn report(c: &mut Context) -> Step {
    let events = events(c)?;
    let timing = events.sink.timing();
    let body = configured(c, &events).await?;
    let run = send(c, &events, body, &[]).await?;
    let arrived = wait(c, &events, &run, timing.wait, any).await?;
    let Some(first) = arrived.first() else {
        check(
            c,
            DELIVERED,
            Finding::fail(missing(&events, &run, timing.wait)),
            &[],
        );
        return Ok(());
    };
    says(c, &events, &run, first);
    pass(c, timing.quiet).await?;
    let arrived = run.deliveries(&events);
    check(c, TERMINAL, terminal(&arrived), &arrived);
    check(c, STOP, settled(&arrived, 200), &arrived);
    Ok(())
}

/// Everything that a delivery says by itself.
pub(super) fn says(c: &mut Context, events: &Events, run: &Sent, delivery: &Arc<Delivery>) {
    let received = &delivery.received;
    let shown = std::slice::from_ref(delivery);
    let line = format!("{} {}", received.request.method, received.target);
    let right = line == "POST /events";
    check(c, "event.target-url", Finding::when(right, line), shown);
    let actual = match &received.content_type {
        None => "no Content-Type".to_owned(),
        Some(given) => format!("Content-Type: {given}"),
    };
    let exact = received.content_type.as_deref() == Some("application/json");
    check(
        c,
        "event.content-type-exact",
        Finding::when(exact, actual),
        shown,
    );
    let Some(told) = Told::of(delivery) else {
        let body = crate::base::text::excerpt(&received.request.body);
        let finding = Finding::fail(format!("no event: {body}"));
        check(c, "event.bare-object", finding, shown);
        return;
    };
    let status = told.text("status");
    let actual = format!("an event with status {status:?}");
    check(
        c,
        DELIVERED,
        Finding::when(status != "failed", actual),
        shown,
    );
    let findings = [
        ("event.bare-object", told.bare_object()),
        ("event.status-enum", told.status()),
        ("event.pipeline-name", told.pipeline(run)),
        ("event.reference-present", told.reference()),
        ("event.run-name-echo", told.run_name(run)),
        ("event.run-configuration-echo", told.configuration(run)),
        ("event.names-namespaced", told.namespaced()),
        ("event.run-id-non-empty", told.run_id()),
        ("event.run-id-correlates", told.same_id(run)),
        (
            "event.provider-name",
            told.provider(events.provider.as_deref()),
        ),
        ("event.times-rfc3339", told.times()),
        ("event.times-ordered", told.ordered(delivery)),
        ("event.components-shape", told.components()),
        (ARTIFACTS, told.artifacts(run)),
    ];
    for (requirement, finding) in findings {
        check(c, requirement, finding, shown);
    }
}

/// Whether nothing came after the answer that settles an event.
pub(super) fn settled(arrived: &[Arc<Delivery>], status: u16) -> Finding {
    let answer = Answer::Status(status);
    let Some(at) = arrived.iter().position(|one| one.answer == answer) else {
        return Finding::prerequisite(format!("no delivery could be answered with {status}"));
    };
    let after = arrived.len() - at - 1;
    Finding::when(
        after == 0,
        format!("{after} more after the answer {status}"),
    )
}
