//! What becomes of the runs of a schedule.

use std::time::Duration;

use kfp_operator_sim::ResourceKind;
use serde_json::json;

use super::told::Told;
use super::{any, check, configured, events, missing, send, wait};
use crate::context::{Context, Step};
use crate::exchange::Intent;
use crate::outcome::Finding;

pub(super) const REQUIREMENT: &str = "event.scheduled-run";
/// How long a schedule that fires every minute may take to fire.
const FIRES: Duration = Duration::from_secs(61);

pub(super) async fn scheduled(c: &mut Context) -> Step {
    let events = events(c)?;
    let schedule = json!({ "cronExpression": events.cron }).to_string();
    let body = configured(c, &events).await?.set("schedule", &schedule);
    let schedule = send(c, &events, body, None).await?;
    let limit = FIRES + events.sink.timing().wait;
    let arrived = wait(c, &events, &schedule, limit, any).await?;
    // It would go on firing.
    c.delete_of(ResourceKind::RunSchedule, &schedule.id, Intent::Valid)
        .await?;
    let finding = match arrived.first() {
        None => Finding::fail(missing(&events, &schedule)),
        Some(first) => match Told::of(first) {
            None => Finding::fail("what came is no event"),
            Some(told) => told.configuration(&schedule),
        },
    };
    check(c, REQUIREMENT, finding, &arrived);
    Ok(())
}
