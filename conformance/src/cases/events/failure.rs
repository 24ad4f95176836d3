//! What becomes of a run that fails.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;
use serde_json::json;

use super::told::Told;
use super::{Sent, any, check, events, missing, send, wait};
use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use crate::engine::context::{Context, Step, Stop};
use crate::facilities::Events;
use crate::facilities::hooks::Resource;
use crate::facilities::webhook::Watch;

const DELIVERED: &str = ids::EVENT_FAILURE_DELIVERED;
const STATUS: &str = ids::EVENT_STATUS_ENUM;

pub(super) const DECIDES: &[&str] = &[DELIVERED];

pub(super) async fn failure(c: &mut Context) -> Step {
    let events = events(c)?;
    let run = if c.has(Hook::SeedFailingRun) {
        seeded(c, &events).await?
    } else {
        let parameters = json!(events.failing).to_string();
        let body = c.body().await?.set("parameters", &parameters);
        send(c, &events, body, &[]).await?
    };
    let limit = events.sink.timing().wait;
    let arrived = wait(c, &events, &run, limit, any).await?;
    let Some(first) = arrived.first() else {
        check(
            c,
            DELIVERED,
            Finding::fail(missing(&events, &run, limit)),
            &[],
        );
        return Ok(());
    };
    let Some(told) = Told::of(first) else {
        check(
            c,
            DELIVERED,
            Finding::fail("what came is no event"),
            &arrived,
        );
        return Ok(());
    };
    let status = told.text("status");
    let actual = format!("an event with status {status:?}");
    check(
        c,
        DELIVERED,
        Finding::when(status != "succeeded", actual),
        &arrived,
    );
    check(c, STATUS, told.status(), &arrived);
    Ok(())
}

/// A run that the hook starts under a name of ours.
async fn seeded(c: &mut Context, events: &Events) -> Step<Sent> {
    let body = c.body().await?;
    events.sink.expect(Watch {
        name: body.text("name"),
        configuration: None,
        artifacts: Vec::new(),
        script: &[],
    });
    let about = Resource {
        kind: ResourceKind::Run,
        id: String::new(),
        name: body.text("name"),
    };
    let label = c.label();
    let said = c
        .session
        .hook(&label, Hook::SeedFailingRun, Some(about))
        .await;
    let id = said.map_err(Stop::Facility)?.trim().to_owned();
    Ok(Sent {
        body,
        id,
        artifacts: Vec::new(),
    })
}
