//! `selftest`: the suite judged by what it is known to have to find.

use std::io::Write;

use super::Problem;
use crate::cli::SelftestArgs;
use crate::exit;
use crate::report::Bar;
use crate::run::Progress as _;
use crate::selftest::{Subject, subjects, verify};

pub(super) async fn selftest(args: SelftestArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let subjects = subjects(&args.names)?;
    let bar = Bar::new(subjects.len());
    let mut rows = verify(subjects, |subject: Subject| bar.case_done(subject.name())).await;
    bar.finish();
    rows.sort_by_key(|row| row.subject.name());
    let wrong = rows.iter().filter(|row| !row.is_right()).count();
    for row in &rows {
        let mark = if row.is_right() { "ok" } else { "WRONG" };
        writeln!(out, "{mark:<6} {:<34} {}", row.subject.name(), row.told())?;
    }
    writeln!(out, "\n{} passed, {wrong} failed", rows.len() - wrong)?;
    Ok(if wrong == 0 {
        exit::CONFORMANT
    } else {
        exit::INTERNAL
    })
}
