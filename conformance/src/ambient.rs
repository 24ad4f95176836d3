//! Checks that every answer is subject to, whatever case it belongs to.
//!
//! Pure functions from an exchange to findings: the place to read what a requirement of the
//! answer's form really means.

use std::time::Duration;

use kfp_operator_sim::json::Json;

use crate::exchange::{Class, Exchange, Intent};
use crate::outcome::Finding;
use crate::wire::{Body, Response};

/// The size of an output parameter that a workflow step can hand on.
const OUTPUT_LIMIT: usize = 256 * 1024;
/// The length of a condition's message that the resource definitions allow, in characters.
const MESSAGE_LIMIT: usize = 32_768;

/// Findings by requirement id.
pub(crate) type Findings = Vec<(&'static str, Finding)>;

/// Limits that depend on the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// An answer that took longer fails.
    pub(crate) fail_after: Duration,
    /// An answer that took longer is worth a warning.
    pub(crate) warn_after: Duration,
    /// A probe that took longer counts as failed, as with the kubelet.
    pub(crate) probe: Duration,
    /// How long readiness may rest on an earlier answer of the backend.
    pub(crate) readiness: Duration,
    /// How much of what is repeated to meet rare defects: percent.
    pub(crate) effort: u32,
}

impl Limits {
    /// How often to do what is worth doing `full` times. Never less than once.
    pub(crate) fn times(self, full: u32) -> u32 {
        full.saturating_mul(self.effort).div_ceil(100).max(1)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fail_after: Duration::from_secs(240),
            warn_after: Duration::from_secs(30),
            probe: Duration::from_secs(1),
            readiness: Duration::from_secs(5),
            effort: 100,
        }
    }
}

/// Everything that can be said of an answer without knowing the case it belongs to.
pub(crate) fn judge(exchange: &Exchange, known: Known<'_>, limits: Limits) -> Findings {
    let mut findings = Vec::new();
    let Some(intent) = exchange
        .class
        .intent()
        .filter(|intent| **intent != Intent::Synthetic)
    else {
        return findings;
    };
    findings.extend(transport(exchange, limits));
    findings.extend(envelope(exchange, known));
    match &exchange.class {
        Class::Create(_) => findings.extend(create(exchange, intent, known)),
        Class::Update(id, _) => findings.extend(update(exchange, id, intent)),
        Class::Delete(..) => findings.extend(delete(exchange, intent)),
        Class::Health(_) | Class::Other => {}
    }
    if *intent == Intent::Invalid
        && let Some(status) = exchange.status()
    {
        // 501 says that something is missing, not that something broke; others judge it.
        let crashed = (500..600).contains(&status) && status != 501;
        let finding = Finding::when(!crashed, exchange.describe());
        findings.push(("robust.no-5xx-on-bad-input", finding));
    }
    findings
}

/// What is known about an answer beyond its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Whether the status is declared.
    pub(crate) status: bool,
    /// The declared statuses.
    pub(crate) statuses: &'a str,
    /// How the body violates the schema of its status.
    pub(crate) violation: Option<&'a str>,
    /// Whether the implementer supplied the body that was sent.
    pub(crate) supplied: bool,
}

fn transport(exchange: &Exchange, limits: Limits) -> Findings {
    let took = format!("{:.1} s", exchange.total.as_secs_f64());
    let deadline = match &exchange.result {
        Err(crate::wire::WireFailure::Timeout(limit)) => {
            Finding::fail(format!("no answer within {limit:?}"))
        }
        _ if exchange.total > limits.fail_after => Finding::fail(took),
        _ if exchange.total > limits.warn_after => Finding::warn(took),
        _ => Finding::pass(took),
    };
    let mut findings = vec![("transport.deadline", deadline)];
    let response = match &exchange.result {
        Ok(response) => response,
        Err(failure) => {
            if failure.partial().is_some() {
                let finding = Finding::fail(failure.to_string());
                findings.push(("transport.body-complete", finding));
            }
            return findings;
        }
    };
    findings.push(("transport.body-complete", framing(response)));
    let redirect = match response.status {
        300..400 => Finding::fail(format!(
            "{} to {}",
            response.status,
            response.header("location").unwrap_or("nowhere")
        )),
        status => Finding::pass(status.to_string()),
    };
    findings.push(("transport.no-redirect", redirect));
    findings.push(("transport.no-unrequested-encoding", coding(response)));
    if exchange.class.intent() == Some(&Intent::Valid) {
        let refused = matches!(response.status, 401 | 403 | 407);
        findings.push((
            "transport.no-auth",
            Finding::when(!refused, response.status.to_string()),
        ));
        let refused = matches!(response.status, 406 | 415);
        findings.push((
            "transport.accept-star",
            Finding::when(!refused, response.status.to_string()),
        ));
    }
    findings
}

