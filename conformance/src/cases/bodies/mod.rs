//! What the operator's bodies look like, one convention at a time.
//!
//! A refusal alone proves little: a provider may have reasons of its own to refuse a body that it
//! did not supply. So each case compares: a body with the convention, and only if that is refused
//! the same body without it.

mod forms;
mod golden;
mod names;
mod pipeline;
mod runs;
mod text;

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use crate::base::outcome::{Finding, Outcome};
use crate::engine::case::{ALL, Case, PIPELINE, RUNS, RUNSCHEDULE, case};
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Exchange, Intent};
use crate::stimuli::fixture::Body;

pub(crate) const CASES: &[&Case] = &[
    &case!("body.golden", golden::golden)
        .subjects(ALL)
        .creates(1)
        .decides(&[golden::DECIDES]),
    &case!("body.env", pipeline::env)
        .subjects(PIPELINE)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_ENV_ARRAY]]),
    &case!("body.framework", pipeline::framework)
        .subjects(PIPELINE)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_FRAMEWORK_PARAMETERS_NULL]]),
    &case!("body.compiled", pipeline::compiled)
        .subjects(PIPELINE)
        .creates(2)
        .decides(&[&[ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE]]),
    &case!("body.schedule", runs::schedule)
        .subjects(RUNSCHEDULE)
        .creates(2)
        .decides(&[&[
            ids::CREATE_BODY_SCHEDULE_OBJECT,
            ids::CREATE_BODY_SCHEDULE_EMPTY,
        ]]),
    &case!("body.window", runs::window)
        .subjects(RUNSCHEDULE)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_SCHEDULE_WINDOW]]),
    &case!("body.trigger", runs::trigger)
        .subjects(RUNSCHEDULE)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_TRIGGER_INDICATOR]]),
    &case!("body.artifacts", runs::artifacts)
        .subjects(RUNS)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_ARTIFACTS_PATH_FORM]]),
    &case!("body.unknown-fields", names::unknown_fields)
        .subjects(ALL)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_UNKNOWN_FIELDS]]),
    &case!("body.forms", forms::all)
        .subjects(ALL)
        .creates(forms::CREATES)
        .extra(&[(ResourceKind::Experiment, 1)])
        .decides(&[forms::DECIDES]),
    &case!("body.large", pipeline::large)
        .subjects(PIPELINE)
        .creates(1)
        .decides(&[&[
            ids::CREATE_BODY_LARGE,
            ids::TRANSPORT_EXPECT_CONTINUE,
            ids::UPDATE_BODY_AS_CREATE,
        ]]),
    &case!("body.unicode", text::unicode)
        .subjects(ALL)
        .creates(1)
        .decides(&[&[ids::CREATE_BODY_UNICODE]]),
    &case!("body.charset", text::charset)
        .subjects(ALL)
        .creates(1)
        .decides(&[&[ids::CREATE_CONTENT_TYPE_PARAMETERS]]),
];

/// What a refusal is blamed on when the same body without the convention is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// The convention: no provider has a reason of its own to refuse it.
    Convention,
    /// The value: this provider may not know it. Only a fixture would prove more.
    Value,
    /// Taste: there are providers that cannot do anything with it. They have to say so.
    Taste,
}

/// The operator would be content.
fn made(answer: &Exchange) -> bool {
    answer.operator_id().is_some() && answer.provider_error().is_none()
}

/// Sends `with`, and only if it is refused `without`, which differs in the convention alone.
async fn compare(
    c: &mut Context,
    requirement: &'static str,
    what: &str,
    with: &Body,
    without: &Body,
    blame: Blame,
) -> Step {
    let answer = c.create(with, Intent::Debatable).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.create(without, Intent::Debatable).await?)
    };
    let finding = compared(c, what, &answer, again.as_ref(), blame);
    c.check(requirement, finding, &answer);
    Ok(())
}

fn compared(
    c: &Context,
    what: &str,
    with: &Exchange,
    without: Option<&Exchange>,
    blame: Blame,
) -> Finding {
    let actual = format!("{what}: {}", with.describe());
    let supplied = c.session.setup.config.fixtures.contains_key(&c.kind());
    match without {
        None => Finding::pass(actual),
        Some(plain) if !made(plain) && plain.is_explained_refusal() => Finding::unverified(
            "fixture",
            format!("refused without it, too: {}", plain.describe()),
        ),
        Some(plain) if !made(plain) => {
            Finding::prerequisite(format!("refused without it, too: {}", plain.describe()))
        }
        Some(_) if blame == Blame::Value && !supplied && with.is_explained_refusal() => {
            Finding::unverified("fixture", actual)
        }
        Some(_) if blame == Blame::Taste && with.is_explained_refusal() => {
            Finding::tolerated(actual)
        }
        Some(_) => Finding::fail(actual),
    }
}

/// The body as it is, and as it would be without what `without` takes away or puts in place.
async fn varied(c: &mut Context, without: fn(Body) -> Body) -> Step<(Body, Body)> {
    let with = c.body().await?;
    let plain = c.body().await?;
    Ok((with, without(plain)))
}

fn good_to_have(holds: bool, actual: String) -> Finding {
    let outcome = if holds { Outcome::Pass } else { Outcome::Warn };
    Finding {
        outcome,
        ..Finding::pass(actual)
    }
}
