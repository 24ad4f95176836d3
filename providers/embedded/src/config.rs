//! What the embedded provider is told when it is opened.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use kfp_provider_domain::NamespacedName;
use kfp_run_completion::DeliveryConfig;
use slog::Logger;

use super::{Clock, SystemClock};

/// How the embedded provider behaves.
#[derive(Clone)]
pub struct EmbeddedConfig {
    /// Where resources are kept.
    pub data: Data,
    /// How long a run is pending. Default: 1 s.
    pub pending: Duration,
    /// How long a run is running. Default: 5 s.
    pub running: Duration,
    /// How many finished runs are remembered; beyond that the oldest are forgotten. Default: 10 000.
    pub history: u64,
    /// The time zone of cron texts that name none. Default: UTC.
    pub time_zone: Tz,
    /// Where the time comes from. Default: the system.
    pub clock: Arc<dyn Clock>,
    /// Where finished runs are reported to. Default: nowhere.
    pub reporting: Reporting,
    /// Where background work reports. Default: nowhere.
    pub log: Logger,
}

/// Where finished runs are reported to, and what is reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reporting {
    /// The URL of the operator's webhook. Without one, runs are not reported.
    pub webhook: Option<String>,
    /// The name of this provider, which every event has; empty for none.
    pub provider: NamespacedName,
    /// What the places of artifacts begin with; without it `embedded:/`, which cannot be opened.
    pub artifacts: Option<String>,
    /// How events are delivered.
    pub delivery: DeliveryConfig,
}

/// Where the embedded provider keeps its resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In a file, which is made if it does not exist.
    File(PathBuf),
    /// Nowhere: they are gone with the provider.
    Memory,
}

impl Data {
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Memory => None,
        }
    }

    /// What messages call it.
    pub(super) fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Memory => "memory".to_owned(),
        }
    }
}

impl EmbeddedConfig {
    /// The defaults, on this data.
    pub fn new(data: Data) -> Self {
        Self {
            data,
            pending: Duration::from_secs(1),
            running: Duration::from_secs(5),
            history: 10_000,
            time_zone: Tz::UTC,
            clock: Arc::new(SystemClock),
            reporting: Reporting::default(),
            log: Logger::root(slog::Discard, slog::o!()),
        }
    }
}
