//! Faults that answer before the request is understood.

use super::Fault;
use super::answer::{Answer, Event, Operation};
use super::behaviour::Switches;
use super::route::Call;
use super::want::depth;

type Gate = (Fault, fn(&Call<'_>) -> bool, fn(&Call<'_>) -> Answer);

/// Which requests a fault stops, and with what.
const GATES: &[Gate] = &[
    (
        Fault::ProbeAcceptsAny,
        |c| c.is_probe() && c.header("accept") != "*/*",
        |_| bare(406),
    ),
    (
        Fault::ProbeHostAllowList,
        |c| c.is_probe() && !c.has_own_host(),
        |_| bare(400),
    ),
    (
        Fault::AuthRequired,
        |c| c.is_delete() && c.lacks("authorization"),
        |_| error(401, "a token is required").with_header("WWW-Authenticate", "Bearer"),
    ),
    (
        Fault::HostAllowList,
        |c| c.route.kind().is_some() && !c.has_own_host(),
        |_| error(400, "the host is not allowed"),
    ),
    (
        Fault::AcceptRefused,
        |c| c.is_delete() && c.header("accept") == "*/*",
        |_| Answer::object(Event::Staged, 406),
    ),
    (
        Fault::RedirectTrailingSlash,
        |c| c.is_delete(),
        |c| {
            let location = format!("{}/", c.request.target);
            Answer::object(Event::Staged, 307).with_header("Location", location)
        },
    ),
    (
        Fault::CharsetRefused,
        |c| c.header("content-type").contains(';'),
        |_| error(415, "the content type has parameters"),
    ),
    (
        Fault::DeleteNeedsContentType,
        |c| c.is_delete() && c.lacks("content-type"),
        |_| error(400, "the content type is missing"),
    ),
    (
        Fault::LargeRefused,
        |c| c.request.body.len() > 4 * 1024 * 1024,
        |_| Answer::page(413),
    ),
    (
        Fault::DeepJsonPanic,
        |c| depth(&c.request.body) > 1_000,
        |_| Answer::hang_up(),
    ),
    (
        Fault::SlashRoutedAway,
        |c| c.raw_id().to_ascii_uppercase().contains("%2F"),
        |_| Answer::page(404),
    ),
    (
        Fault::TraversalError,
        |c| c.id().contains("../"),
        |_| Answer::page(500),
    ),
    (Fault::ControlCharsError, has_control_characters, |_| {
        error(500, "the id cannot be read")
    }),
    (
        Fault::LongIdError,
        |c| c.raw_id().len() >= 8_000,
        |_| Answer::page(500),
    ),
    (
        Fault::OptionsBreaks,
        |c| c.request.method == "OPTIONS",
        |_| Answer::page(500),
    ),
    (
        Fault::DoubleSlashRedirected,
        |c| c.request.target.contains("//"),
        |c| {
            let location = c.request.target.replace("//", "/");
            Answer::page(301).with_header("Location", location)
        },
    ),
    (
        Fault::UnknownTypeAccepted,
        |c| c.creates_unknown_type(),
        |_| Answer::object(Event::Staged, 201).with_id("nope-1"),
    ),
];

/// Whether the body says of itself that it is something else than JSON.
pub(super) fn is_foreign(call: &Call<'_>) -> bool {
    let media = call.header("content-type").split(';').next();
    let media = media.unwrap_or_default().trim();
    let written = matches!(
        call.route.operation(),
        Operation::Create | Operation::Update
    );
    written && !media.is_empty() && !media.eq_ignore_ascii_case("application/json")
}

/// The answer of the first fault that stops the request.
pub(super) fn stop(switches: Switches<'_>, call: &Call<'_>) -> Option<Answer> {
    let stops = |(fault, stopped, _): &&Gate| switches.wrong(*fault) && stopped(call);
    GATES.iter().find(stops).map(|(_, _, answer)| answer(call))
}

fn error(status: u16, text: &str) -> Answer {
    Answer::object(Event::Staged, status).with_error(text)
}

fn bare(status: u16) -> Answer {
    Answer::bare(Event::Staged, status)
}

/// Control characters, and bytes that are no characters at all.
fn has_control_characters(call: &Call<'_>) -> bool {
    let id = call.route.id();
    id.is_some_and(|id| {
        id.text
            .as_ref()
            .is_none_or(|text| text.contains(char::is_control))
    })
}

impl Call<'_> {
    fn header(&self, name: &str) -> &str {
        self.request.header(name).unwrap_or_default()
    }

    fn lacks(&self, name: &str) -> bool {
        self.request.header(name).is_none()
    }

    fn raw_id(&self) -> &str {
        self.route.id().map_or("", |id| &id.raw)
    }

    /// The id that was asked for, decoded if it can be.
    fn id(&self) -> &str {
        self.route
            .id()
            .map_or("", |id| id.text.as_ref().unwrap_or(&id.raw))
    }

    fn is_probe(&self) -> bool {
        matches!(self.route.operation(), Operation::Livez | Operation::Readyz)
    }

    fn is_delete(&self) -> bool {
        self.route.operation() == Operation::Delete
    }

    fn creates_unknown_type(&self) -> bool {
        let known = |kind| super::route::KINDS.contains(&kind);
        self.route.operation() == Operation::Create && !self.route.kind().is_some_and(known)
    }

    /// The mock listens on a loopback address, and clients name it so.
    fn has_own_host(&self) -> bool {
        let host = self.header("host");
        ["127.", "localhost", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    }
}
