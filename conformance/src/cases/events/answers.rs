//! What a provider makes of the webhook's answers. All runs are made at once, and each has a script.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::outage::UNREACHABLE;
use super::report::settled;
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::context::{Context, Step};
use crate::help::Events;
use crate::outcome::Finding;
use crate::sink::{Answer, Delivery, Script};

const RETRY: &str = "event.retry-on-500";
const IDENTICAL: &str = "event.redelivery-identical";
const GONE: &str = "event.stop-on-410";
const REFUSED: &str = "event.no-hot-loop-on-4xx";
const SLOW: &str = "event.slow-sink";

pub(super) const DECIDES: &[&str] = &[RETRY, IDENTICAL, GONE, REFUSED, SLOW];

pub(super) async fn answers(c: &mut Context) -> Step {
    let events = events(c)?;
    let scripts = [
        Script::Once(500),
        Script::DropOnce,
        Script::Always(410),
        Script::Always(400),
        Script::Always(415),
        Script::Slow,
    ];
    let mut runs = Vec::new();
    for script in scripts {
        let body = configured(c, &events).await?;
        runs.push((script, send(c, &events, body, Some(script)).await?));
    }
    let wanted = events.sink.timing().wait;
    for (script, run) in &runs {
        let arrived = wait(c, &events, run, wanted, any).await?;
        let played = arrived.first().is_some_and(|first| first.scripted);
        if !played {
            let why = match arrived.first() {
                None => missing(&events, run),
                Some(first) => format!("its event could only be answered with {:?}", first.answer),
            };
            check(c, decides(*script), Finding::prerequisite(why), &arrived);
        } else if matches!(script, Script::Once(_) | Script::DropOnce) {
            repeated(c, &events, *script, run).await?;
        }
    }
    // Each of them has arrived, so from here on there is only to see what comes too much.
    let timing = events.sink.timing();
    pass(c, timing.slow + timing.quiet).await?;
    for (script, run) in &runs {
        let arrived = run.deliveries(&events);
        if !arrived.first().is_some_and(|first| first.scripted) {
            continue;
        }
        let finding = match script {
            Script::Always(410) => settled(&arrived, 410),
            Script::Always(status) => paced(&arrived, *status, timing.slow + timing.quiet),
            Script::Slow => alone(&arrived, timing.slow),
            Script::Once(_) | Script::DropOnce => continue,
        };
        check(c, decides(*script), finding, &arrived);
    }
    Ok(())
}

fn decides(script: Script) -> &'static str {
    match script {
        Script::Once(_) => RETRY,
        Script::DropOnce => UNREACHABLE,
        Script::Always(410) => GONE,
        Script::Always(_) => REFUSED,
        Script::Slow => SLOW,
    }
}

/// Whether the event comes again after its first delivery came to nothing, and is the same.
async fn repeated(c: &mut Context, events: &Events, script: Script, run: &Sent) -> Step {
    let twice = |arrived: &[Arc<Delivery>]| arrived.len() > 1;
    let arrived = wait(c, events, run, events.sink.timing().wait, twice).await?;
    let failed = match arrived.first().map(|first| first.answer) {
        Some(Answer::Status(status)) => format!("answered with {status}"),
        _ => "cut off".to_owned(),
    };
    let times = arrived.len();
    let finding = Finding::when(
        times > 1,
        format!("{times} deliveries, the first was {failed}"),
    );
    check(c, decides(script), finding, &arrived);
    if let [first, second, ..] = arrived.as_slice() {
        let read = |one: &Delivery| serde_json::from_slice::<Value>(&one.received.body).ok();
        let same = read(first) == read(second);
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

/// Whether nothing came again before the answer did.
fn alone(arrived: &[Arc<Delivery>], slow: Duration) -> Finding {
    let first = arrived.first().map(|first| first.at);
    let early = arrived.iter().skip(1);
    let early = early
        .filter(|one| first.is_some_and(|first| one.at < first + slow))
        .count();
    let actual = format!("{early} more before the answer, which took {slow:?}");
    Finding::when(early == 0, actual)
}
