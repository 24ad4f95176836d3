//! The addresses that a service is reached at.

use std::net::{SocketAddr, TcpStream};

use kfp_provider_server::{Host, Settings};
use kfp_testing::{Service, exchange, loopbacks};

use crate::scripted::Silent;

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
