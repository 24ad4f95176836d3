//! `report.har`: the requests and answers that show what is wrong, for tools that read HTTP archives
//! (HAR 1.2), browsers' developer tools among them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::journal::bodies::Bodies;
use crate::journal::record::exchanges;
use crate::journal::record::{BodyRecord, ExchangeRecord};
use crate::judge::Judgement;
use crate::judge::causes::is_wrong;

/// Renders the archive; `None` if nothing is wrong.
pub(super) fn render(judgement: &Judgement<'_>, bodies: Bodies<'_>) -> Option<String> {
    let wrong = judgement.results.iter().filter(|judged| is_wrong(judged));
    let shown: BTreeSet<u64> = wrong.flat_map(|judged| judged.evidence.clone()).collect();
    if shown.is_empty() {
        return None;
    }
    let start = judgement.start;
    let origin = origin(&start.target.url);
    let known = exchanges(judgement.records);
    let entries: Vec<Value> = shown
        .iter()
        .filter_map(|seq| known.get(seq))
        .map(|exchange| {
            let started = started(exchange, &start.started);
            entry(exchange, &origin, &started, bodies)
        })
        .collect();
    let archive = json!({"log": {
        "version": "1.2",
        "creator": {"name": "kfp-conformance", "version": start.tool},
        "entries": entries,
    }});
    let mut text = serde_json::to_string_pretty(&archive).expect("archives have string keys");
    text.push('\n');
    Some(text)
}

/// Scheme and authority: the targets of requests have the path.
fn origin(url: &str) -> String {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..]
        .find('/')
        .map_or(url.len(), |at| authority + at);
    url[..end].to_owned()
}

