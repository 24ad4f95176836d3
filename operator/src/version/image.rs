//! Container image references, as far as a version needs them: their tag.

/// Hexadecimal digits of the digests that can be checked.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// The longest repository path, its host not counted.
const LONGEST_PATH: usize = 255;

/// The tag of an image: the one it names, `latest` if it names neither tag nor digest, and `None` if it has only a
/// digest or is no valid reference.
pub(super) fn tag(image: &str) -> Option<&str> {
    if image.len() == 64 && image.bytes().all(is_lower_hex) {
        return None; // an image id, not a name
    }
    let (named, digest) = match image.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (image, None),
    };
    let last = named.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match named[last..].find(':') {
        Some(colon) => (&named[..last + colon], Some(&named[last + colon + 1..])),
        None => (named, None),
    };
    let valid = is_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest);
    match (valid, tag, digest) {
        (true, Some(tag), _) => Some(tag),
        (true, None, None) => Some("latest"),
        _ => None,
    }
}

/// A repository: an optional host and a path. Short names are completed before they are judged, which never makes a
/// valid name invalid except by length.
fn is_name(name: &str) -> bool {
    let (host, path) = match name.split_once('/') {
        None => return is_path(name, "library/".len()),
        Some((first, rest)) => (first, rest),
    };
    let looks_like_host = host == "localhost"
        || host.contains(['.', ':'])
        || host.bytes().any(|byte| byte.is_ascii_uppercase());
    match host {
        "docker.io" | "index.docker.io" => is_path(
            path,
            if path.contains('/') {
                0
            } else {
                "library/".len()
            },
        ),
        _ if looks_like_host && is_host(host) => is_path(path, 0),
        _ => is_path(name, 0), // the first part may yet be a part of the path
    }
}

/// Path components divided by slashes; `added` bytes come before them.
fn is_path(path: &str, added: usize) -> bool {
    path.len() + added <= LONGEST_PATH && path.split('/').all(is_component)
}

/// Lower-case words divided by one dot, one or two underscores, or dashes.
fn is_component(component: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let separators = component.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    word(first)
        && word(last)
        && separators
            .into_iter()
            .all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|byte| byte == b'-'))
}

/// A host name or a bracketed IPv6 address, and an optional port.
fn is_host(host: &str) -> bool {
    let (host, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let address = !address.is_empty()
                && address
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
            return address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
        }
        None => host
            .split_once(':')
            .map_or((host, None), |(host, port)| (host, Some(port))),
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.split('.').all(label) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag
            .bytes()
            .all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    let known = |(algorithm, digits): &(&str, usize)| {
        let hex = digest
            .strip_prefix(algorithm)
            .and_then(|rest| rest.strip_prefix(':'));
        hex.is_some_and(|hex| hex.len() == *digits && hex.bytes().all(is_lower_hex))
    };
    DIGESTS.iter().any(known)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let hex = "0123456789abcdef".repeat(4);
        let digest = format!("@sha256:{hex}");
        let long = |length: usize| "a".repeat(length);
        let table = [
            ("acorn".to_owned(), Some("latest")),
            ("acorn:v1".to_owned(), Some("v1")),
            ("acorn:V1_.-x".to_owned(), Some("V1_.-x")),
            (
                "registry.example.org:5000/a/b:v4.2.0".to_owned(),
                Some("v4.2.0"),
            ),
            ("registry.example.org:5000/a/b".to_owned(), Some("latest")),
            ("localhost/x:1".to_owned(), Some("1")),
            ("LOCAL/x:1".to_owned(), Some("1")),
            ("[::1]:5000/x:1".to_owned(), Some("1")),
            ("[::1]/x".to_owned(), Some("latest")),
            ("index.docker.io/x".to_owned(), Some("latest")),
            ("foo_bar.x/y".to_owned(), Some("latest")), // no host, but a path
            ("a__b/c--d/e.f".to_owned(), Some("latest")),
            (format!("a{digest}"), None),
            (format!("a:t{digest}"), Some("t")),
            (format!("a:t@sha256:{}", &hex[1..]), None),
            (format!("a:t@sha256:{}", hex.to_uppercase()), None),
            (format!("a:t@md5:{}", &hex[..32]), None),
            (format!("a:t@sha512:{hex}{hex}"), Some("t")),
            (format!("a:t{digest}{digest}"), None),
            (hex.clone(), None),
            (format!("{hex}:t"), Some("t")),
            (format!("a:{}", long(128)), Some("@128")),
            (format!("a:{}", long(129)), None),
            (format!("{}:t", long(247)), Some("t")),
            (format!("{}:t", long(248)), None), // `library/` counts
            (format!("x/{}:t", long(253)), Some("t")),
            (format!("x/{}:t", long(254)), None),
            (format!("x.y/{}:t", long(255)), Some("t")),
            (format!("x.y/{}:t", long(256)), None),
            (String::new(), None),
            (":t".to_owned(), None),
            ("a:".to_owned(), None),
            ("a@".to_owned(), None),
            ("Acorn".to_owned(), None),
            ("x/Acorn".to_owned(), None),
            ("a b".to_owned(), None),
            (" a".to_owned(), None),
            ("a\n".to_owned(), None),
            ("https://x.y/a".to_owned(), None),
            ("a/".to_owned(), None),
            ("/a".to_owned(), None),
            ("a//b".to_owned(), None),
            ("a..b".to_owned(), None),
            ("a___b".to_owned(), None),
            ("-a".to_owned(), None),
            ("a-".to_owned(), None),
            ("a._b".to_owned(), None),
            ("a:b:c".to_owned(), None),
            ("a:b/c".to_owned(), None),
            ("-x.y/a".to_owned(), None),
            ("é".to_owned(), None),
        ];
        for (image, expected) in &table {
            let expected = expected.map(|tag| if tag == "@128" { &image[2..] } else { tag });
            assert_eq!(tag(image), expected, "image {image:?}");
        }
    }
}
