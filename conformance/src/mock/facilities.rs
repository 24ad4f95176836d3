//! Facilities from the mock: hooks and a replica, and the faults that only they show.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;

use super::provider::Provider;
use super::{Fault, Mock};
use crate::config::hooks::Hook;
use crate::facilities::hooks::{Call, Hooks, Means, Resource, Trouble};
use crate::facilities::webhook::Sink;
use crate::facilities::{Events, Facilities, Often};
use crate::wire::target::Target;

impl Mock {
    /// Every facility but a process.
    ///
    /// # Errors
    /// If no socket can be bound for the replica.
    pub(crate) fn facilities(&mut self) -> io::Result<Facilities> {
        /// Hooks are functions here and take no time.
        const LIMIT: Duration = Duration::from_secs(60);
        let apart = self
            .provider
            .behaviour
            .towards(None)
            .wrong(Fault::ReplicasApart);
        let provider = if apart {
            Arc::new(Provider::new(self.provider.behaviour.clone()))
        } else {
            Arc::clone(&self.provider)
        };
        let replica = self.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), provider)?;
        let replica =
            Target::parse(&format!("http://{replica}"), None).map_err(io::Error::other)?;
        let mut hooks = Hooks::new(&Default::default(), LIMIT);
        let inside = Arc::new(Inside(Arc::clone(&self.provider)));
        for hook in [
            Hook::Probe,
            Hook::BreakBackend,
            Hook::HealBackend,
            Hook::Restart,
        ] {
            hooks.offer(hook, Arc::clone(&inside) as Arc<dyn Means>);
        }
        Ok(Facilities::new(hooks, vec![replica], None))
    }

    /// What its events can be expected to be like.
    pub(crate) fn events(sink: Sink) -> Events {
        let (parameter, value) = super::events::FAIL;
        Events {
            writes_anything: true,
            failing: [(parameter.to_owned(), value.to_owned())].into(),
            schedule: Often::SECOND,
            ..Events::new(sink, Some(super::events::NAME.to_owned()))
        }
    }
}

/// The mock's hooks.
struct Inside(Arc<Provider>);

impl Means for Inside {
    fn carry_out<'a>(&'a self, call: &'a Call) -> LocalBoxFuture<'a, Result<String, Trouble>> {
        let said = match (call.hook, &call.resource) {
            (Hook::Probe, Some(resource)) => self.0.look(resource),
            (Hook::BreakBackend | Hook::HealBackend, _) => {
                self.0.set_down(call.hook == Hook::BreakBackend);
                String::new()
            }
            (Hook::Restart, _) => {
                self.0.restart();
                String::new()
            }
            (hook, _) => {
                return async move { Err(Trouble::Inside(format!("no {}", hook.as_str()))) }
                    .boxed_local();
            }
        };
        async move { Ok(said) }.boxed_local()
    }
}

impl Provider {
    /// What is behind the API, in the words of a probe.
    fn look(&self, resource: &Resource) -> String {
        let kind = resource.kind.as_str();
        let switches = self.behaviour.towards(Some(kind));
        let state = self.state();
        let lingers = switches.wrong(Fault::DeleteWithoutEffect)
            && state.store.was_deleted(kind, &resource.id);
        let Some(stored) = state.store.get(kind, &resource.id) else {
            return if lingers { "present" } else { "absent" }.to_owned();
        };
        let updated = state.store.updates(kind, &resource.id) > 0;
        if switches.wrong(Fault::CreateWithoutEffect) && !updated {
            return "absent".to_owned();
        }
        let version = match stored.version() {
            _ if updated && switches.wrong(Fault::UpdateWithoutEffect) => "the first one",
            version => version,
        };
        let same = |(of, name): &&(String, String)| of == kind && *name == stored.name;
        let count = 1 + state.traces.namesakes.iter().filter(same).count();
        format!("present\nversion={version}\ncount={count}")
    }
}
