//! Hooks in use, each written down.

use std::time::Instant;

use kfp_operator_sim::ResourceKind;

use super::{Session, milliseconds};
use crate::config::hooks::Hook;
use crate::facilities::hooks::{Call, Resource, Sight};
use crate::journal::record::{HookRecord, Record};
use crate::stimuli::fixture::NAMESPACE;

impl Session {
    /// Heals the backend if a case left it broken: it was stopped, or ended early.
    pub(crate) async fn mend(&self) {
        if self.setup.facilities.is_broken() {
            // The journal has it if it fails; what then cannot be deleted is told as leaks.
            let _ = self.hook("mend", Hook::HealBackend, None).await;
        }
    }

    /// Looks at the hooks before anything rests on them, and asks the probe about something that is not there.
    ///
    /// # Errors
    /// Some are of no use; a text for people.
    pub(crate) async fn try_hooks(&self) -> Result<(), String> {
        let wrong = self.setup.facilities.hooks.reach().await;
        if !wrong.is_empty() {
            let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            return Err(all.join("; "));
        }
        if !self.setup.facilities.hooks.has(Hook::Probe) {
            return Ok(());
        }
        let mut kinds = ResourceKind::ALL.into_iter();
        let supported = kinds.find(|kind| !self.setup.config.is_unsupported(*kind));
        let name = format!("kc-{}-none", self.setup.run);
        let resource = Resource {
            kind: supported.unwrap_or(ResourceKind::Pipeline),
            id: name.clone(),
            name: format!("{}/{name}", NAMESPACE),
        };
        let asked =
            "asked about something that is not there, where it has to print `absent` or `unknown`";
        let said = self.hook("start", Hook::Probe, Some(resource)).await;
        let said = said.map_err(|error| format!("{error}; {asked}"))?;
        let sight = Sight::parse(&said);
        sight.map_err(|trouble| format!("hook probe: {trouble}; {asked}"))?;
        Ok(())
    }

    /// Uses a hook and writes it down. The error is a text for people.
    pub(crate) async fn hook(
        &self,
        case: &str,
        hook: Hook,
        resource: Option<Resource>,
    ) -> Result<String, String> {
        let start = Instant::now();
        let call = Call {
            hook,
            provider: self.setup.target.url.clone(),
            resource,
        };
        // Set before: a hook that breaks something and then fails has broken it all the same.
        if hook == Hook::BreakBackend {
            self.setup.facilities.set_broken(true);
        }
        let what = format!("hook {}", hook.as_str());
        let waiting = self
            .setup
            .activity
            .wait(case, what, Some(self.setup.config.hook_limit));
        let said = self.setup.facilities.hooks.call(&call).await;
        drop(waiting);
        let said = match said {
            Some(said) => said.map_err(|error| error.to_string()),
            None => Err(format!("hook {}: not configured", hook.as_str())),
        };
        if hook == Hook::HealBackend && said.is_ok() {
            self.setup.facilities.set_broken(false);
        }
        self.setup.journal.write(Record::Hook(Box::new(HookRecord {
            case: case.to_owned(),
            hook: hook.as_str().to_owned(),
            kind: call.resource.as_ref().map(|resource| resource.kind),
            id: call.resource.map(|resource| resource.id),
            answer: said.as_ref().ok().cloned(),
            failure: said.as_ref().err().cloned(),
            total_ms: milliseconds(start.elapsed()),
        })));
        said
    }
}
