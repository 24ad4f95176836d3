//! One run out of the journals of its shards.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::shard::{ANOTHER_SHARD, Shard};
use crate::journal::ledger::Doubt;
use crate::journal::reader::Reading;
use crate::journal::record::{Creates, End, Record, Start};
use crate::journal::writer::OutputError;

/// Why journals cannot be merged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MergeError {
    /// It is the journal of a whole run.
    #[error("{}: no shard (hint: only runs with --shard are merged)", .0.display())]
    Whole(PathBuf),
    /// Two journals of one shard.
    #[error("{}: shard {shard} again (hint: each is merged once)", folder.display())]
    Twice {
        /// The second one.
        folder: PathBuf,
        /// Which it is.
        shard: Shard,
    },
    /// They do not belong to one run.
    #[error("{}: another {what} than the first shard", folder.display())]
    Differs {
        /// The one that differs from the first.
        folder: PathBuf,
        /// In what.
        what: &'static str,
    },
    /// Merging would overwrite a shard.
    #[error("{}: is a shard itself (hint: merge into another folder)", .0.display())]
    Onto(PathBuf),
}

/// The records of a whole run, without its end, and the end.
pub(crate) struct Merged {
    pub(crate) records: Vec<Record>,
    pub(crate) end: End,
    /// Whether it is less than everything: a shard is missing, or they are of a part.
    pub(crate) is_partial: bool,
}

/// Puts the journals of shards together. A shard that is missing or broke off makes the run
/// incomplete.
///
/// # Errors
/// [`MergeError`] if they are not different shards of one run.
pub(crate) fn merge(readings: Vec<Reading>) -> Result<Merged, MergeError> {
    let mut shards = Vec::new();
    for reading in readings {
        let start = start(&reading.records);
        let Some((shard, start)) = start.and_then(|s| Some((s.shard?, s.clone()))) else {
            return Err(MergeError::Whole(reading.folder));
        };
        shards.push((shard, start, reading));
    }
    shards.sort_by_key(|(shard, ..)| shard.index);
    same_run(&shards)?;
    let begun = shards.iter().min_by_key(|(_, start, _)| moment(start));
    let mut whole = Whole {
        begun: begun.map(|(_, start, _)| start.started.clone()),
        ..Whole::default()
    };
    let of = shards.first().map_or(0, |(shard, ..)| shard.of);
    for index in 1..=of {
        match shards.iter().find(|(shard, ..)| shard.index == index) {
            None => {
                whole.lacks = true;
                whole.stop(format!("shard {index}/{of} is missing"));
            }
            Some((shard, start, reading)) => whole.add(*shard, start, &reading.records),
        }
    }
    Ok(whole.finish())
}

/// Copies the bodies of the shards to the folder of the merged journal.
///
/// # Errors
/// [`OutputError`] names what could not be read or written.
pub(crate) fn copy_bodies(from: &Path, to: &Path) -> Result<(), OutputError> {
    let bodies = from.join("bodies");
    // A shard that broke off early may have none.
    let Ok(entries) = fs::read_dir(&bodies) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry.map_err(OutputError::at(&bodies))?;
        let target = to.join("bodies").join(entry.file_name());
        fs::copy(entry.path(), &target).map_err(OutputError::at(&target))?;
    }
    Ok(())
}

fn start(records: &[Record]) -> Option<&Start> {
    records.iter().find_map(|record| match record {
        Record::Start(start) => Some(start.as_ref()),
        _ => None,
    })
}

fn same_run(shards: &[(Shard, Start, Reading)]) -> Result<(), MergeError> {
    let Some((first_shard, first, _)) = shards.first() else {
        return Ok(());
    };
    for pair in shards.windows(2) {
        if pair[0].0.index == pair[1].0.index {
            return Err(MergeError::Twice {
                folder: pair[1].2.folder.clone(),
                shard: pair[1].0,
            });
        }
    }
    for (shard, start, reading) in shards {
        let same_target = match (&first.target.name, &start.target.name) {
            // Each shard may have started a provider of its own.
            (Some(one), Some(other)) => one == other,
            _ => first.target.url == start.target.url,
        };
        let compared = [
            (shard.of == first_shard.of, "number of shards"),
            (start.tool == first.tool, "version of the runner"),
            (
                start.catalogue.sha256 == first.catalogue.sha256,
                "catalogue",
            ),
            (start.document.sha256 == first.document.sha256, "document"),
            (start.profile == first.profile, "profile"),
            (
                start.unsupported == first.unsupported,
                "list of unsupported types",
            ),
            (start.strict == first.strict, "strictness"),
            (start.gate == first.gate, "gate"),
            (start.known == first.known, "list of known failures"),
            (same_target, "provider"),
        ];
        if let Some((_, what)) = compared.into_iter().find(|(same, _)| !same) {
            return Err(MergeError::Differs {
                folder: reading.folder.clone(),
                what,
            });
        }
    }
    Ok(())
}

