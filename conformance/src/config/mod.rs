//! `provider.toml`: what the implementer tells about a provider.
//!
//! Here belong files that people write, read into types without a doubt left. What a run makes of them does not belong
//! here.

pub(crate) mod expected;
mod file;
pub(crate) mod hooks;
mod settings;
pub(crate) mod timing;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kfp_operator_sim::ResourceKind;

use crate::base::pace::Pace;
use crate::config::hooks::{Command, Hook, Way};
use crate::config::timing::Timing;
use file::File;

/// Everything a run needs to know about the provider, with defaults filled in.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) name: Option<String>,
    pub(crate) url: Option<String>,
    /// How long an answer may lag behind the truth.
    pub(crate) settle: Duration,
    /// Types that the provider does not support.
    pub(crate) unsupported: Vec<ResourceKind>,
    /// Limit for one request.
    pub(crate) request_limit: Duration,
    /// Limit for creates per type, if one is set.
    pub(crate) max_creates: Option<u32>,
    /// How fast requests may follow one another.
    pub(crate) rate: Option<Pace>,
    pub(crate) fixtures: BTreeMap<ResourceKind, Fixture>,
    /// What the implementer can do that the runner cannot.
    pub(crate) hooks: BTreeMap<Hook, Way>,
    /// Limit for one use of a hook.
    pub(crate) hook_limit: Duration,
    /// Base URLs of further replicas of the provider.
    pub(crate) replicas: Vec<String>,
    /// Where the runner's webhook listens, if it shall.
    pub(crate) listen: Option<SocketAddr>,
    /// How long things take with events.
    pub(crate) timing: Timing,
    /// Parameters with which a run fails.
    pub(crate) failing: BTreeMap<String, String>,
    /// How the provider is started, if the runner does it.
    pub(crate) process: Process,
}

/// How the runner starts the provider.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) start: Option<Command>,
    /// Parameters of the Provider resource.
    pub(crate) parameters: BTreeMap<String, String>,
    /// `PIPELINEROOTSTORAGE`.
    pub(crate) pipeline_root: String,
    /// How long it may take to answer.
    pub(crate) ready: Duration,
}

/// What replaces parts of the built-in body of a type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixture {
    /// Merged over the built-in body (RFC 7396).
    pub(crate) body: Option<serde_json::Value>,
    /// Text of the compiled pipeline.
    pub(crate) compiled: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: None,
            url: None,
            settle: Duration::ZERO,
            unsupported: Vec::new(),
            request_limit: Duration::from_secs(30),
            max_creates: None,
            rate: None,
            fixtures: BTreeMap::new(),
            hooks: BTreeMap::new(),
            hook_limit: Duration::from_secs(60),
            replicas: Vec::new(),
            listen: None,
            timing: Timing::default(),
            failing: BTreeMap::new(),
            process: Process {
                start: None,
                parameters: BTreeMap::new(),
                pipeline_root: "kfp-conformance".to_owned(),
                ready: Duration::from_secs(30),
            },
        }
    }
}

/// A configuration file that cannot be used. The text names file and line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source} (hint: {hint})", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
        /// The way out.
        hint: &'static str,
    },
    /// The file is no TOML, or has an unknown key or a value of the wrong type.
    #[error("{}:{line}:{column}: {what}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line of the problem, from 1.
        line: usize,
        /// Column of the problem, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// Programs that are not there.
    #[error("{}", all.join("\n"))]
    Programs {
        /// One line for each, with file and key.
        all: Vec<String>,
    },
    /// A value that has the right type but makes no sense.
    #[error("{}: {key}: {what}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The key, dotted.
        key: String,
        /// What is wrong with its value.
        what: String,
    },
}

/// What to do without a configuration.
const HINT: &str = "`kfp-conformance init` writes one to start from";

impl Config {
    /// Reads a `provider.toml` and the files that it names.
    ///
    /// # Errors
    /// [`ConfigError`] with file, line and column where there is one.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, &read_text(path, HINT)?)
    }

    /// As [`Self::read`], of a text that is or will be in that file.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|error| syntax(path, text, &error))?;
        file.resolve(path)
    }

    /// Whether the programs are there that it names: hooks, and the provider itself if that is to be started.
    ///
    /// # Errors
    /// [`ConfigError::Programs`] has all that are not.
    pub(crate) fn check_programs(&self, path: &Path, starts: bool) -> Result<(), ConfigError> {
        let hooks = self.hooks.iter().map(|(hook, way)| {
            let key = format!("hooks.{}", hook.as_str());
            (key, way.check())
        });
        let start = self.process.start.as_ref().filter(|_| starts);
        let start = start.map(|command| ("process.start".to_owned(), command.check()));
        let all: Vec<String> = hooks
            .chain(start)
            .filter_map(|(key, found)| Some((key, found.err()?)))
            .map(|(key, trouble)| format!("{}: {key}: {trouble}", path.display()))
            .collect();
        if all.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Programs { all })
        }
    }

    /// Whether the implementer's run declares artifacts, which it then has to write.
    pub(crate) fn declares_artifacts(&self) -> bool {
        let run = self.fixtures.get(&ResourceKind::Run);
        let body = run.and_then(|fixture| fixture.body.as_ref());
        let artifacts = body.and_then(|body| body.get("artifacts")?.as_array());
        artifacts.is_some_and(|artifacts| !artifacts.is_empty())
    }

    /// Whether a type is declared unsupported.
    pub(crate) fn is_unsupported(&self, kind: ResourceKind) -> bool {
        self.unsupported.contains(&kind)
    }
}

