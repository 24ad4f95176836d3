//! What becomes of the runs of a schedule.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;
use serde_json::json;

use super::told::Told;
use super::{any, check, configured, events, missing, send, wait};
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::Intent;

pub(super) const REQUIREMENT: &str = ids::EVENT_SCHEDULED_RUN;

pub(super) async fn scheduled(c: &mut Context) -> Step {
    let events = events(c)?;
    let schedule = json!({ "cronExpression": events.schedule.cron }).to_string();
    let body = configured(c, &events).await?.set("schedule", &schedule);
    let schedule = send(c, &events, body, &[]).await?;
    let limit = events.schedule.fires + events.sink.timing().wait;
    let arrived = wait(c, &events, &schedule, limit, any).await?;
    // It would go on firing.
    c.delete_of(ResourceKind::RunSchedule, &schedule.id, Intent::Valid)
        .await?;
    let finding = match arrived.first() {
        None => Finding::fail(missing(&events, &schedule, limit)),
        Some(first) => match Told::of(first) {
            None => Finding::fail("what came is no event"),
            Some(told) => told.configuration(&schedule),
        },
    };
    check(c, REQUIREMENT, finding, &arrived);
    Ok(())
}
