//! Hooks as a case uses them.

use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use super::{Context, Step, Stop};
use crate::config::hooks::Hook;
use crate::facilities::hooks::{Resource, Sight};

impl Context {
    /// Whether there is such a hook.
    pub(crate) fn has(&self, hook: Hook) -> bool {
        self.session.setup.facilities.hooks.has(hook)
    }

    /// Uses a hook. A hook that fails ends the case with an error of the runner's.
    pub(crate) async fn hook(&mut self, hook: Hook) -> Step<String> {
        let said = self.session.hook(&self.label(), hook, None).await;
        said.map_err(Stop::Facility)
    }

    /// Asks the probe about a resource.
    pub(crate) async fn look(&mut self, kind: ResourceKind, id: &str, name: &str) -> Step<Sight> {
        self.go_on()?;
        let resource = Resource {
            kind,
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let label = self.label();
        let said = self.session.hook(&label, Hook::Probe, Some(resource)).await;
        let said = said.map_err(Stop::Facility)?;
        Sight::parse(&said).map_err(|trouble| Stop::Facility(format!("hook probe: {trouble}")))
    }

    /// Asks the probe until it sees what is wanted or `settle` is over. Returns the last sight, and
    /// whether it was right only after a while.
    pub(crate) async fn watch(
        &mut self,
        kind: ResourceKind,
        id: &str,
        name: &str,
        wanted: impl Fn(&Sight) -> bool,
    ) -> Step<(Sight, bool)> {
        const PAUSE: Duration = Duration::from_millis(100);
        let start = Instant::now();
        let mut late = false;
        loop {
            let sight = self.look(kind, id, name).await?;
            if wanted(&sight) || start.elapsed() + PAUSE > self.session.setup.config.settle {
                return Ok((sight, late));
            }
            late = true;
            tokio::time::sleep(PAUSE).await;
        }
    }
}
