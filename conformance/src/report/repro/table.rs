//! Which sign shows which requirement to be violated.
//!
//! A requirement that is not listed is shown by its case played again up to the answer that told
//! it, if that comes out as recorded.

use super::sign::{GONE, MADE, Sign};
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
    row(&["health.livez.status-documented", "health.readyz.status-documented"], Resource,
        is_not(&Status(&[(204, 204), (503, 503)]))),
    row(&["health.livez.204-when-up", "health.readyz.204-when-ready"], Resource, is_not(&Status(&[(204, 204)]))),
    wire(&["health.livez.204-no-body"], Way::ToTheEnd, MISFRAMED),
    row(&["health.probe-accepted-by-kubelet"], Resource,
        Any(&[Not(&Status(&[(200, 399)])), Sign::SlowerThan(1000)])),
    row(&["health.no-credentials"], Resource, is_not(&Status(&[(200, 399)]))),
    wire(&["health.not-blocked-by-load"], Way::Upload, UNANSWERED),
    row(&["transport.deadline"], Resource, Not(&Sign::Answered)),
    wire(&["transport.body-complete"], Way::ToTheEnd, MISFRAMED),
    row(&["transport.no-redirect"], Resource, Status(&[(300, 399)])),
    row(&["transport.no-unrequested-encoding"], Resource, Sign::Encoded),
    row(&["transport.no-auth"], Resource, Status(&[(401, 401), (403, 403), (407, 407)])),
    row(&["transport.accept-star"], Resource, Status(&[(406, 406), (415, 415)])),
    row(&["transport.http11-cleartext"], Resource, Any(&[Not(&Sign::Answered), Status(&[(426, 426)])])),
    row(&["transport.any-host-header"], Case, Sign::StatusDiffers),
    wire(&["transport.keepalive"], Way::KeepAlive, UNANSWERED),
    wire(&["transport.http10-or-close"], Way::ToTheEnd, Sign::LeftOpen),
    Row { scope: Case, ..wire(&["transport.concurrency"], Way::Parallel, Sign::Mixed) },
    row(&["transport.survives-aborted-body"], Case, Not(&Sign::Answered)),
    row(&["transport.expect-continue"], Resource, is_not(&ACCEPTED)),
    // The form of answers.
    row(&["response.json-object", "delete.200.body-object"], Resource, Not(&Object)),
    row(&["response.content-type-json"], Resource, Not(&Sign::Json)),
    row(&["response.status-documented"], Resource, Sign::Undeclared),
    row(&["response.schema"], Resource, Sign::AsRecorded),
    row(&["response.id-is-string"], Resource, Sign::OtherKind("id")),
    row(&["response.provider-error-is-string"], Resource, Sign::OtherKind("providerError")),
    row(&["response.utf8-no-bom"], Resource, Sign::BadText),
    row(&["response.no-trailing-bytes"], Resource, Sign::Trailing),
    row(&["response.size-limit"], Resource, Sign::BytesFrom(256 * 1024)),
    row(&["response.provider-error-length"], Resource, Sign::LongerThan(32_768)),
    row(&["response.exact-key-case"], Resource, Sign::OddKeys),
    row(&["response.error-not-empty-message"], Resource, Sign::Wordless),
    row(&["response.no-leak"], Resource, Sign::Leak),
    // Creates.
    row(&["create.201.status"], Resource, is_not(&Status(&[(201, 201)]))),
    row(&["create.201.id-non-empty", "update.200.id-non-empty"], Resource, All(&[ACCEPTED, Not(&Member("id"))])),
    row(&["create.201.no-provider-error", "update.200.no-provider-error", "delete.200.no-provider-error"], Resource,
        All(&[ACCEPTED, Member("providerError")])),
    row(&["create.error.provider-error", "update.error.provider-error"], Resource, All(&[REFUSED, Not(&EXPLAINED)])),
    row(&["create.error.no-id-if-nothing-created"], Resource, All(&[REFUSED, Member("id")])),
    row(&["create.id.shell-safe"], Resource, Sign::UnsafeId),
    row(&["create.id.not-dot-segment"], Resource, Sign::DotId),
    row(&["create.id.no-edge-whitespace"], Resource, Sign::EdgeBlanks),
    row(&["create.id.length"], Resource, Sign::IdOver(1024)),
    row(&["create.id.round-trips"], Resource, Sign::Lost),
    row(&["create.id.distinct"], Case, Sign::OneId),
    row(&["create.namespaces-distinct"], Case, Any(&[Sign::OneId, Status(&[(404, 404)])])),
    row(&["create.repeat-same-name"], Resource, Not(&Any(&[All(&[ACCEPTED, MADE]), EXPLAINED]))),
    row(&["create.run.unknown-pipeline"], Resource, All(&[EXPLAINED, Not(&Sign::NamesPipeline)])),
    row(&["create.malformed-json.400", "update.malformed-json.400"], Resource, is_not(&Status(&[(400, 400)]))),
    row(&["create.empty-body.4xx", "create.non-object.4xx", "create.wrong-types.4xx", "create.missing-name.4xx",
          "create.too-many-slashes.4xx", "create.wrong-resource.422", "update.wrong-resource.422"], Resource,
        is_not(&Status(&[(400, 400), (422, 422)]))),
    row(&["create.runschedule.bad-cron.4xx", "create.unknown-type.not-success"], Resource,
        is_not(&Status(&[(400, 499)]))),
    row(&["create.body.namespaced-name", "create.body.env-array", "create.body.framework-parameters-null",
          "create.body.compiled-pipeline-opaque", "create.body.schedule-object", "create.body.schedule-window",
          "create.body.trigger-indicator", "create.body.empty-optional-names", "create.body.omitted-optionals",
          "create.body.unknown-fields", "create.body.trailing-newline", "create.body.artifacts-path-form",
          "create.body.schedule-empty", "create.body.schedule-null-time", "create.body.pipeline-version-empty",
          "create.body.parameters-empty-key", "create.body.parameters-empty-value", "create.body.artifact-filter",
          "create.body.run-configuration-name", "create.body.experiment-name", "create.body.trigger-kinds",
          "create.body.name-forms", "create.body.env-duplicates", "create.body.env-empty-value",
          "create.body.html-escapes", "create.body.line-separators", "create.body.framework-parameters-values",
          "create.body.big-integers", "create.body.description-empty",
          "create.content-type-parameters"], Compared, Not(&MADE)),
    // Asked by creates or by updates of what exists.
    row(&["create.body.version-forms", "update.body.as-create"], Resource, Not(&MADE)),
    row(&["create.body.compiled-shapes", "create.body.text-beyond-bmp"], Resource,
        Not(&Any(&[MADE, All(&[Status(&[(400, 499)]), EXPLAINED])]))),
    row(&["update.foreign-content-type"], Resource, is_not(&Status(&[(400, 499)]))),
    row(&["create.body.large"], Resource,
        Not(&Any(&[MADE, All(&[Status(&[(400, 499)]), EXPLAINED])]))),
    row(&["create.body.unicode"], Resource, Not(&Any(&[MADE, EXPLAINED]))),
    // Updates.
    row(&["update.200.status", "delete.200.status"], Resource, is_not(&Status(&[(200, 200)]))),
    row(&["update.new-version", "update.returned-id-usable", "update.idempotent",
          "update.failed-keeps-previous"], Case, Not(&MADE)),
    row(&["update.old-id-harmless"], Case, All(&[Not(&MADE), Sign::OtherIdBefore])),
    row(&["update.unsupported-is-explicit"], Resource,
        Any(&[All(&[ACCEPTED, Not(&MADE)]), All(&[Not(&ACCEPTED), Not(&EXPLAINED)])])),
    row(&["update.unknown-id.404", "delete.then-put", "delete.unknown-id.404"], Resource, NOT_404),
    row(&["update.error.echoes-id", "update.id-slash", "update.id-decoded-once"], Resource,
        All(&[REFUSED, Not(&Sign::Echoed)])),
    row(&["update.id-encoding-equivalence"], Case, Sign::AnswerDiffers),
    // Deletions.
    row(&["delete.status-documented"], Resource, is_not(&Status(&[(200, 200), (404, 404), (500, 500)]))),
    row(&["delete.200.id-empty"], Resource, Member("id")),
    row(&["delete.unknown-id.operator-safe", "delete.repeat.operator-safe", "delete.id-encoding",
          "delete.while-run-active"], Resource, Not(&GONE)),
    row(&["delete.no-content-type-no-body"], Resource, Status(&[(400, 400), (411, 411), (415, 415), (422, 422)])),
    row(&["delete.then-recreate"], Case, Not(&All(&[ACCEPTED, MADE]))),
    row(&["delete.isolation", "delete.type-isolation"], Case, Status(&[(404, 404)])),
    // Lives and abuse.
    row(&["lifecycle.operator-simulation", "lifecycle.pipeline-run"], Resource, Sign::Stuck),
    row(&["lifecycle.random-walk"], Case, Sign::Stuck),
    row(&["robust.no-5xx-on-bad-input"], Resource, CRASHED),
    row(&["robust.id-control-chars", "robust.deep-json"], Resource, Any(&[Not(&Sign::Answered), CRASHED])),
    row(&["robust.undocumented-methods"], Resource, Any(&[Not(&Sign::Answered), CRASHED])),
    row(&["robust.path-spelling"], Resource, Any(&[Not(&Sign::Answered), CRASHED, Status(&[(300, 399)])])),
    row(&["robust.unknown-path"], Resource, is_not(&Status(&[(404, 404)]))),
    row(&["robust.wrong-method"], Resource, is_not(&Status(&[(404, 405)]))),
    row(&["robust.id-traversal"], Resource,
        Not(&Any(&[Status(&[(400, 499), (501, 501)]), All(&[Status(&[(200, 200)]), Object])]))),
    row(&["robust.id-8k"], Resource, Not(&Any(&[Status(&[(400, 499)]), Object]))),
    row(&["robust.deterministic-errors"], Case, Sign::Wavers),
    row(&["robust.still-works-after-abuse"], Abuse, Not(&MADE)),
];

static UNLISTED: Row = row(&[], Case, Sign::AsRecorded);

/// Requirements that no request shows, nor a few: all answers of a run do, beside each other.
const STATISTICAL: &[&str] = &["transport.steady"];

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
