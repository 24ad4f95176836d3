//! The addresses that a deployment is reached at.

use std::net::SocketAddr;

use kfp_testing::{exchange, loopbacks};

use crate::program::Program;

/// As the operator starts it, which knows no addresses.
#[test]
fn a_deployment_is_reached_by_both_families() {
    let program = Program::with(&[("PROVIDERNAME", "ml-platform/forge")], &["--in-memory"]);
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
