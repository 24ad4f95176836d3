//! Whether what a provider says has happened: seen with the probe.

use super::create::in_time;
use crate::base::outcome::Finding;
use crate::config::hooks::Hook;
use crate::engine::context::{Context, Step};
use crate::facilities::hooks::{Presence, Sight};
use crate::oracle::exchange::Exchange;
use crate::stimuli::fixture::Body;

/// Looks whether a resource is there, or gone, and says so if there is a probe.
pub(super) async fn presence(
    c: &mut Context,
    requirement: &'static str,
    (body, id): (&Body, &str),
    wanted: Presence,
    shown: &Exchange,
) -> Step {
    if c.has(Hook::Probe) {
        let seen = move |sight: &Sight| sight.presence == wanted;
        let (sight, late) = c.watch(body.kind, id, &body.text("name"), seen).await?;
        c.check(requirement, sight.shows(wanted, late, id), shown);
    }
    Ok(())
}

/// Looks whether the backend has the version of a body, and says so if there is a probe.
pub(super) async fn version(
    c: &mut Context,
    requirement: &'static str,
    (body, id): (&Body, &str),
    shown: &Exchange,
) -> Step {
    if !c.has(Hook::Probe) {
        return Ok(());
    }
    let wanted = body.text("version");
    let renewed = |sight: &Sight| sight.version.as_ref() == Some(&wanted);
    let (sight, late) = c.watch(body.kind, id, &body.text("name"), renewed).await?;
    let finding = match &sight.version {
        None => Finding::unverified(Hook::Probe.need(), "the probe tells no version"),
        Some(version) => {
            let actual = format!("the probe says version {version}, the update had {wanted}");
            in_time(*version == wanted, late, actual)
        }
    };
    c.check(requirement, finding, shown);
    Ok(())
}

/// Whether what a create made is the only one of its name behind the API.
pub(super) async fn alone(c: &mut Context, body: &Body, made: &Exchange) -> Step<Finding> {
    let Some(id) = made.operator_id().filter(|_| made.accepted()) else {
        return Ok(Finding::prerequisite(made.describe()));
    };
    let one = |sight: &Sight| sight.count == Some(1);
    let (sight, late) = c.watch(body.kind, &id, &body.text("name"), one).await?;
    let unseen = |why: &str| Finding::unverified(Hook::Probe.need(), why);
    Ok(match (sight.presence, sight.count) {
        (Presence::Unknown, _) => unseen("the probe cannot tell whether it is there"),
        (Presence::Absent, _) => Finding::prerequisite(format!("the probe does not see {id:?}")),
        (_, None) => unseen("the probe tells no count"),
        (_, Some(count)) => {
            let actual = format!("{count} of that name behind the API, {id:?} is the last");
            in_time(count == 1, late, actual)
        }
    })
}
