//! What to do first: what is wrong, by cause, in the order in which to mend it.
//!
//! One mistake often breaks several requirements, and for several types. Results belong together if one change mends
//! them: they are the same requirement, requirements about the same mistake ([`symptom`]), or consequences that show
//! in no other answers than those of the mistake ([`group`]).

mod effect;
mod group;
mod help;
mod symptom;

use kfp_operator_sim::ResourceKind;
use serde::Serialize;

use crate::base::outcome::{Outcome, SkipReason};
use crate::journal::record::Exchanges;
use crate::judge::{Judged, Judgement};
pub(crate) use effect::Effect;
use effect::effect;
use group::{Evidence, groups};
use help::{Step, steps};

/// Something to mend.
#[derive(Debug, Serialize)]
pub(crate) struct Cause {
    /// Index of the result that says most.
    pub(crate) lead: usize,
    /// Indices of all results of this cause, the leading one among them.
    pub(crate) results: Vec<usize>,
    pub(crate) effect: Effect,
    /// [`Effect::label`].
    pub(crate) label: &'static str,
    /// Types concerned.
    pub(crate) types: Vec<ResourceKind>,
    /// Whether a request shows it that the operator really sends.
    pub(crate) real: bool,
    /// Results that could not be judged because of it.
    pub(crate) hides: usize,
    /// What else is not to be trusted before it is mended, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hidden: Option<String>,
    /// How to help resources that are already in trouble.
    pub(crate) steps: Vec<Step>,
}

/// Whether a result is something to mend.
pub(crate) fn is_wrong(judged: &Judged) -> bool {
    matches!(
        judged.outcome,
        Outcome::Fail | Outcome::Flaky | Outcome::Warn
    )
}

/// All causes, in the order in which to mend them.
pub(crate) fn causes(judgement: &Judgement<'_>, exchanges: &Exchanges<'_>) -> Vec<Cause> {
    let evidence = Evidence::of(judgement, exchanges);
    let mut causes: Vec<Cause> = groups(&judgement.results, &evidence)
        .into_iter()
        .map(|group| cause(&judgement.results, &group, &evidence, exchanges))
        .collect();
    hide(&judgement.results, &evidence, &mut causes);
    causes.sort_by_key(|cause| {
        let must = judgement.results[cause.lead].requirement.level.is_must();
        (order(cause), !must, cause.lead)
    });
    causes
}

/// First what hides others, then what the cluster suffers from, the worst first. What only a tester sends comes after
/// what the operator sends, and what only the document minds after both.
fn order(cause: &Cause) -> (u8, bool, Effect) {
    let rank = match (cause.effect, cause.real) {
        (Effect::Advice, _) => 3,
        (Effect::Clients, _) => 2,
        (_, false) => 1,
        (_, true) => 0,
    };
    (rank, rank < 2 && cause.hides == 0, cause.effect)
}

fn cause(
    results: &[Judged],
    group: &[usize],
    evidence: &Evidence,
    exchanges: &Exchanges<'_>,
) -> Cause {
    let rank = |at: &usize| {
        let judged = &results[*at];
        let must = judged.requirement.level.is_must();
        let general = symptom::generality(&judged.requirement.id);
        (
            !evidence.is_real(*at),
            effect(judged, exchanges),
            !must,
            general,
            *at,
        )
    };
    let lead = group.iter().copied().min_by_key(rank).unwrap_or_default();
    let effect = effect(&results[lead], exchanges);
    let mut types: Vec<ResourceKind> = group.iter().filter_map(|at| results[*at].kind).collect();
    types.sort();
    types.dedup();
    Cause {
        lead,
        results: group.to_vec(),
        effect,
        label: effect.label(),
        steps: steps(effect, types.first().copied()),
        types,
        real: group.iter().any(|at| evidence.is_real(*at)),
        hides: 0,
        hidden: None,
    }
}

/// Says of each cause what could not be judged because of it: what its cases had still to ask when they met it.
fn hide(results: &[Judged], evidence: &Evidence, causes: &mut [Cause]) {
    let unjudged = |judged: &&Judged| {
        judged.outcome == Outcome::Skip
            && judged.reason.as_deref() == Some(SkipReason::Prerequisite.as_str())
    };
    for judged in results.iter().filter(unjudged) {
        let Some(case) = &judged.case else { continue };
        let met = |cause: &&mut Cause| {
            cause.effect <= Effect::Operator
                && cause
                    .results
                    .iter()
                    .any(|at| evidence.was_met_in(*at, case))
        };
        // A case ends at the first thing that it cannot go on with: the worst of what it met.
        if let Some(cause) = causes
            .iter_mut()
            .filter(met)
            .min_by_key(|cause| cause.effect)
        {
            cause.hides += 1;
        }
    }
    for cause in causes {
        let lead = &results[cause.lead].requirement.id;
        let counted = match cause.hides {
            0 => None,
            1 => Some("1 result could not be judged because of it".to_owned()),
            more => Some(format!("{more} results could not be judged because of it")),
        };
        let told = [counted, symptom::may_hide(lead).map(str::to_owned)];
        let told: Vec<String> = told.into_iter().flatten().collect();
        cause.hidden = (!told.is_empty()).then(|| told.join("; "));
    }
}

#[cfg(test)]
mod tests;
