//! What runs and their schedules have.

use super::{Blame, compare, compared, made, varied};
use crate::catalogue::ids;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::Intent;

/// The trigger of a run that nothing triggered.
pub(super) const NO_TRIGGER: &str = r#"{"type":"","source":"","sourceNamespace":""}"#;

pub(super) async fn schedule(c: &mut Context) -> Step {
    let requirement = ids::CREATE_BODY_SCHEDULE_OBJECT;
    let cron = r#"{"cronExpression":"30 2 * * 1-5"}"#;
    let with = c.body().await?.set("schedule", cron);
    let plain = c.body().await?.set("schedule", "\"30 2 * * 1-5\"");
    compare(
        c,
        requirement,
        "schedule is {cronExpression}",
        &with,
        &plain,
        Blame::Convention,
    )
    .await?;
    let with = c.body().await?.set("schedule", "{}");
    let plain = c.body().await?.set("schedule", cron);
    let answer = c.create(&with, Intent::Debatable).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.create(&plain, Intent::Debatable).await?)
    };
    // As the form of a schedule it may be refused in words, but not as what the operator sends.
    for (requirement, blame) in [
        (requirement, Blame::Value),
        (ids::CREATE_BODY_SCHEDULE_EMPTY, Blame::Convention),
    ] {
        let finding = compared(c, "schedule is {}", &answer, again.as_ref(), blame);
        c.check(requirement, finding, &answer);
    }
    Ok(())
}

pub(super) async fn window(c: &mut Context) -> Step {
    let schedule = r#"{"cronExpression":"30 2 * * 1-5","startTime":"2031-01-01T00:00:00Z","endTime":"2031-12-31T23:59:59Z"}"#;
    let (with, plain) = varied(c, |body| body).await?;
    let with = with.set("schedule", schedule);
    let requirement = ids::CREATE_BODY_SCHEDULE_WINDOW;
    compare(
        c,
        requirement,
        "startTime and endTime",
        &with,
        &plain,
        Blame::Value,
    )
    .await
}

pub(super) async fn trigger(c: &mut Context) -> Step {
    let (with, plain) = varied(c, |body| body.remove("triggerIndicator")).await?;
    let with = with.set("triggerIndicator", NO_TRIGGER);
    let requirement = ids::CREATE_BODY_TRIGGER_INDICATOR;
    let what = "triggerIndicator of empty strings";
    compare(c, requirement, what, &with, &plain, Blame::Convention).await
}

pub(super) async fn artifacts(c: &mut Context) -> Step {
    let paths = r#"[{"name":"model","path":"train:model:0"},{"name":"pushed","path":"train:model:1[pushed == 1]"}]"#;
    let with = c.body().await?.set("artifacts", paths);
    let plain = c.body().await?.remove("artifacts");
    let requirement = ids::CREATE_BODY_ARTIFACTS_PATH_FORM;
    let what = "component:artifact:index[filter]";
    compare(c, requirement, what, &with, &plain, Blame::Value).await
}
