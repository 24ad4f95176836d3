//! `explain`: everything that is known about a requirement.

use std::io::{self, Write};

use clap::Args;

use super::Problem;
use super::list::selected;
use crate::base::exit;
use crate::catalogue::Requirement;

use crate::report::Layout;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Requirement ids, areas or prefixes.
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
}

pub(super) fn exec(args: &ExplainArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    for (at, requirement) in selected(&args.ids)?.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        one(requirement, out)?;
    }
    Ok(exit::CONFORMANT)
}

fn one(requirement: &Requirement, out: &mut dyn Write) -> io::Result<()> {
    let strong = anstyle::Style::new().bold();
    writeln!(
        out,
        "{strong}{}{strong:#}   {}",
        requirement.id,
        requirement.level.label()
    )?;
    let layout = Layout::of_stdout();
    layout.line(out, 2, &format!("  {}", requirement.title))?;
    let types: Vec<&str> = requirement.types.iter().map(|kind| kind.as_str()).collect();
    let decided: Vec<&str> = crate::cases::all()
        .into_iter()
        .filter(|case| case.requirements().any(|id| id == requirement.id))
        .map(|case| case.id)
        .collect();
    let rows = [
        ("types", types.join(", ")),
        ("needs", requirement.needs.join(", ")),
        ("check", requirement.check.clone()),
        ("pass", requirement.pass.clone()),
        ("tolerated", requirement.tolerated.clone()),
        ("means", requirement.consequence.clone()),
        ("fix", requirement.fix.clone()),
        ("document", requirement.document.clone()),
        ("operator", requirement.operator.clone()),
        ("cases", decided.join(", ")),
        ("proof", crate::selftest::proof::told(&requirement.id)),
    ];
    for (label, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        layout.line(out, 13, &format!("  {label:<10} {text}"))?;
    }
    Ok(())
}
