//! Events whose webhook is out of reach for a while. These cases run alone: it is so for all events.

use std::time::Duration;

use super::told::Told;
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::cases::restart::back;
use crate::context::{Context, Step};
use crate::help::Events;
use crate::hooks::Hook;
use crate::outcome::Finding;

pub(super) const UNREACHABLE: &str = "event.retry-on-unreachable";
pub(super) const RESTART: &str = "event.survives-restart";

pub(super) async fn unreachable(c: &mut Context) -> Step {
    away(c, UNREACHABLE, false).await
}

pub(super) async fn restart(c: &mut Context) -> Step {
    away(c, RESTART, true).await
}

/// A run ends while the webhook is away, and perhaps the provider is restarted meanwhile.
async fn away(c: &mut Context, requirement: &'static str, restarts: bool) -> Step {
    let events = events(c)?;
    if events.sink.total() == 0 {
        let why = "no event has ever arrived, so there is none to be delayed";
        check(c, requirement, Finding::prerequisite(why), &[]);
        return Ok(());
    }
    let body = configured(c, &events).await?;
    events.sink.close().await;
    let run = meanwhile(c, &events, body, restarts).await;
    events.sink.reopen().await;
    let (run, since) = (run?, chrono::Utc::now());
    let arrived = wait(c, &events, &run, events.sink.timing().wait, any).await?;
    let Some(first) = arrived.first() else {
        check(c, requirement, Finding::fail(missing(&events, &run)), &[]);
        return Ok(());
    };
    let late = Told::of(first)
        .and_then(|told| told.end())
        .is_some_and(|end| end > since);
    let finding = if late {
        Finding::prerequisite(
            "the run ended only after the webhook was back (hint: events.closed of provider.toml)",
        )
    } else {
        Finding::pass("arrived after the webhook was back")
    };
    check(c, requirement, finding, &arrived);
    Ok(())
}

async fn meanwhile(
    c: &mut Context,
    events: &Events,
    body: crate::fixture::Body,
    restarts: bool,
) -> Step<Sent> {
    let run = send(c, events, body, None).await?;
    pass(c, events.sink.timing().closed).await?;
    if restarts {
        c.hook(Hook::Restart).await?;
        back(c).await?;
        pass(c, Duration::from_millis(100)).await?;
    }
    Ok(run)
}
