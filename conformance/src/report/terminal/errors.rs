//! What the runner could not do: told once, however much rests on it.

use std::io::{self, Write};

use super::missing::listed;
use super::{BAD, STRONG, Terminal, types};
use crate::base::outcome::Outcome;
use crate::judge::Judged;
use crate::report::again::again;

impl<'a> Terminal<'a> {
    /// A block for each reason why something could not be checked.
    pub(super) fn errors(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: Vec<(&str, Vec<&'a Judged>)> = Vec::new();
        for judged in self.of(Outcome::Error) {
            match reasons.iter_mut().find(|(why, _)| *why == judged.actual) {
                Some((_, list)) => list.push(judged),
                None => reasons.push((&judged.actual, vec![judged])),
            }
        }
        for (why, list) in reasons {
            self.error(out, why, &list)?;
        }
        Ok(())
    }

    fn error(&self, out: &mut dyn Write, why: &str, list: &[&Judged]) -> io::Result<()> {
        let layout = &self.layout;
        let mut ids: Vec<&str> = list
            .iter()
            .map(|judged| judged.requirement.id.as_str())
            .collect();
        ids.dedup();
        let head = match ids.as_slice() {
            [id] => format!("{STRONG}{id}{STRONG:#}   {}", types(list)),
            ids => format!("{STRONG}{} requirements{STRONG:#}", ids.len()),
        };
        layout.line(out, 6, &format!("{BAD}ERROR{BAD:#} {head}"))?;
        layout.row(out, "not told", why)?;
        if ids.len() > 1 {
            layout.row(out, "about", &listed(&ids))?;
        }
        let means = "the runner could not check it, which says nothing about the provider";
        layout.row(out, "means", means)?;
        if let [judged] = list {
            let command = again(judged, self.judgement.start, self.journal);
            layout.command(out, "again", &command)?;
        }
        writeln!(out)
    }
}
