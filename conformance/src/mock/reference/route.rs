//! From the request target to an operation, as Go's `net/url` and the router chi see it.
//!
//! The handlers decode the id that the router gives them. The router gives the path as it came only if its encoding is
//! not the one that Go would choose; else it gives one that is decoded already, and then ids are decoded twice.

use kfp_operator_sim::ResourceKind;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Live,
    Ready,
    Create(ResourceKind),
    /// With the segment of the id as the router gives it.
    Update(ResourceKind, Vec<u8>),
    Delete(ResourceKind, Vec<u8>),
    /// The path exists with these methods only.
    NotAllowed(&'static [&'static str]),
    NotFound,
    /// Go's HTTP server refuses the target before any router sees it.
    Unreadable,
}

impl Route {
    pub(super) fn of(method: &str, target: &str) -> Self {
        let path = target.split('?').next().unwrap_or_default().as_bytes();
        let Ok(decoded) = unescape(path) else {
            return Self::Unreadable;
        };
        if !METHODS.contains(&method) {
            return Self::NotAllowed(&[]);
        }
        // Only an encoding that Go would not choose itself is kept.
        let routed = if escape(&decoded) == path {
            decoded
        } else {
            path.to_vec()
        };
        Self::routed(method, &routed)
    }

    fn routed(method: &str, path: &[u8]) -> Self {
        let segments: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
        match segments.as_slice() {
            [b"", b"livez"] if method == "GET" => Self::Live,
            [b"", b"readyz"] if method == "GET" => Self::Ready,
            [b"", b"livez" | b"readyz"] => Self::NotAllowed(&["GET"]),
            [b"", b"resource", kind] | [b"", b"resource", kind, b""] => match typed(kind) {
                Some(kind) if method == "POST" => Self::Create(kind),
                Some(_) => Self::NotAllowed(&["POST"]),
                None => Self::NotFound,
            },
            [b"", b"resource", kind, id] => match (typed(kind), method) {
                (Some(kind), "PUT") => Self::Update(kind, id.to_vec()),
                (Some(kind), "DELETE") => Self::Delete(kind, id.to_vec()),
                (Some(_), _) => Self::NotAllowed(&["DELETE", "PUT"]),
                (None, _) => Self::NotFound,
            },
            _ => Self::NotFound,
        }
    }
}

/// The methods that chi knows. Others are refused on every path.
const METHODS: &[&str] = &[
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

fn typed(segment: &[u8]) -> Option<ResourceKind> {
    std::str::from_utf8(segment).ok()?.parse().ok()
}

/// Decodes percent-encoding as `url.PathUnescape` does, with its words if it cannot.
pub(super) fn unescape(segment: &[u8]) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    let mut rest = segment;
    while let Some((byte, after)) = rest.split_first() {
        if *byte != b'%' {
            decoded.push(*byte);
            rest = after;
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|c| char::from(*c).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            let shown = String::from_utf8_lossy(&rest[..rest.len().min(3)]).into_owned();
            return Err(format!("invalid URL escape {shown:?}"));
        };
        // Two hexadecimal digits are a byte.
        decoded.push((high << 4 | low) as u8);
        rest = &after[2..];
    }
    Ok(decoded)
}

/// Encodes a path as Go would.
fn escape(path: &[u8]) -> Vec<u8> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte);
    let encode = |byte: &u8| match *byte {
        byte if plain(byte) => vec![byte],
        byte => format!("%{byte:02X}").into_bytes(),
    };
    path.iter().flat_map(encode).collect()
}

/// Bytes as Go writes them into JSON: each one that is no UTF-8 becomes U+FFFD.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
