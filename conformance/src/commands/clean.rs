//! `clean`: delete what a run that was killed left behind.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use kfp_operator_sim::ResourceKind;

use super::Problem;
use crate::base::contract::resource_target;
use crate::base::exit;
use crate::base::pace::{Pace, Turns};
use crate::base::text::excerpt;
use crate::journal::ledger::{Doubt, LEDGER_FILE, Ledger};
use crate::wire::courtesy;
use crate::wire::target::Target;
use crate::wire::{Request, Response, WireFailure};

/// As long as the operator waits at most for anything.
const LIMIT: Duration = Duration::from_secs(300);

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  nothing is left
  1  something could not be deleted
  2  wrong command line, or not a ledger
  3  target unreachable
  4  everything known is deleted, but some creates were never answered and may have created something";

#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    /// Ledger of the run: ledger.ndjson in its --out directory.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// Base URL, if it has changed since the run.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Maximum request rate, such as 5/s or 30/min.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
}

pub(super) async fn exec(args: &CleanArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let path = if args.ledger.is_dir() {
        args.ledger.join(LEDGER_FILE)
    } else {
        args.ledger.clone()
    };
    let ledger = Ledger::open(&path)?;
    let (remaining, doubts) = (ledger.remaining(), ledger.doubts());
    if remaining.is_empty() && doubts.is_empty() {
        writeln!(out, "nothing was left behind")?;
        return Ok(exit::CONFORMANT);
    }
    let url = args.url.clone().or_else(|| ledger.url());
    let url = url.ok_or_else(|| {
        Problem::Nothing("the ledger does not say where (hint: say --url)".to_owned())
    })?;
    let target = Target::parse(&url, None)?;
    let turns = Turns::new(args.rate);
    let mut kept = 0;
    for (kind, id) in remaining {
        let told = excerpt(id.as_bytes());
        match delete(&target, &turns, kind, &id).await {
            Ok(answer) if answer.is_success() || answer.status == 404 => {
                ledger.deleted(kind, &id);
                let how = if answer.status == 404 {
                    "was gone"
                } else {
                    "deleted"
                };
                writeln!(out, "{how:<10} {kind} {told}")?;
            }
            Ok(answer) => {
                kept += 1;
                let why = excerpt(&answer.body);
                writeln!(out, "kept       {kind} {told}: {} {why}", answer.status)?;
            }
            Err(WireFailure::Connect(why)) => return Err(Problem::Unreachable { url, why }),
            Err(why) => {
                kept += 1;
                writeln!(out, "kept       {kind} {told}: {why}")?;
            }
        }
    }
    for Doubt { kind, name } in &doubts {
        let name = name
            .as_deref()
            .map_or("without a name".to_owned(), |n| excerpt(n.as_bytes()));
        writeln!(
            out,
            "may exist  {kind} {name}: its create was never answered, so its id is not known"
        )?;
    }
    Ok(match (kept, doubts.is_empty()) {
        (0, true) => exit::CONFORMANT,
        (0, false) => exit::INCOMPLETE,
        _ => exit::NOT_CONFORMANT,
    })
}

async fn delete(
    target: &Target,
    turns: &Turns,
    kind: ResourceKind,
    id: &str,
) -> Result<Response, WireFailure> {
    let path = resource_target(&target.prefix, kind, Some(id));
    let request = Request::new("DELETE", &path);
    let timed = courtesy::exchange(&target.connector, turns, &request, LIMIT).await;
    timed.result
}
