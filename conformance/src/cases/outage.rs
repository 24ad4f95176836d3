//! A backend that is down for a while.
//!
//! All that an outage shows is looked at in one: it is broken once and healed once, and the session
//! heals it if this case cannot.

use crate::catalogue::ids;
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use super::create::{in_time, updated};
use super::effect;
use crate::base::contract::Operation;
use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use crate::engine::context::{Context, Evidence, Step};
use crate::facilities::hooks::{Presence, Sight};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

const READY: &str = ids::HEALTH_READYZ_503_WHEN_BACKEND_DOWN;
const LIVE: &str = ids::HEALTH_LIVEZ_UNAFFECTED_BY_BACKEND;
const OUTAGE: &str = ids::LIFECYCLE_BACKEND_OUTAGE;
const DELETE_ERROR: &str = ids::DELETE_ERROR_PROVIDER_ERROR;
const DELETE_LATER: &str = ids::DELETE_ERROR_RECOVERABLE;
const PARTLY: &str = ids::CREATE_ERROR_ID_IF_PARTLY_CREATED;
pub(super) const DECIDES: &[&str] = &[READY, LIVE, OUTAGE, DELETE_ERROR, DELETE_LATER, PARTLY];

/// What a type has to go through, and what it was answered.
struct Trial {
    /// What is there before.
    kept: Body,
    id: String,
    /// What is created while the backend is down.
    fresh: Body,
    answers: Option<Answers>,
}

/// What a type was answered while the backend was down.
struct Answers {
    create: Exchange,
    /// With what it amounts to; not for runs.
    update: Option<(Exchange, Finding)>,
    delete: Exchange,
}

/// Breaks the backend, asks for everything, heals it, and asks again. Returns what exists afterwards.
pub(super) async fn outage(c: &mut Context) -> Step<Vec<(Body, String)>> {
    let mut trials = Vec::new();
    for kind in c.kinds.iter() {
        trials.extend(prepare(c, kind).await?);
    }
    c.hook(Hook::BreakBackend).await?;
    let down = readiness(c, 503).await?;
    let live = probe(c, Operation::Livez).await?;
    for trial in &mut trials {
        trial.answers = Some(during(c, trial).await?);
    }
    c.hook(Hook::HealBackend).await?;
    let up = readiness(c, 204).await?;

    let answers = || trials.iter().filter_map(|trial| trial.answers.as_ref());
    if down.is_ready() && !answers().any(Answers::shows_an_outage) {
        unfelt(c);
        return Ok(Vec::new());
    }
    let actual = format!(
        "/readyz while broken: {}, when healed: {}",
        down.describe(),
        up.describe()
    );
    let finding = Finding::when(down.status() == Some(503) && up.is_ready(), actual);
    c.check(READY, finding, Evidence::from(&down).about(None));
    let finding = Finding::when(live.status() == Some(204), live.describe());
    c.check(LIVE, finding, Evidence::from(&live).about(None));
    let mut made = Vec::new();
    for trial in trials {
        made.extend(afterwards(c, trial).await?);
    }
    Ok(made)
}

/// A provider that hides an outage everywhere cannot be told from a hook without effect.
fn unfelt(c: &mut Context) {
    let why = "nothing shows that the backend was broken, not even /readyz";
    for requirement in DECIDES {
        for kind in c.kinds.iter() {
            let finding = Finding::unverified(Hook::BreakBackend.need(), why);
            c.check(requirement, finding, Evidence::none().about(Some(kind)));
        }
    }
}

/// Creates what a type needs. If that does not work, it says so.
async fn prepare(c: &mut Context, kind: ResourceKind) -> Step<Option<Trial>> {
    let kept = c.body_of(kind).await?;
    let answer = c.create(&kept, Intent::Debatable).await?;
    let Some(id) = answer.operator_id().filter(|_| answer.accepted()) else {
        for requirement in [OUTAGE, DELETE_ERROR, DELETE_LATER, PARTLY] {
            let why = format!("no usable create: {}", answer.describe());
            c.check(
                requirement,
                Finding::prerequisite(why),
                Evidence::from(&answer).about(Some(kind)),
            );
        }
        return Ok(None);
    };
    let fresh = c.body_of(kind).await?;
    Ok(Some(Trial {
        kept,
        id,
        fresh,
        answers: None,
    }))
}

