//! What the operator's bodies look like, one convention at a time.
//!
//! Each case adds one convention to a body that the provider accepts without it.

use futures::FutureExt as _;
use kfp_operator_sim::ResourceKind;

use crate::case::{ALL, Case, PIPELINE, Profile, RUNS, RUNSCHEDULE, Stage, Subjects};
use crate::context::{Context, Step, Stop};
use crate::exchange::{Exchange, Intent};
use crate::fixture::Body;
use crate::outcome::{Finding, Outcome};

macro_rules! body {
    ($id:literal, $subjects:expr, $creates:literal, $($requirement:literal)+, $run:expr) => {
        &Case {
            id: $id,
            subjects: $subjects,
            creates: $creates,
            extra: &[],
            profile: Profile::Core,
            stage: Stage::Any,
            decides: &[&[$($requirement),+]],
            run: |c| $run(c).boxed_local(),
        }
    };
}

const NOT_PIPELINE: Subjects = Subjects::Each(&[
    ResourceKind::Run,
    ResourceKind::RunSchedule,
    ResourceKind::Experiment,
]);

pub(crate) const CASES: &[&Case] = &[
    body!("body.plain", ALL, 1, "create.body.namespaced-name" "create.body.omitted-optionals", plain),
    body!(
        "body.empty-names",
        RUNS,
        1,
        "create.body.empty-optional-names",
        empty_names
    ),
    body!("body.env", PIPELINE, 1, "create.body.env-array", env),
    body!(
        "body.framework-null",
        PIPELINE,
        2,
        "create.body.framework-parameters-null",
        framework_null
    ),
    body!(
        "body.compiled",
        PIPELINE,
        3,
        "create.body.compiled-pipeline-opaque",
        compiled
    ),
    body!(
        "body.schedule",
        RUNSCHEDULE,
        2,
        "create.body.schedule-object",
        schedule
    ),
    body!(
        "body.window",
        RUNSCHEDULE,
        1,
        "create.body.schedule-window",
        window
    ),
    body!(
        "body.trigger",
        RUNS,
        1,
        "create.body.trigger-indicator",
        trigger
    ),
    body!(
        "body.artifacts",
        RUNS,
        1,
        "create.body.artifacts-path-form",
        artifacts
    ),
    body!(
        "body.unknown-fields",
        ALL,
        1,
        "create.body.unknown-fields",
        unknown_fields
    ),
    body!(
        "body.newline",
        NOT_PIPELINE,
        2,
        "create.body.trailing-newline",
        newline
    ),
    body!("body.large", PIPELINE, 1, "create.body.large", large),
    body!("body.unicode", ALL, 2, "create.body.unicode", unicode),
];

/// Whether a refusal with words can be blamed on the value rather than on the convention.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// The convention itself: a provider has no reason of its own to refuse it.
    Convention,
    /// The value: this provider may not know it.
    Value,
}

/// Whether the body is accepted without the convention: only then does a refusal of the varied
/// one show what its reason is.
async fn plain_is_accepted(c: &mut Context) -> Step {
    match c.plain_is_accepted().await? {
        Ok(()) => Ok(()),
        Err(answer) => Err(Stop::Prerequisite(format!(
            "the plain body is not accepted: {answer}"
        ))),
    }
}

/// The operator would be content.
fn made(answer: &Exchange) -> bool {
    answer.operator_id().is_some() && answer.provider_error().is_none()
}

async fn accepts(
    c: &mut Context,
    requirement: &'static str,
    what: &str,
    body: &Body,
    blame: Blame,
) -> Step {
    let answer = c.create(body, Intent::Debatable).await?;
    let actual = format!("{what}: {}", answer.describe());
    let supplied = c.session.config.fixtures.contains_key(&c.kind());
    let finding = if made(&answer) {
        Finding::pass(actual)
    } else if answer.is_explained_refusal() && blame == Blame::Value && !supplied {
        Finding::unverified("fixture", actual)
    } else {
        Finding::fail(actual)
    };
    c.check(requirement, finding, &answer);
    Ok(())
}

/// The plain body has a `namespace/name` and none of the optional members.
async fn plain(c: &mut Context) -> Step {
    let mut body = c.body().await?;
    for optional in ["parameters", "artifacts", "env"] {
        body = body.remove(optional);
    }
    let answer = c.create(&body, Intent::Debatable).await?;
    for requirement in [
        "create.body.namespaced-name",
        "create.body.omitted-optionals",
    ] {
        let finding = match made(&answer) {
            true => Finding::pass(answer.describe()),
            false if answer.is_explained_refusal() => {
                Finding::unverified("fixture", answer.describe())
            }
            false => Finding::fail(answer.describe()),
        };
        c.check(requirement, finding, &answer);
    }
    Ok(())
}

async fn empty_names(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let body = c
        .body()
        .await?
        .set("experimentName", "\"\"")
        .set("runConfigurationName", "\"\"");
    let requirement = "create.body.empty-optional-names";
    accepts(
        c,
        requirement,
        "experimentName and runConfigurationName are \"\"",
        &body,
        Blame::Convention,
    )
    .await
}

async fn env(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let env = r#"[{"name":"REGION","value":"north"},{"name":"REGION","value":""}]"#;
    let body = c.body().await?.set("env", env);
    accepts(
        c,
        "create.body.env-array",
        "env is an array",
        &body,
        Blame::Convention,
    )
    .await
}

