//! A skeleton for provider services of the KFP Operator.
//!
//! The operator has its pipelines, runs, run schedules and experiments carried out by provider services. The author of
//! one implements four small traits on plain Rust types; the skeleton does the rest so that the operator's contract
//! cannot be broken by accident.
//!
//! - [`Pipelines`], [`Runs`], [`RunSchedules`], [`Experiments`]: what to do with a resource; methods that are left out
//!   are answered as unsupported. [`Provider`] ties them together.
//! - [`Pipeline`], [`Run`], [`RunSchedule`], [`Experiment`]: the resources, checked. [`Refusal`] is how to say no.
//! - [`Settings`]: the configuration, from the environment variables that the operator sets.
//! - [`serve`] runs a service until a signal ends it; [`start`] runs it inside of a program or test.
//! - [`json_logger`]: the log.
//!
//! `kfp-provider-embedded` is a provider on an embedded store; read it as an example. `kfp-run-completion` tells the
//! operator that runs have ended.
//!
//! # What every service does
//! `/livez` and `/readyz` answer the probes, the latter with the provider's own check. `/openapi.json` is the contract
//! for tools, `/docs` shows it to people. `/metrics` is on a port of its
//! own. Each request is one line of the log. Errors carry the id that the operator must not forget, and a text that it
//! can store. A panic or an overrun deadline is an answer, not a broken connection.

mod adapter;
mod answer;
mod document;
mod health;
mod in_flight;
mod log;
mod metrics;
mod metrics_server;
mod parameters;
mod provider;
mod refusal;
mod request_log;
mod resource;
mod route;
mod running;
mod settings;
mod signals;

pub use kfp_provider_domain::{
    ArtifactPath, NamedValue, NamespacedName, OutputArtifact, ResourceId, Schedule,
    TriggerIndicator,
};
pub use prometheus_client;
pub use slog;

pub use log::{LogGuard, json_logger, log_panics};
pub use parameters::{ParameterError, Parameters};
pub use provider::{Deleted, Experiments, Pipelines, Provider, RunSchedules, Runs};
pub use refusal::{Refusal, RefusalKind};
pub use resource::{Experiment, Framework, Pipeline, Run, RunSchedule};
pub use running::{Running, ShutdownOutcome, StartError, serve, start};
pub use settings::{Host, Limits, SettingError, Settings, SettingsError};
pub use signals::Signals;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
