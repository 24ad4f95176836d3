//! `selftest`: the suite judged by what it is known to have to find.

use std::io::Write;

use clap::Args;

use super::Problem;
use crate::base::exit;
use crate::engine::run::Progress as _;
use crate::report::Bar;
use crate::selftest::{Matrix, Proof, Row, Subject, prove_all, subjects, verify};

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  every fault was found, and nothing else
  2  wrong command line
  5  a defect of the runner: a fault was missed, or legal behaviour was refused";

#[derive(Debug, Args)]
pub(crate) struct SelftestArgs {
    /// Faults and variants to test. Default: all.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Run each reproducer against its fault, where it must see the defect, and against the unbroken
    /// mock, where it must not. Needs curl and jq.
    #[arg(long)]
    pub(crate) reproducers: bool,
}

pub(super) async fn exec(args: SelftestArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let subjects = subjects(&args.names)?;
    if args.reproducers {
        return reproducers(subjects, out).await;
    }
    let bar = Bar::new(subjects.len());
    let mut rows = verify(subjects, |subject: Subject| bar.case_done(subject.name())).await;
    bar.finish();
    rows.sort_by_key(|row| row.subject.name());
    let right = if args.names.is_empty() {
        let matrix = Matrix::of(&rows);
        writeln!(out, "{matrix}")?;
        matrix.is_right()
    } else {
        each(&rows, out)?
    };
    Ok(if right {
        exit::CONFORMANT
    } else {
        exit::INTERNAL
    })
}

/// One line per subject, because they were asked for by name. Whether all are right.
fn each(rows: &[Row], out: &mut dyn Write) -> Result<bool, Problem> {
    let wrong = rows.iter().filter(|row| !row.is_right()).count();
    for row in rows {
        let mark = if row.is_right() { "ok" } else { "WRONG" };
        writeln!(out, "{mark:<6} {:<34} {}", row.subject.name(), row.told())?;
    }
    writeln!(out, "\n{} passed, {wrong} failed", rows.len() - wrong)?;
    Ok(wrong == 0)
}

/// Plays the reproducers and tells of each as soon as it is known: all of them take minutes.
async fn reproducers(subjects: Vec<Subject>, out: &mut dyn Write) -> Result<u8, Problem> {
    let (mut right, mut wrong) = (0, 0);
    let tell = |proofs: Vec<Proof>| {
        for proof in proofs {
            let count = if proof.is_right() {
                &mut right
            } else {
                &mut wrong
            };
            *count += 1;
            writeln!(out, "{proof}")?;
        }
        out.flush()
    };
    prove_all(subjects, tell).await?;
    writeln!(out, "\n{right} passed, {wrong} failed")?;
    Ok(if wrong == 0 {
        exit::CONFORMANT
    } else {
        exit::INTERNAL
    })
}
