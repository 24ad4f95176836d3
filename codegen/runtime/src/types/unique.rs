//! Lists that hold nothing twice.

use std::collections::HashSet;

use serde::Serialize;

/// The first item that was there before, if there is one. Items are the same if they are written
/// the same.
pub fn repeated<T: Serialize>(items: &[T]) -> Option<usize> {
    let mut seen = HashSet::new();
    items
        .iter()
        .position(|item| serde_json::to_string(item).is_ok_and(|text| !seen.insert(text)))
}
