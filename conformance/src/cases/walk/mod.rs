//! Random sequences of requests, one after another and many at a time.

mod play;

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::create::upserts;
use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Profile, case};
use crate::engine::context::{Context, Evidence, Step};
use crate::stimuli::model::{Script, Width, shrink};
pub(super) use play::is_unique;
use play::{Contradiction, Walk};

/// Types in which the names of a walk may be taken as well: one per walk that is played.
const NEIGHBOURS: &[(ResourceKind, u32)] = &[
    (ResourceKind::Experiment, ATTEMPTS + 1),
    (ResourceKind::Pipeline, ATTEMPTS + 1),
];
/// Creates of a walk that is as it should be ...
const CREATES: u32 = 60;
/// ... and of those that are played again to find the shortest one that is not.
const MORE_CREATES: u32 = 60;
/// Requests of a walk.
const STEPS: u32 = 200;
/// Rounds of walks that cross each other.
const ROUNDS: u32 = 32;
/// How often a walk is played again for that.
const ATTEMPTS: u32 = 30;
/// How often it is played with what it is about alone: what happens together does not come out alike each time.
const TIMES: usize = 3;

pub(crate) const CASES: &[&Case] = &[
    &case!("lifecycle.random-walk", sequential)
        .subjects(ALL)
        .creates(CREATES + MORE_CREATES)
        .extra(NEIGHBOURS)
        .profile(Profile::Full)
        .decides(&[&[ids::LIFECYCLE_RANDOM_WALK]]),
    &case!("lifecycle.crossing-walks", crossing)
        .subjects(ALL)
        .creates(CREATES + MORE_CREATES)
        .profile(Profile::Full)
        .decides(&[&[ids::TRANSPORT_CONCURRENCY]]),
];

/// One request after another, on two names in each of two namespaces.
async fn sequential(c: &mut Context) -> Step {
    const NAMES: usize = 4;
    let steps = c.session.setup.limits.times(STEPS) as usize;
    let script = Script::random(&mut c.rng, Width::One, steps, NAMES);
    let mut walk = walk(c, NAMES).await?;
    walk.neighbour = neighbour(c);
    let finding = match walk.play(c, &script, false).await? {
        None => Finding::pass(format!("{steps} steps as the model expects")),
        Some(found) => {
            walk.creates = MORE_CREATES;
            let found = shortest(c, &mut walk, &script, found, false).await?;
            return tell(c, ids::LIFECYCLE_RANDOM_WALK, found);
        }
    };
    c.check(ids::LIFECYCLE_RANDOM_WALK, finding, Evidence::none());
    Ok(())
}

/// At least eight requests at a time, several of them on one id. What fails one after another as
/// well is left to the walk that does so.
async fn crossing(c: &mut Context) -> Step {
    const REQUIREMENT: &str = ids::TRANSPORT_CONCURRENCY;
    const NAMES: usize = 10;
    let rounds = c.session.setup.limits.times(ROUNDS) as usize;
    let script = Script::random(&mut c.rng, Width::Many, rounds, NAMES);
    let mut walk = walk(c, NAMES).await?;
    let Some(found) = walk.play(c, &script, true).await? else {
        let actual = format!(
            "{} requests in {rounds} rounds are in some order",
            script.len()
        );
        c.check(REQUIREMENT, Finding::pass(actual), Evidence::none());
        return Ok(());
    };
    walk.creates = MORE_CREATES;
    if let Some(alone) = walk.play(c, &script, false).await? {
        let why = format!("one after another, too: {}", alone.what);
        c.check(REQUIREMENT, Finding::prerequisite(why), Evidence::none());
        return Ok(());
    }
    let found = shortest(c, &mut walk, &script, found, true).await?;
    tell(c, REQUIREMENT, found)
}

async fn walk(c: &mut Context, names: usize) -> Step<Walk> {
    Ok(Walk {
        names,
        upserts: upserts(c).await?,
        neighbour: None,
        creates: CREATES,
    })
}

/// Another type that costs nothing to create.
fn neighbour(c: &Context) -> Option<ResourceKind> {
    let kinds = [ResourceKind::Experiment, ResourceKind::Pipeline];
    let free =
        |kind: &ResourceKind| *kind != c.kind() && !c.session.setup.config.is_unsupported(*kind);
    kinds.into_iter().find(free)
}

/// Plays ever shorter parts of a script that failed.
async fn shortest(
    c: &mut Context,
    walk: &mut Walk,
    script: &Script,
    found: Contradiction,
    together: bool,
) -> Step<Contradiction> {
    let (script, found) = alone(c, walk, script.first(found.moves), found, together).await?;
    let mut left = c.session.setup.limits.times(ATTEMPTS);
    let shrunk = shrink(&script, async |candidate: &Script| {
        if left == 0 || walk.creates == 0 {
            return Ok(None);
        }
        left -= 1;
        walk.play(c, candidate, together).await
    });
    Ok(shrunk.await?.map_or(found, |(_, shorter)| shorter))
}

/// The script with nothing but the names that the contradiction is about, which few take more than. Without a
/// contradiction that way, the script as it was.
async fn alone(
    c: &mut Context,
    walk: &mut Walk,
    script: Script,
    found: Contradiction,
    together: bool,
) -> Step<(Script, Contradiction)> {
    let alone = script.about(&found.names);
    let times = if found.names.is_empty() { 0 } else { TIMES };
    for _ in 0..times {
        if let Some(again) = walk.play(c, &alone, together).await? {
            return Ok((alone.first(again.moves), again));
        }
    }
    Ok((script, found))
}

fn tell(c: &mut Context, requirement: &'static str, found: Contradiction) -> Step {
    let seed = c.session.setup.seed;
    let actual = format!("{} (seed {seed}):\n{}", found.what, found.trail.join("\n"));
    c.check(
        requirement,
        Finding::fail(actual),
        Evidence::of_many(found.lens, found.evidence),
    );
    Ok(())
}