/// Whether the body ends where the answer says.
fn framing(response: &Response) -> Finding {
    let (status, surplus) = (response.status, response.extra.len());
    if surplus > 0 {
        let shown = crate::exchange::excerpt(&response.extra);
        return Finding::fail(match response.framing {
            Body::None => format!("{surplus} bytes after a {status}, which has no body: {shown:?}"),
            Body::Length(length) => {
                format!("Content-Length {length}, but {surplus} bytes more: {shown:?}")
            }
            _ => format!("{surplus} bytes after the end of the answer: {shown:?}"),
        });
    }
    match response.framing {
        Body::None => Finding::pass("no body"),
        Body::Length(length) => Finding::pass(format!("Content-Length {length}, complete")),
        // The chunks decide, for curl as well; but what stands between may decide otherwise.
        Body::Chunked if response.header("content-length").is_some() => {
            Finding::warn("chunked, complete, but with a Content-Length beside it")
        }
        Body::Chunked => Finding::pass("chunked, complete"),
        Body::UntilClose => Finding::pass("until the connection closed"),
    }
}

/// Codings of the content or of its transfer that no request asked for.
fn coding(response: &Response) -> Finding {
    let named = |name: &'static str, plain: &'static [&str]| {
        let fields = response.headers.iter();
        let values = fields.filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        let words = values.flat_map(|(_, value)| value.split(',').map(str::trim));
        words
            .filter(|word| !plain.iter().any(|known| known.eq_ignore_ascii_case(word)))
            .map(move |word| format!("{name}: {word}"))
    };
    let odd = named("Content-Encoding", &["identity", ""])
        .chain(named("Transfer-Encoding", &["chunked", "identity", ""]));
    match odd.collect::<Vec<_>>().as_slice() {
        [] => Finding::pass("no coding"),
        odd => Finding::fail(odd.join(", ")),
    }
}

/// Area C: the form of an answer.
fn envelope(exchange: &Exchange, known: Known<'_>) -> Findings {
    let envelope = &exchange.envelope;
    let Some(response) = exchange.response() else {
        return vec![("response.json-object", Finding::fail(exchange.describe()))];
    };
    let mut findings = Vec::new();
    let is_object = envelope.object().is_some();
    let shape = match &envelope.problem {
        Some(problem) if response.body.is_empty() => {
            format!("{} with an empty body ({problem})", response.status)
        }
        Some(_) => format!("{} is no JSON", exchange.describe()),
        None if is_object => exchange.describe(),
        None => format!("{} is {}", exchange.describe(), envelope.shape()),
    };
    findings.push(("response.json-object", Finding::when(is_object, shape)));

    let media = response.header("content-type");
    let is_json = media.is_some_and(|value| {
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/json")
    });
    let media = media.map_or("no Content-Type".to_owned(), |value| {
        format!("Content-Type: {value}")
    });
    findings.push(("response.content-type-json", Finding::when(is_json, media)));

    let status = match (known.status, response.status) {
        (true, status) => Finding::pass(status.to_string()),
        (false, 501) if !matches!(exchange.class, Class::Delete(..)) => {
            Finding::tolerated("501, which the operator knows but the document does not")
        }
        (false, status) => Finding::fail(status.to_string()),
    };
    findings.push((
        "response.status-documented",
        status.expected(format!("one of {}", known.statuses)),
    ));
    findings.push((
        "response.schema",
        match known.violation {
            _ if !is_object => Finding::prerequisite("the body is no JSON object"),
            _ if !known.status => Finding::prerequisite("the status is not in the document"),
            None => Finding::pass("valid"),
            Some(violation) => Finding::fail(violation),
        },
    ));
    findings.extend(bytes(exchange));
    if is_object {
        findings.extend(members(exchange));
    }
    findings
}

