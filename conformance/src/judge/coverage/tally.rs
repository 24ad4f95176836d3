//! What is counted while the journal is read.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use serde_json::Value;

use super::{KeywordCoverage, OperationCoverage, StatusCoverage};
use crate::base::contract::{ResourcePath, resource_target};
use crate::base::text::escape;
use crate::journal::record::ExchangeRecord;
use crate::stimuli::grammar::{Grammar, Keyword, Shape};

/// What a request is about: a method, with a type unless it is a probe's path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Many(&'a str, ResourceKind),
    One(&'a str, ResourceKind),
    Probe(&'a str, &'a str),
}

impl<'a> Place<'a> {
    /// `None` if the document declares nothing there.
    pub(super) fn of(method: &'a str, target: &'a str) -> Option<Self> {
        let Some(path) = ResourcePath::of(target) else {
            let probe = target.rsplit('/').next()?;
            return Some(Self::Probe(method, probe));
        };
        let kind = path.resource()?;
        Some(match path.id {
            None => Self::Many(method, kind),
            Some(_) => Self::One(method, kind),
        })
    }
}

/// An operation while the journal is read.
pub(super) struct Tally {
    coverage: OperationCoverage,
    place: Place<'static>,
    body: Option<&'static Shape>,
    statuses: BTreeMap<u16, StatusCoverage>,
    keywords: BTreeMap<(&'static str, Keyword), Count>,
}

#[derive(Default)]
struct Count {
    met: u64,
    violated: u64,
    refusals: BTreeMap<u16, u64>,
}

impl Tally {
    pub(super) fn is(&self, place: Place<'_>) -> bool {
        self.place == place
    }

    /// Counts an exchange. Returns whether its body could be looked at.
    pub(super) fn add(&mut self, exchange: &ExchangeRecord) -> bool {
        self.coverage.requests += 1;
        let status = exchange.response.as_ref().map(|response| response.status);
        if let Some(status) = status {
            let undeclared = StatusCoverage {
                status,
                declared: false,
                answers: 0,
            };
            self.statuses.entry(status).or_insert(undeclared).answers += 1;
        }
        let (Some(shape), Some(body)) = (self.body, &exchange.request.body) else {
            return true;
        };
        let Some(text) = &body.text else { return false };
        // What is no JSON says nothing about keywords.
        if let Ok(value) = Json::parse(text.as_bytes()) {
            self.look(shape, &value, status);
        }
        true
    }

    /// Counts each keyword once per request: violated if it is violated anywhere.
    fn look(&mut self, shape: &'static Shape, value: &Json, status: Option<u16>) {
        let mut seen: BTreeMap<(&'static str, Keyword), bool> = BTreeMap::new();
        shape.visit(value, &mut |shape, keyword, holds| {
            let all = seen.entry((shape.place.as_str(), keyword)).or_insert(true);
            *all &= holds;
        });
        let violated = seen.values().filter(|holds| !**holds).count();
        for (key, holds) in seen {
            let count = self.keywords.entry(key).or_default();
            if holds {
                count.met += 1;
                continue;
            }
            count.violated += 1;
            if let Some(status) = status.filter(|_| violated == 1) {
                *count.refusals.entry(status).or_default() += 1;
            }
        }
    }

    pub(super) fn finish(mut self) -> OperationCoverage {
        let mut keywords = Vec::new();
        if let Some(body) = self.body {
            body.walk(false, &mut |shape, required| {
                for keyword in shape.keywords(required) {
                    let count = self
                        .keywords
                        .remove(&(shape.place.as_str(), keyword))
                        .unwrap_or_default();
                    keywords.push(KeywordCoverage {
                        place: shape.place.clone(),
                        schema: shape.schema.clone(),
                        keyword,
                        met: count.met,
                        violated: count.violated,
                        refusals: count.refusals,
                    });
                }
            });
        }
        OperationCoverage {
            statuses: self.statuses.into_values().collect(),
            keywords,
            ..self.coverage
        }
    }
}

/// The operations of the effective document, with nothing counted yet.
pub(super) fn declared() -> Vec<Tally> {
    let root: Value =
        serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("the build wrote JSON");
    let mut operations = Vec::new();
    for kind in ResourceKind::ALL {
        let many = resource_target("", kind, None);
        let one = format!("{many}/{{id}}");
        let body = Some(Grammar::embedded().body(kind));
        operations.push(tally(&root, Place::Many("POST", kind), many, body));
        operations.push(tally(&root, Place::One("PUT", kind), one.clone(), body));
        operations.push(tally(&root, Place::One("DELETE", kind), one, None));
    }
    for probe in ["livez", "readyz"] {
        operations.push(tally(
            &root,
            Place::Probe("GET", probe),
            format!("/{probe}"),
            None,
        ));
    }
    operations
}

fn tally(root: &Value, place: Place<'static>, path: String, body: Option<&'static Shape>) -> Tally {
    let (Place::Many(method, _) | Place::One(method, _) | Place::Probe(method, _)) = place;
    let operation = root.pointer(&format!(
        "/paths/{}/{}",
        escape(&path),
        method.to_lowercase()
    ));
    let declared = operation.and_then(|operation| operation["responses"].as_object());
    let codes = declared
        .into_iter()
        .flat_map(|codes| codes.keys())
        .filter_map(|code| code.parse().ok());
    let id = operation.and_then(|operation| operation["operationId"].as_str());
    Tally {
        coverage: OperationCoverage {
            operation: id.unwrap_or(&path).to_owned(),
            method: method.to_owned(),
            path,
            requests: 0,
            statuses: Vec::new(),
            keywords: Vec::new(),
        },
        place,
        body,
        statuses: codes
            .map(|status| {
                (
                    status,
                    StatusCoverage {
                        status,
                        declared: true,
                        answers: 0,
                    },
                )
            })
            .collect(),
        keywords: BTreeMap::new(),
    }
}
