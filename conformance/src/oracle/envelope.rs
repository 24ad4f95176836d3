//! An answer's body as JSON, with everything that a lenient parser would hide.

use kfp_operator_sim::json::Json;

/// A body, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// Starts with a UTF-8 byte order mark.
    pub(crate) bom: bool,
    /// Is UTF-8 throughout.
    pub(crate) utf8: bool,
    /// Bytes after the first JSON value that are not white space.
    pub(crate) trailing: Option<std::ops::Range<usize>>,
    /// The first JSON value, if there is one.
    pub(crate) value: Option<Json>,
    /// Why there is no JSON value.
    pub(crate) problem: Option<String>,
    /// Where the first JSON value stands.
    place: std::ops::Range<usize>,
}

impl Envelope {
    /// Takes a body apart. Never fails: what is wrong is in the fields.
    pub(crate) fn of(body: &[u8]) -> Self {
        const BOM: &[u8] = b"\xEF\xBB\xBF";
        let bom = body.starts_with(BOM);
        let start = if bom { BOM.len() } else { 0 };
        let text = &body[start..];
        let mut stream =
            serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
        let (length, problem) = match stream.next() {
            None => (0, Some("no JSON value".to_owned())),
            Some(Ok(_)) => (stream.byte_offset(), None),
            Some(Err(error)) => (0, Some(error.to_string())),
        };
        let mut envelope = Self {
            bom,
            utf8: std::str::from_utf8(body).is_ok(),
            trailing: None,
            value: None,
            problem,
            place: start..start + length,
        };
        if envelope.problem.is_none() {
            let rest = &text[length..];
            if !rest.iter().all(|byte| b" \t\r\n".contains(byte)) {
                envelope.trailing = Some(start + length..body.len());
            }
            match Json::parse(&text[..length]) {
                Ok(value) => envelope.value = Some(value),
                Err(error) => envelope.problem = Some(error.to_string()),
            }
        }
        envelope
    }

    /// The first value of the body that this was made of, for a validator. `None` if it cannot hold
    /// it, such as a number beyond a double.
    pub(crate) fn first(&self, body: &[u8]) -> Option<serde_json::Value> {
        let text = String::from_utf8_lossy(body.get(self.place.clone())?);
        serde_json::from_str(&text).ok()
    }

    /// Whether it is one JSON value and nothing else.
    pub(crate) fn is_whole(&self) -> bool {
        self.value.is_some() && self.trailing.is_none() && self.utf8 && !self.bom
    }

    /// The members, if the value is an object.
    pub(crate) fn object(&self) -> Option<&[(String, Json)]> {
        match &self.value {
            Some(Json::Object(members)) => Some(members),
            _ => None,
        }
    }

