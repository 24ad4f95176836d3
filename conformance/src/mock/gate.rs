//! Faults that answer before the request is understood.

use super::answer::{Answer, Event, Operation};
use super::behaviour::Switches;
use super::effect::Effect;
use super::route::Call;

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
    switches.wrongs().find_map(|(_, effect)| match effect {
        Effect::Gate(stops, answer) => stops(call).then(|| answer(call)),
        _ => None,
    })
}

pub(super) fn error(status: u16, text: &str) -> Answer {
    Answer::object(Event::Staged, status).with_error(text)
}

pub(super) fn bare(status: u16) -> Answer {
    Answer::bare(Event::Staged, status)
}

pub(super) fn ask_for_token() -> Answer {
    error(401, "a token is required").with_header("WWW-Authenticate", "Bearer")
}

pub(super) fn redirect_to_slash(call: &Call<'_>) -> Answer {
    let location = format!("{}/", call.request.target);
    Answer::object(Event::Staged, 307).with_header("Location", location)
}

pub(super) fn redirect_to_one_slash(call: &Call<'_>) -> Answer {
    let location = call.request.target.replace("//", "/");
    Answer::page(301).with_header("Location", location)
}

/// Control characters, and bytes that are no characters at all.
pub(super) fn has_control_characters(call: &Call<'_>) -> bool {
    let id = call.route.id();
    id.is_some_and(|id| {
        id.text
            .as_ref()
            .is_none_or(|text| text.contains(char::is_control))
    })
}

impl Call<'_> {
    pub(super) fn header(&self, name: &str) -> &str {
        self.request.header(name).unwrap_or_default()
    }

    pub(super) fn lacks(&self, name: &str) -> bool {
        self.request.header(name).is_none()
    }

    pub(super) fn raw_id(&self) -> &str {
        self.route.id().map_or("", |id| &id.raw)
    }

    /// The id that was asked for, decoded if it can be.
    pub(super) fn id(&self) -> &str {
        self.route
            .id()
            .map_or("", |id| id.text.as_ref().unwrap_or(&id.raw))
    }

    pub(super) fn is_probe(&self) -> bool {
        matches!(self.route.operation(), Operation::Livez | Operation::Readyz)
    }

    pub(super) fn is_delete(&self) -> bool {
        self.route.operation() == Operation::Delete
    }

    pub(super) fn creates_unknown_type(&self) -> bool {
        let known = |kind| super::route::KINDS.contains(&kind);
        self.route.operation() == Operation::Create && !self.route.kind().is_some_and(known)
    }

    /// The mock listens on a loopback address, and clients name it so.
    pub(super) fn has_own_host(&self) -> bool {
        let host = self.header("host");
        ["127.", "localhost", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    }
}
