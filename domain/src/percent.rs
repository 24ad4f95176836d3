//! What URLs take as it is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What is percent-encoded in a part of a path: everything but the unreserved characters of RFC 3986, which are letters,
/// digits and `-_.~`.
pub const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
