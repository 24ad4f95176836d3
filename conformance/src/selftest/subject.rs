//! What the self-test judges: the mock, with each of its faults and legal oddities.

use crate::catalogue::ids;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::catalogue::Catalogue;
use crate::mock::{Behaviour, FAULTS, Fault, FaultSpec, UnknownName, VARIANTS, VariantSpec};

/// How long slow faults take: beyond the limit for probes, within the one for requests.
const DELAY: Duration = Duration::from_millis(2_500);
/// How long slow but legal answers take.
const MOMENT: Duration = Duration::from_millis(5);
/// Percent of the repetitions of a real run: enough to meet what only numbers show, and to see that what is legal raises
/// no false alarm in them.
const MANY: u32 = 25;
/// The same for faults that show at the first request: every case runs, but those that repeat do so a few times only.
const FEW: u32 = 5;
/// Requirements that are seen to be violated in numbers only; a fault that violates one gets them.
const BY_NUMBERS: [&str; 3] = [
    ids::CREATE_ID_DISTINCT,
    ids::LIFECYCLE_RANDOM_WALK,
    ids::TRANSPORT_CONCURRENCY,
];
/// Faults that show now and then, or among many, in requirements that others violate at once.
const RARE: [Fault; 2] = [Fault::SometimesNoContentType, Fault::ForgetsBeyond];

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// The mock as it should be.
    Unbroken,
    /// The mock with a fault.
    Fault(&'static FaultSpec),
    /// The mock with a legal oddity.
    Variant(&'static VariantSpec),
}

impl Subject {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Unbroken => "(unbroken)",
            Self::Fault(spec) => spec.name,
            Self::Variant(spec) => spec.name,
        }
    }

    /// The requirements that it is known to break.
    pub(crate) fn expected(&self) -> BTreeSet<&'static str> {
        match self {
            Self::Fault(spec) => spec.red.iter().copied().collect(),
            Self::Unbroken | Self::Variant(_) => BTreeSet::new(),
        }
    }

    /// Whether the run has hooks and a replica. What is legal has to stay green with them; a fault that
    /// the API shows has to be seen without.
    pub(crate) fn is_helped(&self) -> bool {
        let needs_help = |id: &&str| {
            let requirement = Catalogue::embedded().get(id);
            requirement.is_some_and(|requirement| !requirement.needs.is_empty())
        };
        match self {
            Self::Unbroken | Self::Variant(_) => true,
            Self::Fault(spec) => spec.red.iter().any(needs_help),
        }
    }

    /// Whether the mock reports its runs: where something might be wrong with that.
    pub(super) fn reports(&self) -> bool {
        match self {
            Self::Unbroken | Self::Variant(_) => true,
            Self::Fault(_) => self.is_about_events(),
        }
    }

    /// Whether it is a fault in events, which no request can show.
    fn is_about_events(&self) -> bool {
        let event = |id: &&str| id.starts_with("event.");
        matches!(self, Self::Fault(spec) if spec.red.iter().all(event))
    }

    /// How much is repeated. Too little would be noticed: something that has to turn red would not.
    pub(super) fn effort(&self) -> u32 {
        match self {
            Self::Unbroken | Self::Variant(_) => MANY,
            Self::Fault(spec) => {
                let rare = RARE.iter().any(|fault| fault.spec().name == spec.name);
                let by_numbers = |id: &&str| BY_NUMBERS.contains(id);
                if rare || spec.red.iter().any(by_numbers) {
                    MANY
                } else {
                    FEW
                }
            }
        }
    }

    /// From when on an answer can be out of proportion. On a busy machine many are, so it is asked only where that is the
    /// fault.
    pub(super) fn straggler(&self) -> Duration {
        let slow = Fault::SometimesSlow.spec().name;
        match self {
            Self::Fault(spec) if spec.name == slow => Duration::from_secs(1),
            _ => Duration::MAX,
        }
    }

    /// The requirements that are judged; none for all.
    pub(super) fn selected(&self) -> BTreeSet<&'static str> {
        let all = Catalogue::embedded().provider();
        let ids = all.map(|requirement| requirement.id.as_str());
        let ids = ids.filter(|id| self.is_about_events() && id.starts_with("event."));
        ids.collect()
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        let behaviour = match self {
            Self::Unbroken => Behaviour::default(),
            Self::Fault(spec) => Behaviour::fault(spec.name.parse().expect("its own name")),
            Self::Variant(spec) => Behaviour::variant(spec.name.parse().expect("its own name")),
        };
        let delay = if matches!(self, Self::Fault(_)) {
            DELAY
        } else {
            MOMENT
        };
        Behaviour {
            delay: Some(delay),
            ..behaviour
        }
    }
}

/// The subjects of these names; of none, all.
pub(crate) fn subjects(names: &[String]) -> Result<Vec<Subject>, UnknownName> {
    let faults = FAULTS.iter().map(Subject::Fault);
    let variants = VARIANTS.iter().map(Subject::Variant);
    let all: Vec<Subject> = std::iter::once(Subject::Unbroken)
        .chain(faults)
        .chain(variants)
        .collect();
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| match all.iter().find(|subject| subject.name() == name) {
        Some(subject) => Ok(*subject),
        None => Err(name
            .parse::<crate::mock::Fault>()
            .expect_err("no fault has this name")),
    };
    names.iter().map(find).collect()
}
