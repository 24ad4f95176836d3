//! Answers that take out of all proportion longer than their like.

use crate::catalogue::ids;
use std::time::{Duration, Instant};

use crate::base::outcome::Finding;
use crate::engine::case::{ALL, Case, Stage, case};
use crate::engine::context::{Context, Evidence, Step};
use crate::oracle::exchange::{Class, Intent};

const REQUIREMENT: &str = ids::TRANSPORT_STEADY;
/// Requests that are sent to have enough to compare.
const TIMES: u32 = 40;
/// After that, what has come has to do: a slow provider would keep the run for long.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) const CASES: &[&Case] = &[&case!("transport.pace", pace)
    .subjects(ALL)
    // When most of the answers have come.
    .stage(Stage::Last)
    .decides(&[&[REQUIREMENT]])];

async fn pace(c: &mut Context) -> Step {
    let start = Instant::now();
    let request = c.create_request(c.kind()).json(b"{".to_vec());
    for _ in 0..TIMES {
        let class = Class::Create(Intent::Invalid);
        // What it says was looked at before; here it is about the time alone.
        let (answer, _) = c.probe(request.clone(), class).await?;
        if answer.accepted() || start.elapsed() > PATIENCE {
            break;
        }
    }
    let kind = c.kind();
    let (times, limits) = (&c.session.times, c.session.setup.limits);
    // On a busy machine the provider waits for its turn, too.
    let limit = limits.straggler.max(times.longest_stall() * limits.busy);
    match times.stragglers(kind, limit) {
        None => {
            let actual = format!("{} answers, none out of proportion", times.count(kind));
            c.check(REQUIREMENT, Finding::pass(actual), Evidence::none());
        }
        Some(found) => {
            let lens = crate::base::outcome::Lenses::default();
            c.check(
                REQUIREMENT,
                Finding::warn(found.told()),
                Evidence::of_many(lens, vec![found.seq]),
            );
        }
    }
    Ok(())
}
