//! Names and optional members.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::{Blame, compare, compared, made, varied};
use crate::base::outcome::Outcome;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Intent};

/// Patches of a Provider resource can add any field to a pipeline's definition; elsewhere extra
/// fields are a matter of robustness.
pub(super) async fn unknown_fields(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::CREATE_BODY_UNKNOWN_FIELDS;
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
