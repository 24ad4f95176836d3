//! `list`: the requirements, a line each.

use std::io::Write;

use clap::Args;
use serde_json::json;

use super::Problem;
use crate::base::exit;
use crate::catalogue::{Catalogue, Requirement};

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Requirement ids, areas or prefixes. Default: all.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Print JSON, one object per line.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn exec(args: &ListArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    for requirement in selected(&args.ids)? {
        if args.json {
            writeln!(out, "{}", as_json(requirement))?;
        } else {
            let needs = match requirement.needs.as_slice() {
                [] => String::new(),
                needs => format!("   (needs {})", needs.join(", ")),
            };
            let level = requirement.level.as_str();
            writeln!(
                out,
                "{:<42} {level:<14} {}{needs}",
                requirement.id, requirement.title
            )?;
        }
    }
    Ok(exit::CONFORMANT)
}

/// The requirements that the names mean, in the catalogue's order, each once.
pub(super) fn selected(names: &[String]) -> Result<Vec<&'static Requirement>, Problem> {
    let catalogue = Catalogue::embedded();
    if names.is_empty() {
        return Ok(catalogue.all().iter().collect());
    }
    let mut ids = Vec::new();
    for name in names {
        ids.extend(
            catalogue
                .select(name)?
                .into_iter()
                .map(|requirement| requirement.id.as_str()),
        );
    }
    Ok(catalogue
        .all()
        .iter()
        .filter(|requirement| ids.contains(&requirement.id.as_str()))
        .collect())
}

fn as_json(requirement: &Requirement) -> serde_json::Value {
    json!({
        "id": requirement.id,
        "level": requirement.level,
        "types": requirement.types,
        "needs": requirement.needs,
        "title": requirement.title,
    })
}
