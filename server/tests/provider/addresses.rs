//! The addresses that a service is reached at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};

use kfp_provider_server::{Host, Settings};

use crate::scripted::Silent;
use crate::service::Service;
use crate::wire::exchange;

/// This machine by each family that it has.
fn loopbacks() -> Vec<IpAddr> {
    let all = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    all.into_iter()
        .filter(|address| TcpListener::bind((*address, 0)).is_ok())
        .collect()
}

#[test]
fn every_address_is_of_both_families_on_both_ports() {
    let settings = Settings {
        host: Host::Every,
        ..Settings::ephemeral()
    };
    let service = Service::with(settings, Silent);
    for loopback in loopbacks() {
        let at = |port: SocketAddr| SocketAddr::new(loopback, port.port());
        let live = exchange(at(service.address()), "GET", "/livez", "");
        assert_eq!(live.status, 204, "{loopback}");
        let metrics = exchange(at(service.metrics_address()), "GET", "/metrics", "");
        assert_eq!(metrics.status, 200, "{loopback}");
    }
}

#[test]
fn one_address_is_of_one_family() {
    for loopback in loopbacks() {
        let settings = Settings {
            host: Host::Address(loopback),
            ..Settings::ephemeral()
        };
        let service = Service::with(settings, Silent);
        assert_eq!(service.address().ip(), loopback);
        assert_eq!(service.metrics_address().ip(), loopback);
        for other in loopbacks() {
            let connected = TcpStream::connect((other, service.address().port())).is_ok();
            assert_eq!(connected, other == loopback, "{loopback}: {other}");
        }
    }
}

/// As the operator starts it, which knows no addresses.
#[cfg(feature = "embedded")]
#[test]
fn a_deployment_is_reached_by_both_families() {
    let program =
        crate::program::Program::with(&[("PROVIDERNAME", "ml-platform/forge")], &["--in-memory"]);
    for loopback in loopbacks() {
        let at = |port: SocketAddr| SocketAddr::new(loopback, port.port());
        assert_eq!(
            exchange(at(program.address), "GET", "/readyz", "").status,
            204,
            "{loopback}"
        );
        assert_eq!(
            exchange(at(program.metrics_address), "GET", "/metrics", "").status,
            200,
            "{loopback}"
        );
    }
}
