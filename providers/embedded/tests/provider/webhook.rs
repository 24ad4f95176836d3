//! A webhook that misbehaves, and remembers what it has heard.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// How often one run is answered otherwise than by 200.
const FAILURES: usize = 4;

/// What it has heard of one run.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) body: Vec<u8>,
    pub(crate) times: usize,
    /// How often it was answered by 200, and the answer was sent.
    pub(crate) taken: usize,
}

#[derive(Default)]
struct State {
    runs: Mutex<BTreeMap<String, Heard>>,
    changed: Condvar,
}

pub(crate) struct Webhook {
    pub(crate) url: String,
    state: Arc<State>,
}

impl Webhook {
    /// Of a hundred requests so many are answered by 500, and so many by silence, but no more than [`FAILURES`] for one run:
    /// pauses double, and luck alone could put the next attempt off for minutes.
    pub(crate) fn start(failing: u8, silent: u8) -> Self {
        Self::listen("http", move |state, stream| {
            state.serve(stream, failing, silent);
        })
    }

    /// Behind TLS; every request is answered by 200.
    pub(crate) fn start_tls(config: ServerConfig) -> Self {
        let config = Arc::new(config);
        Self::listen("https", move |state, stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a server");
            state.serve(StreamOwned::new(connection, stream), 0, 0);
        })
    }

    /// The first connections are answered by turns in ways that mean harm, only every third by 200, and once each.
    pub(crate) fn start_hostile(connections: usize) -> Self {
        let turns = AtomicUsize::new(0);
        let turns = Arc::new(turns);
        Self::listen("http", move |state, stream| {
            let turn = turns.fetch_add(1, Ordering::Relaxed);
            if turn >= connections {
                state.serve(stream, 0, 0);
            } else if turn.is_multiple_of(3) {
                state.serve_once(stream);
            } else {
                harm(turn, stream);
            }
        })
    }

    fn listen(scheme: &str, serve: impl Fn(&State, TcpStream) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!(
            "{scheme}://{}/events",
            listener.local_addr().expect("its address")
        );
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, serve) = (Arc::clone(&shared), serve.clone());
                std::thread::spawn(move || serve(&state, stream));
            }
        });
        Self { url, state }
    }

    /// What it has heard up to now.
    pub(crate) fn heard(&self) -> BTreeMap<String, Heard> {
        self.state.runs.lock().expect("it").clone()
    }

    /// Waits until every run was taken, and returns what was heard of all.
    pub(crate) fn all_taken(&self, runs: &[String], patience: Duration) -> BTreeMap<String, Heard> {
        let end = Instant::now() + patience;
        let mut heard = self.state.runs.lock().expect("it");
        loop {
            let taken = |run: &&String| heard.get(*run).is_some_and(|heard| heard.taken > 0);
            let missing: Vec<_> = runs.iter().filter(|run| !taken(run)).collect();
            if missing.is_empty() {
                return heard.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{} runs were never reported: {:?}, heard {:?}",
                missing.len(),
                missing.first(),
                missing.first().and_then(|run| heard.get(*run)),
            );
            heard = self.state.changed.wait_timeout(heard, left).expect("it").0;
        }
    }
}

/// The body of a request, or nothing when the connection ends.
fn request(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = 0;
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    assert_eq!(first, "POST /events HTTP/1.1\r\n");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a length");
        }
        assert!(!line.starts_with("content-type") || line == "content-type: application/json\r\n");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

/// Reads the beginning of a request, and answers it so that whoever reads on forever is lost.
fn harm(turn: usize, mut stream: TcpStream) -> Option<()> {
    const ANSWERS: [(&str, &str); 6] = [
        ("HTTP/1.1 500 No\r\n", "X-More: and more\r\n"),
        ("HTTP/1.1 500 No\r\nX-Long: ", "xxxxxxxxxxxxxxxx"),
        (
            "HTTP/1.1 500 No\r\nContent-Length: 999999999999\r\n\r\n",
            "xxxxxxxxxxxxxxxx",
        ),
        ("", "HTTP/1.1 102 Processing\r\n\r\n"),
        ("\0\u{ff}\r\nHTTP/7\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nConte", ""),
    ];
    // With the rest of the request unread, closing resets the connection.
    stream.read_exact(&mut [0; 16]).ok()?;
    let (first, rest) = ANSWERS[turn % ANSWERS.len()];
    stream.write_all(first.as_bytes()).ok()?;
    let many = rest.repeat(256);
    while !many.is_empty() {
        stream.write_all(many.as_bytes()).ok()?;
    }
    Some(())
}

fn run_of(event: &[u8]) -> String {
    let event: Value = serde_json::from_slice(event).expect("an event");
    event["runName"].as_str().expect("a run").to_owned()
}

impl State {
    fn serve_once(&self, mut stream: TcpStream) -> Option<()> {
        let body = request(&mut BufReader::new(&stream))?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .ok()?;
        self.hear(body, true);
        Some(())
    }

    fn serve(&self, stream: impl Read + Write, failing: u8, silent: u8) -> Option<()> {
        let mut random = Rng::new();
        let mut reader = BufReader::new(stream);
        loop {
            let body = request(&mut reader)?;
            let patient = self.failures(&body) >= FAILURES;
            let dice = if patient { 100 } else { random.u8(..100) };
            let taken = dice >= failing + silent;
            if dice < failing {
                reader
                    .get_mut()
                    .write_all(b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nlate")
                    .ok()?;
            } else if taken {
                reader
                    .get_mut()
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    .ok()?;
            }
            self.hear(body, taken);
            if !taken && dice >= failing {
                return None;
            }
        }
    }

    fn failures(&self, body: &[u8]) -> usize {
        let runs = self.runs.lock().expect("it");
        let heard = runs.get(&run_of(body));
        heard.map_or(0, |heard| heard.times - heard.taken)
    }

    fn hear(&self, body: Vec<u8>, taken: bool) {
        let run = run_of(&body);
        let mut runs = self.runs.lock().expect("it");
        let heard = runs.entry(run).or_insert_with(|| Heard {
            body: body.clone(),
            times: 0,
            taken: 0,
        });
        assert_eq!(heard.body, body, "a duplicate differs");
        heard.times += 1;
        heard.taken += usize::from(taken);
        drop(runs);
        self.changed.notify_all();
    }
}
