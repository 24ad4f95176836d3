//! `document`: the contract itself, to give to other tools.

use std::io::Write;

use super::Problem;
use crate::base::exit;
use crate::commands::cli::DocumentArgs;

pub(super) fn document(args: &DocumentArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    let text = if args.effective {
        kfp_provider_api::EFFECTIVE
    } else {
        kfp_provider_api::OPENAPI
    };
    out.write_all(text.as_bytes())?;
    Ok(exit::CONFORMANT)
}