fn bytes(exchange: &Exchange) -> Findings {
    let envelope = &exchange.envelope;
    let length = exchange
        .response()
        .map_or(0, |response| response.body.len());
    let encoding = match (envelope.bom, envelope.utf8) {
        (true, _) => Finding::fail("starts with a byte order mark"),
        (_, false) => Finding::fail("is not UTF-8"),
        _ => Finding::pass("UTF-8 without byte order mark"),
    };
    let trailing = match &envelope.trailing {
        _ if envelope.value.is_none() => Finding::prerequisite("the body is no JSON"),
        None => Finding::pass("nothing after the value"),
        Some(range) => Finding::fail(format!("{} bytes after the JSON value", range.len())),
    };
    vec![
        ("response.utf8-no-bom", encoding),
        ("response.no-trailing-bytes", trailing),
        (
            "response.size-limit",
            Finding::when(length < OUTPUT_LIMIT, format!("{length} bytes")),
        ),
    ]
}

/// The members of the object.
fn members(exchange: &Exchange) -> Findings {
    let envelope = &exchange.envelope;
    let string = |name: &str| match envelope.member(name) {
        None => Finding::pass("absent"),
        Some(Json::String(_) | Json::Null) => Finding::pass("a string"),
        Some(other) => Finding::fail(format!("{name} is {}", describe_json(other))),
    };
    let mut findings = vec![
        ("response.id-is-string", string("id")),
        ("response.provider-error-is-string", string("providerError")),
    ];
    let odd = envelope.odd_keys();
    let keys = if odd.is_empty() {
        Finding::pass("as in the document")
    } else {
        Finding::warn(odd.join(", "))
    };
    findings.push(("response.exact-key-case", keys));
    let error = envelope.text("providerError").unwrap_or_default();
    let characters = error.chars().count();
    let length = Finding::when(
        characters <= MESSAGE_LIMIT,
        format!("{characters} characters"),
    );
    findings.push(("response.provider-error-length", length));
    if !exchange.accepted() && !error.trim().is_empty() {
        findings.push(("response.error-not-empty-message", readable(error)));
    }
    findings.push(("response.no-leak", leak(error)));
    findings
}

