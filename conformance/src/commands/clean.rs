//! `clean`: delete what a run that was killed left behind.

use std::io::Write;
use std::time::Duration;

use kfp_operator_sim::ResourceKind;

use super::Problem;
use crate::base::contract::resource_target;
use crate::base::exit;
use crate::base::pace::Turns;
use crate::base::text::excerpt;
use crate::commands::cli::CleanArgs;
use crate::journal::ledger::{Doubt, LEDGER_FILE, Ledger};
use crate::wire::courtesy;
use crate::wire::target::Target;
use crate::wire::{Request, Response, WireFailure};

/// As long as the operator waits at most for anything.
const LIMIT: Duration = Duration::from_secs(300);

pub(super) async fn clean(args: &CleanArgs, out: &mut dyn Write) -> Result<u8, Problem> {
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
