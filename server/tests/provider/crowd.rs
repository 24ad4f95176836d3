//! Many connections at once, and connections that are held open for nothing.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kfp_provider_server::{Limits, Settings, ShutdownOutcome};
use kfp_testing::{Connection, Service, body, request};

use crate::scripted::Scripted;
use crate::shutdown::FOR_EVER;

#[test]
fn many_requests_in_the_provider_at_once() {
    const MANY: usize = 200;
    let provider = Scripted::default();
    let service = Service::new(provider.clone());
    let mut connections: Vec<Connection> = (0..MANY)
        .map(|_| Connection::open(service.address()))
        .collect();
    for connection in &mut connections {
        connection.send(&request("POST", "/resource/run", &body("run", "ns/wait")));
    }
    while provider.0.waiting.load(Ordering::SeqCst) < MANY {
        service.runtime().block_on(provider.0.arrived.notified());
    }
    assert_eq!(
        service.send("GET", "/livez", "").status,
        204,
        "the rest goes on"
    );
    let metrics = service.metrics().text();
    assert!(
        metrics.contains(&format!("kfp_provider_requests_in_flight {MANY}\n")),
        "{metrics}"
    );
    for connection in &mut connections {
        while !connection.has_answer() {
            provider.0.release.notify_waiters();
        }
        assert_eq!(connection.answer().status, 201);
    }
}

/// A sender that goes on until its connection ends, or the test does.
struct Nuisance {
    done: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Nuisance {
    fn new(address: SocketAddr, head: &str, unit: &'static [u8], pause: Duration) -> Self {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream
            .set_write_timeout(Some(Duration::from_millis(100)))
            .expect("a timeout");
        stream.write_all(head.as_bytes()).expect("a head");
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            while !told.load(Ordering::SeqCst) {
                match stream.write(unit) {
                    // Full: it stays open, and nobody reads the answers.
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => return,
                    Ok(_) => std::thread::sleep(pause),
                }
            }
        });
        Self {
            done,
            thread: Some(thread),
        }
    }
}

impl Drop for Nuisance {
    fn drop(&mut self) {
        self.done.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            // Its panic would be one of the test's own making.
            let _ = thread.join();
        }
    }
}

#[test]
fn an_end_with_all_kinds_of_connections_open() {
    let limits = Limits {
        linger: Duration::from_millis(300),
        grace: FOR_EVER,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::ephemeral()
    };
    let provider = Scripted::default();
    let service = Service::with(settings, provider.clone());
    let address = service.address();
    let mut waiting = Connection::open(address);
    waiting.send(&request("POST", "/resource/run", &body("run", "ns/wait")));
    service.runtime().block_on(provider.0.arrived.notified());

    let open = |sent: &str| {
        let mut connection = Connection::open(address);
        connection.send(sent.as_bytes());
        connection
    };
    let post = "POST /resource/run HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let mut held: Vec<Connection> = Vec::new();
    for _ in 0..30 {
        held.push(open(""));
        held.push(open("P"));
        held.push(open("POST /resource/run HTTP/1.1\r\nHost: x\r\nContent-"));
        held.push(open(&format!(
            "{post}Content-Length: 1000\r\n\r\n{{\"name\":"
        )));
        held.push(open(&format!(
            "{post}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n"
        )));
        let mut idle = open("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(idle.answer().status, 204);
        held.push(idle);
    }
    let chunks = format!("{post}Transfer-Encoding: chunked\r\n\r\n");
    let dripping = format!("{post}Content-Length: 1000000\r\n\r\n");
    let moment = Duration::from_millis(5);
    let _nuisances = [
        Nuisance::new(address, &chunks, b"1\r\n \r\n", moment),
        Nuisance::new(address, &dripping, b" ", moment),
        Nuisance::new(address, "GET /livez HTTP/1.1\r\n", b"X-More: 1\r\n", moment),
        Nuisance::new(
            address,
            "",
            b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
            Duration::ZERO,
        ),
    ];

    let start = Instant::now();
    let ending = service.shutdown();
    provider.0.release.notify_one();
    assert_eq!(
        waiting.answer().status,
        201,
        "what was being worked on is answered"
    );
    let (ended, _) = ending.join().expect("an end");
    assert_eq!(ended, ShutdownOutcome::Cut);
    assert!(start.elapsed() < limits.grace / 2, "{:?}", start.elapsed());
}