    /// The member of exactly that name; of several the last.
    pub(crate) fn member(&self, name: &str) -> Option<&Json> {
        self.object()?
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The text of a member, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.member(name) {
            Some(Json::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Keys that are spelled otherwise than the contract does, or appear twice.
    pub(crate) fn odd_keys(&self) -> Vec<String> {
        let members = self.object().unwrap_or_default();
        let mut odd = Vec::new();
        for (at, (key, _)) in members.iter().enumerate() {
            let misspelt = ["id", "providerError"]
                .iter()
                .any(|known| key.eq_ignore_ascii_case(known) && key != known);
            if misspelt {
                odd.push(format!("{key:?} is misspelt"));
            }
            if members[..at].iter().any(|(earlier, _)| earlier == key) {
                odd.push(format!("{key:?} appears twice"));
            }
        }
        odd
    }

    /// What the value is, in a word.
    pub(crate) fn shape(&self) -> &'static str {
        match &self.value {
            None => "no JSON",
            Some(Json::Null) => "null",
            Some(Json::Bool(_)) => "a boolean",
            Some(Json::Number(_)) => "a number",
            Some(Json::String(_)) => "a string",
            Some(Json::Array(_)) => "an array",
            Some(Json::Object(_)) => "an object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_taken_apart() {
        // body, shape, bom, trailing
        let table: &[(&[u8], &str, bool, bool)] = &[
            (br#"{"id":"a"}"#, "an object", false, false),
            (b"{\"id\":\"a\"}\r\n ", "an object", false, false),
            (b"\xEF\xBB\xBF{}", "an object", true, false),
            (br#"{"id":"a"} x"#, "an object", false, true),
            (br#"{"id":"a"}{}"#, "an object", false, true),
            (b"[]", "an array", false, false),
            (b"null", "null", false, false),
            (b"7", "a number", false, false),
            (b"", "no JSON", false, false),
            (b"<html>", "no JSON", false, false),
            (b"{\"id\":", "no JSON", false, false),
        ];
        for (body, shape, bom, trailing) in table {
            let envelope = Envelope::of(body);
            let name = String::from_utf8_lossy(body);
            assert_eq!(envelope.shape(), *shape, "{name}");
            assert_eq!(envelope.bom, *bom, "{name}");
            assert_eq!(envelope.trailing.is_some(), *trailing, "{name}");
            assert_eq!(envelope.problem.is_some(), *shape == "no JSON", "{name}");
        }
    }

    #[test]
    fn the_first_value_and_what_follows_it_are_told_apart() {
        type Row = (
            &'static [u8],
            Option<serde_json::Value>,
            Option<std::ops::Range<usize>>,
        );
        let table: &[Row] = &[
            (b"{}", Some(serde_json::json!({})), None),
            (
                b"\xEF\xBB\xBF[1] x",
                Some(serde_json::json!([1])),
                Some(6..8),
            ),
            (b"\xEF\xBB\xBF7", Some(serde_json::json!(7)), None),
            (b" \"a\"{}", Some(serde_json::json!("a")), Some(4..6)),
            (b"<html>", None, None),
        ];
        for (body, value, trailing) in table {
            let envelope = Envelope::of(body);
            let name = String::from_utf8_lossy(body);
            assert_eq!(envelope.first(body), *value, "{name}");
            assert_eq!(envelope.trailing, *trailing, "{name}");
        }
    }

    #[test]
    fn members_have_exactly_their_name_and_the_last_one_counts() {
        let envelope = Envelope::of(br#"{"id":"a","ID":"b","id":"c","providerError":7}"#);
        assert_eq!(envelope.text("id"), Some("c"));
        assert_eq!(envelope.text("ID"), Some("b"));
        assert_eq!(envelope.text("providerError"), None);
        assert!(envelope.member("providerError").is_some());
        assert!(envelope.member("provider").is_none());
        assert_eq!(envelope.object().map(<[_]>::len), Some(4));
        assert_eq!(
            envelope.odd_keys(),
            ["\"ID\" is misspelt", "\"id\" appears twice"]
        );
        assert!(Envelope::of(b"[]").object().is_none());
    }

    #[test]
    fn every_value_has_a_word() {
        for (body, word) in [("true", "a boolean"), ("\"a\"", "a string")] {
            assert_eq!(Envelope::of(body.as_bytes()).shape(), word);
        }
    }

    #[test]
    fn invalid_utf8_is_seen() {
        assert!(!Envelope::of(b"{\"id\":\"\xFF\"}").utf8);
    }

    #[test]
    fn odd_keys_are_listed() {
        let table: &[(&[u8], usize)] = &[
            (br#"{"id":"a","providerError":""}"#, 0),
            (br#"{"ID":"a"}"#, 1),
            (br#"{"providererror":"a"}"#, 1),
            (br#"{"id":"a","id":"b"}"#, 1),
        ];
        for (body, count) in table {
            let odd = Envelope::of(body).odd_keys();
            assert_eq!(
                odd.len(),
                *count,
                "{}: {odd:?}",
                String::from_utf8_lossy(body)
            );
        }
    }
}
