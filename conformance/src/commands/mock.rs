//! `mock`: a provider that can be broken, to see what the runner makes of it.

use std::io::{self, Write};

use clap::Args;
use kfp_operator_sim::ResourceKind;

use super::Problem;
use crate::base::exit;
use crate::mock::{Behaviour, FAULTS, Fault, Mock, UnknownName, VARIANTS, Variant, deployed};

/// The exit codes as `--help` shows them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  a list was printed, or a deployed mock shut down cleanly
  2  wrong command line, an address that cannot be listened on, or a simulated failure to start
  130, 143  stopped by Ctrl-C or SIGTERM";

#[derive(Debug, Args)]
pub(crate) struct MockArgs {
    /// Enable a fault. May be repeated.
    #[arg(long = "break", value_name = "FAULT")]
    pub(crate) faults: Vec<String>,
    /// Enable an unusual but legal behaviour. May be repeated.
    #[arg(long = "variant", value_name = "VARIANT")]
    pub(crate) variants: Vec<String>,
    /// Restrict faults to this resource type.
    #[arg(long, value_name = "TYPE")]
    pub(crate) only: Option<ResourceKind>,
    /// Webhook that receives run completion events, such as http://127.0.0.1:9000/events.
    #[arg(long, value_name = "URL")]
    pub(crate) webhook: Option<String>,
    /// Address to listen on; the URL is printed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// Listen on the port in SERVER_PORT, on all interfaces, and shut down as a deployed provider does.
    #[arg(long, conflicts_with = "listen")]
    pub(crate) deployed: bool,
    /// Simulate a deployment defect. May be repeated.
    #[arg(long, value_name = "HOW", value_enum, requires = "deployed")]
    pub(crate) unfit: Vec<crate::mock::Unfit>,
    /// List the faults and variants instead of serving.
    #[arg(long)]
    pub(crate) list: bool,
}

pub(super) async fn exec(args: MockArgs, out: &mut dyn Write) -> Result<u8, Problem> {
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
