//! `check-config`: reads a configuration and says what it amounts to.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::Problem;
use crate::base::exit;
use crate::config::Config;
use crate::wire::target::Target;

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the configuration is usable
  2  it is not: a value is wrong, or a file or program that it names does not exist
  5  internal error";

#[derive(Debug, Args)]
pub(crate) struct CheckConfigArgs {
    /// Configuration file to check.
    #[arg(value_name = "FILE", default_value = "provider.toml")]
    pub(crate) config: PathBuf,
}

pub(super) fn exec(args: &CheckConfigArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let config = Config::read(&args.config)?;
    config.check_programs(&args.config, true)?;
    if let Some(url) = &config.url {
        Target::parse(url, None)?;
    }
    let or =
        |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
    let unsupported: Vec<&str> = config
        .unsupported
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    let fixtures: Vec<&str> = config.fixtures.keys().map(|kind| kind.as_str()).collect();
    writeln!(out, "{}: good", args.config.display())?;
    writeln!(out, "  name         {}", or(&config.name, "(not given)"))?;
    writeln!(
        out,
        "  url          {}",
        or(
            &config.url,
            match config.process.start {
                Some(_) => "(of the provider that is started)",
                None => "(not given: say --url or --start, or the embedded provider is judged)",
            }
        )
    )?;
    writeln!(out, "  unsupported  {}", listed(&unsupported))?;
    writeln!(out, "  fixtures     {}", listed(&fixtures))?;
    let hooks: Vec<String> = config
        .hooks
        .iter()
        .map(|(hook, way)| format!("{} ({})", hook.as_str(), way.shown()))
        .collect();
    let hooks: Vec<&str> = hooks.iter().map(String::as_str).collect();
    let replicas: Vec<&str> = config.replicas.iter().map(String::as_str).collect();
    writeln!(out, "  hooks        {}", listed(&hooks))?;
    writeln!(out, "  replicas     {}", listed(&replicas))?;
    writeln!(
        out,
        "  process      {}",
        match &config.process.start {
            Some(command) => command.program(),
            None => "(not started by the runner)".to_owned(),
        }
    )?;
    writeln!(out, "  settle       {:?}", config.settle)?;
    writeln!(out, "  request      {:?}", config.request_limit)?;
    if let Some(rate) = config.rate {
        writeln!(out, "  rate         {rate}")?;
    }
    Ok(exit::CONFORMANT)
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "(none)".to_owned()
    } else {
        names.join(", ")
    }
}
