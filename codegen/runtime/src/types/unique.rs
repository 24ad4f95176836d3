//! Lists that hold nothing twice, for the generated types.

/// The first item that was there before, if there is one. Items are the same if they are written
/// the same.
fn repeated<T: ::serde::Serialize>(items: &[T]) -> ::std::option::Option<usize> {
    let mut seen = ::std::collections::HashSet::new();
    items
        .iter()
        .position(|item| ::serde_json::to_string(item).is_ok_and(|text| !seen.insert(text)))
}
