//! Which requirements are about the same mistake, and which only show the consequences of another.

/// What a finding is to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// How requests and answers travel: of what does not get through, everything else is a consequence.
    Way,
    /// A mistake of its own.
    Mistake,
    /// The body has no form that could be read.
    Form,
    /// A status, or the form of a member: what the answer as a whole shows.
    Status,
    /// The label of the body. Where there is no readable body, it is no mistake of its own.
    Label,
    /// A chain of requests that broke somewhere.
    Chain,
}

const WAYS: &[&str] = &[
    "transport.no-auth",
    "transport.accept-star",
    "transport.no-redirect",
    "transport.no-unrequested-encoding",
    "transport.http11-cleartext",
    "transport.expect-continue",
    "transport.body-complete",
    "transport.deadline",
    "delete.no-content-type-no-body",
];
const STATUSES: &[&str] = &[
    "response.status-documented",
    "response.schema",
    "create.201.status",
    "update.200.status",
    "delete.200.status",
    "delete.status-documented",
    "delete.unknown-id.404",
    "robust.no-5xx-on-bad-input",
];
/// The more general, the later.
const CHAINS: &[&str] = &[
    "delete.while-run-active",
    "update.new-version",
    "update.idempotent",
    "update.returned-id-usable",
    "update.failed-keeps-previous",
    "create.repeat-same-name",
    "lifecycle.pipeline-run",
    "robust.still-works-after-abuse",
    "health.probe-accepted-by-kubelet",
    "health.no-credentials",
    "lifecycle.operator-simulation",
    "create.id.round-trips",
    "transport.concurrency",
    "lifecycle.random-walk",
];
/// Requirements that one change mends.
const FAMILIES: &[&[&str]] = &[
    &[
        "delete.unknown-id.operator-safe",
        "delete.repeat.operator-safe",
        "delete.id-encoding",
    ],
    &["update.unknown-id.404", "delete.then-put"],
    &["create.id.distinct", "create.namespaces-distinct"],
    &["create.error.provider-error", "update.error.provider-error"],
    &["create.malformed-json.400", "update.malformed-json.400"],
    &["create.wrong-resource.422", "update.wrong-resource.422"],
    &["create.empty-body.4xx", "create.non-object.4xx"],
    &[
        "update.id-slash",
        "update.id-decoded-once",
        "update.id-encoding-equivalence",
    ],
    &["delete.isolation", "delete.type-isolation"],
    &["response.provider-error-length", "response.size-limit"],
    &[
        "health.livez.status-documented",
        "health.livez.204-when-up",
        "health.readyz.status-documented",
        "health.readyz.204-when-ready",
    ],
    &[
        "event.success.delivered",
        "event.failure.delivered",
        "event.scheduled-run",
    ],
    &["event.names-namespaced", "event.run-name-echo"],
    &[
        "event.run-id-non-empty",
        "event.run-id-unique",
        "event.run-id-correlates",
    ],
];

pub(super) fn part(requirement: &str) -> Part {
    match requirement {
        _ if WAYS.contains(&requirement) => Part::Way,
        "response.json-object" | "response.id-is-string" | "response.provider-error-is-string" => {
            Part::Form
        }
        "response.content-type-json" => Part::Label,
        _ if STATUSES.contains(&requirement) => Part::Status,
        _ if CHAINS.contains(&requirement) => Part::Chain,
        _ => Part::Mistake,
    }
}

/// The name of the mistake that a requirement is about: that of the first requirement about it.
pub(super) fn family(requirement: &'static str) -> &'static str {
    let family = FAMILIES.iter().find(|family| family.contains(&requirement));
    family.map_or(requirement, |family| family[0])
}

/// How little a requirement says about what is wrong: of two that say as much about the cluster, the more specific
/// leads.
pub(super) fn generality(requirement: &str) -> usize {
    match part(requirement) {
        Part::Way | Part::Mistake => 0,
        Part::Form => 1,
        Part::Status | Part::Label => 2,
        Part::Chain => {
            let place = CHAINS.iter().position(|chain| *chain == requirement);
            3 + place.unwrap_or_default()
        }
    }
}

/// What is not to be trusted as long as a mistake is there, although it was judged.
pub(super) fn may_hide(requirement: &str) -> Option<&'static str> {
    match requirement {
        "create.id.distinct" | "create.namespaces-distinct" => Some(
            "what is said of updates and deletes may be due to it: they meet the other resource of that id",
        ),
        "transport.deadline" | "transport.body-complete" => {
            Some("what such an answer would have said is not known")
        }
        "response.json-object" => {
            Some("nothing else about these answers could be judged: they cannot be read")
        }
        _ if WAYS.contains(&requirement) => Some("whatever lies behind it was not reached"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_is_listed_is_in_the_catalogue_once() {
        let lists = [WAYS, STATUSES, CHAINS];
        let all = lists.iter().chain(FAMILIES).flat_map(|list| list.iter());
        let mut seen = std::collections::BTreeSet::new();
        for id in all {
            assert!(Catalogue::embedded().get(id).is_some(), "{id}");
            assert!(seen.insert(id), "{id} is listed twice");
        }
    }
}
