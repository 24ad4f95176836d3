//! Ports for a provider.

use std::fs::File;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

/// Ports that were free a moment ago.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) api: u16,
    pub(super) metrics: u16,
}

impl Ports {
    pub(super) fn take() -> io::Result<Self> {
        // Both are held at the same time, so that they differ.
        let (api, metrics) = (bind(0)?, bind(0)?);
        Ok(Self {
            api: api.local_addr()?.port(),
            metrics: metrics.local_addr()?.port(),
        })
    }
}

/// The port of a provider whose deployment names none, claimed among all runners of this machine.
pub(crate) struct DefaultPort {
    /// Locked for as long as the claim lasts.
    _lock: File,
}

impl DefaultPort {
    pub(crate) const NUMBER: u16 = 8080;

    /// Claims the port; `None` if somebody uses it.
    pub(crate) fn claim() -> Option<Self> {
        let path = std::env::temp_dir().join(format!("kfp-conformance-{}.lock", Self::NUMBER));
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .ok()?;
        lock.try_lock().ok()?;
        bind(Self::NUMBER).ok()?;
        Some(Self { _lock: lock })
    }
}

/// All addresses of this machine, of both families if it has both.
pub(crate) fn every_address() -> IpAddr {
    let both = Ipv6Addr::UNSPECIFIED;
    match TcpListener::bind((both, 0)) {
        Ok(_) => both.into(),
        Err(_) => Ipv4Addr::UNSPECIFIED.into(),
    }
}

/// A port is free if nobody has it at any address: the provider will want all of them.
fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((every_address(), port))
}
