//! What is answered to a delivery: what the operator would, unless a case has a script for the run that it is about.

use std::collections::BTreeMap;
use std::time::Duration;

use kfp_operator_sim::webhook::{self, Cluster, Lookup, Verdict, http};
use kfp_provider_domain::{ArtifactPath, NamespacedName};

use super::Received;

/// What happens to one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It is answered with this status.
    Status(u16),
    /// The connection is closed without an answer.
    Drop,
    /// It is answered as ever, but late.
    Slow,
    /// It is answered as the operator would.
    AsEver,
}

/// What happens to the deliveries of a run's event, one after another; the last act goes on forever. None is
/// [`Act::AsEver`].
pub(crate) type Script = &'static [Act];

/// A run, or a schedule of runs, whose events are waited for.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// `namespace/name`; of a schedule, whose runs have names of their own, what they begin with.
    pub(crate) name: String,
    /// `namespace/name` of the run configuration, if it has one.
    pub(crate) configuration: Option<String>,
    /// Declared artifacts: names and places.
    pub(crate) artifacts: Vec<(String, ArtifactPath)>,
    pub(crate) script: Script,
}

/// The cluster, and how far the scripts have been played.
#[derive(Default)]
pub(super) struct Play {
    watches: Vec<Watch>,
    /// Acts so far, by name.
    played: BTreeMap<String, usize>,
}

/// What a connection has to send, and when.
pub(super) struct Reply {
    /// `None` closes the connection.
    pub(super) answer: Option<http::Answer>,
    pub(super) delay: Duration,
}

impl Play {
    /// From now on this exists in the cluster.
    pub(super) fn expect(&mut self, watch: Watch) {
        self.watches.push(watch);
    }

    /// What is answered, and whether a case wanted it so.
    pub(super) fn reply(&mut self, received: &Received, slow: Duration) -> (Reply, bool) {
        let verdict = webhook::receive(&Known(&self.watches), received.request.delivery());
        match verdict {
            Verdict::Handled(_) => self.play(received, slow),
            verdict => (Reply::now(verdict.answer()), false),
        }
    }

    /// The answer to an event that the operator would have handled.
    fn play(&mut self, received: &Received, slow: Duration) -> (Reply, bool) {
        let named = |watch: &&Watch| received.mentions(bare(&watch.name));
        let Some(Watch { name, script, .. }) = self.watches.iter().find(named) else {
            return (Reply::done(), false);
        };
        let played = self.played.entry(name.clone()).or_default();
        let act = script.get(*played).or(script.last());
        *played += 1;
        match act {
            None | Some(Act::AsEver) => (Reply::done(), false),
            Some(Act::Status(status)) => {
                let answer = http::Answer::error(*status, "as the case wants");
                (Reply::now(Some(answer)), true)
            }
            Some(Act::Drop) => (Reply::now(None), true),
            Some(Act::Slow) => {
                let late = Reply {
                    delay: slow,
                    ..Reply::done()
                };
                (late, true)
            }
        }
    }
}

impl Reply {
    fn now(answer: Option<http::Answer>) -> Self {
        Self {
            answer,
            delay: Duration::ZERO,
        }
    }

    fn done() -> Self {
        Self::now(Some(http::Answer::done()))
    }
}

/// The part of a name after its namespace.
pub(crate) fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A cluster with what is waited for, and nothing else.
struct Known<'a>(&'a [Watch]);

impl Cluster for Known<'_> {
    fn run(&self, name: &NamespacedName) -> Lookup {
        let name = name.to_string();
        self.find(|watch| watch.name == name)
    }

    fn run_configuration(&self, name: &NamespacedName) -> Lookup {
        let name = name.to_string();
        self.find(|watch| watch.configuration.as_deref() == Some(&name))
    }
}

impl Known<'_> {
    fn find(&self, is: impl Fn(&Watch) -> bool) -> Lookup {
        let found = self.0.iter().find(|watch| is(watch));
        found.map_or(Lookup::NotFound, |watch| {
            Lookup::Found(watch.artifacts.clone())
        })
    }
}
