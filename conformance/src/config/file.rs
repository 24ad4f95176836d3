//! The file as written, and its conversion into [`Config`].

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use kfp_operator_sim::ResourceKind;
use kfp_provider_domain::NamespacedName;
use serde::Deserialize;

use super::{Config, ConfigError, Fixture, Process, read_text};
use crate::base::pace::Pace;
use crate::config::hooks::{Command, Hook, Way};
use crate::config::timing::Timing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    provider: Provider,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    fixtures: Fixtures,
    #[serde(default)]
    hooks: Hooks,
    #[serde(default)]
    events: Events,
    process: Option<ProcessEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProcessEntry {
    start: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    pipeline_root: Option<String>,
    ready: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Provider {
    name: Option<String>,
    url: Option<String>,
    #[serde(default)]
    replicas: Vec<String>,
    settle: Option<String>,
    #[serde(default)]
    unsupported: Vec<ResourceKind>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Limits {
    request: Option<String>,
    hook: Option<String>,
    max_creates: Option<u32>,
    rate: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Fixtures {
    pipeline: Option<FixtureEntry>,
    run: Option<FixtureEntry>,
    runschedule: Option<FixtureEntry>,
    experiment: Option<FixtureEntry>,
    run_failing: Option<FailingRun>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureEntry {
    body: Option<toml::Table>,
    compiled: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailingRun {
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Hooks {
    probe: Option<String>,
    seed_failing_run: Option<String>,
    break_backend: Option<String>,
    heal_backend: Option<String>,
    restart: Option<String>,
    reset: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    listen: Option<String>,
    wait: Option<String>,
    quiet: Option<String>,
    closed: Option<String>,
    slow: Option<String>,
}

impl File {
    pub(super) fn resolve(self, path: &Path) -> Result<Config, ConfigError> {
        let value = |key: &str, what: String| ConfigError::Value {
            path: path.to_owned(),
            key: key.to_owned(),
            what,
        };
        let duration = |key: &str, text: Option<String>, default: Duration| match text {
            None => Ok(default),
            Some(text) => humantime::parse_duration(&text).map_err(|_| {
                value(
                    key,
                    format!("{text:?} is no duration (hint: such as \"30s\" or \"500ms\")"),
                )
            }),
        };
        let defaults = Config::default();
        self.check(&value)?;
        let timing = defaults.timing;
        let events = &self.events;
        let timing = Timing {
            wait: duration("events.wait", events.wait.clone(), timing.wait)?,
            quiet: duration("events.quiet", events.quiet.clone(), timing.quiet)?,
            closed: duration("events.closed", events.closed.clone(), timing.closed)?,
            slow: duration("events.slow", events.slow.clone(), timing.slow)?,
        };
        Ok(Config {
            settle: duration("provider.settle", self.provider.settle, defaults.settle)?,
            request_limit: duration(
                "limits.request",
                self.limits.request,
                defaults.request_limit,
            )?,
            hook_limit: duration("limits.hook", self.limits.hook, defaults.hook_limit)?,
            process: match self.process {
                None => defaults.process,
                Some(entry) => Process {
                    ready: duration("process.ready", entry.ready, defaults.process.ready)?,
                    start: entry
                        .start
                        .map(|text| Command::parse(&text, folder(path)))
                        .transpose()
                        .map_err(|trouble| value("process.start", trouble.to_string()))?,
                    parameters: entry.parameters,
                    pipeline_root: entry
                        .pipeline_root
                        .unwrap_or(defaults.process.pipeline_root),
                },
            },
            hooks: self.hooks.resolve(path)?,
            replicas: self.provider.replicas,
            name: self.provider.name,
            url: self.provider.url,
            unsupported: self.provider.unsupported,
            max_creates: self.limits.max_creates,
            rate: self
                .limits
                .rate
                .map(|text| text.parse::<Pace>())
                .transpose()
                .map_err(|error| value("limits.rate", error.to_string()))?,
            // Checked above.
            listen: self.events.listen.and_then(|address| address.parse().ok()),
            timing,
            failing: self
                .fixtures
                .run_failing
                .as_ref()
                .map_or_else(BTreeMap::new, |failing| failing.parameters.clone()),
            fixtures: self.fixtures.resolve(path)?,
        })
    }

    /// What is well-formed but makes no sense.
    fn check(&self, value: &dyn Fn(&str, String) -> ConfigError) -> Result<(), ConfigError> {
        if let Some(name) = &self.provider.name {
            let full = name
                .parse::<NamespacedName>()
                .is_ok_and(|n| !n.namespace().is_empty());
            if !full {
                return Err(value(
                    "provider.name",
                    format!(
                        "{name:?} is not namespace/name (hint: it is what PROVIDERNAME will be)"
                    ),
                ));
            }
        }
        if self.limits.max_creates == Some(0) {
            return Err(value(
                "limits.max-creates",
                "0 would judge nothing".to_owned(),
            ));
        }
        let addresses = self.events.listen.iter().map(|a| ("events.listen", a));
        for (key, address) in addresses {
            if address.parse::<std::net::SocketAddr>().is_err() {
                return Err(value(
                    key,
                    format!("{address:?} is no address (hint: 127.0.0.1:9000)"),
                ));
            }
        }
        for replica in &self.provider.replicas {
            crate::wire::target::Target::parse(replica, None)
                .map_err(|error| value("provider.replicas", error.to_string()))?;
        }
        if let Some(failing) = &self.fixtures.run_failing
            && failing.parameters.is_empty()
        {
            return Err(value("fixtures.run-failing", "no parameters".to_owned()));
        }
        if let Some(process) = &self.process {
            process.check(self.provider.url.is_some(), value)?;
        }
        Ok(())
    }
}

impl ProcessEntry {
    fn check(
        &self,
        has_url: bool,
        value: &dyn Fn(&str, String) -> ConfigError,
    ) -> Result<(), ConfigError> {
        if self.start.is_some() && has_url {
            let what = "there is provider.url already (hint: a provider is started or reached)";
            return Err(value("process.start", what.to_owned()));
        }
        let odd = |name: &&String| {
            name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if let Some(name) = self.parameters.keys().find(odd) {
            let what = format!("{name:?} cannot become the name of a variable PARAMETERS_*");
            return Err(value("process.parameters", what));
        }
        Ok(())
    }
}

impl Hooks {
    fn resolve(self, path: &Path) -> Result<BTreeMap<Hook, Way>, ConfigError> {
        let entries = [
            (Hook::Probe, self.probe),
            (Hook::SeedFailingRun, self.seed_failing_run),
            (Hook::BreakBackend, self.break_backend),
            (Hook::HealBackend, self.heal_backend),
            (Hook::Restart, self.restart),
            (Hook::Reset, self.reset),
        ];
        let mut hooks = BTreeMap::new();
        for (hook, text) in entries {
            let Some(text) = text else { continue };
            let way = Way::parse(&text, folder(path)).map_err(|trouble| ConfigError::Value {
                path: path.to_owned(),
                key: format!("hooks.{}", hook.as_str()),
                what: trouble.to_string(),
            })?;
            hooks.insert(hook, way);
        }
        let alone =
            hooks.contains_key(&Hook::BreakBackend) != hooks.contains_key(&Hook::HealBackend);
        if alone {
            return Err(ConfigError::Value {
                path: path.to_owned(),
                key: "hooks".to_owned(),
                what: "break-backend and heal-backend belong together".to_owned(),
            });
        }
        Ok(hooks)
    }
}

/// The folder that paths of the file start from.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

impl Fixtures {
    fn resolve(self, path: &Path) -> Result<BTreeMap<ResourceKind, Fixture>, ConfigError> {
        let entries = [
            (ResourceKind::Pipeline, self.pipeline),
            (ResourceKind::Run, self.run),
            (ResourceKind::RunSchedule, self.runschedule),
            (ResourceKind::Experiment, self.experiment),
        ];
        let mut fixtures = BTreeMap::new();
        for (kind, entry) in entries {
            let Some(entry) = entry else { continue };
            fixtures.extend(entry.resolve(kind, path)?.map(|fixture| (kind, fixture)));
        }
        Ok(fixtures)
    }
}

impl FixtureEntry {
    /// `None` if it says nothing: then the built-in body is sent.
    fn resolve(self, kind: ResourceKind, path: &Path) -> Result<Option<Fixture>, ConfigError> {
        let value = |key: &str, what: String| ConfigError::Value {
            path: path.to_owned(),
            key: format!("fixtures.{}.{key}", kind.as_str()),
            what,
        };
        let body = self
            .body
            .filter(|body| !body.is_empty())
            .map(serde_json::to_value)
            .transpose()
            .map_err(|error| value("body", error.to_string()))?;
        let Some(named) = self.compiled else {
            let compiled = None;
            return Ok(body.map(|body| Fixture {
                body: Some(body),
                compiled,
            }));
        };
        if kind != ResourceKind::Pipeline {
            return Err(value(
                "compiled",
                "only a pipeline has a compiled part".to_owned(),
            ));
        }
        let file = folder(path).join(named);
        let compiled = read_text(&file, "paths in the file are relative to the file")?;
        serde_json::from_str::<&serde_json::value::RawValue>(&compiled)
            .map_err(|error| value("compiled", format!("{}: {error}", file.display())))?;
        Ok(Some(Fixture {
            body,
            compiled: Some(compiled),
        }))
    }
}
