//! What a run needs to know, decided before it starts.

use std::sync::Arc;

use tokio::sync::watch;

use crate::base::pace::Pace;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::engine::activity::Activity;
use crate::engine::case::Profile;
use crate::engine::plan::Plan;
use crate::facilities::Facilities;
use crate::journal::record::{
    CatalogueRecord, DocumentRecord, JOURNAL_VERSION, Start, TargetRecord,
};
use crate::journal::writer::Journal;
use crate::oracle::ambient::Limits;
use crate::oracle::{Document, lint};
use crate::stimuli::fixture;
use crate::wire::target::Target;

/// What a run needs to know.
pub(crate) struct Setup {
    pub(crate) target: Target,
    pub(crate) config: Config,
    pub(crate) document: Document,
    pub(crate) journal: Arc<Journal>,
    pub(crate) plan: Plan,
    pub(crate) limits: Limits,
    pub(crate) facilities: Facilities,
    /// Random per run, so that runs against one provider do not meet.
    pub(crate) run: String,
    pub(crate) seed: u64,
    /// Generated bodies of each sort per type.
    pub(crate) generated: u32,
    pub(crate) profile: Profile,
    pub(crate) gate: String,
    /// As in [`Start::options`].
    pub(crate) options: Vec<String>,
    /// As in [`Start::partial`].
    pub(crate) partial: Option<String>,
    pub(crate) strict: bool,
    pub(crate) stop: watch::Receiver<bool>,
    /// How fast requests may follow one another, if not as fast as they can.
    pub(crate) pace: Option<Pace>,
    /// What the run is waiting for.
    pub(crate) activity: Activity,
}

/// A name for a run that no other run has.
pub(crate) fn fresh() -> String {
    format!("{:06x}", fastrand::u32(..) & 0x00ff_ffff)
}

impl Setup {
    /// Whether nothing may be created, changed or deleted.
    pub(crate) fn only_reads(&self) -> bool {
        self.plan.jobs.iter().all(|job| job.case.only_reads)
    }

    /// What is known before anything is sent.
    pub(crate) fn start(&self) -> Start {
        let catalogue = Catalogue::embedded();
        Start {
            journal: JOURNAL_VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            started: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            run: self.run.clone(),
            seed: self.seed,
            profile: self.profile.as_str().to_owned(),
            gate: self.gate.clone(),
            strict: self.strict,
            options: self.options.clone(),
            target: TargetRecord {
                url: self.target.url.clone(),
                name: self.target.name.clone(),
            },
            document: DocumentRecord {
                path: self
                    .document
                    .path
                    .as_ref()
                    .map(|path| path.display().to_string()),
                sha256: self.document.sha256.clone(),
            },
            catalogue: CatalogueRecord {
                sha256: catalogue.sha256(),
                requirements: catalogue.provider().count(),
            },
            creates: self.plan.creates.clone(),
            unsupported: self.config.unsupported.clone(),
            settings: self.config.settings(),
            shard: self.plan.shard,
            partial: self.partial.clone(),
            known: self.plan.known.clone(),
            document_checks: lint(&self.document, &fixture::examples()),
        }
    }
}
