//! Many resources held at once: defects that show in a small share of the requests, or only once
//! there is much to hold.

use crate::catalogue::ids;
use std::collections::BTreeSet;

use kfp_operator_sim::ResourceKind;

use super::create::{removed, updated};
use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, Stage, case};
use crate::engine::context::{Answered, Context, Step, Stop};
use crate::oracle::ambient::groups::{ANY_ANSWER, VALID_CREATE};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

/// Resources held at once, per type.
const SIZE: u32 = 200;
/// Requests under way together.
const TOGETHER: usize = 8;
const DISTINCT: &str = ids::CREATE_ID_DISTINCT;
const ROUND_TRIPS: &str = ids::CREATE_ID_ROUND_TRIPS;

pub(crate) const CASES: &[&Case] = &[&case!("lifecycle.crowd", crowd)
    .subjects(ALL)
    .creates(SIZE)
    .profile(Profile::Full)
    // While no other case is at work: what fails here is due to the number alone.
    .stage(Stage::Last)
    .decides(&[&[DISTINCT, ROUND_TRIPS], ANY_ANSWER, VALID_CREATE])];

async fn crowd(c: &mut Context) -> Step {
    let all = creates(c).await?;
    refusals(c, all.len() / 4).await?;
    // What exists now has to be found as soon as the provider promises.
    tokio::time::sleep(c.session.setup.config.settle).await;
    let mut ids: Vec<String> = all.iter().map(|(_, id)| id.clone()).collect();
    if c.kind() != ResourceKind::Run {
        ids = updates(c, &all).await?;
        tokio::time::sleep(c.session.setup.config.settle).await;
    }
    deletes(c, &ids).await?;
    c.series = None;
    Ok(())
}

/// Creates the crowd and returns what came into being.
async fn creates(c: &mut Context) -> Step<Vec<(Body, String)>> {
    c.series = Some("creates");
    let (kind, size) = (c.kind(), c.session.setup.limits.times(SIZE) as usize);
    let target = c.session.resource_target(kind, None);
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for start in (0..size).step_by(TOGETHER) {
        let mut bodies = Vec::new();
        for _ in start..size.min(start + TOGETHER) {
            bodies.push(c.body().await?);
        }
        let request = |body: &Body| Request::new("POST", &target).json(body.bytes());
        let class = Class::Create(Intent::Valid);
        let answers = send(c, bodies.iter().map(|body| (request(body), class.clone()))).await?;
        for (body, answer) in bodies.into_iter().zip(answers) {
            let made = answer.exchange;
            if let Some(id) = made.operator_id().filter(|_| made.accepted()) {
                let distinct = seen.insert(id.clone());
                c.check(DISTINCT, Finding::when(distinct, format!("{id:?}")), &made);
                all.push((body, id));
            } else if all.is_empty() {
                let why = format!("no usable create: {}", made.describe());
                return Err(Stop::Prerequisite(why));
            }
        }
    }
    Ok(all)
}

/// Creates that have to be refused, again and again.
async fn refusals(c: &mut Context, count: usize) -> Step {
    c.series = Some("refused creates");
    let request = c.create_request(c.kind()).json(b"{".to_vec());
    let one = (request, Class::Create(Intent::Invalid));
    for start in (0..count).step_by(TOGETHER) {
        let several = TOGETHER.min(count - start);
        send(c, std::iter::repeat_n(one.clone(), several)).await?;
    }
    Ok(())
}

/// Updates each of them and returns the ids afterwards.
async fn updates(c: &mut Context, all: &[(Body, String)]) -> Step<Vec<String>> {
    c.series = Some("updates");
    let mut ids = Vec::new();
    for several in all.chunks(TOGETHER) {
        let requests: Vec<_> = several
            .iter()
            .map(|(body, id)| {
                let target = c.session.resource_target(c.kind(), Some(id));
                let request = Request::new("PUT", &target).json(body.next_version(1).bytes());
                (request, Class::Update(id.clone(), Intent::Debatable))
            })
            .collect();
        let answers = send(c, requests).await?;
        for ((_, id), answer) in several.iter().zip(answers) {
            found(c, "PUT", id, &answer.exchange, updated);
            ids.push(answer.exchange.operator_id().unwrap_or_else(|| id.clone()));
        }
    }
    Ok(ids)
}

async fn deletes(c: &mut Context, ids: &[String]) -> Step {
    c.series = Some("deletes");
    for several in ids.chunks(TOGETHER) {
        let requests: Vec<_> = several
            .iter()
            .map(|id| {
                let target = c.session.resource_target(c.kind(), Some(id));
                (
                    Request::new("DELETE", &target),
                    Class::Delete(id.clone(), Intent::Debatable),
                )
            })
            .collect();
        let answers = send(c, requests).await?;
        for (id, answer) in several.iter().zip(answers) {
            found(c, "DELETE", id, &answer.exchange, removed);
        }
    }
    Ok(())
}

fn found(c: &mut Context, method: &str, id: &str, answer: &Exchange, right: fn(&Exchange) -> bool) {
    let actual = format!("{method} {id:?}: {}", answer.describe());
    c.check(ROUND_TRIPS, Finding::when(right(answer), actual), answer);
}

async fn send(
    c: &mut Context,
    requests: impl IntoIterator<Item = (Request, Class)>,
) -> Step<Vec<Answered>> {
    let kind = c.kind();
    let requests = requests
        .into_iter()
        .map(|(request, class)| (kind, request, class));
    c.send_all(requests.collect()).await
}