/// Reads a text, without the mark that some editors put in front of it; `hint` is what to do if that fails.
pub(crate) fn read_text(path: &Path, hint: &'static str) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
        hint,
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

pub(crate) fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let (line, column) = place(text, error.span().map_or(0, |span| span.start));
    let what = error.message().trim().replace('\n', "; ");
    ConfigError::Syntax {
        path: path.to_owned(),
        line,
        column,
        what,
    }
}

/// Line and column, from 1, of the byte at `start`.
pub(crate) fn place(text: &str, start: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..start.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let rest = before.iter().rev().take_while(|byte| **byte != b'\n');
    (line, rest.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("provider.toml");
        std::fs::write(&path, text).expect("writes");
        std::fs::write(dir.path().join("compiled.json"), r#"{"a": 1}"#).expect("writes");
        Config::read(&path)
    }

    #[test]
    fn what_files_have_is_read() {
        let comments = "# switched off\n".repeat(20_000);
        let provider = "[provider]\nname = \"acme/batch\"\nurl = \"http://127.0.0.1:8080\"\n";
        let nested = format!(
            "[fixtures.pipeline]\nbody = {}1{}\n",
            "{ a = ".repeat(60),
            " }".repeat(60)
        );
        let table = [
            format!("{comments}{provider}{comments}"),
            format!("\u{feff}{provider}"),
            provider.replace('\n', "\r\n"),
            format!("{provider}{nested}"),
        ];
        for text in table {
            let start: String = text.chars().take(30).collect();
            let config = parse(&text).unwrap_or_else(|error| panic!("{start}: {error}"));
            assert_eq!(config.name.as_deref(), Some("acme/batch"), "{start}");
        }
        let deep = format!(
            "{provider}[fixtures.pipeline]\nbody = {{ a = {}{} }}\n",
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let said = parse(&deep).expect_err("a bomb").to_string();
        assert!(
            said.contains("provider.toml:5:") && said.contains("recursion"),
            "{said}"
        );
    }

    #[test]
    fn a_full_file_is_understood() {
        let config = parse(
            r#"
            [provider]
            name = "acme/batch"
            url = "http://127.0.0.1:8080"
            replicas = ["http://127.0.0.1:8090"]
            settle = "500ms"
            unsupported = ["experiment"]

            [limits]
            request = "5s"
            max-creates = 7
            rate = "5/s"

            [fixtures.pipeline]
            body = { pipelineDefinition = { image = "registry.example/acme:1" } }
            compiled = "compiled.json"
            [fixtures.run-failing]
            parameters = { fail = "yes" }

            [hooks]
            probe = "scripts/probe --deep"
            restart = "http://127.0.0.1:1/restart"

            [process]
            parameters = { data = "/tmp/acme" }
            ready = "5s"

            [events]
            listen = "127.0.0.1:9000"
            wait = "7s"
            "#,
        )
        .expect("a good file");
        assert_eq!(config.name.as_deref(), Some("acme/batch"));
        assert_eq!(config.settle, Duration::from_millis(500));
        assert!(config.is_unsupported(ResourceKind::Experiment));
        assert_eq!(config.request_limit, Duration::from_secs(5));
        assert_eq!(config.max_creates, Some(7));
        assert_eq!(config.rate, "5/s".parse().ok());
        let fixture = &config.fixtures[&ResourceKind::Pipeline];
        assert_eq!(fixture.compiled.as_deref(), Some(r#"{"a": 1}"#));
        assert!(fixture.body.is_some());
        assert_eq!(config.replicas, ["http://127.0.0.1:8090"]);
        assert!(
            config.hooks[&Hook::Probe]
                .shown()
                .ends_with("/scripts/probe")
        );
        assert_eq!(config.hooks[&Hook::Restart].shown(), "127.0.0.1:1");
        assert_eq!(config.process.parameters["data"], "/tmp/acme");
        assert_eq!(config.process.ready, Duration::from_secs(5));
        assert_eq!(config.failing["fail"], "yes");
        assert_eq!(config.listen.map(|address| address.port()), Some(9000));
        assert_eq!(config.timing.wait, Duration::from_secs(7));
        assert_eq!(config.timing.quiet, Timing::default().quiet);
    }

    #[test]
    fn bad_files_name_the_place() {
        let table = [
            (
                "[provider]\nnmae = \"x\"",
                "provider.toml:2:1: unknown field `nmae`",
            ),
            (
                "[provider]\nsettle = \"soon\"",
                "provider.settle: \"soon\" is no duration",
            ),
            (
                "[provider]\nunsupported = [\"pipline\"]",
                "provider.toml:2:",
            ),
            ("[limits]\nmax-creates = 0", "limits.max-creates: 0"),
            (
                "[limits]\nrate = \"fast\"",
                "limits.rate: \"fast\" is no rate (hint: such as 5/s",
            ),
            ("[fixtures.pipeline]\ncompiled = \"nope.json\"", "nope.json"),
            (
                "[fixtures.run]\ncompiled = \"compiled.json\"",
                "fixtures.run.compiled",
            ),
            ("[provider", "provider.toml:1:"),
            ("[provider]\nname = \"acme\"", "provider.name: \"acme\""),
            ("[hooks]\nprobe = \"\"", "hooks.probe: empty command"),
            ("[hooks]\nprobe = \"a 'b\"", "hooks.probe: the quotes"),
            ("[hooks]\nreset = \"http://u:p@h/\"", "hooks.reset: "),
            (
                "[hooks]\nbreak-backend = \"a\"",
                "hooks: break-backend and heal-backend belong together",
            ),
            (
                "[process]\nparameters = { \"a-b\" = \"c\" }",
                "process.parameters: \"a-b\"",
            ),
            (
                "[provider]\nurl = \"http://h\"\n[process]\nstart = \"a\"",
                "process.start: there is provider.url already",
            ),
        ];
        for (text, part) in table {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
