//! Creates that have to work.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::State;

use crate::base::outcome::{Finding, Outcome};
use crate::config::hooks::Hook;
use crate::engine::case::{ALL, Case, case};
use crate::engine::context::{Context, Step, Stop};
use crate::facilities::hooks::{Presence, Sight};
use crate::oracle::ambient::groups::VALID_CREATE;
use crate::oracle::exchange::{Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

pub(crate) const CASES: &[&Case] = &[
    &case!("create.round-trip", round_trip)
        .subjects(ALL)
        .creates(1)
        .decides(&[&[ids::CREATE_ID_ROUND_TRIPS], VALID_CREATE]),
    &case!("create.neighbours", neighbours)
        .subjects(ALL)
        .creates(4)
        .decides(&[&[
            ids::CREATE_NAMESPACES_DISTINCT,
            ids::CREATE_ID_DISTINCT,
            ids::DELETE_ISOLATION,
        ]]),
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
    const REQUIREMENT: &str = ids::CREATE_ID_ROUND_TRIPS;
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
            let class = crate::oracle::exchange::Class::Update(id.clone(), Intent::Debatable);
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

/// Names that a provider would confuse that joins namespace and name without care, or that takes
/// names of one beginning for one. One is deleted; the others have to be there still.
async fn neighbours(c: &mut Context) -> Step {
    const NAMESPACES: &str = ids::CREATE_NAMESPACES_DISTINCT;
    let (name, sibling) = (c.fresh_name(), c.fresh_name());
    let first = neighbour(c, format!("kfp-a-b/{name}")).await?;
    let others = [
        (NAMESPACES, format!("kfp-a/b-{name}")),
        (NAMESPACES, format!("kfp-two/{name}")),
        (ids::DELETE_ISOLATION, format!("kfp-a-b/{sibling}")),
    ];
    let mut made = Vec::new();
    for (requirement, name) in others {
        let other = neighbour(c, name).await?;
        let distinct = other.id != first.id;
        let actual = format!(
            "{} got {:?}, {} got {:?}",
            first.name, first.id, other.name, other.id
        );
        match (requirement == NAMESPACES, distinct) {
            (true, true) => {}
            (true, false) => c.check(NAMESPACES, Finding::fail(actual), &other.answer),
            (false, _) => {
                let finding = Finding::when(distinct, actual);
                c.check(ids::CREATE_ID_DISTINCT, finding, &other.answer);
            }
        }
        if distinct {
            made.push((requirement, other));
        }
    }
    let upserts = upserts(c).await?;
    let gone = c.delete(&first.id, Intent::Debatable).await?;
    if !removed(&gone) {
        let why = format!("DELETE {:?}: {}", first.id, gone.describe());
        return Err(Stop::Prerequisite(why));
    }
    for (requirement, other) in made {
        let (finding, answer) = still_there(c, &other.body, &other.id, upserts).await?;
        let actual = format!(
            "{} after deleting {}: {}",
            other.name, first.name, finding.actual
        );
        c.check(requirement, Finding { actual, ..finding }, &answer);
    }
    Ok(())
}

/// A resource beside others.
struct Neighbour {
    name: String,
    body: Body,
    id: String,
    answer: Exchange,
}

async fn neighbour(c: &mut Context, name: String) -> Step<Neighbour> {
    let body = c.body().await?.named(&name);
    let answer = c.create(&body, Intent::Debatable).await?;
    match answer.operator_id().filter(|_| answer.accepted()) {
        Some(id) => Ok(Neighbour {
            name,
            body,
            id,
            answer,
        }),
        None => Err(Stop::Prerequisite(format!("{name}: {}", answer.describe()))),
    }
}

/// A provider that creates what it is asked to update cannot be asked whether something is there.
pub(super) async fn upserts(c: &mut Context) -> Step<bool> {
    if c.kind() == ResourceKind::Run {
        return Ok(false);
    }
    let body = c.body().await?;
    let id = c.fresh_name();
    let created = c.update(&id, &body, Intent::Open).await?.accepted();
    if created {
        c.delete(&id, Intent::Open).await?;
    }
    Ok(created)
}

/// Whether a resource is still there, as far as an answer about it shows, or the probe where no answer
/// can. Runs are never updated; that one can be deleted shows that it was there.
pub(super) async fn still_there(
    c: &mut Context,
    body: &Body,
    id: &str,
    upserts: bool,
) -> Step<(Finding, Exchange)> {
    let seen = if upserts && c.has(Hook::Probe) {
        let there = |sight: &Sight| sight.presence == Presence::Present;
        let (sight, late) = c.watch(body.kind, id, &body.text("name"), there).await?;
        Some(sight.shows(Presence::Present, late, id))
    } else {
        None
    };
    let (what, answer, right) = if body.kind == ResourceKind::Run {
        let answer = c.delete(id, Intent::Debatable).await?;
        let right = removed(&answer);
        ("DELETE", answer, right)
    } else {
        let next = body.next_version(1);
        let answer = c.update(id, &next, Intent::Debatable).await?;
        let right = updated(&answer);
        ("PUT", answer, right)
    };
    let actual = format!("{what}: {}", answer.describe());
    let finding = match (seen, answer.status()) {
        (Some(seen), _) if seen.outcome != Outcome::Unverified => seen,
        _ if upserts => Finding::unverified(Hook::Probe.need(), "PUT creates what is not there"),
        (_, Some(404)) => Finding::fail(actual),
        _ if right => Finding::pass(actual),
        _ => Finding::prerequisite(actual),
    };
    Ok((finding, answer))
}
