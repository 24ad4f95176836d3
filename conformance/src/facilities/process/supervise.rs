//! The supervisor: runs one command and kills it when its own input ends.
//!
//! The runner holds the other end of that input. When the runner ends, by whatever means, the system
//! closes it, and nothing that the command started is left.

use std::io::{ErrorKind, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The order to ask the command to end, as Kubernetes asks a container: its first process only.
pub(super) const TERMINATE: &[u8] = b"t";
/// Exit code: the user may not execute the command. As shells have it.
pub(super) const FORBIDDEN: i32 = 126;
/// Exit code: there is no such command.
const MISSING: i32 = 127;

/// Runs the command to its end, with the signals that standard input orders, and ends the process
/// with its exit code.
pub(crate) fn supervise(user: Option<u32>, words: &[String]) -> ! {
    std::process::exit(run(user, words))
}

fn run(user: Option<u32>, words: &[String]) -> i32 {
    let [program, arguments @ ..] = words else {
        return MISSING;
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0);
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            // The output is the provider's log, where this belongs.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("{program}: {error}\n").as_bytes(),
            );
            return if error.kind() == ErrorKind::PermissionDenied {
                FORBIDDEN
            } else {
                MISSING
            };
        }
    };
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let Some(group) = group else { return MISSING };
    std::thread::spawn(move || obey(group));
    let status = child.wait();
    kill(group);
    status.map_or(MISSING, |status| {
        let signal = || 128 + status.signal().unwrap_or_default();
        status.code().unwrap_or_else(signal)
    })
}

/// Carries out orders until they end, and that is the order to kill.
fn obey(group: Pid) {
    let mut order = [0];
    let mut orders = std::io::stdin();
    while let Ok(1) = orders.read(&mut order) {
        if order == TERMINATE {
            // It may have ended by itself.
            let _ = kill_process(group, Signal::TERM);
        }
    }
    kill(group);
}

/// Kills what is left of the group.
fn kill(group: Pid) {
    // An error means that nothing is left.
    let _ = kill_process_group(group, Signal::KILL);
}
