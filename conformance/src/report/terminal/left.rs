//! What a run leaves to others: time that it lost, and resources that are still there.

use std::io::{self, Write};

use super::{Terminal, WARNING};
use crate::base::text::excerpt;
use crate::journal::ledger::LEDGER_FILE;
use crate::journal::record::{Leak, Record};
use crate::report::limited::Limited;

/// Resources that are named.
const NAMED: usize = 5;

impl Terminal<'_> {
    /// Requests that were refused for the time being.
    pub(super) fn limited(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(limited) = Limited::of(self.judgement.records) else {
            return Ok(());
        };
        let line = format!("{WARNING}WAITED{WARNING:#} {}\n", limited.told());
        self.layout.line(out, 7, &line)
    }

    /// How much was sent, and what is still there.
    pub(super) fn left_behind(&self, out: &mut dyn Write) -> io::Result<()> {
        let leaks: Vec<&Leak> = self
            .judgement
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Leak(leak) => Some(leak),
                _ => None,
            })
            .collect();
        let doubtful = self.judgement.end().map_or(0, |end| end.doubtful.len());
        let mut left = format!("{} resources left behind", leaks.len());
        if doubtful > 0 {
            left.push_str(&format!(
                ", {doubtful} more may be: their creates were never answered"
            ));
        }
        let text = match self.judgement.end() {
            Some(end) => format!("{} requests in {:.1} s, {left}", end.exchanges, end.seconds),
            None => left,
        };
        self.layout.line(out, 12, &format!("  {text}"))?;
        for Leak { kind, id, why } in leaks.iter().take(NAMED) {
            let id = excerpt(id.as_bytes());
            let line = format!("            {kind} {id}: {why}");
            self.layout.line(out, 14, &line)?;
        }
        if leaks.len() > NAMED {
            let more = leaks.len() - NAMED;
            writeln!(out, "            {more} more in report.json")?;
        }
        if leaks.is_empty() && doubtful == 0 {
            return Ok(());
        }
        let ledger = self.journal.join(LEDGER_FILE);
        let ledger = if ledger.is_file() {
            crate::report::again::quoted(&ledger.display().to_string())
        } else {
            "LEDGER, for that of each shard".to_owned()
        };
        let hint = format!("kfp-conformance clean --ledger {ledger}");
        self.layout.line(out, 12, &format!("  clean     {hint}"))
    }
}
