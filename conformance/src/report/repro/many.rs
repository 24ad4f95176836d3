//! Defects that show only among many requests: in a random walk, or in a crowd of resources.

use crate::catalogue::ids;
use std::collections::BTreeMap;

use kfp_operator_sim::encode_id;

use super::choice::{Known, kind, names, with_setup};
use super::table::{self, Way};
use crate::base::contract::ResourcePath;
use crate::judge::Judged;

/// How the steps of a sequence are played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Many {
    /// A walk: the steps of a round together. What shows the defect is which answers have the same id.
    Walk {
        /// The round of each step.
        rounds: Vec<usize>,
    },
    /// The steps that are about an own resource, for each of many resources.
    Crowd {
        /// How many resources there were.
        count: usize,
        /// How many of them showed it.
        failing: usize,
    },
}

impl Many {
    /// The exchanges that are needed and how to play them, if the result came of such a case.
    pub(super) fn of(
        all: &[Known<'_>],
        shown: usize,
        judged: &Judged,
        run: &str,
    ) -> Option<(Vec<usize>, Self)> {
        let case = all[shown].record.case.split('[').next().unwrap_or_default();
        match case {
            ids::LIFECYCLE_RANDOM_WALK => walk(all, shown, judged, run, false),
            "lifecycle.crossing-walks" => walk(all, shown, judged, run, true),
            // What is below HTTP one request shows, if it is looked at closely.
            "lifecycle.crowd" if table::of(&judged.requirement.id).way == Way::InOrder => {
                crowd(all, shown, judged, run)
            }
            _ => None,
        }
    }

    /// How often to play it before it counts as not seen: what happens together does not come out
    /// alike each time.
    pub(crate) fn tries(&self) -> usize {
        match self {
            Self::Walk { rounds } if rounds.windows(2).all(|pair| pair[0] != pair[1]) => 1,
            Self::Walk { .. } => 8,
            // Three are enough to expect one the next time.
            Self::Crowd { failing, .. } => 3usize.div_ceil((*failing).max(1)),
        }
    }
}

/// The last play of a walk, which is the shortest that showed it. The finding tells its requests line
/// by line, each with the number of its round.
fn walk(
    all: &[Known<'_>],
    shown: usize,
    judged: &Judged,
    run: &str,
    together: bool,
) -> Option<(Vec<usize>, Many)> {
    let told = judged.actual.lines().skip(1);
    let rounds: Vec<usize> = told
        .filter_map(|line| line.split_once(". ")?.0.parse().ok())
        .collect();
    if rounds.len() != judged.evidence.len() {
        return None;
    }
    let case = &all[shown].record.case;
    let about = |seq: &u64| all.iter().find(|known| known.record.seq == *seq);
    let first = judged.evidence.iter().find_map(about)?;
    let family = family(first, run)?;
    let mut steps: Vec<(usize, usize)> = Vec::new();
    for (at, known) in all.iter().enumerate().take(shown + 1) {
        if known.record.case != *case {
            continue;
        }
        let evidence = judged
            .evidence
            .iter()
            .position(|seq| *seq == known.record.seq);
        match evidence {
            Some(told) => steps.push((at, rounds[told])),
            // What the model does not follow: the name taken in another type.
            None if known.accepted()
                && self::family(known, run).as_deref() == Some(family.as_str()) =>
            {
                steps.push((at, 0));
            }
            None => {}
        }
    }
    if !together {
        for (round, step) in steps.iter_mut().enumerate() {
            step.1 = round;
        }
    }
    let chosen: Vec<usize> = steps.iter().map(|(at, _)| *at).collect();
    let with_setup = with_setup(all, chosen.clone(), run);
    let mut rounds: Vec<usize> = steps.iter().map(|(_, round)| *round).collect();
    if with_setup.len() > chosen.len() {
        rounds.insert(0, usize::MAX);
    }
    Some((with_setup, Many::Walk { rounds }))
}

/// What the names of one play have in common.
fn family(known: &Known<'_>, run: &str) -> Option<String> {
    let names = names(known.body.as_deref()?, run);
    let (family, _) = names.first()?.rsplit_once('-')?;
    Some(family.to_owned())
}

/// A create, if needed an update, and what shows the defect.
fn crowd(
    all: &[Known<'_>],
    shown: usize,
    judged: &Judged,
    run: &str,
) -> Option<(Vec<usize>, Many)> {
    let record = all[shown].record;
    let method = |known: &Known<'_>| known.record.request.method.clone();
    let named = |known: &Known<'_>| {
        let body = known.body.as_deref().unwrap_or_default();
        method(known) == "POST" && !names(body, run).is_empty()
    };
    let of_case = |at: &usize| all[*at].record.case == record.case;
    let mut creates = (0..all.len()).filter(of_case).filter(|at| named(&all[*at]));
    let (first, last) = (creates.clone().next()?, creates.next_back()?);
    let mut chosen = Vec::new();
    if !named(&all[shown]) {
        chosen.push(first);
        let updates = (0..shown)
            .filter(of_case)
            .find(|at| method(&all[*at]) == "PUT");
        chosen.extend(updates.filter(|_| method(&all[shown]) == "DELETE"));
    }
    chosen.push(shown);
    let count = held(&all[..=last], kind(record)?);
    let rate = judged.actual.split_once(" of ");
    let failing = rate.and_then(|(failing, _)| failing.parse().ok());
    let failing = failing.unwrap_or(count);
    Some((with_setup(all, chosen, run), Many::Crowd { count, failing }))
}

/// How many resources of a type were held after these exchanges, each create counted: an id that was
/// given out twice stands for two.
fn held(all: &[Known<'_>], wanted: &str) -> usize {
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for known in all.iter().filter(|known| known.accepted()) {
        let path = ResourcePath::of(&known.record.request.target);
        let Some(path) = path.filter(|path| path.kind == wanted) else {
            continue;
        };
        match (known.record.request.method.as_str(), known.answer.id()) {
            ("POST", Some(id)) => *held.entry(encode_id(&id)).or_default() += 1,
            ("DELETE", _) => _ = held.remove(path.id.unwrap_or_default()),
            _ => {}
        }
    }
    held.values().sum()
}
