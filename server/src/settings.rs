//! Configuration from the environment, under the names that the operator sets in a provider's deployment.

mod host;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::time::Duration;

use hyper::Uri;
use kfp_provider_domain::{InvalidName, NamespacedName, without_password};

use crate::parameters::Parameters;

pub use host::Host;

/// Ports of a provider whose deployment names none.
const DEFAULT_PORT: u16 = 8080;
const DEFAULT_METRICS_PORT: u16 = 8081;

/// How a provider service runs: what the operator told it, and the limits that protect it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `PROVIDERNAME`, `namespace/name` of the Provider resource: events carry it. Absent outside of a cluster.
    pub provider_name: Option<NamespacedName>,
    /// `PIPELINEROOTSTORAGE`: where pipelines keep their artifacts, in whatever form the Provider resource has it.
    pub pipeline_root_storage: Option<String>,
    /// `OPERATORWEBHOOK`: the exact URL that run completion events go to, an absolute `http` or `https` URL.
    pub operator_webhook: Option<String>,
    /// Where to listen: `SERVER_HOST`; without it on every interface if `PROVIDERNAME` is set, because then the
    /// operator made this deployment, and on the loopback interface otherwise.
    pub host: Host,
    /// Port of the API: `SERVER_PORT`, 8080 without it. 0 takes a free port.
    pub port: u16,
    /// Port of `/metrics`: `METRICS_PORT`, 8081 without it. 0 takes a free port.
    pub metrics_port: u16,
    /// `PARAMETERS_*`: the parameters of the Provider resource.
    pub parameters: Parameters,
    /// Sizes and times that no request may exceed.
    pub limits: Limits,
}

/// Sizes and times that no request may exceed. The operator's own limit for a whole request is 300 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest request body in bytes. Default: 32 MiB.
    pub body_bytes: usize,
    /// Longest silence while a body is being received. Default: 10 s.
    pub body_silence: Duration,
    /// Longest time from a request to its answer. Default: 120 s.
    pub deadline: Duration,
    /// Longest time that the provider's own readiness check may take. Default: 800 ms, below a probe's usual second.
    pub readiness: Duration,
    /// Longest time that a shutdown waits for requests that are being worked on. Default: 25 s, below the 30 s after
    /// which Kubernetes kills a pod.
    pub grace: Duration,
    /// Longest time that a shutdown waits, once all work is answered, for connections that are not finished: answers
    /// on their way out, requests that never arrive completely. Default: 2 s.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            body_silence: Duration::from_secs(10),
            deadline: Duration::from_secs(120),
            readiness: Duration::from_millis(800),
            grace: Duration::from_secs(25),
            linger: Duration::from_secs(2),
        }
    }
}

impl Settings {
    /// Settings of a provider that lives inside a test or another program: free ports of the loopback interface.
    pub fn ephemeral() -> Self {
        Self {
            port: 0,
            metrics_port: 0,
            ..Self::default()
        }
    }

