//! Headers in spellings that mean the same to every HTTP server.

use super::series::{PATIENCE, Tally, remove};
use super::{explained, made};
use crate::base::outcome::Finding;
use crate::catalogue::ids;
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::{Class, Intent};
use crate::wire::Request;

/// What is done to the headers, what to, and the requirement that it must not matter.
type Variation = (&'static str, fn(Request) -> Request, &'static str);

const CREATED: &str = ids::CREATE_201_STATUS;
const MEDIA: &str = ids::CREATE_CONTENT_TYPE_PARAMETERS;

const VARIATIONS: &[Variation] = &[
    (
        "names in small letters",
        |r| renamed(r, str::to_ascii_lowercase),
        CREATED,
    ),
    (
        "names in capitals",
        |r| renamed(r, str::to_ascii_uppercase),
        CREATED,
    ),
    ("the last header first", reversed, CREATED),
    ("spaces and tabs around values", spaced, CREATED),
    ("no User-Agent", |r| r.without("User-Agent"), CREATED),
    ("no Accept", |r| r.without("Accept"), CREATED),
    (
        "Accept: application/json",
        |r| r.header("Accept", "application/json"),
        CREATED,
    ),
    (
        "Accept with weights",
        |r| r.header("Accept", "text/html;q=0.2, */*;q=0.1"),
        CREATED,
    ),
    ("headers of proxies and tracing", traced, CREATED),
    (
        "forty more headers",
        |r| (0..40).fold(r, |r, n| r.header(&format!("X-More-{n}"), "x")),
        CREATED,
    ),
    (
        "a value of 2 KiB",
        |r| r.header("X-Long", &"x".repeat(2048)),
        CREATED,
    ),
    (
        "media type in capitals",
        |r| r.header("Content-Type", "Application/JSON"),
        MEDIA,
    ),
    (
        "charset without a space",
        |r| r.header("Content-Type", "application/json;charset=UTF-8"),
        MEDIA,
    ),
    (
        "charset in quotes",
        |r| r.header("Content-Type", "application/json; charset=\"utf-8\""),
        MEDIA,
    ),
];

/// One create for each variation.
pub(super) const CREATES: u32 = 14;

/// Creates that differ in their headers only.
pub(super) async fn variations(c: &mut Context) -> Step {
    let mut tally = Tally::default();
    let count = (c.session.setup.generated as usize).min(VARIATIONS.len());
    let mut order: Vec<&Variation> = VARIATIONS.iter().collect();
    c.rng.shuffle(&mut order);
    for (what, vary, requirement) in order.into_iter().take(count) {
        let body = c.body().await?.bytes();
        let request = vary(c.create_request(c.kind()).json(body));
        let (answer, findings) = c.probe(request, Class::Create(Intent::Debatable)).await?;
        tally.add_all(findings, &answer);
        let actual = format!("{what}: {}", answer.describe());
        let finding = match made(&answer) {
            true => Finding::pass(actual),
            false if explained(&answer) => Finding::unverified("fixture", actual),
            // What else is wrong with a success is for others to say.
            false => Finding::when(answer.accepted(), actual),
        };
        tally.add(requirement, finding, &answer);
        remove(c, &answer).await?;
        if answer.total > PATIENCE {
            break;
        }
    }
    tally.note(c);
    Ok(())
}

fn renamed(mut request: Request, name: fn(&str) -> String) -> Request {
    for (known, _) in &mut request.headers {
        *known = name(known);
    }
    request
}

fn reversed(mut request: Request) -> Request {
    request.headers.reverse();
    request
}

fn spaced(mut request: Request) -> Request {
    for (_, value) in &mut request.headers {
        *value = format!(" \t{value}\t ");
    }
    request
}

fn traced(request: Request) -> Request {
    request
        .header(
            "Traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .header("X-Request-Id", "6f1c")
        .header("X-Forwarded-For", "192.0.2.1, 198.51.100.2")
        .header("Forwarded", "for=192.0.2.1;proto=https")
        .header("Cookie", "a=b; c=d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variation_is_counted_as_a_create() {
        assert_eq!(VARIATIONS.len(), CREATES as usize);
    }
}
