//! Checks that every answer is subject to, whatever case it belongs to.
//!
//! Pure functions from an exchange to findings: the place to read what a requirement of the
//! answer's form really means.

mod envelope;
pub(crate) mod groups;
mod operation;
mod transport;

pub(crate) use envelope::MARKS;

use crate::catalogue::ids;
use std::time::Duration;

use crate::base::outcome::Finding;
use crate::oracle::exchange::{Class, Exchange, Intent};

/// The size of an output parameter that a workflow step can hand on.
const OUTPUT_LIMIT: usize = 256 * 1024;
/// The length of a condition's message that the resource definitions allow, in characters.
const MESSAGE_LIMIT: usize = 32_768;

/// Findings by requirement id.
pub(crate) type Findings = Vec<(&'static str, Finding)>;

/// Limits that depend on the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// An answer that took longer fails.
    pub(crate) fail_after: Duration,
    /// An answer that took longer is worth a warning.
    pub(crate) warn_after: Duration,
    /// A probe that took longer counts as failed, as with the kubelet.
    pub(crate) probe: Duration,
    /// An answer that took less is not out of proportion, whatever others took.
    pub(crate) straggler: Duration,
    /// How many times what the runner had to wait for its own turn an answer has to take for that.
    pub(crate) busy: u32,
    /// How long readiness may rest on an earlier answer of the backend.
    pub(crate) readiness: Duration,
    /// How long a request is sent again that is refused for the time being.
    pub(crate) patience: Duration,
    /// How much of what is repeated to meet rare defects: percent.
    pub(crate) effort: u32,
}

impl Limits {
    /// How often to do what is worth doing `full` times. Never less than once.
    pub(crate) fn times(self, full: u32) -> u32 {
        full.saturating_mul(self.effort).div_ceil(100).max(1)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fail_after: Duration::from_secs(240),
            warn_after: Duration::from_secs(30),
            probe: Duration::from_secs(1),
            straggler: Duration::from_secs(1),
            busy: 10,
            readiness: Duration::from_secs(5),
            patience: crate::wire::courtesy::PATIENCE,
            effort: 100,
        }
    }
}

/// Everything that can be said of an answer without knowing the case it belongs to.
pub(crate) fn judge(exchange: &Exchange, known: Known<'_>, limits: Limits) -> Findings {
    let mut findings = Vec::new();
    let Some(intent) = exchange
        .class
        .intent()
        .filter(|intent| **intent != Intent::Synthetic)
    else {
        return findings;
    };
    findings.extend(transport::transport(exchange, limits));
    findings.extend(envelope::envelope(exchange, known));
    match &exchange.class {
        Class::Create(_) => findings.extend(operation::create(exchange, intent, known)),
        Class::Update(id, _) => findings.extend(operation::update(exchange, id, intent)),
        Class::Delete(..) => findings.extend(operation::delete(exchange, intent)),
        Class::Health(_) | Class::Other => {}
    }
    if *intent == Intent::Invalid
        && let Some(status) = exchange.status()
    {
        // 501 says that something is missing, not that something broke; others judge it.
        let crashed = (500..600).contains(&status) && status != 501;
        let finding = Finding::when(!crashed, exchange.describe());
        findings.push((ids::ROBUST_NO_5XX_ON_BAD_INPUT, finding));
    }
    findings
}

/// What is known about an answer beyond its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Whether the status is declared.
    pub(crate) status: bool,
    /// The declared statuses.
    pub(crate) statuses: &'a str,
    /// How the body violates the schema of its status.
    pub(crate) violation: Option<&'a str>,
    /// Whether the implementer supplied the body that was sent.
    pub(crate) supplied: bool,
}

#[cfg(test)]
mod tests;
