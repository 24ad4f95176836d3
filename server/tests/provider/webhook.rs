//! A webhook that misbehaves, and remembers what it has heard.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// What it has heard of one run.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) body: Vec<u8>,
    pub(crate) times: usize,
    /// Whether it was answered by 200, and the answer was sent.
    pub(crate) taken: bool,
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
    /// Of a hundred requests so many are answered by 500, and so many by silence.
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
            let taken = |run: &&String| heard.get(*run).is_some_and(|heard| heard.taken);
            let missing: Vec<_> = runs.iter().filter(|run| !taken(run)).collect();
            if missing.is_empty() {
                return heard.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{} runs were never reported: {:?}",
                missing.len(),
                missing.first()
            );
            heard = self.state.changed.wait_timeout(heard, left).expect("it").0;
        }
    }
}

impl State {
    fn serve(&self, stream: impl Read + Write, failing: u8, silent: u8) -> Option<()> {
        let mut random = Rng::new();
        let mut reader = BufReader::new(stream);
        loop {
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
                assert!(
                    !line.starts_with("content-type")
                        || line == "content-type: application/json\r\n"
                );
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let dice = random.u8(..100);
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

    fn hear(&self, body: Vec<u8>, taken: bool) {
        let event: Value = serde_json::from_slice(&body).expect("an event");
        let run = event["runName"].as_str().expect("a run").to_owned();
        let mut runs = self.runs.lock().expect("it");
        let heard = runs.entry(run).or_insert_with(|| Heard {
            body: body.clone(),
            times: 0,
            taken: false,
        });
        assert_eq!(heard.body, body, "a duplicate differs");
        heard.times += 1;
        heard.taken |= taken;
        drop(runs);
        self.changed.notify_all();
    }
}
