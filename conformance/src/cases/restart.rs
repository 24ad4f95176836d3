//! What a provider knows after a restart.

use crate::catalogue::ids;
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use super::create::{in_time, removed, updated};
use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use crate::engine::context::{Context, Evidence, Step, Stop};
use crate::oracle::exchange::{Class, Intent};
use crate::stimuli::fixture::Body;
use crate::wire::Request;

pub(super) const REQUIREMENT: &str = ids::LIFECYCLE_RESTART;

/// One of each type, one restart, then each is changed and deleted. What is `made` already need not
/// be made.
pub(super) async fn restart(c: &mut Context, mut made: Vec<(Body, String)>) -> Step {
    for kind in c.kinds.iter() {
        if made.iter().any(|(body, _)| body.kind == kind) {
            continue;
        }
        let body = c.body_of(kind).await?;
        let answer = c.create(&body, Intent::Debatable).await?;
        match answer.operator_id().filter(|_| answer.accepted()) {
            Some(id) => made.push((body, id)),
            None => c.check(
                REQUIREMENT,
                Finding::prerequisite(format!("no usable create: {}", answer.describe())),
                Evidence::from(&answer).about(Some(kind)),
            ),
        }
    }
    restarted(c).await?;
    for (body, mut id) in made {
        let kind = Some(body.kind);
        if body.kind != ResourceKind::Run {
            let next = body.next_version(1).bytes();
            let update = async |c: &mut Context| {
                let target = c.session.resource_target(body.kind, Some(&id));
                let request = Request::new("PUT", &target).json(next.clone());
                let class = Class::Update(id.clone(), Intent::Debatable);
                c.send_as(kind, request, class).await
            };
            let (answer, late) = c.settled(update, updated).await?;
            let actual = format!("PUT {id:?} after the restart: {}", answer.describe());
            let finding = in_time(updated(&answer), late, actual);
            c.check(REQUIREMENT, finding, Evidence::from(&answer).about(kind));
            id = answer.operator_id().unwrap_or(id);
        }
        let delete = async |c: &mut Context| c.delete_of(body.kind, &id, Intent::Debatable).await;
        let (answer, late) = c.settled(delete, removed).await?;
        let actual = format!("DELETE {id:?} after the restart: {}", answer.describe());
        let finding = in_time(removed(&answer), late, actual);
        c.check(REQUIREMENT, finding, Evidence::from(&answer).about(kind));
    }
    Ok(())
}

/// Restarts the provider and waits until it answers again and says that it is ready, unless it did not say so before.
pub(super) async fn restarted(c: &mut Context) -> Step {
    const PAUSE: Duration = Duration::from_millis(50);
    let was_ready = readyz(c).await? != Some(503);
    c.hook(Hook::Restart).await?;
    let patience = c.session.setup.config.process.ready;
    let start = Instant::now();
    loop {
        match readyz(c).await? {
            None if start.elapsed() < patience => {}
            Some(503) if was_ready && start.elapsed() < patience => {}
            Some(_) => return Ok(()),
            None => {
                let why = format!("hook restart: no answer {patience:?} later");
                return Err(Stop::Facility(why));
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The status that a look at the readiness is answered with, if it is answered.
async fn readyz(c: &mut Context) -> Step<Option<u16>> {
    let ready = Request::new("GET", &format!("{}/readyz", c.session.setup.target.prefix));
    Ok(c.send(ready, Class::Other).await?.status())
}
