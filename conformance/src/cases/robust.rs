//! Abuse.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use crate::base::contract::Operation;
use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Stage, case};
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::Request;

pub(crate) const CASES: &[&Case] = &[
    &case!("robust.path", unknown_path)
        .read_only()
        .decides(&[&[ids::ROBUST_UNKNOWN_PATH]]),
    &case!("robust.method", wrong_method)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_WRONG_METHOD]]),
    &case!("robust.methods", undocumented_methods).decides(&[&[ids::ROBUST_UNDOCUMENTED_METHODS]]),
    &case!("robust.spelling", path_spelling).decides(&[&[ids::ROBUST_PATH_SPELLING]]),
    &case!("robust.traversal", traversal)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_ID_TRAVERSAL]]),
    &case!("robust.control", control)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_ID_CONTROL_CHARS]]),
    &case!("robust.long-id", long_id)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_ID_8K]]),
    &case!("robust.deep", deep)
        .subjects(ALL)
        .decides(&[&[ids::ROBUST_DEEP_JSON]]),
    &case!("robust.afterwards", afterwards)
        .subjects(ALL)
        .creates(1)
        .stage(Stage::Last)
        .decides(&[&[ids::ROBUST_STILL_WORKS_AFTER_ABUSE]]),
];

async fn unknown_path(c: &mut Context) -> Step {
    let request = Request::new("GET", &format!("{}/nope", c.session.setup.target.prefix));
    let answer = c.send(request, Class::Other).await?;
    c.check(
        ids::ROBUST_UNKNOWN_PATH,
        Finding::when(answer.status() == Some(404), answer.describe()),
        &answer,
    );
    Ok(())
}

async fn wrong_method(c: &mut Context) -> Step {
    let target = c.session.resource_target(c.kind(), None);
    for method in ["GET", "PATCH"] {
        let answer = c.send(Request::new(method, &target), Class::Other).await?;
        let allow = answer.response().and_then(|r| r.header("allow")).is_some();
        let actual = format!("{method}: {}", answer.describe());
        let finding = match answer.status() {
            Some(405) if allow => Finding::pass(actual),
            Some(405) => Finding::tolerated(format!("{actual} without Allow")),
            Some(404) => Finding::tolerated(actual),
            _ => Finding::fail(actual),
        };
        c.check(ids::ROBUST_WRONG_METHOD, finding, &answer);
    }
    Ok(())
}

/// Methods that browsers, gateways and scanners send, and one that nobody knows.
async fn undocumented_methods(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::ROBUST_UNDOCUMENTED_METHODS;
    let id = c.fresh_name();
    let kind = ResourceKind::Pipeline;
    let targets = [
        format!("{}/livez", c.session.setup.target.prefix),
        c.session.resource_target(kind, None),
        c.session.resource_target(kind, Some(&id)),
    ];
    for method in ["HEAD", "OPTIONS", "TRACE", "PROPFIND"] {
        for target in &targets {
            let answer = c.send(Request::new(method, target), Class::Other).await?;
            c.check(
                REQUIREMENT,
                no_5xx(&format!("{method} {target}"), &answer),
                &answer,
            );
        }
    }
    Ok(())
}

/// Slashes too many. Nothing is created: the bodies are no JSON, and the ids were never issued.
async fn path_spelling(c: &mut Context) -> Step {
    let prefix = c.session.setup.target.prefix.clone();
    let id = c.fresh_name();
    let requests = [
        ("POST", format!("{prefix}/resource/pipeline/")),
        ("POST", format!("{prefix}//resource/pipeline")),
        ("PUT", format!("{prefix}/resource//pipeline/{id}")),
        ("DELETE", format!("{prefix}//resource/pipeline/{id}")),
        ("DELETE", format!("{prefix}/resource/pipeline//{id}")),
        ("DELETE", format!("{prefix}/resource/pipeline/{id}/")),
    ];
    for (method, target) in requests {
        let request = Request::new(method, &target);
        let request = match method {
            "DELETE" => request,
            _ => request.json(b"{".to_vec()),
        };
        let answer = c.send(request, Class::Other).await?;
        let name = format!("{method} {target}");
        let finding = match answer.status() {
            Some(300..=399) => {
                let place = answer.response().and_then(|r| r.header("location"));
                let place = place.unwrap_or_default();
                Finding::fail(format!("{name}: {} to {place:?}", answer.describe()))
            }
            _ => no_5xx(&name, &answer),
        };
        c.check(ids::ROBUST_PATH_SPELLING, finding, &answer);
    }
    Ok(())
}

