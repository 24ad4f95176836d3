//! What the operator's bodies look like, one convention at a time.
//!
//! A refusal alone proves little: a provider may have reasons of its own to refuse a body that it
//! did not supply. So each case compares: a body with the convention, and only if that is refused
//! the same body without it.

use futures::FutureExt as _;
use kfp_operator_sim::ResourceKind;

use crate::case::{ALL, Case, PIPELINE, Profile, RUNS, RUNSCHEDULE, Stage, Subjects};
use crate::context::{Context, Step, Stop};
use crate::exchange::{Class, Exchange, Intent};
use crate::fixture::Body;
use crate::outcome::{Finding, Outcome};

macro_rules! body {
    ($id:literal, $subjects:expr, $creates:literal, $requirement:literal, $run:expr) => {
        &Case {
            id: $id,
            subjects: $subjects,
            creates: $creates,
            extra: &[],
            profile: Profile::Core,
            stage: Stage::Any,
            decides: &[&[concat!("create.", $requirement)]],
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
    body!("body.name", ALL, 1, "body.namespaced-name", name),
    body!("body.omitted", ALL, 1, "body.omitted-optionals", omitted),
    body!(
        "body.empty-names",
        RUNS,
        1,
        "body.empty-optional-names",
        empty_names
    ),
    body!("body.env", PIPELINE, 1, "body.env-array", env),
    body!(
        "body.framework",
        PIPELINE,
        2,
        "body.framework-parameters-null",
        framework
    ),
    body!(
        "body.compiled",
        PIPELINE,
        3,
        "body.compiled-pipeline-opaque",
        compiled
    ),
    body!(
        "body.schedule",
        RUNSCHEDULE,
        2,
        "body.schedule-object",
        schedule
    ),
    body!(
        "body.window",
        RUNSCHEDULE,
        1,
        "body.schedule-window",
        window
    ),
    body!("body.trigger", RUNS, 1, "body.trigger-indicator", trigger),
    body!(
        "body.artifacts",
        RUNS,
        1,
        "body.artifacts-path-form",
        artifacts
    ),
    body!(
        "body.unknown-fields",
        ALL,
        1,
        "body.unknown-fields",
        unknown_fields
    ),
    body!(
        "body.newline",
        NOT_PIPELINE,
        1,
        "body.trailing-newline",
        newline
    ),
    &Case {
        id: "body.large",
        subjects: PIPELINE,
        creates: 1,
        extra: &[],
        profile: Profile::Core,
        stage: Stage::Any,
        decides: &[&["create.body.large", "transport.expect-continue"]],
        run: |c| large(c).boxed_local(),
    },
    body!("body.unicode", ALL, 1, "body.unicode", unicode),
    body!("body.charset", ALL, 1, "content-type-parameters", charset),
];

/// What a refusal is blamed on when the same body without the convention is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blame {
    /// The convention: no provider has a reason of its own to refuse it.
    Convention,
    /// The value: this provider may not know it. Only a fixture would prove more.
    Value,
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
    let supplied = c.session.config.fixtures.contains_key(&c.kind());
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
        Some(_) => Finding::fail(actual),
    }
}

/// The body as it is, and as it would be without what `without` takes away or puts in place.
async fn varied(c: &mut Context, without: fn(Body) -> Body) -> Step<(Body, Body)> {
    let with = c.body().await?;
    let plain = c.body().await?;
    Ok((with, without(plain)))
}

async fn name(c: &mut Context) -> Step {
    let bare = c.fresh_name();
    let (with, plain) = varied(c, |body| body).await?;
    let requirement = "create.body.namespaced-name";
    compare(
        c,
        requirement,
        "namespace/name",
        &with,
        &plain.named(&bare),
        Blame::Convention,
    )
    .await
}

