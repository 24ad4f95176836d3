//! Which results one change would mend.

use std::collections::{BTreeMap, BTreeSet};

use super::is_wrong;
use super::symptom::{Part, family, part};
use crate::base::contract::ResourcePath;
use crate::base::outcome::Outcome;
use crate::journal::record::Exchanges;
use crate::journal::record::{BodyRecord, ExchangeRecord, Record};
use crate::judge::{Judged, Judgement};
use crate::oracle::Envelope;

/// An answer without what differs from one resource to the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness {
    method: String,
    /// The type, as the path has it.
    place: String,
    status: Option<u16>,
    /// Names and kinds of the body's members; `None` if it is no JSON object.
    members: Option<String>,
    /// Whether the operator sends such requests.
    real: bool,
}

impl Likeness {
    fn of(exchange: &ExchangeRecord) -> Self {
        let response = exchange.response.as_ref();
        let path = ResourcePath::of(&exchange.request.target);
        Self {
            method: exchange.request.method.clone(),
            place: path.map_or("", |path| path.kind).to_owned(),
            status: response.map(|response| response.status),
            members: response.and_then(|response| members(&response.body)),
            real: !exchange.probing,
        }
    }

    fn is_unreadable(&self) -> bool {
        self.members.is_none()
    }

    /// Whether the operator could not go on with it: no id where one belongs, or anything at all in the answer to a
    /// DELETE.
    fn is_broken(&self) -> bool {
        let Some(members) = &self.members else {
            return true;
        };
        match self.method.as_str() {
            "DELETE" => !members.is_empty(),
            _ => {
                let accepted = matches!(self.status, Some(200..=299));
                !accepted || !members.contains("id:\"") || members.contains("providerError:")
            }
        }
    }
}

fn members(body: &BodyRecord) -> Option<String> {
    // What is too long for the journal's own line tells itself apart by that.
    let Some(text) = &body.text else {
        return Some("long".to_owned());
    };
    let envelope = Envelope::of(text.as_bytes());
    let members = envelope.object()?.iter();
    let each = members.map(|(name, value)| {
        let text = value.to_string();
        let kind = match text.as_str() {
            "\"\"" => "empty",
            text => text.get(..1).unwrap_or_default(),
        };
        format!("{name}:{kind}")
    });
    Some(each.collect::<Vec<_>>().join(" "))
}

/// What shows each wrong result.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    shown: BTreeMap<usize, Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    likenesses: BTreeSet<Likeness>,
    cases: BTreeSet<String>,
    real: bool,
}

impl Evidence {
    pub(super) fn of(judgement: &Judgement<'_>, exchanges: &Exchanges<'_>) -> Self {
        let wrong = judgement.results.iter().enumerate();
        let wrong = wrong.filter(|(_, judged)| is_wrong(judged));
        let places: BTreeMap<_, usize> = wrong
            .map(|(at, judged)| ((judged.requirement.id.as_str(), judged.kind), at))
            .collect();
        let mut all = Self::default();
        for record in judgement.records {
            let Record::Observation(one) = record else {
                continue;
            };
            let wrong = matches!(one.outcome, Outcome::Fail | Outcome::Warn);
            let place = places.get(&(one.requirement.as_str(), one.kind));
            let (true, Some(at)) = (wrong, place) else {
                continue;
            };
            let shown = all.shown.entry(*at).or_default();
            shown.cases.insert(one.case.clone());
            let answers = one.evidence.iter().filter_map(|seq| exchanges.get(seq));
            let alike: Vec<Likeness> = answers.map(|answer| Likeness::of(answer)).collect();
            shown.real |= alike.is_empty() || alike.iter().any(|answer| answer.real);
            shown.likenesses.extend(alike);
        }
        all
    }

    /// Whether a request shows it that the operator sends.
    pub(super) fn is_real(&self, at: usize) -> bool {
        self.shown.get(&at).is_none_or(|shown| shown.real)
    }

    /// Whether the case of that name saw it.
    pub(super) fn was_met_in(&self, at: usize, case: &str) -> bool {
        self.shown
            .get(&at)
            .is_some_and(|shown| shown.cases.contains(case))
    }

    fn likenesses(&self, at: usize) -> BTreeSet<Likeness> {
        let shown = self.shown.get(&at);
        shown.map_or_else(BTreeSet::new, |shown| shown.likenesses.clone())
    }
}

/// Results that belong together so far.
struct Group {
    part: Part,
    family: &'static str,
    results: Vec<usize>,
    likenesses: BTreeSet<Likeness>,
}

/// Indices of wrong results, those of one cause together.
pub(super) fn groups(results: &[Judged], evidence: &Evidence) -> Vec<Vec<usize>> {
    let mut wrong: Vec<(Part, usize)> = results
        .iter()
        .enumerate()
        .filter(|(_, judged)| is_wrong(judged))
        .map(|(at, judged)| (part(&judged.requirement.id), at))
        .collect();
    wrong.sort();
    let mut groups: Vec<Group> = Vec::new();
    for (part, at) in wrong {
        let likenesses = evidence.likenesses(at);
        let family = family(&results[at].requirement.id);
        // A consequence joins what explains it; everything else only its own family.
        let explained = groups
            .iter()
            .position(|group| explains(group, part, &likenesses));
        let known = || groups.iter().position(|group| group.family == family);
        match explained.or_else(known) {
            Some(found) => {
                groups[found].results.push(at);
                if explained.is_none() {
                    groups[found].likenesses.extend(likenesses);
                }
            }
            None => groups.push(Group {
                part,
                family,
                results: vec![at],
                likenesses,
            }),
        }
    }
    groups.into_iter().map(|group| group.results).collect()
}

/// Whether all answers that show a finding are such as the group is about, so that it would go with the group.
fn explains(group: &Group, part: Part, likenesses: &BTreeSet<Likeness>) -> bool {
    let covers = !likenesses.is_empty() && likenesses.is_subset(&group.likenesses);
    let all = |is: fn(&Likeness) -> bool| likenesses.iter().all(is);
    covers
        && match (part, group.part) {
            (Part::Way, _) => false,
            (Part::Mistake, group) => group == Part::Way,
            (Part::Label, group) => group < Part::Label && all(Likeness::is_unreadable),
            // An answer that the operator is content with may be wrong in two ways that have nothing to do with each
            // other.
            (_, Part::Mistake) => all(Likeness::is_broken),
            (part, group) => group <= part,
        }
}
