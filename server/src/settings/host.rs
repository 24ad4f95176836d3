//! The address to listen on.

use std::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::str::FromStr;

/// Where a service listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Every address of this machine, of IPv6 and of IPv4, written `::`; a machine without IPv6 has those of IPv4 alone.
    Every,
    /// This address.
    Address(IpAddr),
}

impl Host {
    /// This machine alone: the loopback address of IPv4.
    pub const LOCAL: Self = Self::Address(IpAddr::V4(Ipv4Addr::LOCALHOST));

    /// The address to bind on this machine.
    pub(crate) fn address(self) -> IpAddr {
        match self {
            Self::Every if has(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::UNSPECIFIED.into(),
            Self::Every => Ipv4Addr::UNSPECIFIED.into(),
            Self::Address(address) => address,
        }
    }
}

/// Whether sockets of this machine can have the address. No kernel tells; one has to try.
fn has(address: Ipv6Addr) -> bool {
    TcpListener::bind((address, 0)).is_ok()
}

/// An address, also in the brackets that URLs need, or the one name that needs no resolving.
impl FromStr for Host {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        if text == "localhost" {
            return Ok(Self::LOCAL);
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        Ok(bare.unwrap_or(text).parse::<IpAddr>()?.into())
    }
}

impl From<IpAddr> for Host {
    fn from(address: IpAddr) -> Self {
        if address == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
            Self::Every
        } else {
            Self::Address(address)
        }
    }
}