async fn framework_null(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    for parameters in ["{}", "null"] {
        let framework = format!(r#"{{"name":"kfpsdk","parameters":{parameters}}}"#);
        let body = c.body().await?.set("framework", &framework);
        let what = format!("framework.parameters is {parameters}");
        accepts(
            c,
            "create.body.framework-parameters-null",
            &what,
            &body,
            Blame::Value,
        )
        .await?;
    }
    Ok(())
}

async fn compiled(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.compiled-pipeline-opaque";
    /// Deeper nesting is asked for as a SHOULD only.
    const DEPTH: usize = 100;
    plain_is_accepted(c).await?;
    let unusual =
        r#"{"":null,"a/b":[1,[2,{"\u0000":"\ud83d\ude00"}]],"id":7,"big":9007199254740993123}"#;
    let deep = format!(
        "{{\"a\":{}{}}}",
        "[".repeat(DEPTH - 1),
        "]".repeat(DEPTH - 1)
    );
    for (what, compiled) in [
        ("unusual keys and values", unusual.to_owned()),
        ("100 levels", deep),
    ] {
        let body = c.body().await?.compiled(&compiled);
        accepts(c, REQUIREMENT, what, &body, Blame::Value).await?;
    }
    // Numbers beyond a double, and more than 100 levels, are good to carry but no MUST.
    let body = c.body().await?.compiled(r#"{"x":1e400}"#);
    let answer = c.create(&body, Intent::Debatable).await?;
    let mut finding = Finding::when(made(&answer), format!("1e400: {}", answer.describe()));
    if finding.outcome == Outcome::Fail {
        finding.outcome = Outcome::Warn;
    }
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

async fn schedule(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let requirement = "create.body.schedule-object";
    let body = c
        .body()
        .await?
        .set("schedule", r#"{"cronExpression":"30 2 * * 1-5"}"#);
    accepts(
        c,
        requirement,
        "schedule is {cronExpression}",
        &body,
        Blame::Convention,
    )
    .await?;
    let body = c.body().await?.set("schedule", "{}");
    accepts(c, requirement, "schedule is {}", &body, Blame::Value).await
}

async fn window(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let schedule = r#"{"cronExpression":"30 2 * * 1-5","startTime":"2031-01-01T00:00:00Z","endTime":"2031-12-31T23:59:59Z"}"#;
    let body = c.body().await?.set("schedule", schedule);
    accepts(
        c,
        "create.body.schedule-window",
        "startTime and endTime",
        &body,
        Blame::Value,
    )
    .await
}

async fn trigger(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let indicator = r#"{"type":"","source":"","sourceNamespace":""}"#;
    let body = c.body().await?.set("triggerIndicator", indicator);
    let requirement = "create.body.trigger-indicator";
    accepts(
        c,
        requirement,
        "triggerIndicator of empty strings",
        &body,
        Blame::Convention,
    )
    .await
}

async fn artifacts(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    let artifacts = r#"[{"name":"model","path":"trainer:model:0"},{"name":"best","path":"trainer:model:1[pushed == 1]"}]"#;
    let body = c.body().await?.set("artifacts", artifacts);
    let requirement = "create.body.artifacts-path-form";
    accepts(
        c,
        requirement,
        "component:artifact:index[filter]",
        &body,
        Blame::Value,
    )
    .await
}

/// Patches of a Provider resource can add any field to a pipeline's definition; elsewhere extra
/// fields are a matter of robustness.
async fn unknown_fields(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.unknown-fields";
    plain_is_accepted(c).await?;
    let body = c.body().await?.set("x-injected", r#"{"by":["a","patch"]}"#);
    if c.kind() == ResourceKind::Pipeline {
        return accepts(c, REQUIREMENT, "an extra field", &body, Blame::Convention).await;
    }
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("an extra field: {}", answer.describe());
    let finding = if made(&answer) {
        Finding::pass(actual)
    } else {
        Finding::warn(actual)
    };
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

async fn newline(c: &mut Context) -> Step {
    let body = c.body().await?;
    let bytes = body.bytes();
    let bare = bytes.strip_suffix(b"\n").unwrap_or(&bytes).to_vec();
    // Without the newline first: then a refusal can only be due to the newline.
    let plain = c.create_raw(&bare, Intent::Debatable).await?;
    if !made(&plain) {
        return Err(Stop::Prerequisite(format!(
            "the plain body is not accepted: {}",
            plain.describe()
        )));
    }
    let body = c.body().await?;
    accepts(
        c,
        "create.body.trailing-newline",
        "a newline after the object",
        &body,
        Blame::Convention,
    )
    .await
}

async fn large(c: &mut Context) -> Step {
    const SIZE: usize = 5 * 1024 * 1024;
    plain_is_accepted(c).await?;
    let body = c.body().await?.padded(SIZE);
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("5 MiB: {}", answer.describe());
    let finding = if made(&answer) {
        Finding::pass(actual)
    } else if answer.provider_error().is_some() && answer.status() != Some(501) {
        Finding::tolerated(actual)
    } else {
        Finding::fail(actual)
    };
    c.check("create.body.large", finding, &answer);
    Ok(())
}

async fn unicode(c: &mut Context) -> Step {
    plain_is_accepted(c).await?;
    for (what, text) in [
        (
            "letters of many scripts and an emoji",
            "\"Größe 大きさ размер 🐟\"",
        ),
        ("an escaped NUL", "\"a\\u0000b\""),
    ] {
        let body = match c.kind() {
            ResourceKind::Experiment => c.body().await?.set("description", text),
            ResourceKind::Pipeline => c
                .body()
                .await?
                .set("env", &format!("[{{\"name\":\"TEXT\",\"value\":{text}}}]")),
            ResourceKind::Run | ResourceKind::RunSchedule => c
                .body()
                .await?
                .set("parameters", &format!("{{\"text\":{text}}}")),
        };
        let answer = c.create(&body, Intent::Debatable).await?;
        let actual = format!("{what}: {}", answer.describe());
        let holds = made(&answer) || answer.provider_error().is_some();
        c.check("create.body.unicode", Finding::when(holds, actual), &answer);
    }
    Ok(())
}
