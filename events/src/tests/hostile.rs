//! Webhooks that mean harm, or are broken in ways that come to the same.

use super::receiver::Act;
use super::*;

/// What it does, and whether that counts as an answer of 200. Whatever it is, other events arrive meanwhile, it ends, and
/// the event arrives when it is sent again.
#[tokio::test]
async fn nothing_harms_delivery() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\n";
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    type Row = (&'static str, fn() -> Act, bool);
    let table: [Row; 14] = [
        (
            "endless body",
            || {
                Act::Endless(
                    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                    "xxxxxxxxxxxxxxxx",
                )
            },
            true,
        ),
        (
            "endless chunks",
            || {
                Act::Endless(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "4\r\nxxxx\r\n",
                )
            },
            true,
        ),
        (
            "body that never comes",
            || Act::Say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            true,
        ),
        (
            "endless headers",
            || Act::Endless(HEAD, "X-More: and more\r\n"),
            false,
        ),
        (
            "one endless header",
            || Act::Endless("HTTP/1.1 200 OK\r\nX-Long: ", "xxxxxxxxxxxxxxxx"),
            false,
        ),
        (
            "endless interim answers",
            || Act::Endless("", "HTTP/1.1 100 Continue\r\n\r\n"),
            false,
        ),
        ("no answer", || Act::Nothing, false),
        ("closed", || Act::Close, false),
        ("reset", || Act::Reset(""), false),
        (
            "reset within the head",
            || Act::Reset("HTTP/1.1 200 OK\r\nConte"),
            false,
        ),
        ("half open", || Act::HalfClose, false),
        (
            "garbage",
            || Act::Say("\0\u{1}\u{7f}\u{ff}\r\n\0HTTP/9.9 \r\n\r\n"),
            false,
        ),
        (
            "another protocol",
            || Act::Say("SSH-2.0-x\r\n\r\n\r\n"),
            false,
        ),
        (
            "half an answer",
            || Act::Say("HTTP/1.1 200 OK\r\nConte"),
            false,
        ),
    ];
    for (name, act, arrives) in table {
        let mut receiver =
            Receiver::start(move |number| if number == 0 { act() } else { Act::Say(OK) }).await;
        let config = DeliveryConfig {
            // Whoever answers at all does so within it, also on a busy machine.
            timeout: Duration::from_secs(2),
            ..DeliveryConfig::default()
        };
        let sending = Sending::to(&receiver.url, config);
        let id = sending.add("a/r").await;
        receiver.next().await;
        let other = sending.add("a/other").await;
        sending.gone(other).await;
        if arrives {
            sending.gone(id).await;
        } else {
            let entry = sending.attempted(id, 1).await;
            let problem = entry.problem.as_deref().unwrap_or_default();
            assert!(problem.starts_with("no answer"), "{name}: {problem}");
            sending.advance_to(&entry).await;
            sending.gone(id).await;
        }
        let next = sending.add("a/next").await;
        sending.gone(next).await;
    }
}

/// Interim answers are no reason to go on reading for as long as an attempt may take.
#[tokio::test]
async fn a_flood_is_not_read_to_its_end() {
    const FLOOD: &str = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut receiver = Receiver::start(|_| Act::Endless("", FLOOD)).await;
    let config = DeliveryConfig {
        timeout: PATIENCE * 2,
        ..DeliveryConfig::default()
    };
    let sending = Sending::to(&receiver.url, config);
    let id = sending.add("a/r").await;
    receiver.next().await;
    let entry = sending.attempted(id, 1).await;
    let problem = entry.problem.unwrap_or_default();
    assert!(
        problem.contains("longer than an answer may be"),
        "{problem}"
    );
}
