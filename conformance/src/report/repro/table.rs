//! Which sign shows which requirement to be violated.
//!
//! A requirement that is not listed is shown by its case played again up to the answer that told
//! it, if that comes out as recorded.

use super::sign::{GONE, MADE, Sign};
use crate::catalogue::ids;
use Sign::{All, Any, Member, Not, Object, Status, Text};

/// What a reproducer has to play before the answer that shows the defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// What made the resource in question what it is.
    Resource,
    /// All that the case sent before.
    Case,
    /// All that was sent as abuse of the type before.
    Abuse,
    /// As `Resource`, and then the request that shows that a plain body is accepted.
    Compared,
}

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// One after another.
    InOrder,
    /// One after another, and the last connection is read until it closes.
    ToTheEnd,
    /// Two on one connection.
    KeepAlive,
    /// A probe in the middle of an upload.
    Upload,
    /// The case's creates all at the same time.
    Parallel,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) requirements: &'static [&'static str],
    pub(super) scope: Scope,
    pub(super) way: Way,
    pub(super) sign: Sign,
}

const fn row(requirements: &'static [&'static str], scope: Scope, sign: Sign) -> Row {
    Row {
        requirements,
        scope,
        way: Way::InOrder,
        sign,
    }
}

const fn wire(requirement: &'static [&'static str], way: Way, sign: Sign) -> Row {
    Row {
        way,
        ..row(requirement, Scope::Resource, sign)
    }
}

const OK: &[(u16, u16)] = &[(200, 299)];
const ACCEPTED: Sign = Status(OK);
const REFUSED: Sign = All(&[Sign::Answered, Not(&ACCEPTED)]);
const CRASHED: Sign = All(&[Status(&[(500, 599)]), Not(&Status(&[(501, 501)]))]);
const NOT_404: Sign = Not(&Status(&[(200, 200), (404, 404)]));
const EXPLAINED: Sign = Text("providerError");
const UNANSWERED: Sign = Not(&Sign::Answered);
const MISFRAMED: Sign = Any(&[UNANSWERED, Sign::Excess]);

const fn is_not(ranges: &'static Sign) -> Sign {
    Not(ranges)
}

use Scope::{Abuse, Case, Compared, Resource};