fn describe_json(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// An error that only says that it is one helps nobody.
fn readable(error: &str) -> Finding {
    let words = error
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    if words >= 2 {
        Finding::pass(crate::exchange::excerpt(error.as_bytes()))
    } else {
        Finding::warn(format!("{error:?} does not say what is wrong"))
    }
}

/// What traces and secrets contain.
pub(crate) const MARKS: &[&str] = &[
    "Traceback (most recent call last)",
    "goroutine ",
    "\tat ",
    "stack backtrace:",
    "panicked at",
    "BEGIN PRIVATE KEY",
    "BEGIN RSA PRIVATE KEY",
    "eyJhbGciOi",
    "AKIA",
    "ghp_",
    "PATH=/",
];

/// Traces and secrets that have no place in an answer.
fn leak(error: &str) -> Finding {
    match MARKS.iter().find(|mark| error.contains(**mark)) {
        None => Finding::pass("no trace, no secret"),
        Some(mark) => Finding::warn(format!("the text contains {mark:?}")),
    }
}

fn create(exchange: &Exchange, intent: &Intent, known: Known<'_>) -> Findings {
    let mut findings = Vec::new();
    let must_succeed = *intent == Intent::Valid;
    if must_succeed || exchange.accepted() {
        let finding = if exchange.is_explained_refusal() && !known.supplied {
            Finding::unverified("fixture", exchange.describe())
        } else {
            status(exchange, 201)
        };
        findings.push(("create.201.status", finding));
    }
    if exchange.accepted() {
        findings.push(("create.201.id-non-empty", id_non_empty(exchange)));
        findings.push(("create.201.no-provider-error", no_provider_error(exchange)));
        if let Some(id) = exchange.envelope.text("id").filter(|id| !id.is_empty()) {
            findings.extend(id_form(id));
        }
    } else if exchange.envelope.object().is_some() {
        findings.push(("create.error.provider-error", has_provider_error(exchange)));
        // Of an open one nobody knows whether something was created.
        if *intent != Intent::Open {
            let id = exchange.envelope.text("id").unwrap_or_default();
            let ghost = Finding::when(id.is_empty(), exchange.describe());
            findings.push(("create.error.no-id-if-nothing-created", ghost));
        }
    }
    findings
}

fn update(exchange: &Exchange, id: &str, intent: &Intent) -> Findings {
    let mut findings = Vec::new();
    if *intent == Intent::Valid || exchange.accepted() {
        findings.push(("update.200.status", status(exchange, 200)));
    }
    if exchange.accepted() {
        findings.push(("update.200.id-non-empty", id_non_empty(exchange)));
        findings.push(("update.200.no-provider-error", no_provider_error(exchange)));
    } else if exchange.envelope.object().is_some() {
        findings.push(("update.error.provider-error", has_provider_error(exchange)));
        let echoed = exchange.envelope.text("id");
        let finding = Finding::when(echoed == Some(id), exchange.describe()).expected(format!(
            "id {:?} in the error answer",
            crate::exchange::excerpt(id.as_bytes())
        ));
        findings.push(("update.error.echoes-id", finding));
    }
    findings
}

fn delete(exchange: &Exchange, intent: &Intent) -> Findings {
    let mut findings = Vec::new();
    if let Some(code) = exchange.status() {
        let documented = matches!(code, 200 | 404 | 500);
        findings.push((
            "delete.status-documented",
            Finding::when(documented, code.to_string()),
        ));
    }
    if *intent == Intent::Valid {
        findings.push(("delete.200.status", status(exchange, 200)));
    }
    if *intent == Intent::Valid && exchange.accepted() {
        let is_object = exchange.envelope.object().is_some();
        findings.push((
            "delete.200.body-object",
            Finding::when(is_object, exchange.describe()),
        ));
        if is_object {
            findings.push(("delete.200.id-empty", absent(exchange, "id")));
            findings.push(("delete.200.no-provider-error", no_provider_error(exchange)));
        }
    }
    findings
}

fn status(exchange: &Exchange, wanted: u16) -> Finding {
    Finding::when(exchange.status() == Some(wanted), exchange.describe())
}

fn id_non_empty(exchange: &Exchange) -> Finding {
    match exchange.envelope.member("id") {
        _ if exchange.envelope.object().is_none() => {
            Finding::prerequisite("the body is no JSON object")
        }
        None | Some(Json::Null) => Finding::fail(format!("{}: no id", exchange.describe())),
        Some(Json::String(id)) => Finding::when(!id.is_empty(), exchange.describe()),
        Some(_) => Finding::prerequisite("the id is no string"),
    }
}

fn no_provider_error(exchange: &Exchange) -> Finding {
    absent(exchange, "providerError")
}

/// Go reads an empty string and `null` as absent; leaving the member out is clearer.
fn absent(exchange: &Exchange, name: &str) -> Finding {
    match exchange.envelope.member(name) {
        None => Finding::pass(format!("no {name}")),
        Some(Json::Null) => Finding::tolerated(format!("{name} is null")),
        Some(Json::String(text)) if text.is_empty() => {
            Finding::tolerated(format!("{name} is \"\""))
        }
        Some(_) => Finding::fail(exchange.describe()),
    }
}

fn has_provider_error(exchange: &Exchange) -> Finding {
    match exchange.envelope.member("providerError") {
        Some(Json::String(_)) | None | Some(Json::Null) => {
            Finding::when(exchange.provider_error().is_some(), exchange.describe())
        }
        Some(_) => Finding::prerequisite("providerError is no string"),
    }
}

/// What becomes of an id on its way through the operator's shell.
fn id_form(id: &str) -> Findings {
    let shown = format!("{:?}", crate::exchange::excerpt(id.as_bytes()));
    let interpreted = |c: char| matches!(c, '"' | '$' | '`' | '\\') || c.is_control();
    let eaten = ["-n", "-e", "-ne", "-en"].contains(&id);
    let safe = !id.contains(interpreted) && !id.contains("{{") && !eaten;
    let encoded = kfp_operator_sim::encode_id(id).len();
    vec![
        ("create.id.shell-safe", Finding::when(safe, shown.clone())),
        (
            "create.id.not-dot-segment",
            Finding::when(id != "." && id != "..", shown.clone()),
        ),
        (
            "create.id.no-edge-whitespace",
            Finding::when(id.trim() == id, shown),
        ),
        (
            "create.id.length",
            if encoded <= 1024 {
                Finding::pass(format!("{encoded} bytes"))
            } else {
                Finding::warn(format!("{encoded} bytes encoded"))
            },
        ),
    ]
}
