//! From records to results and verdicts.
//!
//! Here belongs what follows from the records of a run: results, flakiness, expected failures, the verdict, latency,
//! coverage, causes. Nothing here sends or waits. How it is shown belongs in the report.

pub(crate) mod causes;
pub(crate) mod coverage;
mod creates;
pub(crate) mod expected;
mod flakiness;
pub(crate) mod latency;
mod results;
#[cfg(test)]
mod tests;
mod verdict;

use kfp_operator_sim::ResourceKind;

use crate::journal::record::{End, Record, Start};

use creates::Creates;
use results::{results, without_ids};

pub use results::Judged;
pub use verdict::{Verdict, Verdicts};

/// A judged run.
pub struct Judgement<'a> {
    /// The first record.
    pub start: &'a Start,
    /// All results, in the order of the catalogue.
    pub results: Vec<Judged>,
    /// Types that answered every create with 501.
    pub inferred_unsupported: Vec<ResourceKind>,
    /// Types of which no create succeeded, so that nothing about ids can be judged.
    pub never_created: Vec<ResourceKind>,
    /// Both verdicts.
    pub verdicts: Verdicts,
    /// The worse of them.
    pub verdict: Verdict,
    /// The verdicts if known failures were none, and those that pass were some: what the exit code
    /// looks at.
    pub gated: Verdicts,
    /// Where the list of known failures and the results part.
    pub surprises: Vec<String>,
    /// Whether the journal has an end that says so.
    pub complete: bool,
    /// No create of a supported type succeeded.
    pub vacuous: bool,
    /// All records.
    pub records: &'a [Record],
}

impl<'a> Judgement<'a> {
    /// The last record, if the run or the reader of its journal wrote one.
    pub fn end(&self) -> Option<&'a End> {
        self.records.iter().find_map(|record| match record {
            Record::End(end) => Some(end),
            _ => None,
        })
    }

    /// Why the run is not complete.
    pub fn stopped(&self) -> Option<&'a str> {
        if self.complete {
            return None;
        }
        let told = self.end().and_then(|end| end.stopped.as_deref());
        Some(told.unwrap_or("the journal breaks off"))
    }
}

/// Judges the records of a run.
///
/// Returns `None` if there is no start, which is no journal of a run.
pub fn judge(records: &[Record]) -> Option<Judgement<'_>> {
    let start = records.iter().find_map(|record| match record {
        Record::Start(start) => Some(start.as_ref()),
        _ => None,
    })?;
    let complete = records
        .iter()
        .any(|record| matches!(record, Record::End(end) if end.complete));
    let creates = Creates::of(records);
    let inferred_unsupported = creates.unimplemented();
    let never_created = creates.never_created();
    let mut results = results(records, &inferred_unsupported, complete);
    without_ids(&never_created, &mut results);
    let verdicts = Verdicts::of(&results, complete, start.strict);
    let day = start.started.get(..10).unwrap_or_default();
    let surprises = expected::apply(&start.known, day, &mut results);
    let gated = Verdicts::of(&results, complete, start.strict);
    Some(Judgement {
        start,
        verdict: verdicts.spec.worse(verdicts.operator),
        verdicts,
        gated,
        surprises,
        vacuous: creates.vacuous(),
        inferred_unsupported,
        never_created,
        results,
        complete,
        records,
    })
}
