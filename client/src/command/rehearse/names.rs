//! Names that the API server makes: their ends are random in a cluster, and counted here so that a rehearsal can be
//! repeated.

use kfp_operator_sim::generated_name;

/// The letters and digits with which names end.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// Names of resources in files are counted from here on, so that they never meet those of what is made from them.
pub(super) const OF_FILES: usize = LETTERS.len().pow(4);

/// The name that a start gets, by its number.
pub(super) fn counted(start: &str, number: usize) -> String {
    generated_name(start, &suffix(number))
}

fn suffix(mut number: usize) -> String {
    let mut letters = [LETTERS[0]; 5];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[number % LETTERS.len()];
        number /= LETTERS.len();
    }
    letters.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_differ() {
        assert_eq!(suffix(0), "bbbbb");
        assert_eq!(suffix(1), "bbbbc");
        assert_eq!(suffix(27), "bbbcb");
        assert_eq!(counted("run-", OF_FILES), "run-cbbbb");
    }
}
