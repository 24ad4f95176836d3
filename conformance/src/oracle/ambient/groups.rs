//! The requirements that the checks of every answer decide, by what was asked.

use crate::catalogue::ids;

/// Decided by any answer to a resource request.
pub(crate) const ANY_ANSWER: &[&str] = &[
    ids::TRANSPORT_DEADLINE,
    ids::TRANSPORT_BODY_COMPLETE,
    ids::TRANSPORT_NO_REDIRECT,
    ids::TRANSPORT_NO_UNREQUESTED_ENCODING,
    ids::RESPONSE_JSON_OBJECT,
    ids::RESPONSE_CONTENT_TYPE_JSON,
    ids::RESPONSE_STATUS_DOCUMENTED,
    ids::RESPONSE_SCHEMA,
    ids::RESPONSE_ID_IS_STRING,
    ids::RESPONSE_PROVIDER_ERROR_IS_STRING,
    ids::RESPONSE_UTF8_NO_BOM,
    ids::RESPONSE_NO_TRAILING_BYTES,
    ids::RESPONSE_SIZE_LIMIT,
    ids::RESPONSE_PROVIDER_ERROR_LENGTH,
    ids::RESPONSE_EXACT_KEY_CASE,
    ids::RESPONSE_NO_LEAK,
];
/// Decided by the answer to a valid create.
pub(crate) const VALID_CREATE: &[&str] = &[
    ids::TRANSPORT_NO_AUTH,
    ids::TRANSPORT_ACCEPT_STAR,
    ids::CREATE_201_STATUS,
    ids::CREATE_201_ID_NON_EMPTY,
    ids::CREATE_201_NO_PROVIDER_ERROR,
    ids::CREATE_ID_SHELL_SAFE,
    ids::CREATE_ID_NOT_DOT_SEGMENT,
    ids::CREATE_ID_NO_EDGE_WHITESPACE,
    ids::CREATE_ID_LENGTH,
];
/// Decided by the answer to a create that has to be refused.
pub(crate) const REFUSED_CREATE: &[&str] = &[
    ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE,
    ids::CREATE_ERROR_PROVIDER_ERROR,
    ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED,
    ids::ROBUST_NO_5XX_ON_BAD_INPUT,
];
/// Decided by the answer to a valid update.
pub(crate) const VALID_UPDATE: &[&str] = &[
    ids::UPDATE_200_STATUS,
    ids::UPDATE_200_ID_NON_EMPTY,
    ids::UPDATE_200_NO_PROVIDER_ERROR,
];
/// Decided by the answer to an update that has to be refused.
pub(crate) const REFUSED_UPDATE: &[&str] = &[
    ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE,
    ids::UPDATE_ERROR_PROVIDER_ERROR,
    ids::UPDATE_ERROR_ECHOES_ID,
    ids::ROBUST_NO_5XX_ON_BAD_INPUT,
];
/// Decided by the answer to the deletion of something that exists.
pub(crate) const VALID_DELETE: &[&str] = &[
    ids::DELETE_STATUS_DOCUMENTED,
    ids::DELETE_200_STATUS,
    ids::DELETE_200_BODY_OBJECT,
    ids::DELETE_200_ID_EMPTY,
    ids::DELETE_200_NO_PROVIDER_ERROR,
];
/// Decided by any deletion.
pub(crate) const ANY_DELETE: &[&str] = &[ids::DELETE_STATUS_DOCUMENTED];
