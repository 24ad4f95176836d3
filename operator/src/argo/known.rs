//! What names stand for.

use std::collections::BTreeMap;

pub(super) type Known = BTreeMap<String, Option<String>>;
