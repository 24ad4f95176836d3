//! The command that judges a result again.

use std::path::Path;

use crate::journal::record::Start;
use crate::judge::Judged;
use crate::report::place::AGAIN;

/// The command line, ready to be copied to a shell. `folder` has the journal of the run, which is left alone: the new
/// one has a folder of its own in it.
pub(super) fn again(judged: &Judged, start: &Start, folder: &Path) -> String {
    let kind = judged
        .kind
        .map(|kind| ["--type".to_owned(), kind.to_string()]);
    let seed = ["--seed".to_owned(), start.seed.to_string()];
    let own = folder.join(AGAIN).join(crate::report::repro::stem(judged));
    let out = ["--out".to_owned(), own.display().to_string()];
    let options = kind.into_iter().chain([seed, out]).flatten();
    let options = options.chain(start.options.iter().cloned());
    let words: Vec<String> = options.map(|word| quoted(&word)).collect();
    let id = &judged.requirement.id;
    format!("kfp-conformance run {id} {}", words.join(" "))
}

/// A word of a POSIX shell.
pub(super) fn quoted(word: &str) -> String {
    match shlex::try_quote(word) {
        Ok(quoted) => quoted.into_owned(),
        // A zero byte, which no command line could have had.
        Err(_) => "''".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("--url"), "--url");
        assert_eq!(quoted("a provider's.toml"), "\"a provider's.toml\"");
    }
}