async fn omitted(c: &mut Context) -> Step {
    let bare = |body: Body| {
        ["parameters", "artifacts", "env"]
            .into_iter()
            .fold(body, Body::remove)
    };
    let with = bare(c.body().await?);
    let full = c.body().await?;
    let full = match c.kind() {
        ResourceKind::Pipeline => full.set("env", r#"[{"name":"REGION","value":"north"}]"#),
        ResourceKind::Run | ResourceKind::RunSchedule => full
            .set("parameters", r#"{"region":"north"}"#)
            .set("artifacts", r#"[{"name":"model","path":"train:model:0"}]"#),
        ResourceKind::Experiment => full,
    };
    let requirement = "create.body.omitted-optionals";
    compare(
        c,
        requirement,
        "no parameters, artifacts, env",
        &with,
        &full,
        Blame::Convention,
    )
    .await
}

async fn empty_names(c: &mut Context) -> Step {
    let names = ["experimentName", "runConfigurationName"];
    let with = names
        .into_iter()
        .fold(c.body().await?, |body, name| body.set(name, "\"\""));
    let plain = names.into_iter().fold(c.body().await?, Body::remove);
    let requirement = "create.body.empty-optional-names";
    let what = "experimentName and runConfigurationName are \"\"";
    compare(c, requirement, what, &with, &plain, Blame::Convention).await
}

async fn env(c: &mut Context) -> Step {
    let (with, plain) = varied(c, |body| body.remove("env")).await?;
    let with = with.set(
        "env",
        r#"[{"name":"REGION","value":"north"},{"name":"REGION","value":""}]"#,
    );
    compare(
        c,
        "create.body.env-array",
        "env is an array",
        &with,
        &plain,
        Blame::Convention,
    )
    .await
}

async fn framework(c: &mut Context) -> Step {
    for parameters in ["{}", "null"] {
        let (with, plain) = varied(c, |body| body).await?;
        let with = with.set(
            "framework",
            &format!(r#"{{"name":"kfpsdk","parameters":{parameters}}}"#),
        );
        let what = format!("framework.parameters is {parameters}");
        let requirement = "create.body.framework-parameters-null";
        compare(c, requirement, &what, &with, &plain, Blame::Value).await?;
    }
    Ok(())
}

/// What is compared is the value of one extra member: a provider that wants to know every member
/// of the compiled part refuses both.
async fn compiled(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.compiled-pipeline-opaque";
    /// Deeper nesting is asked for as a SHOULD only; the member itself is two levels down.
    const DEPTH: usize = 98;
    let unusual = r#"{"":null,"a/b":[1,[2,{"\u0000":"\ud83d\ude00"}]],"big":9007199254740993123}"#;
    let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    for (what, value) in [
        ("unusual keys and values", unusual),
        ("100 levels", deep.as_str()),
    ] {
        let with = c.body().await?.compiled_member("x-opaque", value);
        let plain = c.body().await?.compiled_member("x-opaque", "{}");
        compare(c, REQUIREMENT, what, &with, &plain, Blame::Convention).await?;
    }
    // Numbers beyond a double are good to carry, but no MUST.
    let body = c.body().await?.compiled_member("x-opaque", "1e400");
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("1e400: {}", answer.describe());
    c.check(REQUIREMENT, good_to_have(made(&answer), actual), &answer);
    Ok(())
}

fn good_to_have(holds: bool, actual: String) -> Finding {
    let outcome = if holds { Outcome::Pass } else { Outcome::Warn };
    Finding {
        outcome,
        ..Finding::pass(actual)
    }
}

async fn schedule(c: &mut Context) -> Step {
    let requirement = "create.body.schedule-object";
    let cron = r#"{"cronExpression":"30 2 * * 1-5"}"#;
    let with = c.body().await?.set("schedule", cron);
    let plain = c.body().await?.set("schedule", "\"30 2 * * 1-5\"");
    compare(
        c,
        requirement,
        "schedule is {cronExpression}",
        &with,
        &plain,
        Blame::Convention,
    )
    .await?;
    let with = c.body().await?.set("schedule", "{}");
    let plain = c.body().await?.set("schedule", cron);
    compare(
        c,
        requirement,
        "schedule is {}",
        &with,
        &plain,
        Blame::Value,
    )
    .await
}

async fn window(c: &mut Context) -> Step {
    let schedule = r#"{"cronExpression":"30 2 * * 1-5","startTime":"2031-01-01T00:00:00Z","endTime":"2031-12-31T23:59:59Z"}"#;
    let (with, plain) = varied(c, |body| body).await?;
    let with = with.set("schedule", schedule);
    let requirement = "create.body.schedule-window";
    compare(
        c,
        requirement,
        "startTime and endTime",
        &with,
        &plain,
        Blame::Value,
    )
    .await
}

async fn trigger(c: &mut Context) -> Step {
    let (with, plain) = varied(c, |body| body.remove("triggerIndicator")).await?;
    let with = with.set(
        "triggerIndicator",
        r#"{"type":"","source":"","sourceNamespace":""}"#,
    );
    let requirement = "create.body.trigger-indicator";
    let what = "triggerIndicator of empty strings";
    compare(c, requirement, what, &with, &plain, Blame::Convention).await
}

async fn artifacts(c: &mut Context) -> Step {
    let paths = r#"[{"name":"model","path":"train:model:0"},{"name":"pushed","path":"train:model:1[pushed == 1]"}]"#;
    let with = c.body().await?.set("artifacts", paths);
    let plain = c.body().await?.remove("artifacts");
    let requirement = "create.body.artifacts-path-form";
    let what = "component:artifact:index[filter]";
    compare(c, requirement, what, &with, &plain, Blame::Value).await
}

/// Patches of a Provider resource can add any field to a pipeline's definition; elsewhere extra
/// fields are a matter of robustness.
async fn unknown_fields(c: &mut Context) -> Step {
    const REQUIREMENT: &str = "create.body.unknown-fields";
    let (with, plain) = varied(c, |body| body).await?;
    let with = with.set("x-injected", r#"{"by":["a","patch"]}"#);
    if c.kind() == ResourceKind::Pipeline {
        return compare(
            c,
            REQUIREMENT,
            "an extra field",
            &with,
            &plain,
            Blame::Convention,
        )
        .await;
    }
    let answer = c.create(&with, Intent::Debatable).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.create(&plain, Intent::Debatable).await?)
    };
    let mut finding = compared(
        c,
        "an extra field",
        &answer,
        again.as_ref(),
        Blame::Convention,
    );
    if finding.outcome == Outcome::Fail {
        finding.outcome = Outcome::Warn;
    }
    c.check(REQUIREMENT, finding, &answer);
    Ok(())
}

/// Sends two requests that differ in how the same bytes are sent.
async fn compare_requests(
    c: &mut Context,
    requirement: &'static str,
    what: &str,
    with: crate::wire::Request,
    without: crate::wire::Request,
) -> Step {
    let answer = c.send(with, Class::Create(Intent::Debatable)).await?;
    let again = if made(&answer) {
        None
    } else {
        Some(c.send(without, Class::Create(Intent::Debatable)).await?)
    };
    let finding = compared(c, what, &answer, again.as_ref(), Blame::Convention);
    c.check(requirement, finding, &answer);
    Ok(())
}

async fn newline(c: &mut Context) -> Step {
    let with = c.body().await?.bytes();
    let mut plain = c.body().await?.bytes();
    if plain.pop() != Some(b'\n') {
        return Err(Stop::Prerequisite("the body has no newline".to_owned()));
    }
    let request = c.create_request(c.kind());
    let requirement = "create.body.trailing-newline";
    let what = "a newline after the object";
    compare_requests(
        c,
        requirement,
        what,
        request.clone().json(with),
        request.json(plain),
    )
    .await
}

async fn charset(c: &mut Context) -> Step {
    let with = c.body().await?.bytes();
    let plain = c.body().await?.bytes();
    let request = c.create_request(c.kind());
    let with = request
        .clone()
        .body(with, Some("application/json; charset=utf-8"));
    let what = "Content-Type with a charset";
    compare_requests(
        c,
        "create.content-type-parameters",
        what,
        with,
        request.json(plain),
    )
    .await
}

async fn large(c: &mut Context) -> Step {
    const SIZE: usize = 5 * 1024 * 1024;
    let body = c.body().await?.padded(SIZE);
    let answer = c.create(&body, Intent::Debatable).await?;
    let actual = format!("5 MiB: {}", answer.describe());
    let told = matches!(answer.status(), Some(400..=499)) && answer.provider_error().is_some();
    let finding = match made(&answer) {
        true => Finding::pass(actual),
        false if told => Finding::tolerated(actual),
        false => Finding::fail(actual),
    };
    c.check("create.body.large", finding, &answer);
    // Above 1 MiB curl asks for a 100 before it sends the body.
    let finding = match answer.response() {
        Some(response) if response.is_success() => match response.interim.contains(&100) {
            true => Finding::pass("100, then success"),
            false if response.interim.contains(&417) => {
                Finding::tolerated("417, then success without Expect")
            }
            false => Finding::tolerated("no 100; curl sends the body after a second of waiting"),
        },
        Some(response) if told || response.status == 413 => Finding::tolerated(answer.describe()),
        Some(_) | None => Finding::fail(answer.describe()),
    };
    c.check("transport.expect-continue", finding, &answer);
    Ok(())
}

/// Both at once; a provider that does not like the NUL is asked about the letters alone.
async fn unicode(c: &mut Context) -> Step {
    for (what, text) in [
        (
            "letters of many scripts, an emoji and an escaped NUL",
            "\"Größe 大きさ размер 🐟 a\\u0000b\"",
        ),
        (
            "letters of many scripts and an emoji",
            "\"Größe 大きさ размер 🐟\"",
        ),
    ] {
        let body = c.body().await?;
        let body = match c.kind() {
            ResourceKind::Experiment => body.set("description", text),
            ResourceKind::Pipeline => {
                body.set("env", &format!("[{{\"name\":\"TEXT\",\"value\":{text}}}]"))
            }
            ResourceKind::Run | ResourceKind::RunSchedule => {
                body.set("parameters", &format!("{{\"text\":{text}}}"))
            }
        };
        let answer = c.create(&body, Intent::Debatable).await?;
        let actual = format!("{what}: {}", answer.describe());
        let holds = made(&answer) || answer.provider_error().is_some();
        c.check("create.body.unicode", Finding::when(holds, actual), &answer);
        if made(&answer) {
            break;
        }
    }
    Ok(())
}
