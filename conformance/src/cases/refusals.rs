//! Creates that have to be refused, and requests about ids that do not exist. Nothing is created
//! on a provider that is right.

use futures::FutureExt as _;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::State;

use crate::case::{
    ALL, ANY_ANSWER, ANY_DELETE, Case, Profile, REFUSED_CREATE, REFUSED_UPDATE, RUN, RUNSCHEDULE,
    Stage, Subjects, UPDATED,
};
use crate::context::{Context, Step};
use crate::exchange::{Class, Exchange, Intent};
use crate::outcome::Finding;
use crate::wire::Request;

macro_rules! refusal {
    ($id:literal, $subjects:expr, $profile:ident, $decides:expr, $run:ident) => {
        &Case {
            id: $id,
            subjects: $subjects,
            creates: 0,
            extra: &[],
            profile: Profile::$profile,
            stage: Stage::Any,
            decides: $decides,
            run: |c| $run(c).boxed_local(),
        }
    };
}

pub(crate) const CASES: &[&Case] = &[
    refusal!(
        "refuse.malformed",
        ALL,
        Smoke,
        &[&["create.malformed-json.400"], ANY_ANSWER, REFUSED_CREATE],
        malformed
    ),
    refusal!(
        "refuse.unknown-delete",
        ALL,
        Smoke,
        &[
            &["delete.unknown-id.404", "delete.unknown-id.operator-safe"],
            ANY_ANSWER,
            ANY_DELETE
        ],
        unknown_delete
    ),
    refusal!(
        "refuse.unknown-update",
        UPDATED,
        Smoke,
        &[&["update.unknown-id.404"], ANY_ANSWER, REFUSED_UPDATE],
        unknown_update
    ),
    refusal!(
        "refuse.empty",
        ALL,
        Core,
        &[&["create.empty-body.4xx"], REFUSED_CREATE],
        empty
    ),
    refusal!(
        "refuse.non-object",
        ALL,
        Core,
        &[&["create.non-object.4xx"], REFUSED_CREATE],
        non_object
    ),
    refusal!(
        "refuse.wrong-types",
        ALL,
        Core,
        &[&["create.wrong-types.4xx"], REFUSED_CREATE],
        wrong_types
    ),
    refusal!(
        "refuse.wrong-resource",
        ALL,
        Core,
        &[&["create.wrong-resource.422"], REFUSED_CREATE],
        wrong_resource
    ),
    refusal!(
        "refuse.missing-name",
        ALL,
        Core,
        &[&["create.missing-name.4xx"], REFUSED_CREATE],
        missing_name
    ),
    refusal!(
        "refuse.many-slashes",
        ALL,
        Core,
        &[&["create.too-many-slashes.4xx"], REFUSED_CREATE],
        many_slashes
    ),
    refusal!(
        "refuse.long-name",
        ALL,
        Core,
        &[
            &["response.provider-error-length", "response.size-limit"],
            REFUSED_CREATE
        ],
        long_name
    ),
    refusal!(
        "refuse.unknown-type",
        Subjects::Once,
        Core,
        &[&["create.unknown-type.not-success"]],
        unknown_type
    ),
    refusal!(
        "refuse.unknown-pipeline",
        RUN,
        Core,
        &[&["create.run.unknown-pipeline"]],
        unknown_pipeline
    ),
    refusal!(
        "refuse.bad-cron",
        RUNSCHEDULE,
        Core,
        &[&["create.runschedule.bad-cron.4xx"]],
        bad_cron
    ),
    refusal!(
        "refuse.synthetic-ids",
        UPDATED,
        Core,
        &[&[
            "update.id-slash",
            "update.id-decoded-once",
            "update.id-encoding-equivalence"
        ]],
        synthetic_updates
    ),
    refusal!(
        "refuse.synthetic-deletes",
        ALL,
        Core,
        &[&["delete.id-encoding"]],
        synthetic_deletes
    ),
    refusal!(
        "refuse.twice-alike",
        ALL,
        Core,
        &[&["robust.deterministic-errors"]],
        twice_alike
    ),
];

/// Judges the status of refusals: the worst of several answers stands for all.
struct Verdict {
    requirement: &'static str,
    right: &'static [u16],
    tolerated: &'static [u16],
}

impl Verdict {
    fn of(&self, name: &str, answer: &Exchange) -> Finding {
        let actual = format!("{name}: {}", answer.describe());
        match answer.status() {
            Some(status) if self.right.contains(&status) => Finding::pass(actual),
            Some(status) if self.tolerated.contains(&status) => Finding::tolerated(actual),
            _ => Finding::fail(actual),
        }
    }

