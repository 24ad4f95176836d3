//! Client for provider services of the KFP Operator.
//!
//! ```no_run
//! use kfp_provider_client::{ProviderClient, ResourceType, types};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let provider = ProviderClient::builder("http://provider.example:8080").build()?;
//! let experiment = types::Experiment {
//!     name: "team/spring".parse()?,
//!     version: "5ba93c".to_owned(),
//!     description: String::new(),
//! };
//! let id = provider.create(experiment.clone()).await?;
//! let id = provider.update(&id, experiment).await?; // may be another id from now on
//! provider.delete(ResourceType::Experiment, &id).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It stands on the client generated from the contract and adds what the contract cannot say: ids that no URL can carry
//! are refused before anything is sent, redirects are not followed (the operator follows none), and what went wrong is
//! told apart: a [refusal](ClientError::Refused) of the provider from an [answer outside the
//! contract](ClientError::Unexpected), a [broken body](ClientError::InvalidPayload) and [no
//! answer](ClientError::Transport).
//!
//! The operator reads answers differently: to it, hardly any status code means anything. What it would make of an answer
//! is the business of `kfp-operator-sim`.

#[cfg(feature = "command")]
pub mod command;

mod builder;
mod client;
mod error;
mod plain;
mod raw;

pub use builder::{BuildError, Builder, DEFAULT_TIMEOUT};
pub use client::{Deleted, ProviderClient};
pub use error::{ClientError, ConnectionError};
pub use kfp_provider_api::types;
pub use kfp_provider_api::types::{Resource, ResourceType};
pub use raw::RawAnswer;
