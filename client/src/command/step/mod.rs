//! One step of a workflow: one request, and one file for the operator to read.
//!
//! The request is the one that the operator's own steps send with `jq` and `curl`, byte for byte. What is written is
//! better than what `curl` leaves: always an object with `id` or `providerError` or neither, also when the provider
//! answers with something else or not at all.

mod job;
mod options;
mod outcome;
mod output;
mod send;

use std::process::ExitCode;

pub(crate) use job::Job;
pub(crate) use options::{Create, Delete, Update};

use super::tell;
pub(crate) use outcome::Outcome;
use output::Output;

pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 the output was written, whether it reports success or failure; 1 the output contains a providerError and \
--fail-on-provider-error was given, or with --compat the operator's step would fail; 2 bad usage: an invalid option, type, \
URL or file; nothing was sent, and the output file, if its name is known, says why; 3 the output file cannot be written; if \
that was known in advance, nothing was sent.

At most 32 MiB of an answer are read. Texts of more than 32768 characters are truncated, and IDs of more than 8192 bytes are \
refused.";

/// The output holds an error, or a step of the operator would fail.
const FAILED: u8 = 1;
/// The command line cannot be used.
const USAGE: u8 = 2;
/// The output cannot be written.
const UNWRITABLE: u8 = 3;

/// Does the job. That the output can be written is made sure of before anything is sent: an id that is lost afterwards
/// belongs to a resource that will never be deleted.
pub(crate) async fn run(job: Job) -> ExitCode {
    let output = match Output::prepare(&job.output) {
        Ok(output) => output,
        Err(error) => {
            tell(error);
            return ExitCode::from(UNWRITABLE);
        }
    };
    let outcome = if job.compat {
        Outcome::like_curl(send::once(&job).await)
    } else {
        Outcome::judge(&job, send::persistently(&job).await)
    };
    if let Some(message) = &outcome.message {
        tell(message);
    }
    if let Some(text) = &outcome.output
        && let Err(error) = output.write(text)
    {
        tell(error);
        tell(format_args!(
            "what should have been written: {}",
            String::from_utf8_lossy(text)
        ));
        return ExitCode::from(UNWRITABLE);
    }
    if outcome.unusable {
        return ExitCode::from(USAGE);
    }
    if outcome.failed && (job.compat || job.fail_on_provider_error) {
        return ExitCode::from(FAILED);
    }
    ExitCode::SUCCESS
}
