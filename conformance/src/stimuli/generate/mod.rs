//! Request bodies made from the effective document: valid ones over the whole grammar, and invalid ones with exactly one
//! violation at a known place.
//!
//! Everything comes from a seed, so the same seed gives the same bytes. Each body is checked before it is sent: a valid
//! one has to satisfy the schema, an invalid one has to violate it exactly where it is meant to.

mod broken;
mod oracle;
mod shrink;
mod tree;
mod values;

use fastrand::Rng;
use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;

use crate::stimuli::grammar::{Form, Grammar, Keyword, Member, Shape};

pub(crate) use broken::broken;
pub(crate) use oracle::Oracle;
pub(crate) use shrink::Shrinker;
pub(crate) use tree::{Pointer, wire};
pub(crate) use values::path_id;

/// Attempts at a body that is what it is meant to be; only a defect of the generator needs more.
const ATTEMPTS: usize = 20;

/// What is unusual about a body, beyond what its schema allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Nothing that the operator would not send any day.
    Ordinary,
    /// Characters that stores and shells choke on, such as NUL.
    Text,
    /// Numbers beyond a double, or nesting beyond 100 levels, in a part that is only to be carried.
    Opaque,
}

/// How a body violates its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Where in the body; of a missing member, where it would be.
    pub(crate) pointer: Pointer,
    /// The place in the grammar, with `*` for any member or item.
    pub(crate) place: String,
    pub(crate) keyword: Keyword,
    /// Whether the published document forbids it, too.
    pub(crate) published: bool,
}

/// A body to send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) body: Json,
    /// `None` if the body is valid.
    pub(crate) flaw: Option<Flaw>,
    pub(crate) theme: Theme,
}

/// Makes bodies of one type.
pub(crate) struct Generator {
    kind: ResourceKind,
    shape: &'static Shape,
    oracle: &'static Oracle,
    golden: Json,
    /// Members that stay as they are in the golden body: names that have to exist, and what the implementer supplied.
    fixed: Vec<String>,
    rng: Rng,
    /// What to violate, in turn.
    goals: Vec<(&'static Shape, Keyword)>,
    turn: usize,
}

impl Generator {
    /// A generator of variations of `golden`, a body that the provider accepts. `fixed` are places that are not varied.
    pub(crate) fn new(kind: ResourceKind, golden: Json, fixed: Vec<String>, mut rng: Rng) -> Self {
        let shape = Grammar::embedded().body(kind);
        let mut goals = Vec::new();
        shape.walk(false, &mut |shape, required| {
            let breakable = shape
                .keywords(required)
                .into_iter()
                .filter(|keyword| *keyword != Keyword::Nullable);
            goals.extend(breakable.map(|keyword| (shape, keyword)));
        });
        rng.shuffle(&mut goals);
        Self {
            kind,
            shape,
            oracle: Oracle::embedded(),
            golden,
            fixed,
            rng,
            goals,
            turn: 0,
        }
    }

    /// A valid body.
    pub(crate) fn valid(&mut self) -> Sample {
        let theme = match self.rng.u8(..10) {
            0 => Theme::Text,
            1 if self.kind == ResourceKind::Pipeline => Theme::Opaque,
            _ => Theme::Ordinary,
        };
        for _ in 0..ATTEMPTS {
            let body = self.vary(theme, None);
            if self.oracle.is_valid(self.kind, &body) {
                return Sample {
                    body,
                    flaw: None,
                    theme,
                };
            }
        }
        Sample {
            body: self.golden.clone(),
            flaw: None,
            theme: Theme::Ordinary,
        }
    }

    /// A body with one violation: each keyword of the schema in turn. `None` if this one cannot be violated alone.
    pub(crate) fn invalid(&mut self) -> Option<Sample> {
        let (shape, keyword) = *self.goals.get(self.turn % self.goals.len())?;
        self.turn += 1;
        (0..ATTEMPTS).find_map(|_| {
            let mut body = self.vary(Theme::Ordinary, Some(&shape.place));
            let pointer = self.violate(&mut body, shape, keyword)?;
            let mut flaw = Flaw {
                pointer,
                place: shape.place.clone(),
                keyword,
                published: false,
            };
            let exact =
                self.is_exactly(&body, &flaw) && self.oracle.violates_only(self.kind, &body, &flaw);
            flaw.published = exact && self.oracle.published_forbids(self.kind, &body, &flaw);
            exact.then_some(Sample {
                body,
                flaw: Some(flaw),
                theme: Theme::Ordinary,
            })
        })
    }

    /// Whether the grammar sees this flaw and no other.
    fn is_exactly(&self, body: &Json, flaw: &Flaw) -> bool {
        let mut seen = Vec::new();
        self.shape.visit(body, &mut |shape, keyword, holds| {
            if !holds {
                seen.push((shape.place.as_str(), keyword));
            }
        });
        seen == [(flaw.place.as_str(), flaw.keyword)]
    }

    /// Smaller bodies that are valid or invalid in the same way as `sample`.
    pub(crate) fn shrinker(&self, sample: &Sample) -> Shrinker {
        Shrinker::new(sample.clone(), self.golden.clone())
    }

    /// Whether a body, which a shrinker made of `sample`, still is what `sample` was meant to be.
    pub(crate) fn keeps(&self, sample: &Sample, body: &Json) -> bool {
        match &sample.flaw {
            None => self.oracle.is_valid(self.kind, body),
            Some(flaw) => self.is_exactly(body, flaw),
        }
    }

    /// Where the flaw of `sample` is in a smaller body.
    pub(crate) fn place(&self, sample: &Sample, body: &Json) -> Option<String> {
        let flaw = sample.flaw.as_ref()?;
        let found = self.oracle.violations(self.kind, body);
        Some(
            found
                .into_iter()
                .next()
                .unwrap_or_else(|| flaw.pointer.to_string()),
        )
    }

