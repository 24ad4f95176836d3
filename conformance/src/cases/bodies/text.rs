//! How the same JSON can be written.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::made;
use super::names::compare_requests;
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::Intent;

pub(super) async fn charset(c: &mut Context) -> Step {
    let with = c.body().await?.bytes();
    let plain = c.body().await?.bytes();
    let request = c.create_request(c.kind());
    let with = request
        .clone()
        .body(with, Some("application/json; charset=utf-8"));
    let what = "Content-Type with a charset";
    compare_requests(
        c,
        ids::CREATE_CONTENT_TYPE_PARAMETERS,
        what,
        with,
        request.json(plain),
    )
    .await
}

/// Both at once; a provider that does not like the NUL is asked about the letters alone.
pub(super) async fn unicode(c: &mut Context) -> Step {
    for (what, text) in [
        (
            "letters of many scripts, an emoji and an escaped NUL",
            "\"Größe 大きさ размер 🐟 a\\u0000b\"",
        ),
        (
            "letters of many scripts and an emoji",
            "\"Größe 大きさ размер 🐟\"",
        ),
    ] {
        let body = c.body().await?;
        let body = match c.kind() {
            ResourceKind::Experiment => body.set("description", text),
            ResourceKind::Pipeline => {
                body.set("env", &format!("[{{\"name\":\"TEXT\",\"value\":{text}}}]"))
            }
            ResourceKind::Run | ResourceKind::RunSchedule => {
                body.set("parameters", &format!("{{\"text\":{text}}}"))
            }
        };
        let answer = c.create(&body, Intent::Debatable).await?;
        let actual = format!("{what}: {}", answer.describe());
        let holds = made(&answer) || answer.provider_error().is_some();
        c.check(
            ids::CREATE_BODY_UNICODE,
            Finding::when(holds, actual),
            &answer,
        );
        if made(&answer) {
            break;
        }
    }
    Ok(())
}