/// When a request was sent; the start of the run is told in the same form.
fn started(exchange: &ExchangeRecord, run: &str) -> String {
    let time = || {
        let start = chrono::DateTime::parse_from_rfc3339(run).ok()?;
        let after = chrono::TimeDelta::try_milliseconds(exchange.at_ms as i64)?;
        let at = start.checked_add_signed(after)?;
        Some(at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
    };
    time().unwrap_or_else(|| run.to_owned())
}

fn entry(exchange: &ExchangeRecord, origin: &str, started: &str, bodies: Bodies<'_>) -> Value {
    let waited = (exchange.total_ms - exchange.connect_ms).max(0.0);
    let mut entry = json!({
        "startedDateTime": started,
        "time": exchange.total_ms,
        "request": request(exchange, origin, bodies),
        "response": response(exchange, bodies),
        "cache": {},
        "timings": {"connect": exchange.connect_ms, "send": 0, "wait": waited, "receive": 0},
        "comment": format!("#{} of the case {}", exchange.seq, exchange.case),
    });
    if let Some(failure) = &exchange.failure {
        entry["_error"] = failure.as_str().into();
    }
    entry
}

fn request(exchange: &ExchangeRecord, origin: &str, bodies: Bodies<'_>) -> Value {
    let request = &exchange.request;
    let size = request.body.as_ref().map_or(0, |body| body.bytes);
    let mut value = json!({
        "method": request.method,
        "url": format!("{origin}{}", request.target),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": [],
        "headersSize": -1,
        "bodySize": size,
    });
    if let Some(body) = &request.body {
        value["postData"] = content(body, &request.headers, bodies);
        // The format knows no other encoding of a request than text.
        if let Some(data) = value["postData"].as_object_mut() {
            data.remove("size");
            if let Some(encoding) = data.remove("encoding") {
                data.insert("_encoding".to_owned(), encoding);
            }
            data.insert("params".to_owned(), json!([]));
        }
    }
    value
}

/// The answer; without one the status is 0, as browsers write it.
fn response(exchange: &ExchangeRecord, bodies: Bodies<'_>) -> Value {
    let response = exchange.response.as_ref();
    let none = Vec::new();
    let known = response.map_or(&none, |response| &response.headers);
    let content = match response {
        Some(response) => content(&response.body, known, bodies),
        None => json!({"size": 0, "mimeType": "x-unknown"}),
    };
    json!({
        "status": response.map_or(0, |response| response.status),
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(known),
        "content": content,
        "redirectURL": header(known, "location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": response.map_or(-1, |response| response.body.bytes as i64),
    })
}

fn headers(headers: &[(String, String)]) -> Vec<Value> {
    let one = |(name, value): &(String, String)| json!({"name": name, "value": value});
    headers.iter().map(one).collect()
}

fn header<'a>(headers: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    Some(value)
}

/// A body as text, or in base64 if it is none.
fn content(record: &BodyRecord, headers: &[(String, String)], bodies: Bodies<'_>) -> Value {
    let mut content = json!({
        "size": record.bytes,
        "mimeType": header(headers, "content-type").unwrap_or("x-unknown"),
    });
    match bodies.read(record).map(String::from_utf8) {
        None => content["comment"] = format!("bodies/{} cannot be read", record.sha256).into(),
        Some(Ok(text)) => content["text"] = text.into(),
        Some(Err(error)) => {
            content["text"] = base64(error.as_bytes()).into();
            content["encoding"] = "base64".into();
        }
    }
    content
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place) & 63) as usize;
            let is_padding = place > group.len();
            text.push(if is_padding {
                '='
            } else {
                char::from(ALPHABET[sextet])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ids;
    use crate::journal::record::Record;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let table = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, wanted) in table {
            assert_eq!(base64(bytes.as_bytes()), wanted);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xFE]), "+//+");
    }

    /// The archive of a run with one finding, whose answer has this body.
    fn archive(outcome: &str, body: &[u8]) -> Option<Value> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(dir.path().join("bodies")).expect("creates");
        std::fs::write(dir.path().join("bodies/00ff"), body).expect("writes");
        let start =
            serde_json::from_str(include_str!("../journal/reader/start.json")).expect("a start");
        let mut exchange: Value =
            serde_json::from_str(include_str!("../journal/reader/exchange.json")).expect("JSON");
        exchange["response"]["body"] = json!({"bytes": body.len(), "sha256": "00ff"});
        let observation = json!({
            "record": "observation", "case": "c", "resource": "run", "outcome": outcome,
            "requirement": ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, "expected": "", "actual": "",
            "lens": {"spec": "pass", "operator": "fail"}, "evidence": [1],
        });
        let records = vec![
            Record::Start(start),
            serde_json::from_value(exchange).expect("an exchange"),
            serde_json::from_value(observation).expect("an observation"),
        ];
        let judgement = crate::judge::judge(&records).expect("a start");
        let text = render(&judgement, Bodies::of(dir.path()))?;
        Some(serde_json::from_str(&text).expect("JSON"))
    }

    #[test]
    fn the_archive_has_every_member_that_the_format_requires() {
        let log = archive("fail", b"{}").expect("something is wrong")["log"].take();
        let has = |value: &Value, names: &[&str]| {
            for name in names {
                assert!(!value[name].is_null(), "{name}: {value}");
            }
        };
        has(&log, &["version", "creator", "entries"]);
        has(&log["creator"], &["name", "version"]);
        let entry = &log["entries"][0];
        has(
            entry,
            &[
                "startedDateTime",
                "time",
                "request",
                "response",
                "cache",
                "timings",
            ],
        );
        has(&entry["timings"], &["send", "wait", "receive"]);
        let both = [
            "httpVersion",
            "cookies",
            "headers",
            "headersSize",
            "bodySize",
        ];
        has(&entry["request"], &["method", "url", "queryString"]);
        has(&entry["request"], &both);
        has(
            &entry["response"],
            &["status", "statusText", "content", "redirectURL"],
        );
        has(&entry["response"], &both);
        has(&entry["response"]["content"], &["size", "mimeType"]);
        assert_eq!(entry["response"]["content"]["text"], "{}");
        let url = entry["request"]["url"].as_str().expect("a text");
        assert!(
            url.starts_with("http://") && url.contains("/resource/"),
            "{url}"
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_encoded_and_what_is_right_is_left_out() {
        let log = archive("fail", b"\xFF\x00").expect("something is wrong");
        let content = &log["log"]["entries"][0]["response"]["content"];
        assert_eq!(
            (&content["text"], &content["encoding"]),
            (&json!("/wA="), &json!("base64"))
        );
        assert_eq!(archive("pass", b"{}"), None);
    }
}
