//! Requests in numbers, made from a seed: bodies over the whole grammar and bodies with one flaw, ids over all of
//! Unicode, headers in every legal spelling.
//!
//! What a provider may refuse with reason is no failure when it is refused in words. What fails is sent again in ever
//! simpler forms, and the simplest that still fails is the evidence.

mod headers;
mod ids;
mod series;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;

use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, UPDATED, case};
use crate::engine::context::{Context, Step, Stop};
use crate::oracle::ambient::groups::{ANY_ANSWER, ANY_DELETE, REFUSED_CREATE, REFUSED_UPDATE};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::stimuli::generate::{Generator, broken};
use series::{PATIENCE, Series, Tally, To};

/// Valid bodies that are created at most, and as many again to find the simplest that fails. Beyond them, updates try
/// what creates would: they cost nothing.
const CREATES: u32 = 15;

pub(crate) const CASES: &[&Case] = &[
    &case!("generated.invalid", invalid).subjects(ALL).decides(&[
        &[
            crate::catalogue::ids::CREATE_WRONG_TYPES_4XX,
            crate::catalogue::ids::CREATE_MISSING_NAME_4XX,
            crate::catalogue::ids::CREATE_TOO_MANY_SLASHES_4XX,
        ],
        ANY_ANSWER,
        REFUSED_CREATE,
    ]),
    &case!("generated.broken", not_json)
        .subjects(ALL)
        .profile(Profile::Full)
        .decides(&[
            &[crate::catalogue::ids::CREATE_MALFORMED_JSON_400],
            ANY_ANSWER,
            REFUSED_CREATE,
        ]),
    &case!("generated.valid", valid)
        .subjects(ALL)
        .creates(2 * CREATES)
        .profile(Profile::Full)
        .decides(&[
            &[
                crate::catalogue::ids::CREATE_201_STATUS,
                crate::catalogue::ids::CREATE_BODY_UNICODE,
            ],
            ANY_ANSWER,
        ]),
    &case!("generated.updates", updates)
        .subjects(UPDATED)
        .creates(1)
        .profile(Profile::Full)
        .decides(&[&[crate::catalogue::ids::UPDATE_200_STATUS], ANY_ANSWER]),
    &case!("generated.bad-updates", bad_updates)
        .subjects(UPDATED)
        .creates(1)
        .profile(Profile::Full)
        .decides(&[ANY_ANSWER, REFUSED_UPDATE]),
    &case!("generated.ids", ids::unknown)
        .subjects(ALL)
        .profile(Profile::Full)
        .decides(&[
            &[crate::catalogue::ids::DELETE_ID_ENCODING],
            ANY_ANSWER,
            ANY_DELETE,
        ]),
    &case!("generated.headers", headers::variations)
        .subjects(ALL)
        .creates(headers::CREATES)
        .profile(Profile::Full)
        .decides(&[&[
            crate::catalogue::ids::CREATE_201_STATUS,
            crate::catalogue::ids::CREATE_CONTENT_TYPE_PARAMETERS,
        ]]),
];

/// The operator would be content.
fn made(answer: &Exchange) -> bool {
    answer.operator_id().is_some() && answer.provider_error().is_none()
}

/// A refusal that says why, whatever the status.
fn explained(answer: &Exchange) -> bool {
    matches!(answer.status(), Some(400..=499)) && answer.provider_error().is_some()
}

/// Variations of a body that suits this provider; its fixture and the names that have to exist stay.
async fn generator(c: &mut Context) -> Step<(Body, Generator)> {
    let golden = c.body().await?;
    let kind = c.kind();
    let prefix = definition(kind);
    let names = ["name", "pipelineName", "pipelineVersion", "framework/name"];
    let mut fixed: Vec<String> = names
        .iter()
        .map(|name| format!("{prefix}/{name}"))
        .collect();
    if let Some(fixture) = c.session.setup.config.fixtures.get(&kind) {
        fixed.extend(supplied(fixture.body.as_ref(), prefix));
        fixed.extend(
            fixture
                .compiled
                .as_ref()
                .map(|_| "/compiledPipeline".to_owned()),
        );
    }
    let rng = c.rng.fork();
    let generator = Generator::new(kind, golden.tree(), fixed, rng);
    Ok((golden, generator))
}

/// Where the definition is in a body.
fn definition(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Pipeline => "/pipelineDefinition",
        _ => "",
    }
}

/// The places that a fixture sets.
fn supplied(fixture: Option<&serde_json::Value>, prefix: &str) -> Vec<String> {
    let members = fixture
        .and_then(|body| body.pointer(prefix))
        .and_then(|members| members.as_object());
    members
        .into_iter()
        .flatten()
        .map(|(name, _)| format!("{prefix}/{name}"))
        .collect()
}

async fn invalid(c: &mut Context) -> Step {
    let (_, generator) = generator(c).await?;
    let mut series = Series::new(generator, To::Many);
    for _ in 0..c.session.setup.generated {
        let Some(sample) = series.generator.invalid() else {
            continue;
        };
        series.send(c, &sample).await?;
        if series.is_enough() {
            break;
        }
    }
    series.finish(c);
    Ok(())
}

async fn not_json(c: &mut Context) -> Step {
    let body = c.body().await?.bytes();
    let mut tally = Tally::default();
    for _ in 0..c.session.setup.generated / 4 {
        let (text, how) = broken(&body, &mut c.rng);
        let request = c.create_request(c.kind()).json(text);
        let (answer, findings) = c.probe(request, Class::Create(Intent::Invalid)).await?;
        tally.add_all(findings, &answer);
        let actual = format!("{how}: {}", answer.describe());
        tally.add(
            crate::catalogue::ids::CREATE_MALFORMED_JSON_400,
            Finding::when(answer.status() == Some(400), actual),
            &answer,
        );
        if answer.accepted() || answer.total > PATIENCE {
            break;
        }
    }
    tally.note(c);
    Ok(())
}

async fn valid(c: &mut Context) -> Step {
    let (_, generator) = generator(c).await?;
    let mut series = Series::new(generator, To::Many);
    for _ in 0..c.session.setup.generated.min(CREATES) {
        let sample = series.generator.valid();
        series.send(c, &sample).await?;
        if series.is_enough() {
            break;
        }
    }
    series.finish(c);
    Ok(())
}

/// A resource to update, and a generator of its bodies.
async fn updatable(c: &mut Context) -> Step<Series> {
    let (golden, generator) = generator(c).await?;
    let answer = c.create(&golden, Intent::Debatable).await?;
    match answer.operator_id() {
        Some(id) if made(&answer) => {
            let name = Json::String(golden.text("name"));
            Ok(Series::new(generator, To::One { id, name }))
        }
        _ => Err(Stop::Prerequisite(format!(
            "no usable create: {}",
            answer.describe()
        ))),
    }
}

async fn updates(c: &mut Context) -> Step {
    let mut series = updatable(c).await?;
    for _ in 0..c.session.setup.generated {
        let sample = series.generator.valid();
        series.send(c, &sample).await?;
        if series.is_enough() {
            break;
        }
    }
    series.finish(c);
    Ok(())
}

async fn bad_updates(c: &mut Context) -> Step {
    let mut series = updatable(c).await?;
    for _ in 0..c.session.setup.generated {
        let Some(sample) = series.generator.invalid() else {
            continue;
        };
        series.send(c, &sample).await?;
        if series.is_enough() {
            break;
        }
    }
    series.finish(c);
    Ok(())
}
