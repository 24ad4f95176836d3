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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repetition_is_told() {
        assert_eq!(repeated(&[1, 2, 3]), None);
        assert_eq!(repeated(&["a", "b", "a", "b"]), Some(2));
        assert_eq!(repeated::<u8>(&[]), None);
    }
}
