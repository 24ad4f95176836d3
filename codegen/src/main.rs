//! The command: files in, files out.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use openapi_codegen::{Source, compare, contract, generate};

/// Generate Rust from an OpenAPI document, or compare two documents.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "Exit codes: 0 generated, or no differences; 1 document refused, or differences found; 2 bad usage or unreadable file."
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// OpenAPI 3.0 document to compile.
    #[arg(required = true)]
    document: Option<PathBuf>,
    /// Overlay 1.0 document to apply first. May be repeated.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Directory to write types.rs, client.rs, server.rs and openapi.json to.
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the differences between two documents as contracts, ignoring descriptions.
    Compare {
        /// First document.
        left: PathBuf,
        /// Second document.
        right: PathBuf,
    },
    /// Print a document as a contract, for comparison by its digest: JSON with sorted keys and without descriptions.
    Contract {
        /// OpenAPI document.
        document: PathBuf,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match (args.command, args.document, args.out) {
        (Some(Command::Compare { left, right }), ..) => run_compare(&left, &right),
        (Some(Command::Contract { document }), ..) => run_contract(&document),
        (None, Some(document), Some(out)) => run_generate(&document, &args.overlay, &out),
        (None, ..) => Err(io::Error::other("a document and --out are needed")),
    };
    outcome.unwrap_or_else(|error| {
        say(&[error.to_string()]);
        ExitCode::from(2)
    })
}

fn run_generate(document: &Path, overlays: &[PathBuf], out: &Path) -> io::Result<ExitCode> {
    let overlays = overlays
        .iter()
        .map(|path| read(path))
        .collect::<io::Result<Vec<_>>>()?;
    let generated = match generate(&read(document)?, &overlays) {
        Ok(generated) => generated,
        Err(errors) => {
            say(&errors);
            return Ok(ExitCode::FAILURE);
        }
    };
    fs::create_dir_all(out).map_err(|error| named(out, &error))?;
    let files = [
        ("types.rs", generated.types),
        ("client.rs", generated.client),
        ("server.rs", generated.server),
        ("openapi.json", generated.effective),
    ];
    for (name, text) in files {
        let path = out.join(name);
        fs::write(&path, text).map_err(|error| named(&path, &error))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn run_compare(left: &Path, right: &Path) -> io::Result<ExitCode> {
    let differences = compare(&read(left)?, &read(right)?).map_err(io::Error::other)?;
    say(&differences);
    Ok(if differences.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_contract(document: &Path) -> io::Result<ExitCode> {
    let text = contract(&read(document)?).map_err(io::Error::other)?;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> io::Result<Source> {
    let text = fs::read_to_string(path).map_err(|error| named(path, &error))?;
    Ok(Source {
        name: path.display().to_string(),
        text,
    })
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// One line each. A closed standard error is ignored: there is no other place to report it.
fn say<T: std::fmt::Display>(lines: &[T]) {
    let mut stderr = io::stderr().lock();
    for line in lines {
        let _ = writeln!(stderr, "{line}");
    }
}
