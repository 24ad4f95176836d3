//! Updates of what exists.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::create::{in_time, updated};
use crate::base::outcome::Finding;
use crate::engine::case::{Case, RUN, UPDATED, case};
use crate::engine::context::{Context, Step, Stop};
use crate::oracle::ambient::groups::{ANY_ANSWER, REFUSED_UPDATE, VALID_UPDATE};
use crate::oracle::exchange::{Exchange, Intent};
use crate::stimuli::fixture::Body;

pub(crate) const CASES: &[&Case] = &[
    &case!("update.chain", chain)
        .subjects(UPDATED)
        .creates(1)
        .decides(&[
            &[
                ids::UPDATE_NEW_VERSION,
                ids::UPDATE_RETURNED_ID_USABLE,
                ids::UPDATE_OLD_ID_HARMLESS,
                ids::UPDATE_IDEMPOTENT,
                ids::UPDATE_UNSUPPORTED_IS_EXPLICIT,
            ],
            ANY_ANSWER,
            VALID_UPDATE,
        ]),
    &case!("update.refusals", refusals)
        .subjects(UPDATED)
        .creates(1)
        .decides(&[
            &[
                ids::UPDATE_MALFORMED_JSON_400,
                ids::UPDATE_WRONG_RESOURCE_422,
                ids::UPDATE_FAILED_KEEPS_PREVIOUS,
            ],
            ANY_ANSWER,
            REFUSED_UPDATE,
        ]),
    &case!("update.supported", supported)
        .subjects(RUN)
        .creates(1)
        .decides(&[&[ids::UPDATE_UNSUPPORTED_IS_EXPLICIT]]),
];

/// Update, go on with the id that came back, see that the old one does no harm, repeat.
async fn chain(c: &mut Context) -> Step {
    let (body, first, _) = c.created().await?;
    let next = body.next_version(1);
    let (answer, late) = c
        .settled(
            async |c| c.update(&first, &next, Intent::Valid).await,
            updated,
        )
        .await?;
    let finding = in_time(updated(&answer), late, answer.describe());
    c.check(ids::UPDATE_NEW_VERSION, finding, &answer);
    c.check(
        ids::UPDATE_UNSUPPORTED_IS_EXPLICIT,
        explicit(&answer),
        &answer,
    );
    let Some(second) = answer.operator_id().filter(|_| updated(&answer)) else {
        return Err(Stop::Prerequisite(
            "the first update did not succeed".to_owned(),
        ));
    };
    let later = body.next_version(2);
    let (answer, late) = c
        .settled(
            async |c| c.update(&second, &later, Intent::Debatable).await,
            updated,
        )
        .await?;
    let actual = format!("PUT {second:?}: {}", answer.describe());
    let finding = in_time(updated(&answer), late, actual);
    c.check(ids::UPDATE_RETURNED_ID_USABLE, finding, &answer);
    let Some(mut last) = answer.operator_id().filter(|_| updated(&answer)) else {
        return Err(Stop::Prerequisite(
            "the returned id cannot be used".to_owned(),
        ));
    };
    if last == first {
        c.check(
            ids::UPDATE_OLD_ID_HARMLESS,
            Finding::pass("the id did not change"),
            &answer,
        );
    } else {
        last = without_old(c, &first, last, &later).await?;
    }
    for time in 2..=3 {
        let answer = c.update(&last, &later, Intent::Debatable).await?;
        let actual = format!("the same PUT, time {time}: {}", answer.describe());
        c.check(
            ids::UPDATE_IDEMPOTENT,
            Finding::when(updated(&answer), actual),
            &answer,
        );
        last = answer.operator_id().unwrap_or(last);
    }
    Ok(())
}

/// Deletes the id of before the updates; what is left has to be there still.
async fn without_old(c: &mut Context, old: &str, id: String, body: &Body) -> Step<String> {
    c.delete(old, Intent::Open).await?;
    let answer = c.update(&id, body, Intent::Debatable).await?;
    let actual = format!("PUT {id:?} after deleting {old:?}: {}", answer.describe());
    c.check(
        ids::UPDATE_OLD_ID_HARMLESS,
        Finding::when(updated(&answer), actual),
        &answer,
    );
    answer
        .operator_id()
        .filter(|_| updated(&answer))
        .ok_or_else(|| Stop::Prerequisite("the resource is gone".to_owned()))
}

async fn refusals(c: &mut Context) -> Step {
    let (body, id, _) = c.created().await?;
    let whole = body.next_version(1).bytes();
    let half = whole[..whole.len() / 2].to_vec();
    let answer = c.update_raw(&id, half, Intent::Invalid).await?;
    let finding = Finding::when(answer.status() == Some(400), answer.describe());
    c.check(ids::UPDATE_MALFORMED_JSON_400, finding, &answer);

    let foreign = match c.kind() {
        ResourceKind::Pipeline => ResourceKind::Experiment,
        _ => ResourceKind::Pipeline,
    };
    let wrong = c.body_of(foreign).await?.bytes();
    let answer = c.update_raw(&id, wrong, Intent::Invalid).await?;
    let finding = match answer.status() {
        Some(422) => Finding::pass(answer.describe()),
        Some(400) => Finding::tolerated(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check(ids::UPDATE_WRONG_RESOURCE_422, finding, &answer);

    let answer = c
        .update(&id, &body.next_version(2), Intent::Debatable)
        .await?;
    let actual = format!("a good PUT after two bad ones: {}", answer.describe());
    c.check(
        ids::UPDATE_FAILED_KEEPS_PREVIOUS,
        Finding::when(updated(&answer), actual),
        &answer,
    );
    Ok(())
}

/// The operator never updates runs, so a provider may leave that out; it has to say so.
async fn supported(c: &mut Context) -> Step {
    let (body, id, _) = c.created().await?;
    let answer = c.update(&id, &body.next_version(1), Intent::Open).await?;
    c.check(
        ids::UPDATE_UNSUPPORTED_IS_EXPLICIT,
        explicit(&answer),
        &answer,
    );
    Ok(())
}

/// Done and told by an id, or refused with words.
fn explicit(answer: &Exchange) -> Finding {
    match answer.status() {
        Some(501) if answer.provider_error().is_some() => Finding::tolerated(format!(
            "{} (for 501 the operator shows a text of its own)",
            answer.describe()
        )),
        _ if answer.accepted() => Finding::when(updated(answer), answer.describe()),
        _ => Finding::when(answer.provider_error().is_some(), answer.describe()),
    }
}