    /// A variation of the golden body in which `wanted` exists.
    fn vary(&mut self, theme: Theme, wanted: Option<&str>) -> Json {
        let golden = self.golden.clone();
        let shape = self.shape;
        Variation {
            rng: &mut self.rng,
            fixed: &self.fixed,
            theme,
            wanted,
        }
        .value(shape, Some(&golden))
    }

    /// Breaks one keyword at one place. `None` if the place is not there or no value breaks it.
    fn violate(&mut self, body: &mut Json, shape: &Shape, keyword: Keyword) -> Option<Pointer> {
        let pointer = Pointer::find(body, &shape.place, &mut self.rng)?;
        match keyword {
            Keyword::Nullable => return None,
            Keyword::Required => pointer.remove(body),
            Keyword::Type => *pointer.of_mut(body)? = values::of_another_type(shape, &mut self.rng),
            Keyword::Pattern | Keyword::Format => {
                let Some(Form::Text(rules)) = &shape.form else {
                    return None;
                };
                let rule = rules.iter().find(|rule| rule.keyword == keyword)?;
                let text = values::breaking(|text| !rule.holds(text), &mut self.rng)?;
                *pointer.of_mut(body)? = Json::String(text);
            }
        }
        Some(pointer)
    }
}

/// Where people write free text.
const TEXTS: &[&str] = &[
    "/description",
    "/parameters",
    "/pipelineDefinition/env",
    "/triggerIndicator",
];

/// One walk over the grammar. What is about one thing, a place or a theme, varies nothing else, so that a failure is
/// about that, too.
struct Variation<'a> {
    rng: &'a mut Rng,
    fixed: &'a [String],
    theme: Theme,
    /// A place that has to exist.
    wanted: Option<&'a str>,
}

impl Variation<'_> {
    fn wants(&self, shape: &Shape) -> bool {
        self.wanted.is_some_and(|wanted| {
            wanted == shape.place
                || wanted
                    .strip_prefix(&shape.place)
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Whether the walk is about one thing, and this place is none of it.
    fn is_beside(&self, shape: &Shape) -> bool {
        let here = shape.place.as_str();
        let related = |place: &&str| place.starts_with(here) || here.starts_with(*place);
        match (self.wanted, self.theme) {
            (Some(_), _) => !self.wants(shape),
            (None, Theme::Text) => !TEXTS.iter().any(related),
            (None, Theme::Opaque) => shape.place != "/compiledPipeline" && !shape.place.is_empty(),
            (None, Theme::Ordinary) => false,
        }
    }

    fn value(&mut self, shape: &Shape, golden: Option<&Json>) -> Json {
        let wanted = self.wants(shape);
        if let Some(golden) = golden
            && self.is_beside(shape)
        {
            return golden.clone();
        }
        if let Some(golden) = golden
            && !wanted
            && (self.fixed.contains(&shape.place) || self.rng.u8(..3) == 0)
        {
            return golden.clone();
        }
        if shape.nullable && !wanted && self.rng.u8(..8) == 0 {
            return Json::Null;
        }
        match &shape.form {
            None => values::opaque(golden, self.theme, self.rng),
            Some(Form::Text(_)) => Json::String(values::text(shape, golden, self.theme, self.rng)),
            Some(Form::List(items)) => {
                let count = if wanted { 1 } else { self.rng.usize(..4) };
                Json::Array((0..count).map(|_| self.value(items, None)).collect())
            }
            Some(Form::Object { members, others }) => {
                let mut object = self.members(members, golden);
                if let Some(others) = others {
                    object.extend(self.entries(others, wanted));
                }
                Json::Object(object)
            }
        }
    }

    /// The declared members in the order of the golden body, new ones after them. What is not declared stays.
    fn members(&mut self, members: &[Member], golden: Option<&Json>) -> Vec<(String, Json)> {
        let old: &[(String, Json)] = match golden {
            Some(Json::Object(old)) => old,
            _ => &[],
        };
        let declared = |name: &str| members.iter().find(|member| member.name == name);
        let mut object = Vec::new();
        for (name, value) in old {
            match declared(name) {
                None => object.push((name.clone(), value.clone())),
                Some(member) if self.keeps(member, true) => {
                    object.push((name.clone(), self.value(&member.shape, Some(value))));
                }
                Some(_) => {}
            }
        }
        let is_new = |member: &&Member| !old.iter().any(|(name, _)| *name == member.name);
        for member in members.iter().filter(is_new) {
            if self.keeps(member, false) {
                object.push((member.name.clone(), self.value(&member.shape, None)));
            }
        }
        object
    }

    fn keeps(&mut self, member: &Member, golden: bool) -> bool {
        let must = member.required || self.wants(&member.shape);
        must || (golden && self.fixed.contains(&member.shape.place))
            || if self.is_beside(&member.shape) {
                golden
            } else {
                self.rng.bool()
            }
    }

    /// Members of names that no schema knows.
    fn entries(&mut self, shape: &Shape, wanted: bool) -> Vec<(String, Json)> {
        // What the operator makes of a parameter that it cannot resolve.
        if !wanted && shape.place == "/parameters/*" && self.rng.u8(..8) == 0 {
            return vec![(String::new(), Json::from(""))];
        }
        let count = if wanted { 1 } else { self.rng.usize(..5) };
        let mut entries: Vec<(String, Json)> = Vec::new();
        for at in 0..count {
            let key = format!("{}{at}", values::word(self.rng));
            entries.push((key, self.value(shape, None)));
        }
        // As Go writes a map.
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries
    }
}

#[cfg(test)]
mod tests;
