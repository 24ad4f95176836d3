//! What only pipelines have.

use super::{Blame, compare, good_to_have, made, varied};
use crate::context::{Context, Step};
use crate::exchange::Intent;
use crate::outcome::Finding;

pub(super) async fn env(c: &mut Context) -> Step {
    let (with, plain) = varied(c, |body| body.remove("env")).await?;
    let with = with.set(
        "env",
        r#"[{"name":"REGION","value":"north"},{"name":"REGION","value":""}]"#,
    );
    compare(
        c,
        "create.body.env-array",
        "env is an array",
        &with,
        &plain,
        Blame::Convention,
    )
    .await
}

pub(super) async fn framework(c: &mut Context) -> Step {
    for parameters in ["{}", "null"] {
        let (with, plain) = varied(c, |body| body).await?;
        let with = with.set(
            "framework",
            &format!(r#"{{"name":"kfpsdk","parameters":{parameters}}}"#),
        );
        let what = format!("framework.parameters is {parameters}");
        let requirement = "create.body.framework-parameters-null";
        compare(c, requirement, &what, &with, &plain, Blame::Value).await?;
    }
    Ok(())
}

/// What is compared is the value of one extra member: a provider that wants to know every member
/// of the compiled part refuses both.
pub(super) async fn compiled(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.compiled-pipeline-opaque";
    /// Deeper nesting is asked for as a SHOULD only; the member itself is two levels down.
    const DEPTH: usize = 98;
    let unusual = r#"{"":null,"a/b":[1,[2,{"\u0000":"\ud83d\ude00"}]],"big":9007199254740993123}"#;
    let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    for (what, value) in [
        ("unusual keys and values", unusual),
        ("100 levels", deep.as_str()),
    ] {
        let with = c.body().await?.compiled_member("x-opaque", value);
        let plain = c.body().await?.compiled_member("x-opaque", "{}");
        compare(c, REQUIREMENT, what, &with, &plain, Blame::Convention).await?;
    }
    // Numbers beyond a double are good to carry, but no MUST.
    let body = c.body().await?.compiled_member("x-opaque", "1e400");
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("1e400: {}", answer.describe());
    c.check(REQUIREMENT, good_to_have(made(&answer), actual), &answer);
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
    c.check("create.body.large", finding, &answer);
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
    c.check("transport.expect-continue", finding, &answer);
    Ok(())
}
