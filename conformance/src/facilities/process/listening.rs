//! Where a process really listens, for one that is not where it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The ports that a process and those that it started listen on. Empty where the system does not tell.
pub(super) fn ports_of(process: u32) -> BTreeSet<u16> {
    let sockets: BTreeSet<u64> = family(process).into_iter().flat_map(sockets_of).collect();
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let texts = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok());
    let all: Vec<(u16, u64)> = texts.flat_map(|text| listeners(&text)).collect();
    let own = all
        .into_iter()
        .filter(|(_, socket)| sockets.contains(socket));
    own.map(|(port, _)| port).collect()
}

/// A process and all below it.
fn family(process: u32) -> BTreeSet<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let parents: BTreeMap<u32, u32> = processes
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            Some((
                id,
                parent(&fs::read_to_string(entry.path().join("stat")).ok()?)?,
            ))
        })
        .collect();
    let mut family = BTreeSet::from([process]);
    loop {
        let more = parents.iter().filter(|(_, parent)| family.contains(parent));
        let more: Vec<u32> = more
            .map(|(id, _)| *id)
            .filter(|id| !family.contains(id))
            .collect();
        if more.is_empty() {
            return family;
        }
        family.extend(more);
    }
}

/// The parent in `/proc/PID/stat`; the name before it may have any characters.
fn parent(stat: &str) -> Option<u32> {
    let rest = stat.rsplit_once(')')?.1;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// The sockets that a process has open, by their number.
fn sockets_of(process: u32) -> Vec<u64> {
    let folder = Path::new("/proc").join(process.to_string()).join("fd");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let sockets = files.filter_map(|file| {
        let target = fs::read_link(file.path()).ok()?;
        let number = target
            .to_str()?
            .strip_prefix("socket:[")?
            .strip_suffix(']')?;
        number.parse().ok()
    });
    sockets.collect()
}

/// Ports and sockets of a table of the kernel's that are listening.
fn listeners(table: &str) -> Vec<(u16, u64)> {
    const LISTENING: &str = "0A";
    let lines = table.lines().skip(1);
    let listener = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, local, _, LISTENING, ..] = columns.as_slice() else {
            return None;
        };
        let port = u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()?;
        Some((port, columns.get(9)?.parse().ok()?))
    };
    lines.filter_map(listener).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_kernel_are_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0\n   \
            1: 0100007F:1F91 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 12346 1 0\n   \
            2: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 77 1 0\n   \
            3: broken\n";
        assert_eq!(listeners(table), [(8080, 12345), (80, 77)]);
        assert_eq!(parent("42 (a) (b c) S 7 42 42 0"), Some(7));
        assert_eq!(parent("nonsense"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_found_where_it_listens() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("an address").port();
        assert!(ports_of(std::process::id()).contains(&port));
        drop(listener);
        assert!(!ports_of(std::process::id()).contains(&port));
    }
}
