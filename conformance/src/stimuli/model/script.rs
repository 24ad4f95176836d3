//! Random sequences of requests.

/// What is done with a name, or with the id that it has or had last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    /// Create what is there already.
    Again,
    Update,
    Delete,
    /// Delete the id that the name had before, if it has another now.
    DeleteFormer,
    /// Delete the id as one of another type.
    DeleteElsewhere,
}

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// Requests of one round are under way together.
    pub(crate) round: usize,
    /// Number of the name.
    pub(crate) name: usize,
    pub(crate) action: Action,
}

/// How many requests are under way together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// One after another.
    One,
    /// At least eight on names of their own, and some of them on one id.
    Many,
}

/// A sequence of requests on a few names; a pure function of its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) moves: Vec<Move>,
}

/// Names under way together in a wide script.
const LANES: usize = 8;

impl Script {
    /// So many rounds on so many names.
    pub(crate) fn random(
        rng: &mut fastrand::Rng,
        width: Width,
        rounds: usize,
        names: usize,
    ) -> Self {
        let mut writer = Writer {
            exists: vec![false; names],
            moves: Vec::new(),
            round: 0,
        };
        while writer.round < rounds {
            match width {
                Width::One => writer.one(rng),
                Width::Many => writer.many(rng),
            }
        }
        Self {
            moves: writer.moves,
        }
    }

    /// The first requests of it.
    pub(crate) fn first(&self, moves: usize) -> Self {
        Self {
            moves: self.moves.iter().take(moves).copied().collect(),
        }
    }

    /// Only what is about these names.
    pub(crate) fn about(&self, names: &[usize]) -> Self {
        let about = |one: &&Move| names.contains(&one.name);
        Self {
            moves: self.moves.iter().filter(about).copied().collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.moves.len()
    }

    /// Without the requests of a range.
    pub(crate) fn without(&self, range: std::ops::Range<usize>) -> Self {
        let mut moves = self.moves.clone();
        moves.drain(range);
        Self { moves }
    }

    /// The rounds in their order.
    pub(crate) fn rounds(&self) -> impl Iterator<Item = &[Move]> {
        self.moves.chunk_by(|a, b| a.round == b.round)
    }
}

struct Writer {
    exists: Vec<bool>,
    moves: Vec<Move>,
    round: usize,
}

impl Writer {
    fn push(&mut self, name: usize, action: Action) {
        self.moves.push(Move {
            round: self.round,
            name,
            action,
        });
        match action {
            Action::Create => self.exists[name] = true,
            Action::Delete => self.exists[name] = false,
            _ => {}
        }
    }

    fn one(&mut self, rng: &mut fastrand::Rng) {
        let name = rng.usize(..self.exists.len());
        let action = match (self.exists[name], rng.u8(..10)) {
            (false, 0..9) => Action::Create,
            (false, _) => Action::Update,
            (true, 0..6) => Action::Update,
            (true, 6) => Action::DeleteElsewhere,
            (true, 7) => Action::DeleteFormer,
            (true, _) => Action::Delete,
        };
        self.push(name, action);
        self.round += 1;
    }

    /// A wide round; then whether everything is where it should be, one after another.
    fn many(&mut self, rng: &mut fastrand::Rng) {
        const GROUPS: &[&[Action]] = &[
            &[Action::Update],
            &[Action::Delete],
            &[Action::Update, Action::Delete],
            &[Action::Update, Action::Delete],
            &[Action::Update, Action::Update],
            &[Action::Delete, Action::Delete],
            &[Action::Update, Action::Update, Action::Delete],
        ];
        let mut names: Vec<usize> = (0..self.exists.len()).collect();
        rng.shuffle(&mut names);
        names.truncate(LANES);
        for name in &names {
            let group = if self.exists[*name] {
                GROUPS[rng.usize(..GROUPS.len())]
            } else {
                &[Action::Create]
            };
            for action in group {
                self.push(*name, *action);
            }
        }
        self.round += 1;
        for name in &names {
            self.push(*name, Action::Update);
        }
        self.round += 1;
        // Whether a name and an id belong together shows only when nothing else is under way.
        for name in names.into_iter().filter(|_| rng.u8(..4) == 0) {
            self.push(name, Action::Again);
            self.round += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_one_script() {
        for width in [Width::One, Width::Many] {
            let script = |seed| Script::random(&mut fastrand::Rng::with_seed(seed), width, 30, 10);
            assert_eq!(script(3), script(3), "{width:?}");
            assert_ne!(script(3), script(4), "{width:?}");
        }
    }

    #[test]
    fn wide_scripts_have_eight_names_under_way_and_narrow_ones_one_request() {
        let mut rng = fastrand::Rng::with_seed(1);
        let wide = Script::random(&mut rng, Width::Many, 9, 10);
        let widest = wide.rounds().map(<[Move]>::len).max();
        assert!(widest >= Some(8), "{widest:?}");
        let names = |round: &[Move]| {
            round
                .iter()
                .map(|one| one.name)
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(wide.rounds().map(|round| names(round).len()).max(), Some(8));
        let narrow = Script::random(&mut rng, Width::One, 50, 4);
        assert_eq!((narrow.len(), narrow.rounds().count()), (50, 50));
    }

    #[test]
    fn a_name_is_created_alone() {
        let mut rng = fastrand::Rng::with_seed(2);
        for one in Script::random(&mut rng, Width::Many, 60, 10).rounds() {
            for create in one.iter().filter(|m| m.action == Action::Create) {
                let others = one.iter().filter(|m| m.name == create.name).count();
                assert_eq!(others, 1, "{one:?}");
            }
        }
    }

    #[test]
    fn a_script_about_some_names_is_the_rest_left_out() {
        let mut rng = fastrand::Rng::with_seed(3);
        let script = Script::random(&mut rng, Width::Many, 12, 10);
        let some = script.about(&[2, 7]);
        let kept = |one: &&Move| [2, 7].contains(&one.name);
        let wanted: Vec<&Move> = script.moves.iter().filter(kept).collect();
        assert!(!wanted.is_empty() && wanted.len() < script.len());
        assert_eq!(some.moves.iter().collect::<Vec<_>>(), wanted);
        assert_eq!(script.about(&[]).len(), 0);
    }
}