    /// Reads the settings from environment variables, such as `std::env::vars_os()`. Empty variables count as absent
    /// and variables of other names are not looked at.
    ///
    /// # Errors
    /// Every variable that cannot be used, not only the first.
    pub fn from_env<K, V>(
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, SettingsError>
    where
        K: AsRef<OsStr>,
        V: Into<OsString>,
    {
        let mut reader = Reader::default();
        for (name, value) in variables {
            if let Some(name) = name.as_ref().to_str() {
                reader.read(name, value.into());
            }
        }
        reader.finish()
    }
}

impl Default for Settings {
    /// The settings of an empty environment.
    fn default() -> Self {
        Self {
            provider_name: None,
            pipeline_root_storage: None,
            operator_webhook: None,
            host: Host::LOCAL,
            port: DEFAULT_PORT,
            metrics_port: DEFAULT_METRICS_PORT,
            parameters: Parameters::default(),
            limits: Limits::default(),
        }
    }
}

/// Everything that is wrong with the environment: one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(Vec<SettingError>);

impl SettingsError {
    /// The variables that cannot be used and why, in the order of the environment.
    pub fn problems(&self) -> &[SettingError] {
        &self.0
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}

/// One environment variable that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// The value is not text.
    #[error("{0}: not UTF-8 (hint: set it to plain text)")]
    NotText(String),
    /// The provider's name does not have the form of a name.
    #[error("PROVIDERNAME: {0}")]
    ProviderName(InvalidName),
    /// The webhook is not a URL that events can go to.
    #[error(
        "OPERATORWEBHOOK: {0:?} is not an absolute http or https URL (hint: http://host:port/events)"
    )]
    Webhook(String),
    /// The host is not an address.
    #[error(
        "SERVER_HOST: {0:?} is not an IP address (hint: :: for all interfaces, 127.0.0.1 for this machine)"
    )]
    Host(String),
    /// A port is not a number of the range.
    #[error(
        "{name}: {value:?} is not a port (hint: a number from 1 to 65535, or 0 for any free port)"
    )]
    Port {
        /// The variable.
        name: String,
        /// What it says.
        value: String,
    },
    /// Both servers would listen on one port.
    #[error(
        "METRICS_PORT: {0} is the port of the API too (hint: choose another, or leave both variables out)"
    )]
    SamePort(u16),
}

/// Collects settings and problems, variable by variable.
#[derive(Default)]
struct Reader {
    settings: Settings,
    host: Option<Host>,
    problems: Vec<SettingError>,
}

impl Reader {
    fn read(&mut self, name: &str, value: OsString) {
        let known = matches!(
            name,
            "PROVIDERNAME"
                | "PIPELINEROOTSTORAGE"
                | "OPERATORWEBHOOK"
                | "SERVER_HOST"
                | "SERVER_PORT"
                | "METRICS_PORT"
        );
        let parameter = name.strip_prefix(Parameters::PREFIX);
        if value.is_empty() || (!known && parameter.is_none()) {
            return;
        }
        let Ok(value) = value.into_string() else {
            return self.problems.push(SettingError::NotText(name.to_owned()));
        };
        if let Some(key) = parameter {
            return self.settings.parameters.insert(key, value);
        }
        if let Err(problem) = self.set(name, value) {
            self.problems.push(problem);
        }
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), SettingError> {
        let settings = &mut self.settings;
        match name {
            "PROVIDERNAME" => {
                settings.provider_name = Some(provider_name(value)?);
            }
            "PIPELINEROOTSTORAGE" => settings.pipeline_root_storage = Some(value),
            "OPERATORWEBHOOK" => settings.operator_webhook = Some(webhook(value)?),
            "SERVER_HOST" => {
                self.host = Some(value.parse().map_err(|_| SettingError::Host(value))?)
            }
            "SERVER_PORT" => settings.port = port(name, value)?,
            _ => settings.metrics_port = port(name, value)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Settings, SettingsError> {
        let Self {
            mut settings,
            host,
            mut problems,
        } = self;
        let deployed = settings.provider_name.is_some();
        let usual = if deployed { Host::Every } else { Host::LOCAL };
        settings.host = host.unwrap_or(usual);
        if settings.port != 0 && settings.port == settings.metrics_port {
            problems.push(SettingError::SamePort(settings.port));
        }
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError(problems))
        }
    }
}

/// The operator gives every provider its namespace, and finds a provider by nothing less.
fn provider_name(text: String) -> Result<NamespacedName, SettingError> {
    let name: NamespacedName = text.parse().map_err(SettingError::ProviderName)?;
    if name.namespace().is_empty() {
        return Err(SettingError::ProviderName(InvalidName::NoNamespace(text)));
    }
    Ok(name)
}

fn webhook(text: String) -> Result<String, SettingError> {
    let usable = text.parse::<Uri>().is_ok_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
    });
    if usable {
        Ok(text)
    } else {
        Err(SettingError::Webhook(without_password(&text)))
    }
}

fn port(name: &str, value: String) -> Result<u16, SettingError> {
    value.parse().map_err(|_| SettingError::Port {
        name: name.to_owned(),
        value,
    })
}

#[cfg(test)]
mod tests;
