//! The requirements that the checks of every answer decide, by what was asked.

/// Decided by any answer to a resource request.
pub(crate) const ANY_ANSWER: &[&str] = &[
    "transport.deadline",
    "transport.body-complete",
    "transport.no-redirect",
    "transport.no-unrequested-encoding",
    "response.json-object",
    "response.content-type-json",
    "response.status-documented",
    "response.schema",
    "response.id-is-string",
    "response.provider-error-is-string",
    "response.utf8-no-bom",
    "response.no-trailing-bytes",
    "response.size-limit",
    "response.provider-error-length",
    "response.exact-key-case",
    "response.no-leak",
];
/// Decided by the answer to a valid create.
pub(crate) const VALID_CREATE: &[&str] = &[
    "transport.no-auth",
    "transport.accept-star",
    "create.201.status",
    "create.201.id-non-empty",
    "create.201.no-provider-error",
    "create.id.shell-safe",
    "create.id.not-dot-segment",
    "create.id.no-edge-whitespace",
    "create.id.length",
];
/// Decided by the answer to a create that has to be refused.
pub(crate) const REFUSED_CREATE: &[&str] = &[
    "response.error-not-empty-message",
    "create.error.provider-error",
    "create.error.no-id-if-nothing-created",
    "robust.no-5xx-on-bad-input",
];
/// Decided by the answer to a valid update.
pub(crate) const VALID_UPDATE: &[&str] = &[
    "update.200.status",
    "update.200.id-non-empty",
    "update.200.no-provider-error",
];
/// Decided by the answer to an update that has to be refused.
pub(crate) const REFUSED_UPDATE: &[&str] = &[
    "response.error-not-empty-message",
    "update.error.provider-error",
    "update.error.echoes-id",
    "robust.no-5xx-on-bad-input",
];
/// Decided by the answer to the deletion of something that exists.
pub(crate) const VALID_DELETE: &[&str] = &[
    "delete.status-documented",
    "delete.200.status",
    "delete.200.body-object",
    "delete.200.id-empty",
    "delete.200.no-provider-error",
];
/// Decided by any deletion.
pub(crate) const ANY_DELETE: &[&str] = &["delete.status-documented"];
