//! How much of the document a run has exercised: operations, the statuses they were answered with, and the keywords of
//! request bodies that were met and violated.

use std::collections::BTreeMap;

use kfp_operator_sim::ResourceKind;
use kfp_operator_sim::json::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::grammar::{Grammar, Keyword, Shape};
use crate::oracle::escape;
use crate::record::{ExchangeRecord, Record};

/// What a run exercised of the effective document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Operations that got a request.
    pub operations_used: Share,
    /// Declared statuses that were answered.
    pub statuses_seen: Share,
    /// Keywords of request schemas that a request met.
    pub keywords_met: Share,
    /// Keywords that a request violated, of those that can be.
    pub keywords_violated: Share,
    /// Bodies that are too long to be part of the journal, and were not looked at.
    pub long_bodies: u64,
    /// Each operation, in the document's order.
    pub operations: Vec<OperationCoverage>,
}

/// A part and the whole it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many were reached.
    pub reached: usize,
    /// How many there are.
    pub all: usize,
}

/// What was exercised of one operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationCoverage {
    /// Its id in the effective document, such as `createRun`.
    pub operation: String,
    /// `POST`, `PUT`, `DELETE` or `GET`.
    pub method: String,
    /// Path in the effective document.
    pub path: String,
    /// Requests sent.
    pub requests: u64,
    /// Statuses, declared or seen.
    pub statuses: Vec<StatusCoverage>,
    /// Keywords of the request body; empty if there is none.
    pub keywords: Vec<KeywordCoverage>,
}

/// A status of an operation.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct StatusCoverage {
    /// The status.
    pub status: u16,
    /// Whether the document declares it.
    pub declared: bool,
    /// Answers that had it.
    pub answers: u64,
}

/// A keyword at one place of a request body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeywordCoverage {
    /// Place in the body as a JSON pointer, with `*` for any member or item; of `required`, that of the member.
    pub place: String,
    /// Place of the schema in the document.
    pub schema: String,
    /// The keyword.
    pub keyword: Keyword,
    /// Requests that met it.
    pub met: u64,
    /// Requests that violated it.
    pub violated: u64,
    /// Statuses of the answers to requests that violated nothing else.
    pub refusals: BTreeMap<u16, u64>,
}

impl Coverage {
    /// Computes the coverage of a run from its journal.
    pub fn of(records: &[Record]) -> Self {
        let mut operations = declared();
        let mut long_bodies = 0;
        for record in records {
            let Record::Exchange(exchange) = record else {
                continue;
            };
            let place = Place::of(&exchange.request.method, &exchange.request.target);
            let Some(operation) =
                place.and_then(|place| operations.iter_mut().find(|one| one.is(place)))
            else {
                continue;
            };
            long_bodies += u64::from(!operation.add(exchange));
        }
        Self::sum(
            operations.into_iter().map(Tally::finish).collect(),
            long_bodies,
        )
    }

    fn sum(operations: Vec<OperationCoverage>, long_bodies: u64) -> Self {
        let statuses = || {
            operations
                .iter()
                .flat_map(|one| &one.statuses)
                .filter(|status| status.declared)
        };
        let keywords = || operations.iter().flat_map(|one| &one.keywords);
        let breakable = || keywords().filter(|one| one.keyword != Keyword::Nullable);
        Self {
            operations_used: Share::of(operations.iter().map(|one| one.requests > 0)),
            statuses_seen: Share::of(statuses().map(|status| status.answers > 0)),
            keywords_met: Share::of(keywords().map(|one| one.met > 0)),
            keywords_violated: Share::of(breakable().map(|one| one.violated > 0)),
            long_bodies,
            operations,
        }
    }
}

impl Share {
    fn of(reached: impl Iterator<Item = bool>) -> Self {
        reached.fold(Self::default(), |share, hit| Self {
            reached: share.reached + usize::from(hit),
            all: share.all + 1,
        })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.reached, self.all)
    }
}

