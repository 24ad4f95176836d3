//! Many requests of one sort, and what they show.

use crate::catalogue::ids;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;

use super::{definition, explained};
use crate::base::outcome::{Finding, Outcome};
use crate::base::text::excerpt;
use crate::engine::context::{Alike, Context, Evidence, Step};
use crate::oracle::ambient::Findings;
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::stimuli::fixture::NAMESPACE;
use crate::stimuli::generate::{Flaw, Generator, Pointer, Sample, Theme, wire};
use crate::stimuli::grammar::Keyword;
use crate::wire::Request;

/// Requests at most to find the simplest one that fails.
const ATTEMPTS: usize = 60;
/// Creates at most that a search may leave behind it, and bodies with a flaw that may be accepted.
const SPARE: u32 = super::CREATES;
/// An answer that took longer is not asked for again and again: a slow provider would keep the run for hours.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// Where the bodies go.
pub(super) enum To {
    /// To the type: each is a create.
    Many,
    /// To a resource that exists.
    One { id: String, name: Json },
}

/// Bodies of one generator, sent one after the other.
pub(super) struct Series {
    pub(super) generator: Generator,
    to: To,
    tally: Tally,
    /// Requirements whose simplest failure is known.
    shrunk: BTreeSet<&'static str>,
    spare: u32,
    slow: bool,
}

impl Series {
    pub(super) fn new(generator: Generator, to: To) -> Self {
        Self {
            generator,
            to,
            tally: Tally::default(),
            shrunk: BTreeSet::new(),
            spare: SPARE,
            slow: false,
        }
    }

    /// Whether more would only cost: answers are slow, or many bodies with a flaw were accepted.
    pub(super) fn is_enough(&self) -> bool {
        self.slow || self.spare == 0
    }

    /// Says what the requests have shown.
    pub(super) fn finish(self, c: &mut Context) {
        self.tally.note(c);
    }

    /// Sends a body. Of each requirement that fails for the first time, the simplest body is looked for.
    pub(super) async fn send(&mut self, c: &mut Context, sample: &Sample) -> Step {
        let (answer, findings) = self.exchange(c, sample).await?;
        let many = matches!(self.to, To::Many);
        if many && sample.flaw.is_some() && answer.accepted() {
            self.spare = self.spare.saturating_sub(1);
        }
        for (requirement, finding) in findings {
            if is_bad(&finding) && self.shrunk.insert(requirement) {
                let (answer, finding) = self
                    .shrink(c, sample, requirement, &answer, finding)
                    .await?;
                self.tally.add(requirement, finding, &answer);
            } else {
                self.tally.add(requirement, finding, &answer);
            }
        }
        Ok(())
    }

    /// Sends ever simpler bodies for as long as they fail.
    async fn shrink(
        &mut self,
        c: &mut Context,
        sample: &Sample,
        requirement: &'static str,
        answer: &Exchange,
        finding: Finding,
    ) -> Step<(Exchange, Finding)> {
        let (mut smallest, mut answer, mut finding) = (sample.clone(), answer.clone(), finding);
        let mut shrinker = self.generator.shrinker(sample);
        for _ in 0..ATTEMPTS {
            if self.is_enough() {
                break;
            }
            let keeps = |body: &Json| self.generator.keeps(sample, body);
            let Some(attempt) = shrinker.next(keeps) else {
                break;
            };
            let (again, findings) = self.exchange(c, &attempt).await?;
            if again.accepted() && matches!(self.to, To::Many) {
                self.spare -= 1;
            }
            let same = findings
                .into_iter()
                .find(|(of, finding)| *of == requirement && is_bad(finding));
            if let Some((_, worse)) = same {
                shrinker.failed();
                (smallest, answer, finding) = (attempt, again, worse);
            }
        }
        finding.actual = self.explain(c, &smallest, &finding.actual);
        Ok((answer, finding))
    }

    /// What was seen, with what it takes to see it again.
    fn explain(&self, c: &Context, smallest: &Sample, actual: &str) -> String {
        let what = match &smallest.flaw {
            None => "a valid body".to_owned(),
            Some(flaw) => {
                let place = self
                    .generator
                    .place(smallest, &smallest.body)
                    .unwrap_or_default();
                let place = if place.is_empty() {
                    "the body".to_owned()
                } else {
                    place
                };
                match flaw.keyword {
                    Keyword::Required => format!("{place} is missing"),
                    Keyword::Type | Keyword::Nullable => format!("{place} is of the wrong type"),
                    Keyword::Pattern => format!("{place} breaks its pattern"),
                    Keyword::Format => format!("{place} breaks its format"),
                }
            }
        };
        let body = excerpt(&wire(c.kind(), &smallest.body));
        format!(
            "{actual} (generated from seed {}: {what}; the simplest: {body})",
            c.session.setup.seed
        )
    }

