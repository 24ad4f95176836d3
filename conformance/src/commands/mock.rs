//! `mock`: a provider that can be broken, to see what the runner makes of it.

use std::io::{self, Write};

use super::Problem;
use crate::base::exit;
use crate::commands::cli::MockArgs;
use crate::mock::{Behaviour, FAULTS, Fault, Mock, UnknownName, VARIANTS, Variant, deployed};

pub(super) async fn mock(args: MockArgs, out: &mut dyn Write) -> Result<u8, Problem> {
    if args.list {
        return list(out);
    }
    let faults: Result<Vec<Fault>, UnknownName> =
        args.faults.iter().map(|name| name.parse()).collect();
    let variants: Result<Vec<Variant>, UnknownName> =
        args.variants.iter().map(|name| name.parse()).collect();
    let behaviour = Behaviour {
        faults: faults?,
        variants: variants?,
        only: args.only.map(|kind| kind.as_str().to_owned()),
        webhook: args.webhook,
        ..Behaviour::default()
    };
    if args.deployed {
        let signal = super::run::signal();
        deployed(behaviour, &args.unfit, signal).await?;
        return Ok(exit::CONFORMANT);
    }
    let taken = |source| Problem::Listen {
        address: args.listen,
        source,
    };
    let mock = Mock::start_at(args.listen, behaviour).map_err(taken)?;
    writeln!(out, "{}", mock.url())?;
    out.flush()?;
    Ok(super::run::signal().await)
}

fn list(out: &mut dyn Write) -> Result<u8, Problem> {
    let rows = FAULTS.iter().map(|spec| ("fault", spec.name, spec.what));
    let rows = rows.chain(
        VARIANTS
            .iter()
            .map(|spec| ("variant", spec.name, spec.what)),
    );
    let print = |(kind, name, what): (&str, &str, &str)| -> io::Result<()> {
        writeln!(out, "{kind:<8} {name:<34} {what}")
    };
    rows.into_iter().try_for_each(print)?;
    Ok(exit::CONFORMANT)
}