/// PUT and DELETE of an id as it stands in the target, already encoded.
async fn with_raw_id(c: &mut Context, encoded: &str) -> Step<Vec<Exchange>> {
    let target = format!("{}/{encoded}", c.session.resource_target(c.kind(), None));
    let body = c.body().await?.bytes();
    let put = c
        .send(Request::new("PUT", &target).json(body), Class::Other)
        .await?;
    let delete = c
        .send(Request::new("DELETE", &target), Class::Other)
        .await?;
    Ok(vec![put, delete])
}

fn no_5xx(name: &str, answer: &Exchange) -> Finding {
    let harmless = answer
        .status()
        .is_some_and(|status| !(500..600).contains(&status) || status == 501);
    Finding::when(harmless, format!("{name}: {}", answer.describe()))
}

async fn traversal(c: &mut Context) -> Step {
    for answer in with_raw_id(c, "..%2F..%2Fetc%2Fpasswd").await? {
        let harmless = matches!(answer.status(), Some(400..=499 | 501))
            || (answer.status() == Some(200) && answer.envelope.object().is_some());
        let finding = Finding::when(harmless, answer.describe());
        c.check(ids::ROBUST_ID_TRAVERSAL, finding, &answer);
    }
    Ok(())
}

async fn control(c: &mut Context) -> Step {
    for encoded in ["a%00b", "a%0Ab", "a%FFb"] {
        for answer in with_raw_id(c, encoded).await? {
            c.check(
                ids::ROBUST_ID_CONTROL_CHARS,
                no_5xx(encoded, &answer),
                &answer,
            );
        }
    }
    Ok(())
}

async fn long_id(c: &mut Context) -> Step {
    const LENGTH: usize = 8 * 1024;
    for answer in with_raw_id(c, &"x".repeat(LENGTH)).await? {
        let refused = matches!(answer.status(), Some(400..=499));
        let told = answer.envelope.object().is_some();
        c.check(
            ids::ROBUST_ID_8K,
            Finding::when(refused || told, answer.describe()),
            &answer,
        );
    }
    Ok(())
}

/// As deep as some parsers go, and deeper than any does.
async fn deep(c: &mut Context) -> Step {
    for levels in [130, 1_100, 10_000] {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let body = format!("{{\"name\":{open}{close}}}");
        let request = c.create_request(c.kind()).json(body.into_bytes());
        let answer = c.send(request, Class::Other).await?;
        let alive = c
            .send(
                Request::new("GET", &format!("{}/livez", c.session.setup.target.prefix)),
                Class::Health(Operation::Livez),
            )
            .await?;
        let finding = match alive.response() {
            Some(_) => no_5xx(&format!("{levels} levels"), &answer),
            None => Finding::fail(format!("{}, then no answer", answer.describe())),
        };
        c.check(ids::ROBUST_DEEP_JSON, finding, &answer);
    }
    Ok(())
}

async fn afterwards(c: &mut Context) -> Step {
    let body = c.body().await?;
    let answer = c.create(&body, Intent::Debatable).await?;
    let works = answer.operator_id().is_some() && answer.provider_error().is_none();
    let finding = if !works && answer.is_explained_refusal() {
        Finding::unverified("fixture", answer.describe())
    } else {
        Finding::when(works, answer.describe())
    };
    c.check(ids::ROBUST_STILL_WORKS_AFTER_ABUSE, finding, &answer);
    Ok(())
}
