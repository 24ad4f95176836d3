//! Bodies that no provider can accept.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::Verdict;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::Intent;

pub(super) async fn malformed(c: &mut Context) -> Step {
    let whole = c.body().await?.bytes();
    let half = whole[..whole.len() / 2].to_vec();
    let mut garbage = whole.clone();
    garbage.extend_from_slice(b" trailing");
    let mut bodies = vec![
        ("truncated", half),
        ("bytes after the object", garbage),
        ("not JSON", b"name: kc".to_vec()),
        ("unquoted key", b"{name: \"kc/x\"}".to_vec()),
    ];
    if c.kind() == ResourceKind::Pipeline {
        // Nothing between the compiler and the body looks whether it is JSON.
        for (what, compiled) in [
            ("a compiled part in YAML", "root:\n  dag: {}"),
            ("an empty compiled part", ""),
        ] {
            bodies.push((what, c.body().await?.compiled(compiled).bytes()));
        }
    }
    Verdict {
        requirement: ids::CREATE_MALFORMED_JSON_400,
        right: &[400],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

pub(super) async fn empty(c: &mut Context) -> Step {
    let verdict = Verdict {
        requirement: ids::CREATE_EMPTY_BODY_4XX,
        right: &[400, 422],
        tolerated: &[],
    };
    verdict
        .judge(
            c,
            &[("no bytes", Vec::new()), ("a newline", b"\n".to_vec())],
        )
        .await
}

pub(super) async fn non_object(c: &mut Context) -> Step {
    let bodies = ["[]", "\"x\"", "42", "null"].map(|text| (text, text.as_bytes().to_vec()));
    Verdict {
        requirement: ids::CREATE_NON_OBJECT_4XX,
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

pub(super) async fn wrong_types(c: &mut Context) -> Step {
    let mut bodies = vec![(
        "name is a number",
        c.body().await?.set("name", "42").bytes(),
    )];
    if matches!(c.kind(), ResourceKind::Run | ResourceKind::RunSchedule) {
        bodies.push((
            "parameters is an array",
            c.body().await?.set("parameters", "[]").bytes(),
        ));
    }
    if c.kind() == ResourceKind::Pipeline {
        bodies.push((
            "framework is a string",
            c.body().await?.set("framework", "\"kfpsdk\"").bytes(),
        ));
    }
    bodies.push((
        "version is an object",
        c.body().await?.set("version", "{}").bytes(),
    ));
    Verdict {
        requirement: ids::CREATE_WRONG_TYPES_4XX,
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

pub(super) async fn wrong_resource(c: &mut Context) -> Step {
    use ResourceKind::{Experiment, Pipeline, Run, RunSchedule};
    // A run schedule is a superset of a run, so posting one as a run proves nothing.
    let foreign: &[ResourceKind] = match c.kind() {
        Pipeline => &[Run, RunSchedule, Experiment],
        Run => &[Pipeline, Experiment],
        RunSchedule => &[Pipeline, Run, Experiment],
        Experiment => &[Pipeline],
    };
    let mut bodies = Vec::new();
    for kind in foreign {
        bodies.push((kind.as_str(), c.body_of(*kind).await?.bytes()));
    }
    Verdict {
        requirement: ids::CREATE_WRONG_RESOURCE_422,
        right: &[422],
        tolerated: &[400],
    }
    .judge(c, &bodies)
    .await
}

pub(super) async fn missing_name(c: &mut Context) -> Step {
    let bodies = [
        ("no name", c.body().await?.remove("name").bytes()),
        ("empty name", c.body().await?.set("name", "\"\"").bytes()),
    ];
    Verdict {
        requirement: ids::CREATE_MISSING_NAME_4XX,
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

pub(super) async fn many_slashes(c: &mut Context) -> Step {
    let bodies = ["\"a/b/c\"", "\"a/\"", "\"/b\""];
    let mut all = Vec::new();
    for name in bodies {
        all.push((name, c.body().await?.set("name", name).bytes()));
    }
    Verdict {
        requirement: ids::CREATE_TOO_MANY_SLASHES_4XX,
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &all)
    .await
}

/// A provider that repeats what it was sent in its error text hands the operator a message that
/// no status can hold.
pub(super) async fn long_name(c: &mut Context) -> Step {
    const LENGTH: usize = 300 * 1024;
    let name = format!("\"a/b/{}\"", "x".repeat(LENGTH));
    let body = c.body().await?.set("name", &name);
    c.create(&body, Intent::Invalid).await?;
    Ok(())
}
