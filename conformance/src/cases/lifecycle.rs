//! What the operator does with a resource over its life.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::State;

use super::create::{in_time, removed};
use super::effect;
use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, RUN, case};
use crate::engine::context::{Context, Step, Stop};
use crate::facilities::hooks::Presence;
use crate::oracle::ambient::groups::{ANY_ANSWER, VALID_CREATE, VALID_DELETE, VALID_UPDATE};
use crate::oracle::exchange::{Exchange, Intent};

pub(crate) const CASES: &[&Case] = &[
    &case!("lifecycle.operator", operator)
        .subjects(ALL)
        .creates(1)
        .profile(Profile::Smoke)
        .decides(&[
            &[
                ids::LIFECYCLE_OPERATOR_SIMULATION,
                ids::DELETE_NO_CONTENT_TYPE_NO_BODY,
                ids::CREATE_TAKES_EFFECT,
                ids::UPDATE_TAKES_EFFECT,
                ids::DELETE_TAKES_EFFECT,
                ids::DELETE_WHILE_RUN_ACTIVE,
            ],
            ANY_ANSWER,
            VALID_CREATE,
            VALID_UPDATE,
            VALID_DELETE,
        ]),
    &case!("lifecycle.pipeline-run", pipeline_run)
        .subjects(RUN)
        .creates(1)
        .extra(&[(ResourceKind::Pipeline, 1)])
        .decides(&[&[ids::LIFECYCLE_PIPELINE_RUN]]),
];

/// Create, update and delete, each answer fed to the operator's state machine.
async fn operator(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::LIFECYCLE_OPERATOR_SIMULATION;
    let body = c.body().await?;
    let created = c.create(&body, Intent::Valid).await?;
    if !reached(&created, State::Succeeded) {
        c.check(REQUIREMENT, stuck("create", &created), &created);
        return Err(Stop::Prerequisite("the create did not succeed".to_owned()));
    }
    let mut id = created.operator_id().unwrap_or_default();
    effect::presence(
        c,
        ids::CREATE_TAKES_EFFECT,
        (&body, &id),
        Presence::Present,
        &created,
    )
    .await?;
    let mut path = vec!["create: Succeeded".to_owned()];
    if c.kind() != ResourceKind::Run {
        let next = body.next_version(1);
        let (updated, _) = c
            .settled(
                async |c| c.update(&id, &next, Intent::Valid).await,
                |e| reached(e, State::Succeeded),
            )
            .await?;
        if !reached(&updated, State::Succeeded) {
            c.check(REQUIREMENT, stuck("update", &updated), &updated);
            return Err(Stop::Prerequisite("the update did not succeed".to_owned()));
        }
        id = updated.operator_id().unwrap_or_default();
        effect::version(c, ids::UPDATE_TAKES_EFFECT, (&next, &id), &updated).await?;
        path.push("update: Succeeded".to_owned());
    }
    let (deleted, late) = c
        .settled(
            async |c| c.delete(&id, Intent::Valid).await,
            |e| reached(e, State::Deleted),
        )
        .await?;
    let refused = matches!(deleted.status(), Some(400 | 411 | 415 | 422));
    c.check(
        ids::DELETE_NO_CONTENT_TYPE_NO_BODY,
        Finding::when(!refused, deleted.describe()),
        &deleted,
    );
    if c.kind() == ResourceKind::Run {
        // It was created a moment ago.
        let finding = in_time(reached(&deleted, State::Deleted), late, deleted.describe());
        c.check(ids::DELETE_WHILE_RUN_ACTIVE, finding, &deleted);
    }
    path.push("delete: Deleted".to_owned());
    let finding = if reached(&deleted, State::Deleted) {
        Finding::pass(path.join(", "))
    } else {
        stuck("delete", &deleted)
    };
    c.check(REQUIREMENT, finding, &deleted);
    if removed(&deleted) {
        effect::presence(
            c,
            ids::DELETE_TAKES_EFFECT,
            (&body, &id),
            Presence::Absent,
            &deleted,
        )
        .await?;
    }
    Ok(())
}

fn reached(exchange: &Exchange, state: State) -> bool {
    exchange
        .after
        .as_ref()
        .is_some_and(|after| after.state == state)
}

fn stuck(step: &str, exchange: &Exchange) -> Finding {
    let state = exchange.describe_state().unwrap_or_default();
    let actual = format!("{step}: {state} after {}", exchange.describe());
    // A refusal with words says that the built-in body does not suit this provider, not that the
    // provider is wrong.
    if step == "create" && exchange.is_explained_refusal() {
        return Finding::unverified("fixture", actual);
    }
    Finding::fail(actual)
}

/// A run against a pipeline that was made a moment ago.
async fn pipeline_run(c: &mut Context) -> Step {
    let pipeline = c.body_of(ResourceKind::Pipeline).await?;
    let made = c.create(&pipeline, Intent::Debatable).await?;
    if !reached(&made, State::Succeeded) {
        return Err(Stop::Prerequisite(format!(
            "no pipeline: {}",
            made.describe()
        )));
    }
    let body = c.body().await?.with_pipeline(&pipeline);
    let (run, late) = c
        .settled(
            async |c| c.create(&body, Intent::Debatable).await,
            |e| reached(e, State::Succeeded),
        )
        .await?;
    let finding = match reached(&run, State::Succeeded) {
        true if late => Finding::warn(format!("{} only after a while", run.describe())),
        true => Finding::pass(run.describe()),
        // Only a text that names the pipeline shows that it is the pipeline that is missing.
        false if run.is_explained_refusal() && !names(&run, &body) => {
            Finding::unverified("fixture", run.describe())
        }
        false => Finding::fail(run.describe()),
    };
    c.check(ids::LIFECYCLE_PIPELINE_RUN, finding, &run);
    Ok(())
}

/// Whether a refusal speaks of the pipeline of a run.
fn names(answer: &Exchange, body: &crate::stimuli::fixture::Body) -> bool {
    let pipeline = body.text("pipelineName");
    answer
        .provider_error()
        .is_some_and(|text| text.contains(&pipeline))
}
