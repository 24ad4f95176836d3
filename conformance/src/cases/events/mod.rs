//! Run completion events: what a provider posts to the operator's webhook, which the runner plays.

mod answers;
mod failure;
mod outage;
mod report;
mod scheduled;
mod told;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kfp_provider_domain::ArtifactPath;
use serde_json::Value;

use crate::base::outcome::Finding;
use crate::engine::case::{Case, RUN, RUNSCHEDULE, Stage, case};
use crate::engine::context::{Context, Evidence, Step, Stop};
use crate::facilities::Events;
use crate::facilities::webhook::{Delivery, Script, Watch, bare};
use crate::oracle::exchange::Intent;
use crate::stimuli::fixture::Body;

pub(crate) const CASES: &[&Case] = &[
    &case!("event.report", report::report)
        .subjects(RUN)
        .creates(1)
        .stage(Stage::Beside)
        .decides(&[report::DECIDES, report::SAYS]),
    &case!("event.failure", failure::failure)
        .subjects(RUN)
        .creates(1)
        .stage(Stage::Beside)
        .decides(&[failure::DECIDES]),
    &case!("event.answers", answers::answers)
        .subjects(RUN)
        .creates(3)
        .stage(Stage::Beside)
        .decides(&[answers::DECIDES, report::SAYS]),
    &case!("event.schedule", scheduled::scheduled)
        .subjects(RUNSCHEDULE)
        .creates(1)
        .stage(Stage::Beside)
        .decides(&[&[scheduled::REQUIREMENT]]),
    &case!("event.outage", outage::outage)
        .subjects(RUN)
        .creates(1)
        .stage(Stage::Alone)
        .decides(&[&[outage::UNREACHABLE, outage::RESTART]]),
];

/// How often a case looks whether the run has to stop while it waits.
const LOOK: Duration = Duration::from_millis(200);
/// An artifact for providers whose runs write whatever they declare.
const ARTIFACTS: &str =
    r#"[{"name":"model","path":"trainer:model:1[pushed == 1 and level.two == \"yes\"]"}]"#;

/// A run, or a schedule of runs, that was created.
pub(super) struct Sent {
    pub(super) body: Body,
    pub(super) id: String,
    /// Declared artifacts: names and places.
    pub(super) artifacts: Vec<(String, ArtifactPath)>,
}

impl Sent {
    /// `namespace/name`.
    pub(super) fn name(&self) -> String {
        self.body.text("name")
    }

    /// What events of it mention.
    fn marks(&self) -> [String; 2] {
        let id = Value::from(self.id.as_str());
        [bare(&self.name()).to_owned(), format!("\"runId\":{id}")]
    }

    /// What has arrived of it so far.
    pub(super) fn deliveries(&self, events: &Events) -> Vec<Arc<Delivery>> {
        let marks = self.marks();
        events.sink.of(&marks.each_ref().map(String::as_str))
    }
}

/// The webhook.
pub(super) fn events(c: &Context) -> Step<Events> {
    let events = c.session.setup.facilities.events.clone();
    events.ok_or_else(|| Stop::Prerequisite("no webhook (hint: --events ADDRESS)".to_owned()))
}

/// A body with a run configuration of its own, and artifacts if there are sure to be some.
pub(super) async fn configured(c: &mut Context, events: &Events) -> Step<Body> {
    let body = c.body().await?;
    let configuration = Value::from(format!("{}-rc", body.text("name")));
    let body = body.set("runConfigurationName", &configuration.to_string());
    let body = if events.writes_anything && declared(&body).is_empty() {
        body.set("artifacts", ARTIFACTS)
    } else {
        body
    };
    Ok(body)
}

/// Creates a run or a schedule, with the webhook knowing of it before the provider does.
pub(super) async fn send(
    c: &mut Context,
    events: &Events,
    body: Body,
    script: Script,
) -> Step<Sent> {
    let artifacts = declared(&body);
    let configuration = body.text("runConfigurationName");
    events.sink.expect(Watch {
        name: body.text("name"),
        configuration: Some(configuration).filter(|name| !name.is_empty()),
        artifacts: artifacts.clone(),
        script,
    });
    let answer = c.create(&body, Intent::Valid).await?;
    match answer.operator_id() {
        Some(id) if answer.provider_error().is_none() => Ok(Sent {
            body,
            id,
            artifacts,
        }),
        _ => Err(Stop::Prerequisite(format!(
            "no usable create: {}",
            answer.describe()
        ))),
    }
}

/// The artifacts that a body declares; what is no declaration is left out.
fn declared(body: &Body) -> Vec<(String, ArtifactPath)> {
    let artifacts = body.tree().get("artifacts").map(ToString::to_string);
    let artifacts: Value = artifacts
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let one = |artifact: &Value| {
        let name = artifact.get("name")?.as_str()?.to_owned();
        Some((name, artifact.get("path")?.as_str()?.parse().ok()?))
    };
    let all = artifacts.as_array().map(|all| all.iter());
    all.into_iter().flatten().filter_map(one).collect()
}

/// Waits until enough has arrived of a run, or its time is over. Returns what has arrived.
pub(super) async fn wait(
    c: &Context,
    events: &Events,
    sent: &Sent,
    limit: Duration,
    enough: impl Fn(&[Arc<Delivery>]) -> bool,
) -> Step<Vec<Arc<Delivery>>> {
    let deadline = Instant::now() + limit;
    let what = format!(
        "an event of {} ({} so far)",
        sent.name(),
        sent.deliveries(events).len()
    );
    let _waiting = c.session.setup.activity.wait(&c.label(), what, Some(limit));
    loop {
        let seen = events.sink.total();
        let arrived = sent.deliveries(events);
        let left = deadline.saturating_duration_since(Instant::now());
        if enough(&arrived) || left.is_zero() {
            return Ok(arrived);
        }
        c.go_on()?;
        // Either something has come, or it is time to look.
        let _ = tokio::time::timeout(left.min(LOOK), events.sink.more_than(seen)).await;
    }
}

/// Lets time pass.
pub(super) async fn pass(c: &Context, time: Duration) -> Step {
    let end = Instant::now() + time;
    let what = "what should not come, or not yet";
    let _waiting = c.session.setup.activity.wait(&c.label(), what, Some(time));
    loop {
        c.go_on()?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

/// At least one.
pub(super) fn any(arrived: &[Arc<Delivery>]) -> bool {
    !arrived.is_empty()
}

/// What there is to say where nothing arrived: what was waited for, how long, and where it should have gone. The time is
/// that which was given, not that which went by: a busy machine says the same.
pub(super) fn missing(events: &Events, sent: &Sent, given: Duration) -> String {
    let (url, name) = (events.sink.url(), sent.name());
    let others = match events.sink.total() {
        0 => format!("nothing at all has arrived (hint: is the provider's OPERATORWEBHOOK {url}?)"),
        1 => "1 delivery of another has".to_owned(),
        others => format!("{others} deliveries of others have"),
    };
    let given = humantime::format_duration(given);
    format!(
        "no event of {name} (id {:?}) came to {url} in {given} of waiting; {others}",
        sent.id
    )
}

/// Says what deliveries show about a requirement.
pub(super) fn check(
    c: &mut Context,
    requirement: &'static str,
    finding: Finding,
    shown: &[Arc<Delivery>],
) {
    /// More evidence of the same is of no use.
    const SHOWN: usize = 5;
    c.events = shown.iter().take(SHOWN).map(|one| one.number).collect();
    c.check(requirement, finding, Evidence::none());
    c.events.clear();
}
