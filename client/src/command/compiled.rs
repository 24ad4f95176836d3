//! What a compiler has written: it has to be JSON, because a request is made of it by putting it into another text.

use kfp_operator_sim::json::Json;

/// How much of a line is shown, in characters.
const EXCERPT: usize = 40;

/// What a compiled part is if it is not JSON; `None` if it is.
pub(crate) fn not_json(text: &[u8]) -> Option<String> {
    let error = Json::parse(text).err()?;
    let hint = "(hint: the compiler has to write JSON)";
    let marked = text.starts_with(b"\xef\xbb\xbf") && Json::parse(&text[3..]).is_ok();
    Some(match text.trim_ascii() {
        b"" => format!("it is empty {hint}"),
        _ if marked => {
            "it begins with a byte order mark (hint: JSON has none; write it as plain UTF-8)"
                .to_owned()
        }
        _ if std::str::from_utf8(text).is_err() => format!("it is not text {hint}"),
        _ if is_yaml(text) => format!(
            "it is YAML, not JSON: it begins with {:?} (hint: let the compiler write a file that ends in .json, or convert it)",
            first_line(text).chars().take(EXCERPT).collect::<String>()
        ),
        _ => format!("it is not JSON: {error} {hint}"),
    })
}

/// The first line that says something.
fn first_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim_end);
    let says = |line: &&str| !line.is_empty() && !line.trim_start().starts_with('#');
    lines.find(says).unwrap_or_default().to_owned()
}

/// Whether a text looks like a map or a list of YAML: by its first line, because the whole may be long. One in braces is
/// more likely JSON with a mistake in it.
fn is_yaml(text: &[u8]) -> bool {
    let line = first_line(text);
    let key = line
        .split_once(':')
        .map(|(key, rest)| (key.trim_matches(['"', '\'']), rest));
    let is_key = |key: &str| {
        !key.is_empty()
            && key
                .chars()
                .all(|sign| sign.is_alphanumeric() || "_-./".contains(sign))
    };
    let is_member =
        key.is_some_and(|(key, rest)| is_key(key) && (rest.is_empty() || rest.starts_with(' ')));
    is_member || line.starts_with("---") || line.starts_with("- ") || line.starts_with("%YAML")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_json_is_named() {
        let table: [(&[u8], Option<&str>); 12] = [
            (b"{}", None),
            (b" {\"x\": 1e400}\n", None),
            (b"null", None),
            (b"", Some("it is empty")),
            (b" \n", Some("it is empty")),
            (b"a: 1\nb:\n- c\n", Some("it is YAML, not JSON")),
            (
                b"# PIPELINE DEFINITION\nname: x\n---\nplatforms: {}\n",
                Some("it is YAML, not JSON"),
            ),
            (b"- a\n- b\n", Some("it is YAML, not JSON")),
            (b"\xef\xbb\xbf{}", Some("it begins with a byte order mark")),
            (b"{\"a\": 1,}", Some("it is not JSON: byte 8: found '}'")),
            (b"\x1f\x8b\x08\xff", Some("it is not text")),
            (
                b"Traceback (most recent call last)",
                Some("it is not JSON: byte 0: found 'T'"),
            ),
        ];
        for (text, expected) in table {
            let found = not_json(text);
            let shown = String::from_utf8_lossy(text);
            match expected {
                None => assert_eq!(found, None, "{shown}"),
                Some(start) => assert!(
                    found
                        .as_deref()
                        .is_some_and(|found| found.starts_with(start)),
                    "{shown}: {found:?}"
                ),
            }
        }
    }
}
