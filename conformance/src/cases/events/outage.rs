//! Events whose webhook is out of reach for a while. These cases run alone: it is so for all events.

use crate::catalogue::ids;
use std::time::Duration;

use super::told::Told;
use super::{Sent, any, check, configured, events, missing, pass, send, wait};
use crate::base::outcome::Finding;
use crate::cases::restart::restarted;
use crate::config::hooks::Hook;
use crate::engine::context::{Context, Step};
use crate::facilities::Events;

pub(super) const UNREACHABLE: &str = ids::EVENT_RETRY_ON_UNREACHABLE;
pub(super) const RESTART: &str = ids::EVENT_SURVIVES_RESTART;

/// A run ends while the webhook is away, and the provider is restarted meanwhile if it can be: who keeps the event over
/// both keeps it over one. Where it is lost, only a run without a restart tells which of them lost it.
pub(super) async fn outage(c: &mut Context) -> Step {
    let restarts = c.has(Hook::Restart);
    let requirement = if restarts { RESTART } else { UNREACHABLE };
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
    let limit = events.sink.timing().wait;
    let arrived = wait(c, &events, &run, limit, any).await?;
    let Some(first) = arrived.first() else {
        check(
            c,
            requirement,
            Finding::fail(missing(&events, &run, limit)),
            &[],
        );
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
    if restarts && !late {
        check(c, UNREACHABLE, finding.clone(), &arrived);
    }
    check(c, requirement, finding, &arrived);
    Ok(())
}

async fn meanwhile(
    c: &mut Context,
    events: &Events,
    body: crate::stimuli::fixture::Body,
    restarts: bool,
) -> Step<Sent> {
    let run = send(c, events, body, &[]).await?;
    pass(c, events.sink.timing().closed).await?;
    if restarts {
        restarted(c).await?;
        pass(c, Duration::from_millis(100)).await?;
    }
    Ok(run)
}
