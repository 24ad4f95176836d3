//! Requests about what does not exist.

use crate::catalogue::ids;
use kfp_operator_sim::State;

use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::Request;

pub(super) async fn unknown_type(c: &mut Context) -> Step {
    let target = format!("{}/resource/nope", c.session.setup.target.prefix);
    let request = Request::new("POST", &target).json(b"{\"name\":\"a/b\"}\n".to_vec());
    let answer = c.send(request, Class::Other).await?;
    if let Some(id) = answer.created_id().filter(|_| answer.accepted()) {
        // No type of the contract: the ledger does not know how to delete it.
        let target = format!("{target}/{}", kfp_operator_sim::encode_id(&id));
        let request = Request::new("DELETE", &target);
        c.session.exchange(&c.label(), &request, Class::Other).await;
    }
    let finding = Finding::when(
        matches!(answer.status(), Some(400..=499)),
        answer.describe(),
    );
    c.check(ids::CREATE_UNKNOWN_TYPE_NOT_SUCCESS, finding, &answer);
    Ok(())
}

pub(super) async fn unknown_pipeline(c: &mut Context) -> Step {
    let missing = format!("kfp-conformance/{}", c.fresh_name());
    let body = c.body().await?.set("pipelineName", &format!("{missing:?}"));
    let answer = c.create(&body, Intent::Open).await?;
    let finding = match answer.provider_error() {
        _ if answer.accepted() => Finding::tolerated(format!(
            "{} (it may fail later by an event)",
            answer.describe()
        )),
        Some(text) => Finding::when(text.contains(&missing), answer.describe()),
        None => Finding::prerequisite(format!("no text: {}", answer.describe())),
    };
    c.check(ids::CREATE_RUN_UNKNOWN_PIPELINE, finding, &answer);
    Ok(())
}

pub(super) async fn bad_cron(c: &mut Context) -> Step {
    for cron in ["every day", "61 * * * *", "* * *"] {
        let schedule = format!("{{\"cronExpression\":{cron:?}}}");
        let body = c.body().await?.set("schedule", &schedule);
        let answer = c.create(&body, Intent::Open).await?;
        let actual = format!("{cron:?}: {}", answer.describe());
        let refused = matches!(answer.status(), Some(400..=499));
        c.check(
            ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX,
            Finding::when(refused, actual),
            &answer,
        );
    }
    Ok(())
}

pub(super) async fn unknown_delete(c: &mut Context) -> Step {
    let id = c.fresh_name();
    let answer = c.delete(&id, Intent::Invalid).await?;
    let finding = match answer.status() {
        Some(404) => Finding::pass(answer.describe()),
        Some(200) => Finding::tolerated(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check(ids::DELETE_UNKNOWN_ID_404, finding, &answer);
    c.check(
        ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
        safe_delete(&answer),
        &answer,
    );
    Ok(())
}

/// Whether the operator would let the resource go.
pub(in crate::cases) fn safe_delete(answer: &Exchange) -> Finding {
    let state = answer.describe_state().unwrap_or_default();
    let gone = answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == State::Deleted);
    Finding::when(gone, format!("{}, so {state}", answer.describe()))
}

pub(super) async fn unknown_update(c: &mut Context) -> Step {
    let id = c.fresh_name();
    let body = c.body().await?;
    let answer = c.update(&id, &body, Intent::Open).await?;
    let finding = match answer.status() {
        Some(404) => Finding::pass(answer.describe()),
        Some(200) => Finding::tolerated(format!("{} (created instead)", answer.describe())),
        Some(500) if answer.provider_error().is_some() => Finding::warn(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check(ids::UPDATE_UNKNOWN_ID_404, finding, &answer);
    Ok(())
}
