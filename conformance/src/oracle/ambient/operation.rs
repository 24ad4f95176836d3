//! What the answers of each operation have to say.

use crate::catalogue::ids;
use kfp_operator_sim::json::Json;

use super::{Findings, Known};
use crate::base::outcome::Finding;
use crate::oracle::exchange::{Exchange, Intent};

pub(super) fn create(exchange: &Exchange, intent: &Intent, known: Known<'_>) -> Findings {
    let mut findings = Vec::new();
    let must_succeed = *intent == Intent::Valid;
    if must_succeed || exchange.accepted() {
        let finding = if exchange.is_explained_refusal() && !known.supplied {
            Finding::unverified("fixture", exchange.describe())
        } else {
            status(exchange, 201)
        };
        findings.push((ids::CREATE_201_STATUS, finding));
    }
    if exchange.accepted() {
        findings.push((ids::CREATE_201_ID_NON_EMPTY, id_non_empty(exchange)));
        findings.push((
            ids::CREATE_201_NO_PROVIDER_ERROR,
            no_provider_error(exchange),
        ));
        if let Some(id) = exchange.envelope.text("id").filter(|id| !id.is_empty()) {
            findings.extend(id_form(id));
        }
    } else if exchange.envelope.object().is_some() {
        findings.push((
            ids::CREATE_ERROR_PROVIDER_ERROR,
            has_provider_error(exchange),
        ));
        // Of an open one nobody knows whether something was created.
        if *intent != Intent::Open {
            let id = exchange.envelope.text("id").unwrap_or_default();
            let ghost = Finding::when(id.is_empty(), exchange.describe());
            findings.push((ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED, ghost));
        }
    }
    findings
}

pub(super) fn update(exchange: &Exchange, id: &str, intent: &Intent) -> Findings {
    let mut findings = Vec::new();
    if *intent == Intent::Valid || exchange.accepted() {
        findings.push((ids::UPDATE_200_STATUS, status(exchange, 200)));
    }
    if exchange.accepted() {
        findings.push((ids::UPDATE_200_ID_NON_EMPTY, id_non_empty(exchange)));
        findings.push((
            ids::UPDATE_200_NO_PROVIDER_ERROR,
            no_provider_error(exchange),
        ));
    } else if exchange.envelope.object().is_some() {
        findings.push((
            ids::UPDATE_ERROR_PROVIDER_ERROR,
            has_provider_error(exchange),
        ));
        let echoed = exchange.envelope.text("id");
        let finding = Finding::when(echoed == Some(id), exchange.describe()).expected(format!(
            "id {:?} in the error answer",
            crate::base::text::excerpt(id.as_bytes())
        ));
        findings.push((ids::UPDATE_ERROR_ECHOES_ID, finding));
    }
    findings
}

pub(super) fn delete(exchange: &Exchange, intent: &Intent) -> Findings {
    let mut findings = Vec::new();
    if let Some(code) = exchange.status() {
        let documented = matches!(code, 200 | 404 | 500);
        findings.push((
            ids::DELETE_STATUS_DOCUMENTED,
            Finding::when(documented, code.to_string()),
        ));
    }
    if *intent == Intent::Valid {
        findings.push((ids::DELETE_200_STATUS, status(exchange, 200)));
    }
    if *intent == Intent::Valid && exchange.accepted() {
        let is_object = exchange.envelope.object().is_some();
        findings.push((
            ids::DELETE_200_BODY_OBJECT,
            Finding::when(is_object, exchange.describe()),
        ));
        if is_object {
            findings.push((ids::DELETE_200_ID_EMPTY, absent(exchange, "id")));
            findings.push((
                ids::DELETE_200_NO_PROVIDER_ERROR,
                no_provider_error(exchange),
            ));
        }
    }
    findings
}

pub(super) fn status(exchange: &Exchange, wanted: u16) -> Finding {
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
pub(super) fn absent(exchange: &Exchange, name: &str) -> Finding {
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
    let shown = format!("{:?}", crate::base::text::excerpt(id.as_bytes()));
    let interpreted = |c: char| matches!(c, '"' | '$' | '`' | '\\') || c.is_control();
    let eaten = ["-n", "-e", "-ne", "-en"].contains(&id);
    let safe = !id.contains(interpreted) && !id.contains("{{") && !eaten;
    let encoded = kfp_operator_sim::encode_id(id).len();
    vec![
        (
            ids::CREATE_ID_SHELL_SAFE,
            Finding::when(safe, shown.clone()),
        ),
        (
            ids::CREATE_ID_NOT_DOT_SEGMENT,
            Finding::when(id != "." && id != "..", shown.clone()),
        ),
        (
            ids::CREATE_ID_NO_EDGE_WHITESPACE,
            Finding::when(id.trim() == id, shown),
        ),
        (
            ids::CREATE_ID_LENGTH,
            if encoded <= 1024 {
                Finding::pass(format!("{encoded} bytes"))
            } else {
                Finding::warn(format!("{encoded} bytes encoded"))
            },
        ),
    ]
}
