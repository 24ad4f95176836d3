//! Request targets, as Go's `net/url` reads them and its `ServeMux` routes them.

use std::net::Ipv6Addr;

/// Where the operator serves its webhook; any other path is none.
const SEGMENT: &[u8] = b"events";

/// A request target that is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// The path, encoded as Go would write it.
    escaped: Vec<u8>,
    query: Vec<u8>,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::webhook) enum Route {
    /// To the webhook.
    Webhook,
    /// To no handler.
    NotFound,
    /// To another path.
    Elsewhere(Vec<u8>),
    /// `*`, which is a target for `OPTIONS` alone.
    Server,
}

/// Which signs may stand unescaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Path,
    Host,
    Zone,
    User,
}

impl Route {
    /// The route of a request. What is no target goes nowhere; a server refuses it before that.
    pub(in crate::webhook) fn of(method: &str, target: &[u8]) -> Self {
        match Target::parse(method, target) {
            Some(_) if target == b"*" => Self::Server,
            Some(target) => target.route(method),
            None => Self::NotFound,
        }
    }
}

impl Target {
    /// Reads a target; `None` if Go takes it for none.
    pub(super) fn parse(method: &str, text: &[u8]) -> Option<Self> {
        let authority = method == "CONNECT" && !text.starts_with(b"/");
        let text = if authority {
            [b"http://", text].concat()
        } else {
            text.to_vec()
        };
        if text.is_empty() || text.iter().any(u8::is_ascii_control) {
            return None;
        }
        if text == b"*" {
            return Some(Self {
                escaped: text,
                ..Self::default()
            });
        }
        let (scheme, rest) = scheme(&text)?;
        let (rest, query) = split_query(rest);
        let mut target = Self {
            query: query.to_vec(),
            ..Self::default()
        };
        if !rest.starts_with(b"/") {
            // A path without a root, which is never looked into.
            return (!scheme.is_empty()).then_some(target);
        }
        let mut path = rest;
        if let (false, Some(after)) = (scheme.is_empty(), rest.strip_prefix(b"//")) {
            let end = after.iter().position(|byte| *byte == b'/');
            let (authority, rest) = after.split_at(end.unwrap_or(after.len()));
            if !is_authority(&scheme, authority) {
                return None;
            }
            path = rest;
        }
        target.escaped = normal(path)?;
        Some(target)
    }

    fn route(&self, method: &str) -> Route {
        if method == "CONNECT" {
            return if is_webhook(&self.escaped) {
                Route::Webhook
            } else {
                Route::NotFound
            };
        }
        let clean = clean(&self.escaped);
        if clean != self.escaped {
            let mut location = escape(&clean);
            if !self.query.is_empty() {
                location.push(b'?');
                location.extend_from_slice(&self.query);
            }
            Route::Elsewhere(location)
        } else if is_webhook(&clean) {
            Route::Webhook
        } else {
            Route::NotFound
        }
    }
}

/// Whether a path has the one segment that is served, in whatever encoding.
fn is_webhook(path: &[u8]) -> bool {
    path.strip_prefix(b"/").is_some_and(|segment| {
        !segment.contains(&b'/') && unescape(segment, Mode::Path).as_deref() == Some(SEGMENT)
    })
}

/// The scheme in front, if there is one, and the rest. `None` if there is a colon without a scheme.
fn scheme(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return None,
            b':' => return Some((text[..at].to_ascii_lowercase(), &text[at + 1..])),
            _ => break,
        }
    }
    Some((Vec::new(), text))
}

fn split_query(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b'?') {
        None => (text, b""),
        Some(at) => (&text[..at], &text[at + 1..]),
    }
}

/// The path as Go encodes it: as it came, if that is an encoding of it, and else in Go's own.
fn normal(path: &[u8]) -> Option<Vec<u8>> {
    let plain = unescape(path, Mode::Path)?;
    let allowed = |byte: &u8| b"!$&'()*+,;=:@[]%".contains(byte) || is_plain(*byte, Mode::Path);
    Some(if path.iter().all(allowed) {
        path.to_vec()
    } else {
        escape(&plain)
    })
}

/// As Go's `path.Clean` does, with the slash at the end kept.
fn clean(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let mut clean = Vec::new();
    for segment in &kept {
        clean.push(b'/');
        clean.extend_from_slice(segment);
    }
    if path.ends_with(b"/") || clean.is_empty() {
        clean.push(b'/');
    }
    clean
}

fn is_authority(scheme: &[u8], text: &[u8]) -> bool {
    let at = text.iter().rposition(|byte| *byte == b'@');
    let (user, host) = match at {
        None => (None, text),
        Some(at) => (Some(&text[..at]), &text[at + 1..]),
    };
    let is_user = |user: &[u8]| {
        let known =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        user.iter().all(known) && unescape(user, Mode::User).is_some()
    };
    is_host(scheme, host) && user.is_none_or(is_user)
}

fn is_host(scheme: &[u8], host: &[u8]) -> bool {
    match host.iter().rposition(|byte| *byte == b'[') {
        Some(0) => return is_literal(host),
        Some(_) => return false,
        None => {}
    }
    let first = host.iter().position(|byte| *byte == b':');
    let last = host.iter().rposition(|byte| *byte == b':');
    let web = matches!(scheme, b"http" | b"https");
    let port = if web { first } else { last };
    port.is_none_or(|at| is_port(&host[at..])) && unescape(host, Mode::Host).is_some()
}

/// An address in brackets, perhaps with a zone.
fn is_literal(host: &[u8]) -> bool {
    let Some(end) = host.iter().rposition(|byte| *byte == b']') else {
        return false;
    };
    let (name, port) = (&host[1..end], &host[end + 1..]);
    let zone = name.windows(3).position(|three| three == b"%25");
    let (address, zone) = name.split_at(zone.unwrap_or(name.len()));
    let address = unescape(address, Mode::Host);
    let address = address.and_then(|text| String::from_utf8(text).ok());
    let is_address = address.is_some_and(|text| text.parse::<Ipv6Addr>().is_ok());
    let is_zone = zone.is_empty() || (zone.len() > 3 && unescape(zone, Mode::Zone).is_some());
    is_port(port) && is_address && is_zone
}

fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        Some(_) => false,
    }
}

/// Whether a sign stands for itself.
fn is_plain(byte: u8, mode: Mode) -> bool {
    let others: &[u8] = match mode {
        Mode::Path => b"-_.~$&+,/:;=@",
        Mode::User => b"-_.~$&+,;=",
        Mode::Host | Mode::Zone => b"-_.~!$&'()*+,;=:[]<>\"",
    };
    byte.is_ascii_alphanumeric() || others.contains(&byte)
}

fn unescape(text: &[u8], mode: Mode) -> Option<Vec<u8>> {
    let in_host = matches!(mode, Mode::Host | Mode::Zone);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            if in_host && byte.is_ascii() && !is_plain(*byte, mode) {
                return None;
            }
            plain.push(*byte);
            continue;
        }
        let (digits, after) = after.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let value = u8::from_str_radix(digits, 16).ok()?;
        let allowed = match mode {
            Mode::Path | Mode::User => true,
            Mode::Host => !value.is_ascii() || digits == "25",
            Mode::Zone => digits == "25" || value == b' ' || is_plain(value, Mode::Host),
        };
        if !allowed {
            return None;
        }
        plain.push(value);
        rest = after;
    }
    Some(plain)
}

fn escape(path: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(path.len());
    for byte in path {
        if is_plain(*byte, Mode::Path) {
            escaped.push(*byte);
        } else {
            escaped.extend(format!("%{byte:02X}").bytes());
        }
    }
    escaped
}