/// Create, update and delete while the backend is down.
async fn during(c: &mut Context, trial: &mut Trial) -> Step<Answers> {
    let create = c.create(&trial.fresh, Intent::Open).await?;
    let put = if trial.kept.kind == ResourceKind::Run {
        None
    } else {
        let answer = update(c, &trial.id, &trial.kept.next_version(1)).await?;
        let finding = told(&answer, Some(&trial.id), "update");
        // An update that is taken down for later may come with a new id.
        trial.id = answer.operator_id().unwrap_or(trial.id.clone());
        Some((answer, finding))
    };
    let delete = c
        .delete_of(trial.kept.kind, &trial.id, Intent::Open)
        .await?;
    if released(&delete) {
        // The operator would forget it; the run must not.
        c.session.ledger.created(trial.kept.kind, &trial.id);
    }
    Ok(Answers {
        create,
        update: put,
        delete,
    })
}

async fn update(c: &mut Context, id: &str, body: &Body) -> Step<Exchange> {
    let target = c.session.resource_target(body.kind, Some(id));
    let request = Request::new("PUT", &target).json(body.bytes());
    let class = Class::Update(id.to_owned(), Intent::Open);
    c.send_as(Some(body.kind), request, class).await
}

/// Judges the answers of the outage, and sends everything again. Returns what was created.
async fn afterwards(c: &mut Context, trial: Trial) -> Step<Option<(Body, String)>> {
    let Trial {
        kept,
        id,
        fresh,
        answers,
    } = trial;
    let Some(Answers {
        create,
        update: put,
        delete,
    }) = answers
    else {
        return Ok(None);
    };
    let kind = Some(kept.kind);
    if let Some((answer, finding)) = put {
        c.check(OUTAGE, finding, Evidence::from(&answer).about(kind));
    }
    c.check(
        OUTAGE,
        told(&create, None, "create"),
        Evidence::from(&create).about(kind),
    );
    let made = recreated(c, &fresh, create).await?;
    if released(&delete) {
        dropped(c, &kept, &id, &delete).await?;
        return Ok(made.map(|id| (fresh, id)));
    }
    let proper = delete.status() == Some(500) && delete.provider_error().is_some();
    let actual = format!("delete while broken: {}", delete.describe());
    let finding = Finding::when(proper, actual);
    c.check(
        DELETE_ERROR,
        finding.clone(),
        Evidence::from(&delete).about(kind),
    );
    c.check(OUTAGE, finding, Evidence::from(&delete).about(kind));
    if kept.kind != ResourceKind::Run {
        let next = kept.next_version(2);
        let again = async |c: &mut Context| update(c, &id, &next).await;
        // What was deleted after all, only late, is gone.
        let over = |answer: &Exchange| updated(answer) || answer.status() == Some(404);
        let (answer, late) = c.settled(again, over).await?;
        let actual = format!("update after healing: {}", answer.describe());
        c.check(
            OUTAGE,
            in_time(over(&answer), late, actual),
            Evidence::from(&answer).about(kind),
        );
    }
    let again = async |c: &mut Context| c.delete_of(kept.kind, &id, Intent::Open).await;
    let (answer, late) = c.settled(again, released).await?;
    let actual = format!("the same delete after healing: {}", answer.describe());
    let finding = in_time(released(&answer), late, actual);
    c.check(
        DELETE_LATER,
        finding.clone(),
        Evidence::from(&answer).about(kind),
    );
    c.check(OUTAGE, finding, Evidence::from(&answer).about(kind));
    Ok(made.map(|id| (fresh, id)))
}

/// An answer of the outage: 500 with a text and, for a PUT, with the id. A provider may take an order
/// down and carry it out later.
fn told(answer: &Exchange, id: Option<&str>, what: &str) -> Finding {
    let actual = format!("{what} while broken: {}", answer.describe());
    if answer.accepted() && updated(answer) {
        return Finding::tolerated(format!("{actual}, to be carried out later"));
    }
    let named = id.is_none_or(|id| answer.envelope.text("id") == Some(id));
    let explained = answer.status() == Some(500) && answer.provider_error().is_some();
    Finding::when(explained && named, actual)
}

