//! `init`: a `provider.toml` to start from, with everything that it can say.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;

use super::Problem;
use crate::base::exit;
use crate::config::Config;
use crate::journal::writer::OutputError;
use crate::wire::target::Target;

const TEMPLATE: &str = include_str!("init/provider.toml");

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// File to write. An existing file is never overwritten.
    #[arg(value_name = "FILE", default_value = "provider.toml")]
    pub(crate) file: PathBuf,
    /// Base URL of the provider.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Namespace and name of the Provider resource, such as acme/batch.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

pub(super) fn exec(args: &InitArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let text = text(args.url.as_deref(), args.name.as_deref());
    // What is written has to be good: the values came from the command line.
    let config = Config::parse(&args.file, &text)?;
    if let Some(url) = &config.url {
        Target::parse(url, None)?;
    }
    let mut file = File::create_new(&args.file).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Problem::Exists(args.file.clone()),
        _ => OutputError::at(&args.file)(source).into(),
    })?;
    file.write_all(text.as_bytes())
        .map_err(OutputError::at(&args.file))?;
    let name = args.file.display();
    writeln!(out, "{name}: written")?;
    writeln!(out, "  next   kfp-conformance check-config {name}")?;
    writeln!(
        out,
        "  then   kfp-conformance --config {name} --profile smoke"
    )?;
    Ok(exit::CONFORMANT)
}

/// The template with the values that are known.
fn text(url: Option<&str>, name: Option<&str>) -> String {
    let mut text = TEMPLATE.to_owned();
    for (key, value) in [("url", url), ("name", name)] {
        let Some(value) = value else { continue };
        let start = format!("# {key} = ");
        let lines = text.lines().map(|line| match line.starts_with(&start) {
            true => format!("{key} = {}\n", toml::Value::from(value)),
            false => format!("{line}\n"),
        });
        text = lines.collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_template_is_good_as_it_is_and_with_every_line_in_use() {
        let path = Path::new("provider.toml");
        Config::parse(path, TEMPLATE).expect("comments only");
        // Whoever takes the comment signs away gets what the comments promise. The compiled part would have to exist, and
        // a provider is started or reached.
        let set = |line: &str| line.contains(" = ") || line.starts_with('[');
        for left_out in ["start", "url"] {
            let used: String = TEMPLATE
                .lines()
                .map(|line| match line.strip_prefix("# ") {
                    Some(rest) if rest.starts_with("compiled") || rest.starts_with(left_out) => {
                        line
                    }
                    Some(rest) if set(rest) => rest,
                    _ => line,
                })
                .flat_map(|line| [line, "\n"])
                .collect();
            let config = Config::parse(path, &used).expect("every line is good");
            assert_eq!(config.url.is_some(), left_out == "start");
            assert_eq!(config.process.start.is_some(), left_out == "url");
            assert_eq!(config.hooks.len(), 5, "each but seed-failing-run");
            assert!(config.name.is_some() && config.listen.is_some() && !config.failing.is_empty());
        }
    }

    #[test]
    fn values_are_quoted() {
        let told = text(Some("http://127.0.0.1:1/a\"b"), Some("acme/batch"));
        let config = Config::parse(Path::new("provider.toml"), &told).expect("quoted");
        assert_eq!(config.url.as_deref(), Some("http://127.0.0.1:1/a\"b"));
        assert_eq!(config.name.as_deref(), Some("acme/batch"));
    }
}
