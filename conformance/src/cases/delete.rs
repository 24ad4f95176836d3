//! Deletions, and what is left after them.

use futures::FutureExt as _;
use kfp_operator_sim::ResourceKind;

use super::create::{in_time, removed, updated};
use super::refusals::safe_delete;
use crate::case::{ALL, ANY_ANSWER, ANY_DELETE, Case, Profile, RUN, Stage, VALID_DELETE};
use crate::context::{Context, Step, Stop};
use crate::exchange::{Exchange, Intent};
use crate::outcome::Finding;

pub(crate) const CASES: &[&Case] = &[
    &Case {
        id: "delete.afterwards",
        subjects: ALL,
        creates: 2,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[
            &[
                "delete.repeat.operator-safe",
                "delete.then-put",
                "delete.then-recreate",
            ],
            ANY_ANSWER,
            VALID_DELETE,
        ],
        run: |c| afterwards(c).boxed_local(),
    },
    &Case {
        id: "delete.isolation",
        subjects: ALL,
        creates: 2,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["create.id.distinct", "delete.isolation"]],
        run: |c| isolation(c).boxed_local(),
    },
    &Case {
        id: "delete.type-isolation",
        subjects: ALL,
        creates: 1,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["delete.type-isolation"], ANY_DELETE],
        run: |c| type_isolation(c).boxed_local(),
    },
    &Case {
        id: "delete.active-run",
        subjects: RUN,
        creates: 1,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["delete.while-run-active"]],
        run: |c| active_run(c).boxed_local(),
    },
];

/// Delete; then delete again, update and create again.
async fn afterwards(c: &mut Context) -> Step {
    let (body, id, _) = c.created().await?;
    c.settled(async |c| c.delete(&id, Intent::Valid).await, removed)
        .await?;
    let again = c.delete(&id, Intent::Invalid).await?;
    c.check("delete.repeat.operator-safe", safe_delete(&again), &again);

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
        c.check("delete.then-put", finding, &answer);
    }

    let accepted = |answer: &Exchange| answer.accepted();
    let (answer, late) = c
        .settled(async |c| c.create(&body, Intent::Debatable).await, accepted)
        .await?;
    let made = answer.accepted() && answer.operator_id().is_some();
    c.check(
        "delete.then-recreate",
        in_time(made, late, answer.describe()),
        &answer,
    );
    Ok(())
}

/// A provider that creates what it is asked to update cannot be asked whether something is there.
async fn upserts(c: &mut Context) -> Step<bool> {
    let body = c.body().await?;
    let id = c.fresh_name();
    Ok(c.update(&id, &body, Intent::Open).await?.accepted())
}

/// Deletes what the case builds on.
async fn removes(c: &mut Context, id: &str) -> Step {
    let gone = c.delete(id, Intent::Debatable).await?;
    if removed(&gone) {
        return Ok(());
    }
    Err(Stop::Prerequisite(format!(
        "DELETE {id:?}: {}",
        gone.describe()
    )))
}

/// Whether a resource is still there, as far as an answer about it shows.
fn still_there(answer: &Exchange, right: bool, actual: String) -> Finding {
    match answer.status() {
        Some(404) => Finding::fail(actual),
        _ if right => Finding::pass(actual),
        _ => Finding::prerequisite(actual),
    }
}

async fn isolation(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "delete.isolation";
    let (_, first, _) = c.created().await?;
    let (body, second, shown) = c.created().await?;
    let distinct = Finding::when(first != second, format!("{first:?} and {second:?}"));
    c.check("create.id.distinct", distinct, &shown);
    if first == second {
        c.check_alone(
            REQUIREMENT,
            Finding::prerequisite("both resources have one id"),
        );
        return Ok(());
    }
    if c.kind() == ResourceKind::Run {
        // Runs are never updated; that the second can still be deleted shows that it was there.
        removes(c, &first).await?;
        let answer = c.delete(&second, Intent::Debatable).await?;
        let actual = format!("DELETE of the second: {}", answer.describe());
        c.check(
            REQUIREMENT,
            still_there(&answer, removed(&answer), actual),
            &answer,
        );
        return Ok(());
    }
    if upserts(c).await? {
        c.check_alone(
            REQUIREMENT,
            Finding::unverified("hook:probe", "PUT creates what is not there"),
        );
        return Ok(());
    }
    removes(c, &first).await?;
    let answer = c
        .update(&second, &body.next_version(1), Intent::Debatable)
        .await?;
    let actual = format!("PUT to the second: {}", answer.describe());
    c.check(
        REQUIREMENT,
        still_there(&answer, updated(&answer), actual),
        &answer,
    );
    Ok(())
}

async fn type_isolation(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "delete.type-isolation";
    let kind = c.kind();
    let (body, id, _) = c.created().await?;
    let others: Vec<ResourceKind> = ResourceKind::ALL
        .into_iter()
        .filter(|other| *other != kind && !c.session.config.is_unsupported(*other))
        .collect();
    let Some(other) = others.first().copied() else {
        c.check_alone(
            REQUIREMENT,
            Finding::prerequisite("no other type is supported"),
        );
        return Ok(());
    };
    if !is_unique(&id, &c.session.run) {
        // Deleting "7" as another type could hit somebody's resource.
        let why = format!("the id {id:?} may also be one of another type");
        c.check_alone(REQUIREMENT, Finding::unverified("hook:probe", why));
        return Ok(());
    }
    if kind != ResourceKind::Run && upserts(c).await? {
        c.check_alone(
            REQUIREMENT,
            Finding::unverified("hook:probe", "PUT creates what is not there"),
        );
        return Ok(());
    }
    c.delete_of(other, &id, Intent::Invalid).await?;
    c.session.ledger.created(kind, &id);
    let (answer, right) = if kind == ResourceKind::Run {
        let answer = c.delete(&id, Intent::Debatable).await?;
        let right = removed(&answer);
        (answer, right)
    } else {
        let answer = c
            .update(&id, &body.next_version(1), Intent::Debatable)
            .await?;
        let right = updated(&answer);
        (answer, right)
    };
    let actual = format!("after DELETE of the id as {other}: {}", answer.describe());
    c.check(REQUIREMENT, still_there(&answer, right, actual), &answer);
    Ok(())
}

/// Whether no resource of another type can have this id: it names this run, or is long enough to
/// be random.
fn is_unique(id: &str, run: &str) -> bool {
    const RANDOM: usize = 16;
    id.contains(run) || id.len() >= RANDOM
}

async fn active_run(c: &mut Context) -> Step {
    let (_, id, _) = c.created().await?;
    let (answer, late) = c
        .settled(async |c| c.delete(&id, Intent::Valid).await, removed)
        .await?;
    let holds = answer
        .after
        .as_ref()
        .is_some_and(|a| a.state == kfp_operator_sim::State::Deleted);
    c.check(
        "delete.while-run-active",
        in_time(holds, late, answer.describe()),
        &answer,
    );
    Ok(())
}
