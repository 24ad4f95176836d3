//! The values of the contract as Rust types: each is checked once, when it is made, and trusted after.
//!
//! - names: [`NamespacedName`]
//! - artifacts: [`ArtifactPath`], [`OutputArtifact`]
//! - plain pairs: [`NamedValue`]
//! - schedules: [`Schedule`] (its structure and its times; a cron text is the provider's to judge)
//! - why a run was made: [`TriggerIndicator`]
//! - ids that a provider hands out: [`ResourceId`]
//! - the end of a run, as the operator is told of it: [`RunCompletionEvent`]
//!
//! Ids that a provider *receives* are plain strings: the operator may hold anything, and it comes back as it was sent.

mod artifact;
mod completion;
mod excerpt;
mod indicator;
mod names;
mod nullable;
mod percent;
mod resource_id;
mod schedule;
mod time;
mod url;
mod values;

pub use artifact::{ArtifactPath, InvalidArtifactPath, OutputArtifact};
pub use completion::{
    Artifact, ComponentArtifact, FullName, InvalidEvent, PipelineComponent, RunCompletionEvent,
    RunId, RunOutcome, RunReference,
};
pub use indicator::TriggerIndicator;
pub use names::{InvalidName, NamespacedName};
pub use percent::RESERVED;
pub use resource_id::{InvalidResourceId, MAX_ENCODED_ID, ResourceId};
pub use schedule::{InvalidTime, Schedule};
pub use url::without_password;
pub use values::NamedValue;
