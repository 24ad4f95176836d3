//! What every body of the operator has, asked with one create. Only if it is refused, bodies that lack one of it show
//! what the refusal is about: at most one of them is accepted, so this costs no more.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::{Blame, compared, made};
use crate::base::outcome::Finding;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;

const EMPTY_NAMES: [&str; 2] = ["experimentName", "runConfigurationName"];

/// Something that the body has, and how it would be without.
struct Trait {
    requirement: &'static str,
    what: &'static str,
    without: fn(Body, &str) -> Vec<u8>,
}

const TRAITS: &[Trait] = &[
    Trait {
        requirement: ids::CREATE_BODY_NAMESPACED_NAME,
        what: "namespace/name",
        without: |body, name| body.named(name).bytes(),
    },
    Trait {
        requirement: ids::CREATE_BODY_OMITTED_OPTIONALS,
        what: "no parameters, artifacts, env",
        without: |body, _| full(body).bytes(),
    },
    Trait {
        requirement: ids::CREATE_BODY_EMPTY_OPTIONAL_NAMES,
        what: "experimentName and runConfigurationName are \"\"",
        without: |body, _| EMPTY_NAMES.into_iter().fold(body, Body::remove).bytes(),
    },
    Trait {
        requirement: ids::CREATE_BODY_TRIGGER_INDICATOR,
        what: "triggerIndicator of empty strings",
        without: |body, _| body.remove("triggerIndicator").bytes(),
    },
    Trait {
        requirement: ids::CREATE_BODY_TRAILING_NEWLINE,
        what: "a newline after the object",
        without: |body, _| {
            let mut bytes = body.bytes();
            bytes.pop();
            bytes
        },
    },
];

pub(super) const DECIDES: &[&str] = &[
    ids::CREATE_BODY_NAMESPACED_NAME,
    ids::CREATE_BODY_OMITTED_OPTIONALS,
    ids::CREATE_BODY_EMPTY_OPTIONAL_NAMES,
    ids::CREATE_BODY_TRIGGER_INDICATOR,
    ids::CREATE_BODY_TRAILING_NEWLINE,
];

/// The traits of a type. The body of a run schedule tells the schedule as its trigger, which has a case of its own.
fn traits(kind: ResourceKind) -> impl Iterator<Item = &'static Trait> {
    TRAITS.iter().filter(move |one| match one.requirement {
        ids::CREATE_BODY_EMPTY_OPTIONAL_NAMES => {
            matches!(kind, ResourceKind::Run | ResourceKind::RunSchedule)
        }
        ids::CREATE_BODY_TRIGGER_INDICATOR => kind == ResourceKind::Run,
        ids::CREATE_BODY_TRAILING_NEWLINE => kind != ResourceKind::Pipeline,
        _ => true,
    })
}

pub(super) async fn golden(c: &mut Context) -> Step {
    let kind = c.kind();
    let body = empty(c.body().await?, kind);
    let answer = send(c, bare(body.clone()).bytes()).await?;
    if made(&answer) {
        for one in traits(kind) {
            let finding = Finding::pass(format!("{}: {}", one.what, answer.describe()));
            c.check(one.requirement, finding, &answer);
        }
        return Ok(());
    }
    let mut blamed = None;
    for one in traits(kind) {
        let finding = match blamed {
            Some(other) => Finding::prerequisite(format!("refused because of: {other}")),
            None => {
                let name = c.fresh_name();
                let body = empty(c.body().await?, kind);
                // What a fixture adds stays, unless the question is just that.
                let supplied = body.bytes() != bare(body.clone()).bytes();
                let plain = match (one.requirement, supplied) {
                    (ids::CREATE_BODY_OMITTED_OPTIONALS, true) => body.bytes(),
                    _ => (one.without)(bare(body), &name),
                };
                let plain = send(c, plain).await?;
                if made(&plain) {
                    blamed = Some(one.what);
                }
                compared(c, one.what, &answer, Some(&plain), Blame::Convention)
            }
        };
        c.check(one.requirement, finding, &answer);
    }
    Ok(())
}

async fn send(c: &mut Context, bytes: Vec<u8>) -> Step<Exchange> {
    let request = c.create_request(c.kind()).json(bytes);
    c.send(request, Class::Create(Intent::Debatable)).await
}

fn bare(body: Body) -> Body {
    ["parameters", "artifacts", "env"]
        .into_iter()
        .fold(body, Body::remove)
}

/// With everything empty that the operator leaves empty in the most common case.
fn empty(body: Body, kind: ResourceKind) -> Body {
    if !matches!(kind, ResourceKind::Run | ResourceKind::RunSchedule) {
        return body;
    }
    let body = EMPTY_NAMES
        .into_iter()
        .fold(body, |body, name| body.set(name, "\"\""));
    match kind {
        ResourceKind::Run => body.set("triggerIndicator", super::runs::NO_TRIGGER),
        _ => body,
    }
}

fn full(body: Body) -> Body {
    match body.kind {
        ResourceKind::Pipeline => body.set("env", r#"[{"name":"REGION","value":"north"}]"#),
        ResourceKind::Run | ResourceKind::RunSchedule => body
            .set("parameters", r#"{"region":"north"}"#)
            .set("artifacts", r#"[{"name":"model","path":"train:model:0"}]"#),
        ResourceKind::Experiment => body,
    }
}