/// A delete that succeeded while the backend was down: only a look behind the API tells an order that
/// was taken down from one that was dropped.
async fn dropped(c: &mut Context, kept: &Body, id: &str, delete: &Exchange) -> Step {
    let kind = Some(kept.kind);
    let actual = format!("delete while broken: {}", delete.describe());
    let finding = if c.has(Hook::Probe) {
        let gone = |sight: &Sight| sight.presence == Presence::Absent;
        let (sight, _) = c.watch(kept.kind, id, &kept.text("name"), gone).await?;
        match sight.presence {
            Presence::Absent => Finding::tolerated(format!("{actual}, carried out later")),
            Presence::Present => Finding::fail(format!("{actual}, and nothing was deleted")),
            Presence::Unknown => Finding::fail(actual),
        }
    } else {
        Finding::fail(actual)
    };
    c.check(
        DELETE_ERROR,
        finding.clone(),
        Evidence::from(delete).about(kind),
    );
    c.check(OUTAGE, finding, Evidence::from(delete).about(kind));
    let why = Finding::prerequisite("the first delete did not fail");
    c.check(DELETE_LATER, why, Evidence::from(delete).about(kind));
    Ok(())
}

/// Whether the operator would let the resource go.
fn released(answer: &Exchange) -> bool {
    answer
        .after
        .as_ref()
        .is_some_and(|after| after.state == kfp_operator_sim::State::Deleted)
}

/// The create of the outage again, if it failed, and what the first one left behind. Returns the id of
/// what exists now.
async fn recreated(c: &mut Context, fresh: &Body, first: Exchange) -> Step<Option<String>> {
    let kind = Some(fresh.kind);
    if first.accepted() {
        let why = Finding::prerequisite("the create did not fail");
        c.check(PARTLY, why, Evidence::from(&first).about(kind));
        return Ok(first.operator_id());
    }
    let remains = first.created_id();
    if let Some(id) = &remains {
        let remove = async |c: &mut Context| c.delete_of(fresh.kind, id, Intent::Open).await;
        let (answer, _) = c.settled(remove, released).await?;
        let actual = format!(
            "the error named {id:?}; DELETE of it: {}",
            answer.describe()
        );
        let finding = Finding::when(released(&answer), actual);
        c.check(PARTLY, finding, Evidence::from(&answer).about(kind));
    }
    let again = async |c: &mut Context| c.create(fresh, Intent::Open).await;
    let (answer, late) = c.settled(again, updated).await?;
    let actual = format!("create after healing: {}", answer.describe());
    let finding = in_time(updated(&answer), late, actual);
    c.check(OUTAGE, finding, Evidence::from(&answer).about(kind));
    if remains.is_none() {
        let finding = if c.has(Hook::Probe) {
            effect::alone(c, fresh, &answer).await?
        } else {
            let why = "only a probe can see what a failed create left behind";
            Finding::unverified(Hook::Probe.need(), why)
        };
        c.check(PARTLY, finding, Evidence::from(&first).about(kind));
    }
    Ok(answer.operator_id().filter(|_| updated(&answer)))
}

impl Answers {
    /// Whether any of them tells of an outage.
    fn shows_an_outage(&self) -> bool {
        let put = self.update.as_ref().map(|(answer, _)| answer);
        let all = [Some(&self.create), put, Some(&self.delete)];
        all.into_iter().flatten().any(|answer| !answer.accepted())
    }
}

impl Exchange {
    fn is_ready(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }
}

async fn probe(c: &mut Context, endpoint: Operation) -> Step<Exchange> {
    let (_, path) = endpoint.place();
    let request = Request::new("GET", &format!("{}{path}", c.session.setup.target.prefix));
    c.send(request, Class::Health(endpoint)).await
}

/// Asks for readiness until it is what it should be, or long enough for any cache.
async fn readiness(c: &mut Context, wanted: u16) -> Step<Exchange> {
    const PAUSE: Duration = Duration::from_millis(50);
    let patience = c
        .session
        .setup
        .config
        .settle
        .max(c.session.setup.limits.readiness);
    let start = Instant::now();
    loop {
        let answer = probe(c, Operation::Readyz).await?;
        if answer.status() == Some(wanted) || start.elapsed() > patience {
            return Ok(answer);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
