//! `replay`: send again what showed the failures of a run.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::Problem;
use super::list::selected;
use crate::base::exit;
use crate::base::pace::{Pace, Turns};
use crate::engine::setup::fresh;
use crate::journal::bodies::Bodies;
use crate::journal::ledger::Ledger;
use crate::journal::reader;
use crate::judge::judge;
use crate::report::replay::{Fate, Player, Replayed, creates};
use crate::report::repro::{Recording, declared, is_wanted};
use crate::wire::target::Target;

/// The ledger of a replay, beside the one of the run.
const LEDGER: &str = "replay-ledger.ndjson";

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  everything is FIXED
  1  something is STILL there
  2  wrong command line or journal, or nothing failed there
  3  target unreachable
  4  nothing still fails, but some results were inconclusive";

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Journal to replay, or its directory.
    #[arg(value_name = "JOURNAL")]
    pub(crate) journal: PathBuf,
    /// Requirements to replay: ids or areas. Default: all that failed.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Base URL, if it has changed since the run.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Maximum number of create requests. Default: as many as needed, printed before anything is sent.
    #[arg(long, value_name = "N")]
    pub(crate) max_creates: Option<u32>,
    /// Maximum request rate, such as 5/s or 30/min.
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Pace>,
}

pub(super) async fn exec(args: &ReplayArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let reading = reader::read(&args.journal)?;
    let judgement = judge(&reading.records).expect("a reading begins with the start");
    let ids = selected(&args.ids)?;
    let failing = judgement
        .results
        .iter()
        .filter(|judged| is_wanted(judged.outcome));
    let failing: Vec<_> = failing
        .filter(|judged| ids.iter().any(|one| one.id == judged.requirement.id))
        .collect();
    if failing.is_empty() {
        let why = format!("nothing failed in {}", args.journal.display());
        return Err(Problem::Nothing(why));
    }
    let url = args.url.as_ref().unwrap_or(&judgement.start.target.url);
    let ledger = reading.folder.join(LEDGER);
    let recording = Recording::of(&judgement, Bodies::of(&reading.folder));
    let sequences: Vec<_> = failing
        .iter()
        .map(|judged| recording.sequence(judged))
        .collect();
    let most = args.max_creates.unwrap_or_else(|| creates(&sequences));
    let mut player = Player::new(
        Target::parse(url, None)?,
        Ledger::create(Some(&ledger), &fresh(), url)?,
        Turns::new(args.rate),
        most,
    );
    if let Err(failure) = player.reach().await {
        return Err(Problem::Unreachable {
            url: url.clone(),
            why: failure.to_string(),
        });
    }
    // Creates can cost money.
    writeln!(out, "creates at most {most}\n")?;
    let mut fates = Vec::new();
    for (judged, sequence) in failing.into_iter().zip(sequences) {
        let replayed = match sequence {
            Some(sequence) => player.play(&sequence, declared(judged)).await,
            None => Replayed {
                steps: Vec::new(),
                fate: Fate::Untold,
                why: Some("no recorded request shows it (hint: run --failed-in)".to_owned()),
            },
        };
        let kind = judged
            .kind
            .map_or(String::new(), |kind| format!(" [{kind}]"));
        writeln!(out, "{}{kind}", judged.requirement.id)?;
        print(&replayed, out)?;
        fates.push(replayed.fate);
    }
    for (kind, id) in player.clean().await {
        let id = crate::base::text::excerpt(id.as_bytes());
        writeln!(
            out,
            "left behind: {kind} {id} (hint: kfp-conformance clean --ledger {})",
            ledger.display()
        )?;
    }
    let count = |fate: Fate| fates.iter().filter(|one| **one == fate).count();
    writeln!(
        out,
        "{} fixed, {} still, {} changed, {} not told",
        count(Fate::Fixed),
        count(Fate::Still),
        count(Fate::Changed),
        count(Fate::Untold)
    )?;
    Ok(
        match (count(Fate::Still), count(Fate::Fixed) == fates.len()) {
            (0, true) => exit::CONFORMANT,
            (0, false) => exit::INCOMPLETE,
            _ => exit::NOT_CONFORMANT,
        },
    )
}

fn print(replayed: &Replayed, out: &mut dyn Write) -> io::Result<()> {
    for (at, step) in replayed.steps.iter().enumerate() {
        let mark = match &step.before {
            None => "",
            Some(_) if step.same => "same",
            Some(_) => "CHANGED",
        };
        writeln!(out, "  {:>2} {mark:<8} {}", at + 1, step.what)?;
        match &step.before {
            Some(before) if !step.same => {
                writeln!(out, "     - {before}\n     + {}", step.after)?;
            }
            _ => writeln!(out, "       {}", step.after)?,
        }
    }
    let why = replayed
        .why
        .as_ref()
        .map_or(String::new(), |why| format!(": {why}"));
    writeln!(out, "  {}{why}\n", replayed.fate.as_str())
}