/// What a request is about: a method, with a type unless it is a probe's path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place<'a> {
    Many(&'a str, ResourceKind),
    One(&'a str, ResourceKind),
    Probe(&'a str, &'a str),
}

impl<'a> Place<'a> {
    /// `None` if the document declares nothing there.
    fn of(method: &'a str, target: &'a str) -> Option<Self> {
        let Some((_, rest)) = target.split_once("/resource/") else {
            let probe = target.rsplit('/').next()?;
            return Some(Self::Probe(method, probe));
        };
        match rest.split_once('/') {
            None => Some(Self::Many(method, rest.parse().ok()?)),
            Some((kind, _)) => Some(Self::One(method, kind.parse().ok()?)),
        }
    }
}

/// An operation while the journal is read.
struct Tally {
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
    fn is(&self, place: Place<'_>) -> bool {
        self.place == place
    }

    /// Counts an exchange. Returns whether its body could be looked at.
    fn add(&mut self, exchange: &ExchangeRecord) -> bool {
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

    fn finish(mut self) -> OperationCoverage {
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
fn declared() -> Vec<Tally> {
    let root: Value =
        serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("the build wrote JSON");
    let mut operations = Vec::new();
    for kind in ResourceKind::ALL {
        let many = format!("/resource/{}", kind.as_str());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{BodyRecord, RequestRecord, ResponseRecord};

    fn body(text: Option<&str>) -> BodyRecord {
        BodyRecord {
            bytes: 0,
            sha256: String::new(),
            text: text.map(str::to_owned),
        }
    }

    fn sent(method: &str, target: &str, text: Option<&str>, status: Option<u16>) -> Record {
        Record::Exchange(Box::new(ExchangeRecord {
            seq: 1,
            case: "c".to_owned(),
            request: RequestRecord {
                method: method.to_owned(),
                target: target.to_owned(),
                headers: Vec::new(),
                body: (method != "DELETE").then(|| body(text)),
                cut: None,
            },
            response: status.map(|status| ResponseRecord {
                status,
                headers: Vec::new(),
                body: body(None),
            }),
            failure: None,
            connect_ms: 0.0,
            total_ms: 0.0,
            operator_state: None,
        }))
    }

    #[test]
    fn nothing_sent_is_nothing_covered() {
        let coverage = Coverage::of(&[]);
        assert_eq!(coverage.operations.len(), 14);
        assert_eq!(
            coverage.operations_used,
            Share {
                reached: 0,
                all: 14
            }
        );
        assert!(coverage.keywords_met.all > 100, "{}", coverage.keywords_met);
        assert_eq!(
            coverage.keywords_met.reached + coverage.statuses_seen.reached,
            0
        );
    }

    #[test]
    fn requests_count_for_their_operation() {
        let good = r#"{"name":"a/b","version":"1","description":""}"#;
        let bad = r#"{"name":"a/b","version":1,"description":""}"#;
        let worse = r#"{"name":7,"version":1,"description":""}"#;
        let records = [
            sent("POST", "/base/resource/experiment", Some(good), Some(201)),
            sent("POST", "/resource/experiment", Some(bad), Some(422)),
            sent("POST", "/resource/experiment", Some(worse), Some(422)),
            sent("POST", "/resource/experiment", Some("{"), Some(418)),
            sent("POST", "/resource/experiment", None, None),
            sent("DELETE", "/resource/experiment/a%2Fb", None, Some(200)),
            sent("GET", "/livez", None, Some(204)),
            sent("POST", "/resource/nope", Some(good), Some(400)),
            sent("GET", "/nope", None, Some(404)),
        ];
        let coverage = Coverage::of(&records);
        assert_eq!(coverage.operations_used.reached, 3);
        assert_eq!(coverage.statuses_seen.reached, 4);
        assert_eq!(coverage.long_bodies, 1);
        let create = coverage
            .operations
            .iter()
            .find(|one| one.operation == "createExperiment")
            .expect("declared");
        assert_eq!(create.requests, 5);
        let undeclared: Vec<_> = create.statuses.iter().filter(|one| !one.declared).collect();
        assert_eq!((undeclared.len(), undeclared[0].status), (1, 418));
        let version = create
            .keywords
            .iter()
            .find(|one| one.place == "/version" && one.keyword == Keyword::Type)
            .expect("declared");
        assert_eq!((version.met, version.violated), (1, 2));
        assert_eq!(
            version.refusals,
            BTreeMap::from([(422, 1)]),
            "only the first violates nothing else"
        );
    }
}
