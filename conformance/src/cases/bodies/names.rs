//! Names and optional members.

use kfp_operator_sim::ResourceKind;

use super::{Blame, compare, compared, made, varied};
use crate::context::{Context, Step};
use crate::exchange::{Class, Intent};
use crate::fixture::Body;
use crate::outcome::Outcome;

pub(super) async fn name(c: &mut Context) -> Step {
    let bare = c.fresh_name();
    let (with, plain) = varied(c, |body| body).await?;
    let requirement = "create.body.namespaced-name";
    compare(
        c,
        requirement,
        "namespace/name",
        &with,
        &plain.named(&bare),
        Blame::Convention,
    )
    .await
}

pub(super) async fn omitted(c: &mut Context) -> Step {
    let bare = |body: Body| {
        ["parameters", "artifacts", "env"]
            .into_iter()
            .fold(body, Body::remove)
    };
    let with = bare(c.body().await?);
    let full = c.body().await?;
    let full = match c.kind() {
        ResourceKind::Pipeline => full.set("env", r#"[{"name":"REGION","value":"north"}]"#),
        ResourceKind::Run | ResourceKind::RunSchedule => full
            .set("parameters", r#"{"region":"north"}"#)
            .set("artifacts", r#"[{"name":"model","path":"train:model:0"}]"#),
        ResourceKind::Experiment => full,
    };
    let requirement = "create.body.omitted-optionals";
    compare(
        c,
        requirement,
        "no parameters, artifacts, env",
        &with,
        &full,
        Blame::Convention,
    )
    .await
}

pub(super) async fn empty_names(c: &mut Context) -> Step {
    let names = ["experimentName", "runConfigurationName"];
    let with = names
        .into_iter()
        .fold(c.body().await?, |body, name| body.set(name, "\"\""));
    let plain = names.into_iter().fold(c.body().await?, Body::remove);
    let requirement = "create.body.empty-optional-names";
    let what = "experimentName and runConfigurationName are \"\"";
    compare(c, requirement, what, &with, &plain, Blame::Convention).await
}

/// Patches of a Provider resource can add any field to a pipeline's definition; elsewhere extra
/// fields are a matter of robustness.
pub(super) async fn unknown_fields(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.unknown-fields";
    let (with, plain) = varied(c, |body| body).await?;
    let with = with.set("x-injected", r#"{"by":["a","patch"]}"#);
    if c.kind() == ResourceKind::Pipeline {
        return compare(
            c,
            REQUIREMENT,
            "an extra field",
            &with,
            &plain,
            Blame::Convention,
        )
        .await;
    }
    let answer = c.create(&with, Intent::Debatable).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.create(&plain, Intent::Debatable).await?)
    };
    let mut finding = compared(
        c,
        "an extra field",
        &answer,
        again.as_ref(),
        Blame::Convention,
    );
    if finding.outcome == Outcome::Fail {
        finding.outcome = Outcome::Warn;
    }
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

/// Sends two requests that differ in how the same bytes are sent.
pub(super) async fn compare_requests(
    c: &mut Context,
    requirement: &'static str,
    what: &str,
    with: crate::wire::Request,
    without: crate::wire::Request,
) -> Step {
    let answer = c.send(with, Class::Create(Intent::Debatable)).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.send(without, Class::Create(Intent::Debatable)).await?)
    };
    let finding = compared(c, what, &answer, again.as_ref(), Blame::Convention);
    c.check(requirement, finding, &answer);
    Ok(())
}
