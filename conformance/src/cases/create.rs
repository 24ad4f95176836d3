//! Creates that have to work.

use futures::FutureExt as _;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::State;

use crate::case::{ALL, Case, Profile, Stage, VALID_CREATE};
use crate::context::{Context, Step, Stop};
use crate::exchange::{Exchange, Intent};
use crate::outcome::Finding;
use crate::wire::Request;

pub(crate) const CASES: &[&Case] = &[
    &Case {
        id: "create.round-trip",
        subjects: ALL,
        creates: 1,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["create.id.round-trips"], VALID_CREATE],
        run: |c| round_trip(c).boxed_local(),
    },
    &Case {
        id: "create.namespaces",
        subjects: ALL,
        creates: 4,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["create.namespaces-distinct"]],
        run: |c| namespaces(c).boxed_local(),
    },
    &Case {
        id: "create.repeat",
        subjects: ALL,
        creates: 2,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["create.repeat-same-name"]],
        run: |c| repeat(c).boxed_local(),
    },
];

/// Whether the operator would be content with an update.
pub(super) fn updated(answer: &Exchange) -> bool {
    answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == State::Succeeded)
}

/// Whether something that exists was really deleted: not merely "was not there".
pub(super) fn removed(answer: &Exchange) -> bool {
    answer.status() != Some(404)
        && answer
            .after
            .as_ref()
            .is_some_and(|after| after.state == State::Deleted)
}

/// A finding that may have come true only within `settle`.
pub(super) fn in_time(holds: bool, late: bool, actual: String) -> Finding {
    match (holds, late) {
        (true, true) => Finding::warn(format!("{actual}, but not at once")),
        (holds, _) => Finding::when(holds, actual),
    }
}

/// The id as issued reaches PUT and DELETE, in each of the spellings that jq may give it.
async fn round_trip(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.id.round-trips";
    let (body, mut id, _) = c.created().await?;
    if c.kind() != ResourceKind::Run {
        let next = body.next_version(1);
        let (answer, late) = c
            .settled(async |c| c.update(&id, &next, Intent::Valid).await, updated)
            .await?;
        let finding = in_time(
            updated(&answer),
            late,
            format!("PUT {id:?}: {}", answer.describe()),
        );
        c.check(REQUIREMENT, finding, &answer);
        id = answer.operator_id().unwrap_or(id);
        let lenient = kfp_operator_sim::encode_id_jq16(&id);
        if lenient != kfp_operator_sim::encode_id(&id) {
            let target = format!("{}/{lenient}", c.session.resource_target(c.kind(), None));
            let request = Request::new("PUT", &target).json(next.bytes());
            let class = crate::exchange::Class::Update(id.clone(), Intent::Debatable);
            let answer = c.send(request, class).await?;
            let finding = Finding::when(
                updated(&answer),
                format!("PUT {lenient:?}: {}", answer.describe()),
            );
            c.check(REQUIREMENT, finding, &answer);
        }
    }
    let (answer, late) = c
        .settled(async |c| c.delete(&id, Intent::Valid).await, removed)
        .await?;
    let finding = in_time(
        removed(&answer),
        late,
        format!("DELETE {id:?}: {}", answer.describe()),
    );
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

/// Names that a provider joining namespace and name without care would confuse.
async fn namespaces(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.namespaces-distinct";
    let name = c.fresh_name();
    let pairs = [
        (format!("kfp-one/{name}"), format!("kfp-two/{name}")),
        (format!("kfp-a-b/{name}"), format!("kfp-a/b-{name}")),
    ];
    for (left, right) in pairs {
        let mut ids = Vec::new();
        for name in [&left, &right] {
            let body = c.body().await?.named(name);
            let answer = c.create(&body, Intent::Debatable).await?;
            let Some(id) = answer.operator_id().filter(|_| answer.accepted()) else {
                let why = format!("{name}: {}", answer.describe());
                return Err(Stop::Prerequisite(why));
            };
            ids.push((body, id, answer));
        }
        let [(_, first, _), (body, second, shown)] = ids.as_slice() else {
            continue;
        };
        if first == second {
            let actual = format!("{left} and {right} both got the id {first:?}");
            c.check(REQUIREMENT, Finding::fail(actual), shown);
            continue;
        }
        let gone = c.delete(first, Intent::Debatable).await?;
        if !removed(&gone) {
            return Err(Stop::Prerequisite(format!(
                "DELETE {first:?}: {}",
                gone.describe()
            )));
        }
        let answer = if c.kind() == ResourceKind::Run {
            c.delete(second, Intent::Debatable).await?
        } else {
            c.update(second, &body.next_version(1), Intent::Debatable)
                .await?
        };
        let finding = match answer.status() {
            // Not there any more: it went away with the other.
            Some(404) => Finding::fail(format!(
                "{right} after deleting {left}: {}",
                answer.describe()
            )),
            _ if answer.accepted() => Finding::pass(format!("{left} and {right} are told apart")),
            _ => Finding::prerequisite(format!("{right}: {}", answer.describe())),
        };
        c.check(REQUIREMENT, finding, &answer);
    }
    Ok(())
}

async fn repeat(c: &mut Context) -> Step {
    let (body, first, _) = c.created().await?;
    let answer = c.create(&body, Intent::Debatable).await?;
    let finding = match answer.operator_id() {
        Some(id) if answer.accepted() => Finding::pass(format!("{first:?}, then {id:?}")),
        _ if answer.provider_error().is_some() => Finding::pass(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check("create.repeat-same-name", finding, &answer);
    Ok(())
}
