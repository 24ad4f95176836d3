//! Cases: what is sent, for which types, at what cost, and which requirements it decides.

use futures::future::LocalBoxFuture;
use kfp_operator_sim::ResourceKind;

use crate::engine::context::{Context, Step};

/// How thorough a run is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Profile {
    /// A quick check with at most 2 creates per type.
    Smoke,
    /// Every requirement once: at most 40 creates per type, and 8 more of runs if there is a webhook.
    Core,
    /// Everything, repeated as often as it takes.
    Full,
}

impl Profile {
    /// Creates per type that the profile allows.
    pub(crate) fn max_creates(self) -> u32 {
        match self {
            Self::Smoke => 2,
            Self::Core => 40,
            Self::Full => u32::MAX,
        }
    }

    /// Generated bodies of each sort per type.
    pub(crate) fn generated_cases(self) -> u32 {
        match self {
            Self::Smoke => 0,
            Self::Core => 10,
            Self::Full => 100,
        }
    }

    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Types that a case is run for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subjects {
    /// Once, about no type.
    Once,
    /// Once per type of this list.
    Each(&'static [ResourceKind]),
    /// Once for all types of this list: what disturbs the provider is done as rarely as possible.
    Together(&'static [ResourceKind]),
}

/// A set of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds([bool; ResourceKind::ALL.len()]);

impl Kinds {
    /// The types of the set, in the usual order.
    pub(crate) fn iter(self) -> impl Iterator<Item = ResourceKind> {
        ResourceKind::ALL
            .into_iter()
            .filter(move |kind| self.contains(*kind))
    }

    pub(crate) fn contains(self, kind: ResourceKind) -> bool {
        self.0[kind as usize]
    }
}

impl FromIterator<ResourceKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = ResourceKind>>(kinds: I) -> Self {
        let mut set = Self::default();
        for kind in kinds {
            set.0[kind as usize] = true;
        }
        set
    }
}

/// When a case runs relative to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// In seeded order, beside others.
    Any,
    /// From the start and beside all of [`Self::Any`]: waits more than it works.
    Beside,
    /// After all others.
    Last,
    /// One by one at the very end: breaks or restarts the provider.
    Alone,
    /// Ends a process: as [`Self::Beside`] if it is not the provider's that is judged, else as
    /// [`Self::Alone`].
    Process,
}

/// One self-contained case: it creates what it needs and depends on no other.
pub(crate) struct Case {
    /// Stable name, such as `update.valid`.
    pub(crate) id: &'static str,
    pub(crate) subjects: Subjects,
    /// Creates of the case's type, at most.
    pub(crate) creates: u32,
    /// Creates of other types, at most.
    pub(crate) extra: &'static [(ResourceKind, u32)],
    /// The smallest profile that includes it.
    pub(crate) profile: Profile,
    pub(crate) stage: Stage,
    /// No request of its can create, change or delete anything, even if the provider gets it wrong.
    pub(crate) only_reads: bool,
    /// Requirements that it decides, in groups; each gets an observation or a reason why not.
    pub(crate) decides: &'static [&'static [&'static str]],
    pub(crate) run: Run,
}

/// What a case does.
pub(crate) type Run = for<'a> fn(&'a mut Context) -> LocalBoxFuture<'a, Step>;

/// A [`Case`] of this id that runs this async function.
macro_rules! case {
    ($id:literal, $run:expr) => {
        crate::engine::case::Case::new($id, |c| futures::FutureExt::boxed_local($run(c)))
    };
}
pub(crate) use case;

impl Case {
    /// A case that runs once, about no type, in the profile core, beside others, and creates nothing. The methods below say
    /// what is different about one; [`case!`] makes one of an async function.
    pub(crate) const fn new(id: &'static str, run: Run) -> Self {
        Self {
            id,
            subjects: Subjects::Once,
            creates: 0,
            extra: &[],
            profile: Profile::Core,
            stage: Stage::Any,
            only_reads: false,
            decides: &[],
            run,
        }
    }

    pub(crate) const fn subjects(mut self, subjects: Subjects) -> Self {
        self.subjects = subjects;
        self
    }

    pub(crate) const fn creates(mut self, creates: u32) -> Self {
        self.creates = creates;
        self
    }

    pub(crate) const fn extra(mut self, extra: &'static [(ResourceKind, u32)]) -> Self {
        self.extra = extra;
        self
    }

    pub(crate) const fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    pub(crate) const fn stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    pub(crate) const fn read_only(mut self) -> Self {
        self.only_reads = true;
        self
    }

    pub(crate) const fn decides(mut self, decides: &'static [&'static [&'static str]]) -> Self {
        self.decides = decides;
        self
    }

    /// Whether it sends so much that it keeps its connection for the next request.
    pub(crate) fn sends_many(&self) -> bool {
        self.id.starts_with("generated.")
    }

    /// All requirements that it decides.
    pub(crate) fn requirements(&self) -> impl Iterator<Item = &'static str> {
        self.decides.iter().flat_map(|group| group.iter().copied())
    }

    /// The types it is run for; one `None` if it is about no type or about many.
    pub(crate) fn kinds(&self) -> Vec<Option<ResourceKind>> {
        match self.subjects {
            Subjects::Once | Subjects::Together(_) => vec![None],
            Subjects::Each(kinds) => kinds.iter().copied().map(Some).collect(),
        }
    }
}

pub(crate) const ALL: Subjects = Subjects::Each(&ResourceKind::ALL);
/// Types that the operator updates.
pub(crate) const UPDATED: Subjects = Subjects::Each(&[
    ResourceKind::Pipeline,
    ResourceKind::RunSchedule,
    ResourceKind::Experiment,
]);
pub(crate) const RUNS: Subjects = Subjects::Each(&[ResourceKind::Run, ResourceKind::RunSchedule]);
pub(crate) const PIPELINE: Subjects = Subjects::Each(&[ResourceKind::Pipeline]);
pub(crate) const RUN: Subjects = Subjects::Each(&[ResourceKind::Run]);
pub(crate) const RUNSCHEDULE: Subjects = Subjects::Each(&[ResourceKind::RunSchedule]);
