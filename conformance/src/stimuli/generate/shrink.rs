//! Smaller bodies with the same effect, as few differences from the golden body as possible.

use std::collections::VecDeque;

use kfp_operator_sim::json::Json;

use super::tree::Pointer;
use super::{Flaw, Sample};

/// Searches for the smallest body, one attempt after the other: the caller sends what [`Self::next`] gives and says
/// with [`Self::failed`] whether it failed, too.
pub(crate) struct Shrinker {
    golden: Json,
    best: Sample,
    waiting: VecDeque<Json>,
    attempt: Option<Json>,
}

impl Shrinker {
    pub(super) fn new(sample: Sample, golden: Json) -> Self {
        let mut shrinker = Self {
            golden,
            best: sample,
            waiting: VecDeque::new(),
            attempt: None,
        };
        shrinker.waiting = shrinker.candidates();
        shrinker
    }

    /// What to try next. `None` if nothing simpler is left.
    pub(crate) fn next(&mut self, keeps: impl Fn(&Json) -> bool) -> Option<Sample> {
        while let Some(body) = self.waiting.pop_front() {
            if keeps(&body) {
                self.attempt = Some(body.clone());
                return Some(Sample {
                    body,
                    ..self.best.clone()
                });
            }
        }
        None
    }

    /// The last attempt failed as well: go on from there.
    pub(crate) fn failed(&mut self) {
        if let Some(body) = self.attempt.take() {
            self.best.body = body;
            self.waiting = self.candidates();
        }
    }

    /// Simpler bodies, the boldest first. Each is smaller by differences or by bytes, so that the search ends.
    fn candidates(&self) -> VecDeque<Json> {
        let now = &self.best.body;
        let flaw = self.best.flaw.as_ref();
        let differences: Vec<Pointer> = differences(now, &self.golden)
            .into_iter()
            .filter(|place| flaw.is_none_or(|flaw| !flaw.pointer.touches(place)))
            .collect();
        let revert = |places: &[&Pointer]| {
            let mut body = now.clone();
            places
                .iter()
                .for_each(|place| self.revert(&mut body, place));
            body
        };
        let mut bodies = VecDeque::new();
        let all: Vec<&Pointer> = differences.iter().collect();
        if !all.is_empty() {
            bodies.push_back(revert(&all));
        }
        if all.len() > 2 {
            for kept in &all {
                let others: Vec<&Pointer> =
                    all.iter().copied().filter(|place| place != kept).collect();
                bodies.push_back(revert(&others));
            }
        }
        if all.len() > 1 {
            bodies.extend(all.iter().map(|place| revert(&[place])));
        }
        for place in differences.iter().chain(flaw.map(container).as_ref()) {
            for value in place.of(now).into_iter().flat_map(simpler) {
                let mut body = now.clone();
                place.put(&mut body, value);
                bodies.push_back(body);
            }
        }
        bodies
    }

    /// Makes a place what it is in the golden body.
    fn revert(&self, body: &mut Json, place: &Pointer) {
        match place.of(&self.golden) {
            Some(value) => place.put(body, value.clone()),
            None => place.remove(body),
        }
    }
}

/// The list or object around a flaw in an item, which may have more items than it needs.
fn container(flaw: &Flaw) -> Pointer {
    let top = flaw.place.split('/').position(|token| token == "*");
    top.map_or_else(|| flaw.pointer.clone(), |at| flaw.pointer.up_to(at - 1))
}

/// Where two bodies differ: members that only one has, and values that are not the same objects.
fn differences(a: &Json, b: &Json) -> Vec<Pointer> {
    let mut found = Vec::new();
    let mut pending = vec![Pointer::default()];
    while let Some(place) = pending.pop() {
        match (place.of(a), place.of(b)) {
            (Some(Json::Object(left)), Some(Json::Object(right))) => {
                let is_new =
                    |(name, _): &&(String, Json)| !left.iter().any(|(known, _)| known == name);
                let names = left
                    .iter()
                    .chain(right.iter().filter(is_new))
                    .map(|(name, _)| name);
                pending.extend(names.map(|name| place.below(name)));
            }
            (left, right) if left != right => found.push(place),
            _ => {}
        }
    }
    found
}

/// Simpler values of the same type.
fn simpler(value: &Json) -> Vec<Json> {
    match value {
        Json::Null | Json::Bool(_) => Vec::new(),
        Json::Number(text) => (text != "0")
            .then(|| Json::Number("0".to_owned()))
            .into_iter()
            .collect(),
        Json::String(text) => shorter(text).into_iter().map(Json::String).collect(),
        Json::Array(items) => {
            let without = |at: usize| without(items, at);
            let deeper = items.iter().enumerate().flat_map(|(at, item)| {
                simpler(item)
                    .into_iter()
                    .map(move |item| Json::Array(with(items, at, item)))
            });
            let lists = (!items.is_empty())
                .then(Vec::new)
                .into_iter()
                .chain((0..items.len()).map(without));
            lists.map(Json::Array).chain(deeper).collect()
        }
        Json::Object(members) => {
            let without = |at: usize| without(members, at);
            let deeper = members.iter().enumerate().flat_map(|(at, (name, item))| {
                simpler(item)
                    .into_iter()
                    .map(move |item| Json::Object(with(members, at, (name.clone(), item))))
            });
            let lists = (!members.is_empty())
                .then(Vec::new)
                .into_iter()
                .chain((0..members.len()).map(without));
            lists.map(Json::Object).chain(deeper).collect()
        }
    }
}

fn without<T: Clone>(items: &[T], at: usize) -> Vec<T> {
    [&items[..at], &items[at + 1..]].concat()
}

fn with<T: Clone>(items: &[T], at: usize, item: T) -> Vec<T> {
    let mut items = items.to_vec();
    items[at] = item;
    items
}

/// Nothing, either half, and all but one character at either end.
fn shorter(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let (count, half) = (characters.len(), characters.len() / 2);
    let parts = [
        0..0,
        0..half,
        half..count,
        1.min(count)..count,
        0..count.saturating_sub(1),
    ];
    let mut texts: Vec<String> = Vec::new();
    for part in parts {
        if part.len() < count {
            texts.push(characters[part].iter().collect());
        }
    }
    texts.dedup();
    texts
}
