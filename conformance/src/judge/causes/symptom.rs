//! Which requirements are about the same mistake, and which only show the consequences of another.

use crate::catalogue::ids;

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
    ids::TRANSPORT_NO_AUTH,
    ids::TRANSPORT_ACCEPT_STAR,
    ids::TRANSPORT_NO_REDIRECT,
    ids::TRANSPORT_NO_UNREQUESTED_ENCODING,
    ids::TRANSPORT_HTTP11_CLEARTEXT,
    ids::TRANSPORT_EXPECT_CONTINUE,
    ids::TRANSPORT_BODY_COMPLETE,
    ids::TRANSPORT_DEADLINE,
    ids::DELETE_NO_CONTENT_TYPE_NO_BODY,
];
const STATUSES: &[&str] = &[
    ids::RESPONSE_STATUS_DOCUMENTED,
    ids::RESPONSE_SCHEMA,
    ids::CREATE_201_STATUS,
    ids::UPDATE_200_STATUS,
    ids::DELETE_200_STATUS,
    ids::DELETE_STATUS_DOCUMENTED,
    ids::DELETE_UNKNOWN_ID_404,
    ids::ROBUST_NO_5XX_ON_BAD_INPUT,
];
/// The more general, the later.
const CHAINS: &[&str] = &[
    ids::DELETE_WHILE_RUN_ACTIVE,
    ids::UPDATE_NEW_VERSION,
    ids::UPDATE_IDEMPOTENT,
    ids::UPDATE_RETURNED_ID_USABLE,
    ids::UPDATE_FAILED_KEEPS_PREVIOUS,
    ids::CREATE_REPEAT_SAME_NAME,
    ids::LIFECYCLE_PIPELINE_RUN,
    ids::ROBUST_STILL_WORKS_AFTER_ABUSE,
    ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET,
    ids::HEALTH_NO_CREDENTIALS,
    ids::LIFECYCLE_OPERATOR_SIMULATION,
    ids::CREATE_ID_ROUND_TRIPS,
    ids::TRANSPORT_CONCURRENCY,
    ids::LIFECYCLE_RANDOM_WALK,
];
/// Requirements that one change mends.
const FAMILIES: &[&[&str]] = &[
    &[
        ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
        ids::DELETE_REPEAT_OPERATOR_SAFE,
        ids::DELETE_ID_ENCODING,
    ],
    &[ids::UPDATE_UNKNOWN_ID_404, ids::DELETE_THEN_PUT],
    &[ids::CREATE_ID_DISTINCT, ids::CREATE_NAMESPACES_DISTINCT],
    &[
        ids::CREATE_ERROR_PROVIDER_ERROR,
        ids::UPDATE_ERROR_PROVIDER_ERROR,
    ],
    &[
        ids::CREATE_MALFORMED_JSON_400,
        ids::UPDATE_MALFORMED_JSON_400,
    ],
    &[
        ids::CREATE_WRONG_RESOURCE_422,
        ids::UPDATE_WRONG_RESOURCE_422,
    ],
    &[ids::CREATE_EMPTY_BODY_4XX, ids::CREATE_NON_OBJECT_4XX],
    &[
        ids::UPDATE_ID_SLASH,
        ids::UPDATE_ID_DECODED_ONCE,
        ids::UPDATE_ID_ENCODING_EQUIVALENCE,
    ],
    &[ids::DELETE_ISOLATION, ids::DELETE_TYPE_ISOLATION],
    &[
        ids::RESPONSE_PROVIDER_ERROR_LENGTH,
        ids::RESPONSE_SIZE_LIMIT,
    ],
    &[
        ids::HEALTH_LIVEZ_STATUS_DOCUMENTED,
        ids::HEALTH_LIVEZ_204_WHEN_UP,
        ids::HEALTH_READYZ_STATUS_DOCUMENTED,
        ids::HEALTH_READYZ_204_WHEN_READY,
    ],
    &[
        ids::EVENT_SUCCESS_DELIVERED,
        ids::EVENT_FAILURE_DELIVERED,
        ids::EVENT_SCHEDULED_RUN,
    ],
    &[ids::EVENT_NAMES_NAMESPACED, ids::EVENT_RUN_NAME_ECHO],
    &[
        ids::EVENT_RUN_ID_NON_EMPTY,
        ids::EVENT_RUN_ID_UNIQUE,
        ids::EVENT_RUN_ID_CORRELATES,
    ],
];

pub(super) fn part(requirement: &str) -> Part {
    match requirement {
        _ if WAYS.contains(&requirement) => Part::Way,
        ids::RESPONSE_JSON_OBJECT
        | ids::RESPONSE_ID_IS_STRING
        | ids::RESPONSE_PROVIDER_ERROR_IS_STRING => Part::Form,
        ids::RESPONSE_CONTENT_TYPE_JSON => Part::Label,
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
        ids::CREATE_ID_DISTINCT | ids::CREATE_NAMESPACES_DISTINCT => Some(
            "what is said of updates and deletes may be due to it: they meet the other resource of that id",
        ),
        ids::TRANSPORT_DEADLINE | ids::TRANSPORT_BODY_COMPLETE => {
            Some("what such an answer would have said is not known")
        }
        ids::RESPONSE_JSON_OBJECT => {
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
