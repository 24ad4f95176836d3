//! Deletions, and what is left after them.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::create::{in_time, removed, still_there, upserts};
use super::refusals::safe_delete;
use super::walk::is_unique;
use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use crate::engine::case::{ALL, Case, case};
use crate::engine::context::{Context, Evidence, Step, Stop};
use crate::oracle::ambient::groups::{ANY_ANSWER, VALID_DELETE};
use crate::oracle::exchange::{Exchange, Intent};
use crate::stimuli::fixture::Body;

pub(crate) const CASES: &[&Case] = &[&case!("delete.afterwards", afterwards)
    .subjects(ALL)
    .creates(3)
    .decides(&[
        &[
            ids::DELETE_REPEAT_OPERATOR_SAFE,
            ids::DELETE_THEN_PUT,
            ids::DELETE_THEN_RECREATE,
            ids::CREATE_REPEAT_SAME_NAME,
            ids::DELETE_TYPE_ISOLATION,
        ],
        ANY_ANSWER,
        VALID_DELETE,
    ])];

/// Delete; then delete again, update, create again, and once more while it is there.
async fn afterwards(c: &mut Context) -> Step {
    let (body, id, _) = c.created().await?;
    c.settled(async |c| c.delete(&id, Intent::Valid).await, removed)
        .await?;
    let again = c.delete(&id, Intent::Invalid).await?;
    c.check(
        ids::DELETE_REPEAT_OPERATOR_SAFE,
        safe_delete(&again),
        &again,
    );

    if c.kind() != ResourceKind::Run {
        let next = body.next_version(1);
        let gone = |answer: &Exchange| !answer.accepted();
        let (answer, late) = c
            .settled(async |c| c.update(&id, &next, Intent::Open).await, gone)
            .await?;
        let finding = match answer.status() {
            Some(404) => in_time(true, late, answer.describe()),
            Some(200) => Finding::tolerated(format!("{} (created instead)", answer.describe())),
            Some(500) if answer.provider_error().is_some() => Finding::warn(answer.describe()),
            _ => Finding::fail(answer.describe()),
        };
        c.check(ids::DELETE_THEN_PUT, finding, &answer);
    }

    let accepted = |answer: &Exchange| answer.accepted();
    let (answer, late) = c
        .settled(async |c| c.create(&body, Intent::Debatable).await, accepted)
        .await?;
    let made = answer.accepted() && answer.operator_id().is_some();
    c.check(
        ids::DELETE_THEN_RECREATE,
        in_time(made, late, answer.describe()),
        &answer,
    );
    match answer.operator_id().filter(|_| made) {
        Some(id) => {
            let id = repeat(c, &body, id).await?;
            type_isolation(c, &body, &id).await
        }
        None => Err(Stop::Prerequisite(answer.describe())),
    }
}

/// Creates again what is there. Returns the id that the operator would know from then on.
async fn repeat(c: &mut Context, body: &Body, first: String) -> Step<String> {
    let answer = c.create(body, Intent::Debatable).await?;
    let again = answer.operator_id().filter(|_| answer.accepted());
    let finding = match &again {
        Some(id) => Finding::pass(format!("{first:?}, then {id:?}")),
        None if answer.provider_error().is_some() => Finding::pass(answer.describe()),
        None => Finding::fail(answer.describe()),
    };
    c.check(ids::CREATE_REPEAT_SAME_NAME, finding, &answer);
    Ok(again.unwrap_or(first))
}

/// Deletes the id as one of another type; what has it must not be gone.
async fn type_isolation(c: &mut Context, body: &Body, id: &str) -> Step {
    const REQUIREMENT: &str = ids::DELETE_TYPE_ISOLATION;
    let kind = c.kind();
    let other = ResourceKind::ALL
        .into_iter()
        .find(|other| *other != kind && !c.session.setup.config.is_unsupported(*other));
    let Some(other) = other else {
        let finding = Finding::prerequisite("no other type is supported");
        c.check(REQUIREMENT, finding, Evidence::none());
        return Ok(());
    };
    if !is_unique(id, &c.session.setup.run) {
        // Deleting "7" as another type could hit somebody's resource.
        let why = format!("the id {id:?} may also be one of another type");
        c.check(
            REQUIREMENT,
            Finding::unverified(Hook::Probe.need(), why),
            Evidence::none(),
        );
        return Ok(());
    }
    let upserts = upserts(c).await?;
    c.delete_of(other, id, Intent::Invalid).await?;
    c.session.ledger.created(kind, id);
    let (finding, answer) = still_there(c, body, id, upserts).await?;
    let actual = format!("after DELETE of the id as {other}: {}", finding.actual);
    c.check(REQUIREMENT, Finding { actual, ..finding }, &answer);
    Ok(())
}
