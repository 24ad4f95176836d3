//! What is left of a provider's world after an outage of its backend and after a restart.
//!
//! Both are rare and dear, so each is made once, for all types and at the very end, with as few
//! resources as it takes.

use kfp_operator_sim::ResourceKind;

use super::{outage, restart};
use crate::config::hooks::Hook;
use crate::engine::case::{Case, Stage, Subjects, case};
use crate::engine::context::{Context, Step};

pub(crate) const CASES: &[&Case] = &[&case!("upheaval", upheaval)
    .subjects(Subjects::Together(&ResourceKind::ALL))
    .creates(2)
    .stage(Stage::Alone)
    .decides(&[outage::DECIDES, &[restart::REQUIREMENT]])];

async fn upheaval(c: &mut Context) -> Step {
    let outage = c.has(Hook::BreakBackend) && c.has(Hook::HealBackend);
    let made = if outage {
        outage::outage(c).await?
    } else {
        Vec::new()
    };
    if c.has(Hook::Restart) {
        restart::restart(c, made).await?;
    }
    Ok(())
}
