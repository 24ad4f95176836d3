//! What a provider makes of the webhook's answers. All runs are made at once, and each has a script.

use crate::catalogue::ids;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::outage::UNREACHABLE;
use super::report::{says, settled};
use super::told::Told;
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::facilities::Events;
use crate::facilities::webhook::{Act, Delivery, Script};

const RETRY: &str = ids::EVENT_RETRY_ON_500;
const IDENTICAL: &str = ids::EVENT_REDELIVERY_IDENTICAL;
const GONE: &str = ids::EVENT_STOP_ON_410;
const REFUSED: &str = ids::EVENT_NO_HOT_LOOP_ON_4XX;
const SLOW: &str = ids::EVENT_SLOW_SINK;
const UNIQUE: &str = ids::EVENT_RUN_ID_UNIQUE;

pub(super) const DECIDES: &[&str] = &[RETRY, UNREACHABLE, IDENTICAL, GONE, REFUSED, SLOW, UNIQUE];

/// What has to be sent three times, and is late in the end.
const STUMBLES: Script = &[Act::Status(500), Act::Drop, Act::Slow, Act::AsEver];
const ENDS: Script = &[Act::Status(410)];
const REFUSES: Script = &[Act::Status(400)];

pub(super) async fn answers(c: &mut Context) -> Step {
    let events = events(c)?;
    let body = configured(c, &events).await?;
    let stumbling = send(c, &events, body, STUMBLES).await?;
    let body = configured(c, &events).await?;
    let gone = send(c, &events, body, ENDS).await?;
    let plain = c.body().await?.set("runConfigurationName", "\"\"");
    let refused = send(c, &events, plain, REFUSES).await?;

    stumbles(c, &events, &stumbling).await?;
    played(c, &events, &gone, GONE).await?;
    played(c, &events, &refused, REFUSED).await?;
    if let Some(first) = refused.deliveries(&events).first() {
        says(c, &events, &refused, first);
    }
    unique(c, &events, &[&stumbling, &gone, &refused]);
    // Each of them has arrived, so from here on there is only to see what comes too much.
    let timing = events.sink.timing();
    pass(c, timing.slow + timing.quiet).await?;
    let arrived = stumbling.deliveries(&events);
    if let ([_, _, late, more @ ..], true) = (arrived.as_slice(), scripted(&arrived)) {
        check(c, SLOW, alone(late, more, timing.slow), &arrived);
    }
    let arrived = gone.deliveries(&events);
    if scripted(&arrived) {
        check(c, GONE, settled(&arrived, 410), &arrived);
    }
    let arrived = refused.deliveries(&events);
    if scripted(&arrived) {
        let window = timing.slow + timing.quiet;
        check(c, REFUSED, paced(&arrived, 400, window), &arrived);
    }
    Ok(())
}

/// Whether each run has an id of its own: what waits for a run starts when the id changes.
fn unique(c: &mut Context, events: &Events, runs: &[&Sent]) {
    let first = |run: &&Sent| run.deliveries(events).first().cloned();
    let shown: Vec<_> = runs.iter().filter_map(first).collect();
    let told = shown.iter().filter_map(|one| Told::of(one));
    // One that is empty is judged by itself.
    let ids: Vec<String> = told
        .map(|told| told.text("runId").to_owned())
        .filter(|id| !id.is_empty())
        .collect();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    if ids.len() < 2 {
        return;
    }
    let actual = format!("{} ids of {} runs: {ids:?}", distinct.len(), ids.len());
    check(
        c,
        UNIQUE,
        Finding::when(distinct.len() == ids.len(), actual),
        &shown,
    );
}

/// Whether the script of a run was played, and not the operator's own answer.
fn scripted(arrived: &[Arc<Delivery>]) -> bool {
    arrived.first().is_some_and(|first| first.scripted)
}

/// Waits for the event of a run. If its script was not played, says why the requirement cannot be judged.
async fn played(
    c: &mut Context,
    events: &Events,
    run: &Sent,
    requirement: &'static str,
) -> Step<bool> {
    let limit = events.sink.timing().wait;
    let arrived = wait(c, events, run, limit, any).await?;
    let why = match arrived.first() {
        Some(first) if first.scripted => return Ok(true),
        Some(first) => format!("its event could only be answered with {:?}", first.answer),
        None => missing(events, run, limit),
    };
    check(c, requirement, Finding::prerequisite(why), &arrived);
    Ok(false)
}

/// Whether the event comes again after a delivery came to nothing, twice, and is the same each time.
async fn stumbles(c: &mut Context, events: &Events, run: &Sent) -> Step {
    if !played(c, events, run, RETRY).await? {
        return Ok(());
    }
    let mut arrived = Vec::new();
    for (times, requirement, what) in [(2, RETRY, "answered with 500"), (3, UNREACHABLE, "cut off")]
    {
        let enough = |arrived: &[Arc<Delivery>]| arrived.len() >= times;
        arrived = wait(c, events, run, events.sink.timing().wait, enough).await?;
        let actual = match arrived.len() - (times - 2) {
            1 => format!("not delivered again after it was {what}"),
            _ => format!("delivered again after it was {what}"),
        };
        let again = arrived.len() >= times;
        check(c, requirement, Finding::when(again, actual), &arrived);
        if !again {
            break;
        }
    }
    let [first, more @ ..] = arrived.as_slice() else {
        return Ok(());
    };
    if !more.is_empty() {
        let read =
            |one: &Delivery| serde_json::from_slice::<Value>(&one.received.request.body).ok();
        let same = more.iter().all(|one| read(one) == read(first));
        let actual = if same { "the same" } else { "another body" };
        check(c, IDENTICAL, Finding::when(same, actual), &arrived);
    }
    Ok(())
}

/// Whether what is refused comes again no more often than once a second.
fn paced(arrived: &[Arc<Delivery>], status: u16, window: Duration) -> Finding {
    let (times, seconds) = (arrived.len(), window.as_secs_f64());
    let slow = times as u64 <= 1 + window.as_secs();
    let actual = format!("{times} deliveries in {seconds:.1} s, answered with {status}");
    Finding::when(slow, actual)
}

/// Whether nothing more came before the late answer did.
fn alone(late: &Delivery, more: &[Arc<Delivery>], slow: Duration) -> Finding {
    let early = more.iter().filter(|one| one.at < late.at + slow).count();
    let actual = format!("{early} more before the answer, which took {slow:?}");
    Finding::when(early == 0, actual)
}
