//! What the event of a run that succeeds says.

use crate::catalogue::ids;
use std::sync::Arc;

use super::told::{Told, terminal};
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::facilities::Events;
use crate::facilities::webhook::{Answer, Delivery};

const DELIVERED: &str = ids::EVENT_SUCCESS_DELIVERED;
const ARTIFACTS: &str = ids::EVENT_ARTIFACT_RESOLVES;
const TERMINAL: &str = ids::EVENT_TERMINAL_ONLY;
const STOP: &str = ids::EVENT_STOP_ON_200;

pub(super) const DECIDES: &[&str] = &[TERMINAL, STOP];
/// What each event of a run that succeeds shows.
pub(super) const SAYS: &[&str] = &[
    DELIVERED,
    ids::EVENT_TARGET_URL,
    ids::EVENT_CONTENT_TYPE_EXACT,
    ids::EVENT_BARE_OBJECT,
    ids::EVENT_STATUS_ENUM,
    ids::EVENT_PIPELINE_NAME,
    ids::EVENT_REFERENCE_PRESENT,
    ids::EVENT_RUN_NAME_ECHO,
    ids::EVENT_RUN_CONFIGURATION_ECHO,
    ids::EVENT_NAMES_NAMESPACED,
    ids::EVENT_RUN_ID_NON_EMPTY,
    ids::EVENT_RUN_ID_CORRELATES,
    ids::EVENT_PROVIDER_NAME,
    ids::EVENT_TIMES_RFC3339,
    ids::EVENT_TIMES_ORDERED,
    ids::EVENT_COMPONENTS_SHAPE,
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
    check(c, ids::EVENT_TARGET_URL, Finding::when(right, line), shown);
    let actual = match &received.content_type {
        None => "no Content-Type".to_owned(),
        Some(given) => format!("Content-Type: {given}"),
    };
    let exact = received.content_type.as_deref() == Some("application/json");
    check(
        c,
        ids::EVENT_CONTENT_TYPE_EXACT,
        Finding::when(exact, actual),
        shown,
    );
    let Some(told) = Told::of(delivery) else {
        let body = crate::base::text::excerpt(&received.request.body);
        let finding = Finding::fail(format!("no event: {body}"));
        check(c, ids::EVENT_BARE_OBJECT, finding, shown);
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
        (ids::EVENT_BARE_OBJECT, told.bare_object()),
        (ids::EVENT_STATUS_ENUM, told.status()),
        (ids::EVENT_PIPELINE_NAME, told.pipeline(run)),
        (ids::EVENT_REFERENCE_PRESENT, told.reference()),
        (ids::EVENT_RUN_NAME_ECHO, told.run_name(run)),
        (ids::EVENT_RUN_CONFIGURATION_ECHO, told.configuration(run)),
        (ids::EVENT_NAMES_NAMESPACED, told.namespaced()),
        (ids::EVENT_RUN_ID_NON_EMPTY, told.run_id()),
        (ids::EVENT_RUN_ID_CORRELATES, told.same_id(run)),
        (
            ids::EVENT_PROVIDER_NAME,
            told.provider(events.provider.as_deref()),
        ),
        (ids::EVENT_TIMES_RFC3339, told.times()),
        (ids::EVENT_TIMES_ORDERED, told.ordered(delivery)),
        (ids::EVENT_COMPONENTS_SHAPE, told.components()),
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
