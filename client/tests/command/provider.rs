//! Providers made of sockets: what they answer is bytes, and what they were asked is kept as bytes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is done with one connection.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// The bytes, once the request is there; then the end.
    Bytes(String),
    /// Nothing, until the other side gives up.
    Hang,
    /// These bytes, and then nothing until the other side gives up.
    HangAfter(String),
    /// The bytes, as soon as anything comes; then the end.
    Blurt(String),
    /// The bytes, as soon as anything comes; nothing more is read, and the connection stays.
    Stay(String),
    /// The connection is reset before the request is read.
    Reset,
}

/// An answer with a status, and a body of JSON or nothing.
pub(crate) fn json(status: u16, body: &str) -> Answer {
    typed(status, "application/json", body)
}

pub(crate) fn typed(status: u16, content_type: &str, body: &str) -> Answer {
    let length = if status == 204 {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    Answer::Bytes(format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\n{length}Connection: close\r\n\r\n{body}"
    ))
}

pub(crate) struct Provider {
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Provider {
    /// Answers one connection after the other; the last answer goes to all that follow.
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        Self::listen(answers, serve)
    }

    /// The same behind TLS.
    pub(crate) fn start_tls(answers: Vec<Answer>, config: ServerConfig) -> Self {
        let config = Arc::new(config);
        Self::listen(answers, move |stream, answer, seen| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            serve(&mut stream, answer, seen);
            // The end of what is encrypted has to be told.
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    fn listen(
        answers: Vec<Answer>,
        serve: impl Fn(TcpStream, &Answer, &Mutex<Vec<Vec<u8>>>) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            let mut answers = answers.into_iter().peekable();
            let mut current = answers.next().unwrap();
            for stream in listener.incoming() {
                serve(stream.unwrap(), &current, &seen);
                if let Some(next) = answers.next() {
                    current = next;
                }
            }
        });
        Self { address, requests }
    }

    /// A port where nobody listens.
    pub(crate) fn absent() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    }

    /// The requests up to now.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect()
    }
}

fn serve(mut stream: impl Read + Write, answer: &Answer, seen: &Mutex<Vec<Vec<u8>>>) {
    if matches!(answer, Answer::Reset) {
        // Closing with something unread makes the system reset the connection.
        let _ = stream.read(&mut [0; 1]);
        return;
    }
    if let Answer::Blurt(bytes) = answer {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(bytes.as_bytes());
        return;
    }
    if let Answer::Stay(bytes) = answer {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(bytes.as_bytes());
        // Closed with the process.
        std::mem::forget(stream);
        return;
    }
    let request = read(&mut stream);
    if request.is_empty() {
        return; // a connection that came to nothing
    }
    seen.lock().unwrap().push(request);
    if let Answer::Bytes(bytes) | Answer::HangAfter(bytes) = answer {
        let _ = stream.write_all(bytes.as_bytes());
    }
    if matches!(answer, Answer::Hang | Answer::HangAfter(_)) {
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

/// One request: the head, and as much body as it announces.
fn read(stream: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !is_complete(&bytes) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    bytes
}

fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let announced = head.lines().find_map(|line| {
        let line = line.to_ascii_lowercase();
        line.strip_prefix("content-length: ")
            .map(|length| length.parse::<usize>().unwrap())
    });
    bytes.len() - head.len() - 4 >= announced.unwrap_or(0)
}
