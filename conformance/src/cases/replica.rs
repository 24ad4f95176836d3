//! Replicas that have to be one provider.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::create::{in_time, removed, updated};
use crate::engine::case::{ALL, Case, case};
use crate::engine::context::{Context, Step, Stop};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::Request;
use crate::wire::target::Target;

pub(crate) const CASES: &[&Case] = &[&case!("replica.shared", shared)
    .subjects(ALL)
    .creates(1)
    .decides(&[&[ids::LIFECYCLE_REPLICAS]])];

/// What is created at one place is changed and deleted at another.
async fn shared(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::LIFECYCLE_REPLICAS;
    let home = c.session.setup.target.clone();
    // A different one for each type, so that many replicas are all met.
    let replicas = &c.session.setup.facilities.replicas;
    let other = replicas[c.kind() as usize % replicas.len()].clone();
    // Half of the types are created here, half of them there.
    let ends = [(&home, &other), (&other, &home)];
    let (from, to) = ends[c.kind() as usize % ends.len()];
    {
        let body = c.body().await?;
        let request = c.create_request(body.kind).json(body.bytes());
        let created = at(c, from, request, Class::Create(Intent::Open)).await?;
        let Some(mut id) = created.operator_id().filter(|_| created.accepted()) else {
            let why = format!("create at {}: {}", from.url, created.describe());
            return Err(Stop::Prerequisite(why));
        };
        if c.kind() != ResourceKind::Run {
            let next = body.next_version(1);
            let update = async |c: &mut Context| {
                let target = c.session.resource_target(c.kind(), Some(&id));
                let request = Request::new("PUT", &target).json(next.bytes());
                at(c, to, request, Class::Update(id.clone(), Intent::Open)).await
            };
            let (answer, late) = c.settled(update, updated).await?;
            let actual = format!("PUT at another replica: {}", answer.describe());
            c.check(
                REQUIREMENT,
                in_time(updated(&answer), late, actual),
                &answer,
            );
            id = answer.operator_id().unwrap_or(id);
        }
        let delete = async |c: &mut Context| {
            let target = c.session.resource_target(c.kind(), Some(&id));
            let class = Class::Delete(id.clone(), Intent::Open);
            at(c, to, Request::new("DELETE", &target), class).await
        };
        let (answer, late) = c.settled(delete, removed).await?;
        let actual = format!("DELETE at another replica: {}", answer.describe());
        c.check(
            REQUIREMENT,
            in_time(removed(&answer), late, actual),
            &answer,
        );
        if !removed(&answer) {
            // Where it is known, whatever the other one said.
            c.session.ledger.created(c.kind(), &id);
            let target = c.session.resource_target(c.kind(), Some(&id));
            let class = Class::Delete(id, Intent::Open);
            at(c, from, Request::new("DELETE", &target), class).await?;
        }
    }
    Ok(())
}

/// Sends a request to a replica, below its own prefix.
async fn at(c: &mut Context, place: &Target, request: Request, class: Class) -> Step<Exchange> {
    c.go_on()?;
    let path = request
        .target
        .strip_prefix(&c.session.setup.target.prefix)
        .unwrap_or(&request.target);
    let target = format!("{}{path}", place.prefix);
    let request = Request { target, ..request };
    let label = c.label();
    Ok(c.session.exchange_at(place, &label, &request, class).await)
}
