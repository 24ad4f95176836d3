//! HTTP/1.1 by hand, so that tests see and send every byte.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Long enough for a loaded machine; only a defect waits that long.
const PATIENCE: Duration = Duration::from_secs(300);

/// One connection to a service.
pub struct Connection(BufReader<TcpStream>);

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Connection {
    /// A connection to an address.
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Self(BufReader::new(stream))
    }

    /// Sends these bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).expect("bytes are sent");
    }

    /// Fails if the service is gone.
    pub fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Sends a request, and returns the answer to it.
    pub fn exchange(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        self.answer()
    }

    /// The next answer.
    pub fn answer(&mut self) -> Answer {
        self.try_answer().expect("an answer")
    }

    /// The next answer, or `None` if the connection ends first.
    pub fn try_answer(&mut self) -> Option<Answer> {
        let status = self.line()?.split(' ').nth(1)?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, length)| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        Some(Answer {
            status,
            headers,
            body,
        })
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.0
            .read_line(&mut line)
            .ok()
            .filter(|length| *length > 0)?;
        Some(line.trim_end().to_owned())
    }

    /// Says that nothing more will be sent, or read.
    pub fn shut(&mut self, how: Shutdown) {
        // The other end may be gone.
        let _ = self.0.get_mut().shutdown(how);
    }

    /// Whether something of an answer has come.
    pub fn has_answer(&mut self) -> bool {
        let stream = self.0.get_mut();
        let soon = Some(Duration::from_millis(1));
        stream.set_read_timeout(soon).expect("a timeout");
        let come = stream.peek(&mut [0]).is_ok();
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        come
    }

    /// Whether the service ends the connection without another byte.
    pub fn ends(&mut self) -> bool {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).is_ok() && rest.is_empty()
    }
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body, which must be JSON and say so.
    pub fn json(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/json"),
            "{self:?}"
        );
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request as the operator's curl sends it.
pub fn request(method: &str, target: &str, body: &str) -> Vec<u8> {
    let mut text = format!(
        "{method} {target} HTTP/1.1\r\nHost: provider.ns:8080\r\nUser-Agent: curl/8.12.1\r\nAccept: */*\r\n"
    );
    if method != "DELETE" && method != "GET" {
        text += &format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
    }
    (text + "\r\n" + body).into_bytes()
}

/// One request on a connection of its own.
pub fn exchange(address: SocketAddr, method: &str, target: &str, body: &str) -> Answer {
    let mut connection = Connection::open(address);
    connection.exchange(&request(method, target, body))
}

/// This machine by each family that it has.
pub fn loopbacks() -> Vec<IpAddr> {
    let all = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    all.into_iter()
        .filter(|address| TcpListener::bind((*address, 0)).is_ok())
        .collect()
}
