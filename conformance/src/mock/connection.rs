//! The requests of one connection.

use std::time::Duration;

use tokio::net::TcpStream;

use super::answer::{Answer, Event, Mangle};
use super::behaviour::Switches;
use super::provider::Provider;
use super::write::{Framing, Style, encode};
use super::{Fault, Variant};
use crate::wire::server::{Connection, Ended, Request};

/// How long after an answer its late bytes come: long enough to be a packet of its own.
const LATE: Duration = Duration::from_millis(10);

/// Answers until the connection ends.
pub(super) async fn serve(stream: TcpStream, provider: &Provider) {
    let mut connection = Connection::new(stream);
    // Broken connections end like closed ones: there is nobody left to tell.
    while let Ok(true) = turn(&mut connection, provider).await {}
    connection.close().await;
}

/// One request and its answer. Returns whether the connection goes on.
async fn turn(connection: &mut Connection, provider: &Provider) -> Result<bool, Ended> {
    let mut request = match connection.head().await {
        Ok(request) => request,
        Err(Ended::Unreadable(status)) => return refuse(connection, status).await,
        Err(closed) => return Err(closed),
    };
    let switches = provider.towards(&request);
    if request.expects_continue() {
        match expectation(switches) {
            Expectation::Met => connection.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?,
            Expectation::Ignored => {}
            Expectation::Failed(status) => return refuse(connection, status).await,
        }
    }
    // Until it is answered, a body that did not come at once counts as an upload.
    let upload = (!connection.has_body(&request)).then(|| provider.upload());
    request.body = match connection.body(&request).await {
        Ok(body) => body,
        Err(Ended::Unreadable(status)) => return refuse(connection, status).await,
        Err(closed) => {
            provider.aborted(&request, connection.unread());
            return Err(closed);
        }
    };
    let answer = provider.answer(&request).await;
    drop(upload);
    if answer.wire.hang_up {
        return Ok(false);
    }
    send(connection, switches, &request, &answer).await
}

enum Expectation {
    Met,
    Ignored,
    Failed(u16),
}

fn expectation(switches: Switches<'_>) -> Expectation {
    if switches.wrong(Fault::ExpectRefused) {
        Expectation::Failed(500)
    } else if switches.odd(Variant::ExpectationFailed) {
        Expectation::Failed(417)
    } else if switches.odd(Variant::ExpectIgnored) {
        Expectation::Ignored
    } else {
        Expectation::Met
    }
}

/// Answers without having read the request to its end, so nothing can follow.
async fn refuse(connection: &mut Connection, status: u16) -> Result<bool, Ended> {
    let answer = Answer::object(Event::Staged, status).with_error("the request was not read");
    let style = Style {
        closing: true,
        ..Style::default()
    };
    connection.write(&encode(&answer, style)).await?;
    Ok(false)
}

async fn send(
    connection: &mut Connection,
    switches: Switches<'_>,
    request: &Request,
    answer: &Answer,
) -> Result<bool, Ended> {
    let framing = framing(switches);
    let closing = (request.wants_close() && !answer.wire.ignore_close)
        || switches.odd(Variant::ConnectionClose)
        || framing == Framing::UntilClose;
    let style = Style {
        framing,
        closing,
        lower_case: switches.odd(Variant::LowerCaseHeaders),
        head_only: request.method == "HEAD",
    };
    let bytes = encode(answer, style);
    let step = if switches.odd(Variant::SlowDrip) {
        1
    } else {
        bytes.len().max(1)
    };
    for part in bytes.chunks(step) {
        connection.write(part).await?;
    }
    if !answer.wire.late.is_empty() {
        tokio::time::sleep(LATE).await;
        connection.write(answer.wire.late).await?;
    }
    if answer.wire.mangle == Some(Mangle::Reset) {
        connection.reset();
    }
    Ok(!closing
        && answer.wire.mangle.is_none()
        && !answer.wire.close_silently
        && answer.wire.withheld == 0)
}

fn framing(switches: Switches<'_>) -> Framing {
    if switches.odd(Variant::Chunked) {
        Framing::Chunks
    } else if switches.odd(Variant::ChunkExtensions) {
        Framing::ExtendedChunks
    } else if switches.odd(Variant::UntilClose) {
        Framing::UntilClose
    } else {
        Framing::Length
    }
}
