//! The functions that scripts share: each script has those that it uses.

use std::sync::LazyLock;

/// The helper functions by name.
pub(in crate::report::repro) static HELPERS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let source = concat!(
        include_str!("../prelude.sh"),
        include_str!("../wire.sh"),
        include_str!("../many.sh")
    );
    let mut helpers = Vec::new();
    let mut rest = source;
    while let Some(end) = rest.find("() {") {
        let close = match rest.find('\n') {
            Some(line) if rest[..line].ends_with('}') => line,
            _ => rest.find("\n}\n").map_or(rest.len() - 1, |at| at + 2),
        };
        helpers.push((&rest[..end], &rest[..=close]));
        rest = &rest[close + 1..];
    }
    helpers
});

/// The helpers that a script uses, and those that they use.
pub(super) fn helpers(script: &str) -> String {
    let uses = |text: &str, name: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| word == name)
    };
    let mut wanted: Vec<bool> = HELPERS.iter().map(|(name, _)| uses(script, name)).collect();
    loop {
        let more: Vec<usize> = (0..wanted.len())
            .filter(|at| !wanted[*at])
            .filter(|at| {
                let users = HELPERS.iter().zip(&wanted).filter(|(_, wanted)| **wanted);
                users
                    .into_iter()
                    .any(|((_, text), _)| uses(text, HELPERS[*at].0))
            })
            .collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|at| wanted[at] = true);
    }
    let chosen = HELPERS.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    chosen.map(|((_, text), _)| *text).collect()
}
