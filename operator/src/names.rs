//! Names that the API server makes.

/// The longest start of a name that is made: five characters follow, and a name that is made fits into a label.
const MAX_START: usize = 58;

/// A name from what it starts with (`generateName`) and five characters that are random in a cluster. A start that is too
/// long is cut.
pub fn generated_name(start: &str, random: &str) -> String {
    format!("{}{random}", cut(start))
}

/// As much of the start of a name as stays when the name is made.
pub(crate) fn cut(start: &str) -> &str {
    start
        .char_indices()
        .find(|(at, c)| at + c.len_utf8() > MAX_START)
        .map_or(start, |(at, _)| &start[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_made_fits_into_a_label() {
        for (length, expected) in [(1, 6), (57, 62), (58, 63), (59, 63), (253, 63)] {
            let name = generated_name(&"a".repeat(length), "bcdfg");
            assert_eq!(name.len(), expected, "{length}");
            assert!(name.ends_with("bcdfg"), "{length}");
        }
        assert_eq!(generated_name(&"é".repeat(30), "bcdfg").chars().count(), 34);
    }
}
