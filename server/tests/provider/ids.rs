//! Ids over all of Unicode: a provider sees them as they were issued, decoded exactly once, and answers echo them.

use std::cell::RefCell;

use kfp_provider_server::{
    Deleted, Experiment, Experiments, Pipelines, Provider, Refusal, ResourceId, RunSchedules, Runs,
};
use kfp_testing::{Connection, Service, body, request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

/// Tells in its refusals which id it was asked for, character by character.
struct Parrot;

fn heard(id: &str) -> String {
    format!("heard {:?}", id.chars().map(u32::from).collect::<Vec<_>>())
}

impl Pipelines for Parrot {}
impl Runs for Parrot {}
impl RunSchedules for Parrot {}
impl Provider for Parrot {}

impl Experiments for Parrot {
    async fn update(&self, id: &str, _resource: Experiment) -> Result<ResourceId, Refusal> {
        Err(Refusal::invalid(heard(id)))
    }

    async fn delete(&self, id: &str) -> Result<Deleted, Refusal> {
        Err(Refusal::internal(heard(id)))
    }
}

/// The ways in which clients write an id into a path.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Encoding {
    /// Everything but unreserved characters, as jq does since 1.7.
    Upper,
    /// The same in lower case.
    Lower,
    /// `! * ' ( )` as they are, as older ones did.
    Older,
    /// Everything, also letters.
    All,
    /// Nothing that could be left alone: what is not ASCII goes out as raw bytes.
    Least,
}

impl Encoding {
    const ALL: [Self; 5] = [
        Self::Upper,
        Self::Lower,
        Self::Older,
        Self::All,
        Self::Least,
    ];

    fn path(self, id: &str) -> Vec<u8> {
        let mut path = b"/resource/experiment/".to_vec();
        for byte in id.bytes() {
            if self.leaves(byte) {
                path.push(byte);
            } else if matches!(self, Self::Lower) {
                path.extend(format!("%{byte:02x}").into_bytes());
            } else {
                path.extend(format!("%{byte:02X}").into_bytes());
            }
        }
        path
    }

    fn leaves(self, byte: u8) -> bool {
        let unreserved = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        match self {
            Self::Upper | Self::Lower => unreserved,
            Self::Older => unreserved || b"!*'()".contains(&byte),
            Self::All => false,
            Self::Least => unreserved || b"!$&'()*+,;=:@".contains(&byte) || byte >= 0x80,
        }
    }
}

fn exchange(connection: &mut Connection, method: &str, path: &[u8]) -> kfp_testing::Answer {
    let sent = match method {
        "DELETE" => request(method, "TARGET", ""),
        _ => request(method, "TARGET", &body("experiment", "ns/x")),
    };
    let at = method.len() + 1;
    let mut bytes = sent[..at].to_vec();
    bytes.extend_from_slice(path);
    bytes.extend_from_slice(&sent[at + "TARGET".len()..]);
    connection.send(&bytes);
    connection.answer()
}

fn ids() -> impl Strategy<Value = String> {
    let special = prop_oneof![
        Just('%'),
        Just('/'),
        Just('\\'),
        Just('\0'),
        Just('.'),
        Just('+'),
        Just(' '),
        Just('?'),
        Just('#'),
        Just('\u{7f}'),
        Just('\u{85}'),
        Just('\u{301}'),
        Just('\u{200d}'),
        Just('\u{202e}'),
        Just('\u{2028}'),
        Just('\u{feff}'),
        Just('\u{fffd}'),
        Just('\u{ffff}'),
        Just('\u{10000}'),
        Just('\u{1f980}'),
        Just('\u{10ffff}'),
    ];
    let any_char =
        prop_oneof![3 => special, 3 => any::<char>(), 2 => proptest::char::range(' ', '~')];
    let texts =
        proptest::collection::vec(any_char, 1..40).prop_map(|chars| chars.into_iter().collect());
    prop_oneof![4 => texts, 1 => "(%[0-9A-Fa-f]{2}){1,8}", 1 => "(%25|%2F|%2f|\\.\\.|/){1,8}"]
}

#[test]
fn any_id_is_heard_and_echoed_as_it_was_issued() {
    let service = Service::new(Parrot);
    let connection = RefCell::new(Connection::open(service.address()));
    let encodings = (0..Encoding::ALL.len()).prop_map(|at| Encoding::ALL[at]);
    let mut runner = TestRunner::new(Config::with_cases(400));
    let outcome = runner.run(&(ids(), encodings), |(id, encoding)| {
        let path = encoding.path(&id);
        // As they stand, these would be a way through the path; the router refuses them.
        prop_assume!(!path.ends_with(b"/.") && !path.ends_with(b"/.."));
        let connection = &mut *connection.borrow_mut();
        for (method, status) in [("PUT", 422), ("DELETE", 500)] {
            let answer = exchange(connection, method, &path);
            prop_assert_eq!(answer.status, status, "{}", answer.text());
            prop_assert_eq!(
                answer.json(),
                json!({"id": id, "providerError": heard(&id)})
            );
        }
        Ok(())
    });
    assert_eq!(outcome, Ok(()));
}

/// Every character that there is, in ids of a thousand.
#[test]
fn every_character() {
    let service = Service::new(Parrot);
    let mut connection = Connection::open(service.address());
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    for chunk in all.chunks(4096) {
        let id: String = chunk.iter().collect();
        let answer = exchange(&mut connection, "DELETE", &Encoding::Upper.path(&id));
        assert_eq!(answer.status, 500, "from {:?}", chunk[0]);
        assert!(answer.json()["id"] == id.as_str(), "from {:?}", chunk[0]);
    }
}

/// What is no id, or no text at all, never reaches a provider.
#[test]
fn paths_that_are_no_ids() {
    let service = Service::new(Parrot);
    for (path, status) in [
        ("/resource/experiment/%FF", 400),
        ("/resource/experiment/%C3%28", 400),
        ("/resource/experiment/%ED%A0%80", 400),
        ("/resource/experiment/.", 400),
        ("/resource/experiment/..", 400),
        ("/resource/experiment/", 405),
        ("/resource/experiment/a/b", 404),
    ] {
        let answer = service.send("DELETE", path, "");
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(!answer.text().contains("heard"), "{path}");
    }
}