/// What has been put together so far.
#[derive(Default)]
struct Whole {
    start: Option<Start>,
    /// When the first of the shards began.
    begun: Option<String>,
    records: Vec<Record>,
    stopped: Vec<String>,
    /// Whether a shard is missing.
    lacks: bool,
    seconds: f64,
    exchanges: u64,
    /// The rate that one of them took up.
    rate: Option<String>,
    doubtful: Vec<Doubt>,
    /// Highest number of an exchange so far.
    last: u64,
    /// Highest number of a delivery to the webhook so far.
    last_event: u64,
}

impl Whole {
    fn stop(&mut self, why: String) {
        self.stopped.push(why);
    }

    fn add(&mut self, shard: Shard, start: &Start, records: &[Record]) {
        let is_first = self.start.is_none();
        match &mut self.start {
            None => {
                self.start = Some(Start {
                    shard: None,
                    started: self.begun.clone().unwrap_or(start.started.clone()),
                    ..start.clone()
                });
            }
            Some(whole) => add_creates(&mut whole.creates, &start.creates),
        }
        let (offset, event_offset) = (self.last, self.last_event);
        let later = self.start.as_ref().map_or(0.0, |whole| later(whole, start));
        let mut ended = false;
        for record in records {
            match record {
                Record::Start(_) => {}
                // What the whole plan leaves out, every shard says.
                Record::Omitted(one) if !is_first || one.why == ANOTHER_SHARD => {}
                Record::Exchange(exchange) => {
                    let mut exchange = exchange.clone();
                    exchange.seq += offset;
                    exchange.at_ms += later;
                    self.last = self.last.max(exchange.seq);
                    self.records.push(Record::Exchange(exchange));
                }
                Record::Observation(observation) => {
                    let mut observation = observation.clone();
                    observation
                        .evidence
                        .iter_mut()
                        .for_each(|seq| *seq += offset);
                    observation
                        .events
                        .iter_mut()
                        .for_each(|number| *number += event_offset);
                    self.records.push(Record::Observation(observation));
                }
                Record::Event(event) => {
                    let mut event = event.clone();
                    event.number += event_offset;
                    self.last_event = self.last_event.max(event.number);
                    self.records.push(Record::Event(event));
                }
                Record::End(end) => {
                    ended = end.complete;
                    self.seconds = self.seconds.max(end.seconds);
                    self.exchanges += end.exchanges;
                    self.doubtful.extend(end.doubtful.iter().cloned());
                    self.rate = self.rate.take().or(end.rate.clone());
                    let why = end.stopped.as_deref().filter(|_| !end.complete);
                    self.stopped
                        .extend(why.map(|why| format!("shard {shard}: {why}")));
                    ended |= why.is_some();
                }
                other => self.records.push(other.clone()),
            }
        }
        if !ended {
            self.stop(format!("shard {shard} broke off"));
        }
    }

    fn finish(self) -> Merged {
        let partial = self.start.as_ref().and_then(|start| start.partial.as_ref());
        let is_partial = self.lacks || partial.is_some();
        let start = self.start.map(|start| Record::Start(Box::new(start)));
        Merged {
            is_partial,
            records: start.into_iter().chain(self.records).collect(),
            end: End {
                complete: self.stopped.is_empty(),
                stopped: (!self.stopped.is_empty()).then(|| self.stopped.join("; ")),
                seconds: self.seconds,
                exchanges: self.exchanges,
                rate: self.rate,
                doubtful: self.doubtful,
                sha256: String::new(),
            },
        }
    }
}

/// When a run began, in milliseconds; runs that do not say so came first.
fn moment(start: &Start) -> i64 {
    let time = chrono::DateTime::parse_from_rfc3339(&start.started);
    time.map_or(0, |time| time.timestamp_millis())
}

/// How many milliseconds after the other one a run began.
fn later(whole: &Start, start: &Start) -> f64 {
    moment(start).saturating_sub(moment(whole)).max(0) as f64
}

fn add_creates(whole: &mut [Creates], more: &[Creates]) {
    for creates in whole {
        let same = more.iter().filter(|one| one.kind == creates.kind);
        creates.count = creates
            .count
            .saturating_add(same.map(|one| one.count).sum());
    }
}

#[cfg(test)]
mod tests;
