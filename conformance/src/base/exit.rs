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