    async fn judge(&self, c: &mut Context, bodies: &[(&str, Vec<u8>)]) -> Step {
        for (name, body) in bodies {
            let answer = c.create_raw(body, Intent::Invalid).await?;
            let finding = self.of(name, &answer);
            c.check(self.requirement, finding, &answer);
        }
        Ok(())
    }
}

async fn malformed(c: &mut Context) -> Step {
    let whole = c.body().await?.bytes();
    let half = whole[..whole.len() / 2].to_vec();
    let mut garbage = whole.clone();
    garbage.extend_from_slice(b" trailing");
    let bodies = [
        ("truncated", half),
        ("bytes after the object", garbage),
        ("not JSON", b"name: kc".to_vec()),
        ("unquoted key", b"{name: \"kc/x\"}".to_vec()),
    ];
    Verdict {
        requirement: "create.malformed-json.400",
        right: &[400],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

async fn empty(c: &mut Context) -> Step {
    let verdict = Verdict {
        requirement: "create.empty-body.4xx",
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

async fn non_object(c: &mut Context) -> Step {
    let bodies = ["[]", "\"x\"", "42", "null"].map(|text| (text, text.as_bytes().to_vec()));
    Verdict {
        requirement: "create.non-object.4xx",
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

async fn wrong_types(c: &mut Context) -> Step {
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
        requirement: "create.wrong-types.4xx",
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

async fn wrong_resource(c: &mut Context) -> Step {
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
        requirement: "create.wrong-resource.422",
        right: &[422],
        tolerated: &[400],
    }
    .judge(c, &bodies)
    .await
}

async fn missing_name(c: &mut Context) -> Step {
    let bodies = [
        ("no name", c.body().await?.remove("name").bytes()),
        ("empty name", c.body().await?.set("name", "\"\"").bytes()),
    ];
    Verdict {
        requirement: "create.missing-name.4xx",
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &bodies)
    .await
}

async fn many_slashes(c: &mut Context) -> Step {
    let bodies = ["\"a/b/c\"", "\"a/\"", "\"/b\""];
    let mut all = Vec::new();
    for name in bodies {
        all.push((name, c.body().await?.set("name", name).bytes()));
    }
    Verdict {
        requirement: "create.too-many-slashes.4xx",
        right: &[400, 422],
        tolerated: &[],
    }
    .judge(c, &all)
    .await
}

/// A provider that repeats what it was sent in its error text hands the operator a message that
/// no status can hold.
async fn long_name(c: &mut Context) -> Step {
    const LENGTH: usize = 300 * 1024;
    let name = format!("\"a/b/{}\"", "x".repeat(LENGTH));
    let body = c.body().await?.set("name", &name);
    c.create(&body, Intent::Invalid).await?;
    Ok(())
}

async fn unknown_type(c: &mut Context) -> Step {
    let target = format!("{}/resource/nope", c.session.target.prefix);
    let request = Request::new("POST", &target).json(b"{\"name\":\"a/b\"}\n".to_vec());
    let answer = c.send(request, Class::Other).await?;
    if let Some(id) = answer.created_id().filter(|_| answer.accepted()) {
        // No type of the contract: the ledger does not know how to delete it.
        let target = format!("{target}/{}", kfp_operator_sim::encode_id(&id));
        let request = Request::new("DELETE", &target);
        c.session.exchange(&c.label(), &request, Class::Other).await;
    }
    let finding = Finding::when(
        matches!(answer.status(), Some(400..=499)),
        answer.describe(),
    );
    c.check("create.unknown-type.not-success", finding, &answer);
    Ok(())
}

async fn unknown_pipeline(c: &mut Context) -> Step {
    let missing = format!("kfp-conformance/{}", c.fresh_name());
    let body = c.body().await?.set("pipelineName", &format!("{missing:?}"));
    let answer = c.create(&body, Intent::Open).await?;
    let finding = match answer.provider_error() {
        _ if answer.accepted() => Finding::tolerated(format!(
            "{} (it may fail later by an event)",
            answer.describe()
        )),
        Some(text) => Finding::when(text.contains(&missing), answer.describe()),
        None => Finding::prerequisite(format!("no text: {}", answer.describe())),
    };
    c.check("create.run.unknown-pipeline", finding, &answer);
    Ok(())
}

async fn bad_cron(c: &mut Context) -> Step {
    for cron in ["every day", "61 * * * *", "* * *"] {
        let schedule = format!("{{\"cronExpression\":{cron:?}}}");
        let body = c.body().await?.set("schedule", &schedule);
        let answer = c.create(&body, Intent::Open).await?;
        let actual = format!("{cron:?}: {}", answer.describe());
        let refused = matches!(answer.status(), Some(400..=499));
        c.check(
            "create.runschedule.bad-cron.4xx",
            Finding::when(refused, actual),
            &answer,
        );
    }
    Ok(())
}

async fn unknown_delete(c: &mut Context) -> Step {
    let id = c.fresh_name();
    let answer = c.delete(&id, Intent::Invalid).await?;
    let finding = match answer.status() {
        Some(404) => Finding::pass(answer.describe()),
        Some(200) => Finding::tolerated(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check("delete.unknown-id.404", finding, &answer);
    c.check(
        "delete.unknown-id.operator-safe",
        safe_delete(&answer),
        &answer,
    );
    Ok(())
}

/// Whether the operator would let the resource go.
pub(super) fn safe_delete(answer: &Exchange) -> Finding {
    let state = answer.describe_state().unwrap_or_default();
    let gone = answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == State::Deleted);
    Finding::when(gone, format!("{}, so {state}", answer.describe()))
}

async fn unknown_update(c: &mut Context) -> Step {
    let id = c.fresh_name();
    let body = c.body().await?;
    let answer = c.update(&id, &body, Intent::Open).await?;
    let finding = match answer.status() {
        Some(404) => Finding::pass(answer.describe()),
        Some(200) => Finding::tolerated(format!("{} (created instead)", answer.describe())),
        Some(500) if answer.provider_error().is_some() => Finding::warn(answer.describe()),
        _ => Finding::fail(answer.describe()),
    };
    c.check("update.unknown-id.404", finding, &answer);
    Ok(())
}

/// Ids that no provider here issued; what is echoed shows how often the path was decoded.
async fn synthetic_updates(c: &mut Context) -> Step {
    let body = c.body().await?;
    let name = c.fresh_name();
    let table = [
        ("update.id-slash", format!("{name}/with/slashes")),
        ("update.id-decoded-once", format!("{name}%2Fpercent%25")),
    ];
    for (requirement, id) in table {
        let answer = c.update(&id, &body, Intent::Synthetic).await?;
        let finding = if answer.accepted() {
            Finding::prerequisite("the id was accepted, so nothing is echoed")
        } else {
            Finding::when(
                answer.envelope.text("id") == Some(id.as_str()),
                answer.describe(),
            )
        };
        c.check(
            requirement,
            finding.expected(format!("id {id:?} in the error answer")),
            &answer,
        );
    }
    let id = format!("{name}!*'()");
    let mut echoes = Vec::new();
    for encoded in [
        kfp_operator_sim::encode_id(&id),
        kfp_operator_sim::encode_id_jq16(&id),
    ] {
        let target = format!("{}/{encoded}", c.session.resource_target(c.kind(), None));
        let request = Request::new("PUT", &target).json(body.bytes());
        let answer = c
            .send(request, Class::Update(id.clone(), Intent::Synthetic))
            .await?;
        echoes.push(answer);
    }
    let [escaped, raw] = [&echoes[0], &echoes[1]];
    let same =
        escaped.status() == raw.status() && escaped.envelope.text("id") == raw.envelope.text("id");
    let actual = format!("{} and {}", escaped.describe(), raw.describe());
    c.check(
        "update.id-encoding-equivalence",
        Finding::when(same, actual),
        raw,
    );
    Ok(())
}

async fn synthetic_deletes(c: &mut Context) -> Step {
    let name = c.fresh_name();
    for id in [
        format!("{name}/a/b"),
        format!("{name}%2F"),
        format!("{name}!*'()"),
        format!("{name} é€"),
    ] {
        let answer = c.delete(&id, Intent::Synthetic).await?;
        c.check("delete.id-encoding", safe_delete(&answer), &answer);
    }
    Ok(())
}

async fn twice_alike(c: &mut Context) -> Step {
    const TIMES: usize = 3;
    let bad = c.body().await?.set("name", "42").bytes();
    for (name, body) in [("malformed", b"{".to_vec()), ("wrong type", bad)] {
        let mut statuses = Vec::new();
        let mut last = None;
        for _ in 0..TIMES {
            let answer = c.create_raw(&body, Intent::Invalid).await?;
            statuses.push(answer.status());
            last = Some(answer);
        }
        let Some(last) = last else { continue };
        let same = statuses.windows(2).all(|pair| pair[0] == pair[1]);
        let told: Vec<String> = statuses
            .iter()
            .map(|status| status.map_or("none".to_owned(), |s| s.to_string()))
            .collect();
        let finding = Finding::when(same, format!("{name}: {}", told.join(", ")));
        c.check("robust.deterministic-errors", finding, &last);
    }
    Ok(())
}