    /// Sends a body under a name of its own, judges the answer, and removes what came into being.
    async fn exchange(&mut self, c: &mut Context, sample: &Sample) -> Step<(Exchange, Findings)> {
        let intent = if sample.flaw.is_some() {
            Intent::Invalid
        } else {
            Intent::Debatable
        };
        let bytes = self.named(c, sample);
        let (request, class) = match &self.to {
            To::Many => (c.create_request(c.kind()), Class::Create(intent)),
            To::One { id, .. } => {
                let target = c.session.resource_target(c.kind(), Some(id));
                (
                    Request::new("PUT", &target),
                    Class::Update(id.clone(), intent),
                )
            }
        };
        let (answer, mut findings) = c.probe(request.json(bytes), class).await?;
        self.slow |= answer.total > PATIENCE;
        findings.extend(self.judge(c.kind(), sample, &answer));
        match &mut self.to {
            To::Many => remove(c, &answer).await?,
            To::One { id, .. } => {
                if let Some(new) = answer.operator_id().filter(|_| answer.accepted()) {
                    *id = new;
                }
            }
        }
        Ok((answer, findings))
    }

    fn named(&self, c: &mut Context, sample: &Sample) -> Vec<u8> {
        let place = format!("{}/name", definition(c.kind()));
        let mut body = sample.body.clone();
        if sample
            .flaw
            .as_ref()
            .is_none_or(|flaw| !place.starts_with(&flaw.place))
        {
            let name = match &self.to {
                To::Many => Json::String(format!("{NAMESPACE}/{}", c.fresh_name())),
                To::One { name, .. } => name.clone(),
            };
            Pointer::parse(&place).put(&mut body, name);
        }
        wire(c.kind(), &body)
    }

    /// What the answer shows about the body, beyond what every answer shows.
    fn judge(&self, kind: ResourceKind, sample: &Sample, answer: &Exchange) -> Findings {
        let many = matches!(self.to, To::Many);
        let Some(flaw) = &sample.flaw else {
            if answer.accepted() || explained(answer) {
                return Vec::new();
            }
            let finding = Finding::fail(answer.describe());
            return vec![match sample.theme {
                // Its requirement is about creates.
                Theme::Text if !many => return Vec::new(),
                Theme::Text => (ids::CREATE_BODY_UNICODE, finding),
                Theme::Opaque => (
                    ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE,
                    Finding::warn(answer.describe()),
                ),
                Theme::Ordinary if many => (ids::CREATE_201_STATUS, finding),
                Theme::Ordinary => (ids::UPDATE_200_STATUS, finding),
            }];
        };
        let refused = matches!(answer.status(), Some(400 | 422));
        let requirement = refusal(kind, flaw, &sample.body).filter(|_| many);
        requirement
            .map(|requirement| (requirement, Finding::when(refused, answer.describe())))
            .into_iter()
            .collect()
    }
}

/// The requirement that a body with this flaw is refused, if there is one. Beyond them, a provider may be lenient.
fn refusal(kind: ResourceKind, flaw: &Flaw, body: &Json) -> Option<&'static str> {
    let (prefix, place) = (definition(kind), flaw.place.as_str());
    let member = place
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('/'));
    let empty = flaw.pointer.text(body).is_some_and(str::is_empty);
    match flaw.keyword {
        Keyword::Type if place.is_empty() => Some(ids::CREATE_NON_OBJECT_4XX),
        // Deeper down, a provider need not look; and what only the overlay forbids is not forbidden.
        Keyword::Type
            if flaw.published
                && (place == prefix || member.is_some_and(|name| !name.contains('/'))) =>
        {
            Some(ids::CREATE_WRONG_TYPES_4XX)
        }
        Keyword::Required if member == Some("name") => Some(ids::CREATE_MISSING_NAME_4XX),
        Keyword::Pattern if member == Some("name") && empty => Some(ids::CREATE_MISSING_NAME_4XX),
        Keyword::Pattern if member == Some("name") => Some(ids::CREATE_TOO_MANY_SLASHES_4XX),
        _ => None,
    }
}

fn is_bad(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Warn)
}

/// Deletes what a create left behind.
pub(super) async fn remove(c: &mut Context, created: &Exchange) -> Step {
    let Some(id) = created.created_id().filter(|_| created.accepted()) else {
        return Ok(());
    };
    let request = Request::new("DELETE", &c.session.resource_target(c.kind(), Some(&id)));
    c.probe(request, Class::Delete(id, Intent::Open)).await?;
    Ok(())
}

/// Findings, counted where they are alike.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<(&'static str, Outcome), Alike>);

impl Tally {
    pub(super) fn add(&mut self, requirement: &'static str, finding: Finding, answer: &Exchange) {
        let key = (requirement, finding.outcome);
        match self.0.get_mut(&key) {
            Some(alike) => {
                alike.count += 1;
                alike.lens = alike.lens.worse(answer.lens);
            }
            None => {
                let alike = Alike {
                    finding,
                    lens: answer.lens,
                    seq: answer.seq,
                    count: 1,
                };
                self.0.insert(key, alike);
            }
        }
    }

    pub(super) fn add_all(&mut self, findings: Findings, answer: &Exchange) {
        for (requirement, finding) in findings {
            self.add(requirement, finding, answer);
        }
    }

    pub(super) fn note(self, c: &mut Context) {
        for ((requirement, _), alike) in self.0 {
            c.check(requirement, alike.finding.clone(), Evidence::from(&alike));
        }
    }
}
