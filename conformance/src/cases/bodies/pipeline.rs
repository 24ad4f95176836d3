//! What only pipelines have.

use super::{Blame, compare, compared, good_to_have, made, varied};
use crate::base::outcome::Finding;
use crate::cases::create::updated;
use crate::catalogue::ids;
use crate::engine::context::{Context, Step, Stop};
use crate::oracle::exchange::Intent;
use crate::stimuli::fixture::Body;

pub(super) async fn env(c: &mut Context) -> Step {
    let (with, plain) = varied(c, |body| body.remove("env")).await?;
    let with = with.set(
        "env",
        r#"[{"name":"REGION","value":"north"},{"name":"REGION","value":""}]"#,
    );
    compare(
        c,
        ids::CREATE_BODY_ENV_ARRAY,
        "env is an array",
        &with,
        &plain,
        Blame::Convention,
    )
    .await
}

/// The empty object is created; that null does as well is asked of an update, which costs nothing.
pub(super) async fn framework(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::CREATE_BODY_FRAMEWORK_PARAMETERS_NULL;
    let framework = |parameters: &str| format!(r#"{{"name":"kfpsdk","parameters":{parameters}}}"#);
    let golden = c.body().await?;
    let empty = golden.clone().set("framework", &framework("{}"));
    let answer = c.create(&empty, Intent::Debatable).await?;
    let (answered, plain) = if made(&answer) {
        (answer.clone(), None)
    } else {
        let plain = c.create(&golden, Intent::Debatable).await?;
        (plain.clone(), Some(plain))
    };
    let what = "framework.parameters is {}";
    let finding = compared(c, what, &answer, plain.as_ref(), Blame::Value);
    c.check(REQUIREMENT, finding, &answer);
    let Some(mut id) = answered.operator_id().filter(|_| made(&answered)) else {
        return Ok(());
    };
    let null = golden.next_version(1).set("framework", &framework("null"));
    let answer = c.update(&id, &null, Intent::Debatable).await?;
    let plain = if updated(&answer) {
        None
    } else {
        id = answer.operator_id().unwrap_or(id);
        Some(
            c.update(&id, &golden.next_version(2), Intent::Debatable)
                .await?,
        )
    };
    let what = "framework.parameters is null";
    let finding = compared(c, what, &answer, plain.as_ref(), Blame::Value);
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

/// What is compared is the value of one extra member: a provider that wants to know every member
/// of the compiled part refuses both.
pub(super) async fn compiled(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE;
    /// Deeper nesting is asked for as a SHOULD only; the member itself is two levels down.
    const DEPTH: usize = 98;
    let unusual = r#"{"":null,"a/b":[1,[2,{"\u0000":"\ud83d\ude00"}]],"big":9007199254740993123}"#;
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let mut found = None;
    for (what, value) in [
        ("unusual keys and values", unusual.to_owned()),
        ("100 levels", nested(DEPTH)),
    ] {
        let golden = c.body().await?;
        let with = golden.clone().compiled_member("x-opaque", &value);
        let answer = c.create(&with, Intent::Debatable).await?;
        let plain = if made(&answer) {
            None
        } else {
            let plain = c.body().await?.compiled_member("x-opaque", "{}");
            Some(c.create(&plain, Intent::Debatable).await?)
        };
        if made(&answer) {
            found = answer.operator_id().map(|id| (golden, id));
        }
        let finding = compared(c, what, &answer, plain.as_ref(), Blame::Convention);
        c.check(REQUIREMENT, finding, &answer);
    }
    // Numbers beyond a double and deeper nesting are good to carry, but no MUST: an update asks for them.
    let Some((golden, mut id)) = found else {
        return Ok(());
    };
    let values = [
        ("1e400", "1e400".to_owned()),
        ("130 levels", nested(128)),
        ("1,000 levels", nested(998)),
    ];
    for ((what, value), n) in values.into_iter().zip(1..) {
        let body = golden.next_version(n).compiled_member("x-opaque", &value);
        let answer = c.update(&id, &body, Intent::Debatable).await?;
        let actual = format!("{what}: {}", answer.describe());
        if !updated(&answer) && !still_updates(c, &id, &golden).await? {
            return Err(Stop::Prerequisite(actual));
        }
        c.check(REQUIREMENT, good_to_have(updated(&answer), actual), &answer);
        id = answer.operator_id().unwrap_or(id);
    }
    Ok(())
}

pub(super) async fn large(c: &mut Context) -> Step {
    const SIZE: usize = 5 * 1024 * 1024;
    let body = c.body().await?.padded(SIZE);
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("5 MiB: {}", answer.describe());
    let told = matches!(answer.status(), Some(400..=499)) && answer.provider_error().is_some();
    let finding = match made(&answer) {
        true => Finding::pass(actual),
        false if told => Finding::tolerated(actual),
        false => Finding::fail(actual),
    };
    c.check(ids::CREATE_BODY_LARGE, finding, &answer);
    // Above 1 MiB curl asks for a 100 before it sends the body.
    let finding = match answer.response() {
        Some(response) if response.is_success() => match response.interim.contains(&100) {
            true => Finding::pass("100, then success"),
            false if response.interim.contains(&417) => {
                Finding::tolerated("417, then success without Expect")
            }
            false => Finding::tolerated("no 100; curl sends the body after a second of waiting"),
        },
        Some(response) if told || response.status == 413 => Finding::tolerated(answer.describe()),
        Some(_) | None => Finding::fail(answer.describe()),
    };
    c.check(ids::TRANSPORT_EXPECT_CONTINUE, finding, &answer);
    if let Some(id) = answer.operator_id().filter(|_| made(&answer)) {
        // Large enough for curl to ask first.
        const LARGE: usize = 1_200_000;
        let small = c.body().await?.named(&body.text("name"));
        let body = small.next_version(1).padded(LARGE);
        let answer = c.update(&id, &body, Intent::Debatable).await?;
        let actual = format!("1.2 MB: {}", answer.describe());
        if !updated(&answer) && !still_updates(c, &id, &small).await? {
            return Err(Stop::Prerequisite(actual));
        }
        let finding = Finding::when(updated(&answer), actual);
        c.check(ids::UPDATE_BODY_AS_CREATE, finding, &answer);
    }
    Ok(())
}

/// Whether an update works that has nothing peculiar.
async fn still_updates(c: &mut Context, id: &str, golden: &Body) -> Step<bool> {
    let next = golden.next_version(99);
    Ok(updated(&c.update(id, &next, Intent::Debatable).await?))
}
