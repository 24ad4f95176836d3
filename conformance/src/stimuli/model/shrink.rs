//! The shortest part of a script that still fails.

use super::Script;

/// Leaves out ever smaller parts of `script` and keeps what still fails, as `fails` finds by running
/// it: halves first, single requests last. `fails` gives the proof of a failure, and `None` if there
/// is none or if it may not try any more.
///
/// Returns the shortest script found with its proof, or `None` if nothing shorter fails.
pub(crate) async fn shrink<Proof, Failure>(
    script: &Script,
    mut fails: impl AsyncFnMut(&Script) -> Result<Option<Proof>, Failure>,
) -> Result<Option<(Script, Proof)>, Failure> {
    let mut best: Option<(Script, Proof)> = None;
    let mut length = script.len() / 2;
    while length > 0 {
        let mut shorter = false;
        let mut end = current(&best, script).len();
        // From the end: what comes after the failure has no part in it.
        while end >= length {
            let candidate = current(&best, script).without(end - length..end);
            if let Some(proof) = fails(&candidate).await? {
                best = Some((candidate, proof));
                shorter = true;
            }
            end -= length;
        }
        if !(shorter && length == 1) {
            length /= 2;
        }
    }
    Ok(best)
}

fn current<'a, Proof>(best: &'a Option<(Script, Proof)>, script: &'a Script) -> &'a Script {
    best.as_ref().map_or(script, |(script, _)| script)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::executor::block_on;

    use super::super::script::{Action, Width};
    use super::*;

    #[test]
    fn what_is_left_cannot_be_left_out() {
        for seed in 0..40 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let script = Script::random(&mut rng, Width::One, 80, 3);
            // Fails if a name is created, deleted and created again.
            let wanted = [Action::Create, Action::Delete, Action::Create];
            let bad = |script: &Script| {
                let mut left = wanted.iter();
                let mut next = left.next();
                for one in script.moves.iter().filter(|one| one.name == 1) {
                    if next == Some(&one.action) {
                        next = left.next();
                    }
                }
                next.is_none()
            };
            if !bad(&script) {
                continue;
            }
            let mut runs = 0;
            let shrunk = block_on(shrink(&script, async |candidate: &Script| {
                runs += 1;
                Ok::<_, Infallible>(bad(candidate).then_some(()))
            }));
            let Ok(Some((shortest, ()))) = shrunk else {
                panic!("seed {seed}: nothing shorter fails");
            };
            let actions: Vec<_> = shortest.moves.iter().map(|one| one.action).collect();
            assert_eq!(actions, wanted, "seed {seed}");
            assert!(runs < 200, "seed {seed}: {runs} runs");
        }
    }

    #[test]
    fn what_does_not_fail_again_is_not_shortened() {
        let mut rng = fastrand::Rng::with_seed(1);
        let script = Script::random(&mut rng, Width::One, 20, 3);
        let shrunk = block_on(shrink(&script, async |_: &Script| {
            Ok::<Option<()>, Infallible>(None)
        }));
        assert!(matches!(shrunk, Ok(None)));
    }
}
