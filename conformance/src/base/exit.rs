//! Exit codes. They are part of the interface: scripts and workflows branch on them.

/// No MUST failed in the lenses that the gate looks at.
pub const CONFORMANT: u8 = 0;
/// At least one MUST failed (or, with `--strict`, a SHOULD was not met).
pub const NOT_CONFORMANT: u8 = 1;
/// The command line, a configuration file or a document is wrong, or nothing was selected.
pub const USAGE: u8 = 2;
/// The target does not answer, or no resource could be created, so nothing was judged.
pub const UNREACHABLE: u8 = 3;
/// The run did not come to its end although nothing failed, or its report found no room on the disk.
pub const INCOMPLETE: u8 = 4;
/// A defect of the runner itself.
pub const INTERNAL: u8 = 5;
/// Stopped by Ctrl-C.
pub const INTERRUPTED: u8 = 130;
/// Stopped by SIGTERM.
pub const TERMINATED: u8 = 143;

/// The table of commands that only print or write something.
pub(crate) const TOOL_HELP: &str = "\
Exit codes:
  0  done
  2  wrong command line, or a file that cannot be written
  5  internal error: standard output could not be written, for one";

/// The table of `check-config`.
pub(crate) const CHECK_CONFIG_HELP: &str = "\
Exit codes:
  0  it can be used
  2  it cannot: a value is wrong, or a file or program that it names is not there
  5  internal error";

/// The table of `compare`.
pub(crate) const COMPARE_HELP: &str = "\
Exit codes:
  0  nothing that the first report saw met has become worse
  1  something that it saw met is no longer shown to be
  2  wrong command line, or a file that is no report or cannot be written
  5  internal error";

/// The table of `mock`.
pub(crate) const MOCK_HELP: &str = "\
Exit codes:
  0  a list was printed, or a deployed mock ended in order
  2  wrong command line, an address that cannot be listened at, or unfit to start
  130, 143  ended by Ctrl-C or SIGTERM";

/// The table of `serve`.
#[cfg(feature = "embedded")]
pub(crate) const SERVE_HELP: &str = "\
Exit codes:
  0  ended in order by SIGTERM or Ctrl-C
  1  could not start, or failed while it served
  2  wrong command line or environment
  3  ended while requests were still under way";

/// The table of `selftest`.
pub(crate) const SELFTEST_HELP: &str = "\
Exit codes:
  0  every fault was found, and nothing else
  2  wrong command line
  5  a defect of the runner: a fault was missed, or something legal was refused";

/// The table of `replay`.
pub(crate) const REPLAY_HELP: &str = "\
Exit codes:
  0  everything is FIXED
  1  something is STILL there
  2  wrong command line or journal, or nothing failed there
  3  target unreachable
  4  nothing is STILL there, but some of it could not be told";

/// The table of `clean`.
pub(crate) const CLEAN_HELP: &str = "\
Exit codes:
  0  nothing is left
  1  something could not be deleted
  2  wrong command line, or no ledger
  3  target unreachable
  4  all that is known is deleted, but creates were never answered: they may have made something";

/// The table as `--help` shows it.
pub(crate) const HELP: &str = "\
Exit codes:
  0  conformant, or conformant with gaps
  1  a MUST failed (with --strict also a SHOULD)
  2  wrong command line, configuration, hook or document, or nothing selected
  3  target unreachable or does not start, or no resource could be created
  4  incomplete: nothing failed, but the run did not come to its end; or the disk is full, and the report is lost
  5  internal error
  130, 143  interrupted";