#[rustfmt::skip]
static TABLE: &[Row] = &[
    // Probes and transport.
    row(&[ids::HEALTH_LIVEZ_STATUS_DOCUMENTED, ids::HEALTH_READYZ_STATUS_DOCUMENTED], Resource,
        is_not(&Status(&[(204, 204), (503, 503)]))),
    row(&[ids::HEALTH_LIVEZ_204_WHEN_UP, ids::HEALTH_READYZ_204_WHEN_READY], Resource, is_not(&Status(&[(204, 204)]))),
    wire(&[ids::HEALTH_LIVEZ_204_NO_BODY], Way::ToTheEnd, MISFRAMED),
    row(&[ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET], Resource,
        Any(&[Not(&Status(&[(200, 399)])), Sign::SlowerThan(1000)])),
    row(&[ids::HEALTH_NO_CREDENTIALS], Resource, is_not(&Status(&[(200, 399)]))),
    wire(&[ids::HEALTH_NOT_BLOCKED_BY_LOAD], Way::Upload, UNANSWERED),
    row(&[ids::TRANSPORT_DEADLINE], Resource, Not(&Sign::Answered)),
    wire(&[ids::TRANSPORT_BODY_COMPLETE], Way::ToTheEnd, MISFRAMED),
    row(&[ids::TRANSPORT_NO_REDIRECT], Resource, Status(&[(300, 399)])),
    row(&[ids::TRANSPORT_NO_UNREQUESTED_ENCODING], Resource, Sign::Encoded),
    row(&[ids::TRANSPORT_NO_AUTH], Resource, Status(&[(401, 401), (403, 403), (407, 407)])),
    row(&[ids::TRANSPORT_ACCEPT_STAR], Resource, Status(&[(406, 406), (415, 415)])),
    row(&[ids::TRANSPORT_HTTP11_CLEARTEXT], Resource, Any(&[Not(&Sign::Answered), Status(&[(426, 426)])])),
    row(&[ids::TRANSPORT_ANY_HOST_HEADER], Case, Sign::StatusDiffers),
    wire(&[ids::TRANSPORT_KEEPALIVE], Way::KeepAlive, UNANSWERED),
    wire(&[ids::TRANSPORT_HTTP10_OR_CLOSE], Way::ToTheEnd, Sign::LeftOpen),
    Row { scope: Case, ..wire(&[ids::TRANSPORT_CONCURRENCY], Way::Parallel, Sign::Mixed) },
    row(&[ids::TRANSPORT_SURVIVES_ABORTED_BODY], Case, Not(&Sign::Answered)),
    row(&[ids::TRANSPORT_EXPECT_CONTINUE], Resource, is_not(&ACCEPTED)),
    // The form of answers.
    row(&[ids::RESPONSE_JSON_OBJECT, ids::DELETE_200_BODY_OBJECT], Resource, Not(&Object)),
    row(&[ids::RESPONSE_CONTENT_TYPE_JSON], Resource, Not(&Sign::Json)),
    row(&[ids::RESPONSE_STATUS_DOCUMENTED], Resource, Sign::Undeclared),
    row(&[ids::RESPONSE_SCHEMA], Resource, Sign::AsRecorded),
    row(&[ids::RESPONSE_ID_IS_STRING], Resource, Sign::OtherKind("id")),
    row(&[ids::RESPONSE_PROVIDER_ERROR_IS_STRING], Resource, Sign::OtherKind("providerError")),
    row(&[ids::RESPONSE_UTF8_NO_BOM], Resource, Sign::BadText),
    row(&[ids::RESPONSE_NO_TRAILING_BYTES], Resource, Sign::Trailing),
    row(&[ids::RESPONSE_SIZE_LIMIT], Resource, Sign::BytesFrom(256 * 1024)),
    row(&[ids::RESPONSE_PROVIDER_ERROR_LENGTH], Resource, Sign::LongerThan(32_768)),
    row(&[ids::RESPONSE_EXACT_KEY_CASE], Resource, Sign::OddKeys),
    row(&[ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE], Resource, Sign::Wordless),
    row(&[ids::RESPONSE_NO_LEAK], Resource, Sign::Leak),
    // Creates.
    row(&[ids::CREATE_201_STATUS], Resource, is_not(&Status(&[(201, 201)]))),
    row(&[ids::CREATE_201_ID_NON_EMPTY, ids::UPDATE_200_ID_NON_EMPTY], Resource, All(&[ACCEPTED, Not(&Member("id"))])),
    row(&[ids::CREATE_201_NO_PROVIDER_ERROR, ids::UPDATE_200_NO_PROVIDER_ERROR, ids::DELETE_200_NO_PROVIDER_ERROR], Resource,
        All(&[ACCEPTED, Member("providerError")])),
    row(&[ids::CREATE_ERROR_PROVIDER_ERROR, ids::UPDATE_ERROR_PROVIDER_ERROR], Resource, All(&[REFUSED, Not(&EXPLAINED)])),
    row(&[ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED], Resource, All(&[REFUSED, Member("id")])),
    row(&[ids::CREATE_ID_SHELL_SAFE], Resource, Sign::UnsafeId),
    row(&[ids::CREATE_ID_NOT_DOT_SEGMENT], Resource, Sign::DotId),
    row(&[ids::CREATE_ID_NO_EDGE_WHITESPACE], Resource, Sign::EdgeBlanks),
    row(&[ids::CREATE_ID_LENGTH], Resource, Sign::IdOver(1024)),
    row(&[ids::CREATE_ID_ROUND_TRIPS], Resource, Sign::Lost),
    row(&[ids::CREATE_ID_DISTINCT], Case, Sign::OneId),
    row(&[ids::CREATE_NAMESPACES_DISTINCT], Case, Any(&[Sign::OneId, Status(&[(404, 404)])])),
    row(&[ids::CREATE_REPEAT_SAME_NAME], Resource, Not(&Any(&[All(&[ACCEPTED, MADE]), EXPLAINED]))),
    row(&[ids::CREATE_RUN_UNKNOWN_PIPELINE], Resource, All(&[EXPLAINED, Not(&Sign::NamesPipeline)])),
    row(&[ids::CREATE_MALFORMED_JSON_400, ids::UPDATE_MALFORMED_JSON_400], Resource, is_not(&Status(&[(400, 400)]))),
    row(&[ids::CREATE_EMPTY_BODY_4XX, ids::CREATE_NON_OBJECT_4XX, ids::CREATE_WRONG_TYPES_4XX, ids::CREATE_MISSING_NAME_4XX,
          ids::CREATE_TOO_MANY_SLASHES_4XX, ids::CREATE_WRONG_RESOURCE_422, ids::UPDATE_WRONG_RESOURCE_422], Resource,
        is_not(&Status(&[(400, 400), (422, 422)]))),
    row(&[ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX, ids::CREATE_UNKNOWN_TYPE_NOT_SUCCESS], Resource,
        is_not(&Status(&[(400, 499)]))),
    row(&[ids::CREATE_BODY_NAMESPACED_NAME, ids::CREATE_BODY_ENV_ARRAY, ids::CREATE_BODY_FRAMEWORK_PARAMETERS_NULL,
          ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE, ids::CREATE_BODY_SCHEDULE_OBJECT, ids::CREATE_BODY_SCHEDULE_WINDOW,
          ids::CREATE_BODY_TRIGGER_INDICATOR, ids::CREATE_BODY_EMPTY_OPTIONAL_NAMES, ids::CREATE_BODY_OMITTED_OPTIONALS,
          ids::CREATE_BODY_UNKNOWN_FIELDS, ids::CREATE_BODY_TRAILING_NEWLINE, ids::CREATE_BODY_ARTIFACTS_PATH_FORM,
          ids::CREATE_BODY_SCHEDULE_EMPTY, ids::CREATE_BODY_SCHEDULE_NULL_TIME, ids::CREATE_BODY_PIPELINE_VERSION_EMPTY,
          ids::CREATE_BODY_PARAMETERS_EMPTY_KEY, ids::CREATE_BODY_PARAMETERS_EMPTY_VALUE, ids::CREATE_BODY_ARTIFACT_FILTER,
          ids::CREATE_BODY_RUN_CONFIGURATION_NAME, ids::CREATE_BODY_EXPERIMENT_NAME, ids::CREATE_BODY_TRIGGER_KINDS,
          ids::CREATE_BODY_NAME_FORMS, ids::CREATE_BODY_ENV_DUPLICATES, ids::CREATE_BODY_ENV_EMPTY_VALUE,
          ids::CREATE_BODY_HTML_ESCAPES, ids::CREATE_BODY_LINE_SEPARATORS, ids::CREATE_BODY_FRAMEWORK_PARAMETERS_VALUES,
          ids::CREATE_BODY_BIG_INTEGERS, ids::CREATE_BODY_DESCRIPTION_EMPTY,
          ids::CREATE_CONTENT_TYPE_PARAMETERS], Compared, Not(&MADE)),
    // Asked by creates or by updates of what exists.
    row(&[ids::CREATE_BODY_VERSION_FORMS, ids::UPDATE_BODY_AS_CREATE], Resource, Not(&MADE)),
    row(&[ids::CREATE_BODY_COMPILED_SHAPES, ids::CREATE_BODY_TEXT_BEYOND_BMP], Resource,
        Not(&Any(&[MADE, All(&[Status(&[(400, 499)]), EXPLAINED])]))),
    row(&[ids::UPDATE_FOREIGN_CONTENT_TYPE], Resource, is_not(&Status(&[(400, 499)]))),
    row(&[ids::CREATE_BODY_LARGE], Resource,
        Not(&Any(&[MADE, All(&[Status(&[(400, 499)]), EXPLAINED])]))),
    row(&[ids::CREATE_BODY_UNICODE], Resource, Not(&Any(&[MADE, EXPLAINED]))),
    // Updates.
    row(&[ids::UPDATE_200_STATUS, ids::DELETE_200_STATUS], Resource, is_not(&Status(&[(200, 200)]))),
    row(&[ids::UPDATE_NEW_VERSION, ids::UPDATE_RETURNED_ID_USABLE, ids::UPDATE_IDEMPOTENT,
          ids::UPDATE_FAILED_KEEPS_PREVIOUS], Case, Not(&MADE)),
    row(&[ids::UPDATE_OLD_ID_HARMLESS], Case, All(&[Not(&MADE), Sign::OtherIdBefore])),
    row(&[ids::UPDATE_UNSUPPORTED_IS_EXPLICIT], Resource,
        Any(&[All(&[ACCEPTED, Not(&MADE)]), All(&[Not(&ACCEPTED), Not(&EXPLAINED)])])),
    row(&[ids::UPDATE_UNKNOWN_ID_404, ids::DELETE_THEN_PUT, ids::DELETE_UNKNOWN_ID_404], Resource, NOT_404),
    row(&[ids::UPDATE_ERROR_ECHOES_ID, ids::UPDATE_ID_SLASH, ids::UPDATE_ID_DECODED_ONCE], Resource,
        All(&[REFUSED, Not(&Sign::Echoed)])),
    row(&[ids::UPDATE_ID_ENCODING_EQUIVALENCE], Case, Sign::AnswerDiffers),
    // Deletions.
    row(&[ids::DELETE_STATUS_DOCUMENTED], Resource, is_not(&Status(&[(200, 200), (404, 404), (500, 500)]))),
    row(&[ids::DELETE_200_ID_EMPTY], Resource, Member("id")),
    row(&[ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, ids::DELETE_REPEAT_OPERATOR_SAFE, ids::DELETE_ID_ENCODING,
          ids::DELETE_WHILE_RUN_ACTIVE], Resource, Not(&GONE)),
    row(&[ids::DELETE_NO_CONTENT_TYPE_NO_BODY], Resource, Status(&[(400, 400), (411, 411), (415, 415), (422, 422)])),
    row(&[ids::DELETE_THEN_RECREATE], Case, Not(&All(&[ACCEPTED, MADE]))),
    row(&[ids::DELETE_ISOLATION, ids::DELETE_TYPE_ISOLATION], Case, Status(&[(404, 404)])),
    // Lives and abuse.
    row(&[ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_PIPELINE_RUN], Resource, Sign::Stuck),
    row(&[ids::LIFECYCLE_RANDOM_WALK], Case, Sign::Stuck),
    row(&[ids::ROBUST_NO_5XX_ON_BAD_INPUT], Resource, CRASHED),
    row(&[ids::ROBUST_ID_CONTROL_CHARS, ids::ROBUST_DEEP_JSON], Resource, Any(&[Not(&Sign::Answered), CRASHED])),
    row(&[ids::ROBUST_UNDOCUMENTED_METHODS], Resource, Any(&[Not(&Sign::Answered), CRASHED])),
    row(&[ids::ROBUST_PATH_SPELLING], Resource, Any(&[Not(&Sign::Answered), CRASHED, Status(&[(300, 399)])])),
    row(&[ids::ROBUST_UNKNOWN_PATH], Resource, is_not(&Status(&[(404, 404)]))),
    row(&[ids::ROBUST_WRONG_METHOD], Resource, is_not(&Status(&[(404, 405)]))),
    row(&[ids::ROBUST_ID_TRAVERSAL], Resource,
        Not(&Any(&[Status(&[(400, 499), (501, 501)]), All(&[Status(&[(200, 200)]), Object])]))),
    row(&[ids::ROBUST_ID_8K], Resource, Not(&Any(&[Status(&[(400, 499)]), Object]))),
    row(&[ids::ROBUST_DETERMINISTIC_ERRORS], Case, Sign::Wavers),
    row(&[ids::ROBUST_STILL_WORKS_AFTER_ABUSE], Abuse, Not(&MADE)),
];

static UNLISTED: Row = row(&[], Case, Sign::AsRecorded);

/// Requirements that no request shows, nor a few: all answers of a run do, beside each other.
const STATISTICAL: &[&str] = &[ids::TRANSPORT_STEADY];

/// Whether requests can show that a requirement is violated.
pub(crate) fn can_be_shown(requirement: &str) -> bool {
    !STATISTICAL.contains(&requirement)
}

/// How to show that a requirement is violated.
pub(super) fn of(requirement: &str) -> &'static Row {
    TABLE
        .iter()
        .find(|row| row.requirements.contains(&requirement))
        .unwrap_or(&UNLISTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_listed_requirement_is_in_the_catalogue_and_listed_once() {
        let mut all: Vec<&str> = TABLE
            .iter()
            .flat_map(|row| row.requirements)
            .copied()
            .collect();
        let unknown: Vec<_> = all
            .iter()
            .filter(|id| Catalogue::embedded().get(id).is_none())
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
