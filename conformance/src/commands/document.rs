//! `document`: the contract itself, to give to other tools.

use std::io::Write;

use clap::Args;

use super::Problem;
use crate::base::exit;

#[derive(Debug, Args)]
pub(crate) struct DocumentArgs {
    /// Print what the operator actually sends and needs, as JSON with a path per resource type: for tools
    /// that generate, mock or test.
    #[arg(long)]
    pub(crate) effective: bool,
}

pub(super) fn exec(args: &DocumentArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let text = if args.effective {
        kfp_provider_api::EFFECTIVE
    } else {
        kfp_provider_api::OPENAPI
    };
    out.write_all(text.as_bytes())?;
    Ok(exit::CONFORMANT)
}
