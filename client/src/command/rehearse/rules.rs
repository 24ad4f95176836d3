//! How a cluster is set up, and how things come into it.

use clap::ValueEnum;

use super::templates::Templates;

/// In which order resources come, and whether one waits for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Order {
    /// Dependencies first; each resource is applied when its dependencies are ready.
    Dependencies,
    /// In the order of the files, all at once, as kubectl applies a folder.
    AsApplied,
}

/// How the cluster is set up, and how things come into it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) order: Order,
    pub(super) templates: Templates,
    /// The operator's setting: with it, its webhooks are served.
    pub(super) multiversion: bool,
}
