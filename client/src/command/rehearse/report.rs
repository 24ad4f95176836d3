//! The result, for people and for programs.

use kfp_operator_sim::Reply;
use kfp_operator_sim::json::Json;

use super::step::{Sent, Step};

/// How much of a body a table shows, in characters.
const EXCERPT: usize = 60;

/// What stands above the differences between the orders.
const DIFFERENCES: &str = "\nApplied all at once, as kubectl applies a folder, instead of one after the other (--order as-applied, dependencies)\n";

/// Whether every resource got where it should.
pub(super) fn all_well(steps: &[Step]) -> bool {
    steps.iter().all(|step| step.well)
}

/// The requests if they are to be shown, a table, and the warnings.
pub(super) fn table(steps: &[Step], differences: &[String], requests: bool) -> String {
    let mut text = String::new();
    if requests {
        for step in steps {
            if let Some(sent) = &step.sent {
                text.push_str(&request(step, sent));
            }
        }
    }
    text.push_str(&columns(steps));
    for step in steps.iter().filter(|step| !step.warnings.is_empty()) {
        text.push_str(&format!("\n{} ({})\n", step.resource, step.place));
        for warning in &step.warnings {
            text.push_str(&format!("  {}\n", on_one_line(warning)));
        }
    }
    if !differences.is_empty() {
        text.push_str(DIFFERENCES);
        for difference in differences {
            text.push_str(&format!("  {}\n", on_one_line(difference)));
        }
    }
    let bad = steps.iter().filter(|step| !step.well).count();
    text.push_str(&match bad {
        0 => format!("\n{} steps, all as they should be\n", steps.len()),
        _ => format!("\n{} steps, {bad} not as they should be\n", steps.len()),
    });
    text
}

/// A request as it goes over the wire, below what starts it.
fn request(step: &Step, sent: &Sent) -> String {
    let Sent {
        request, workflow, ..
    } = sent;
    let head = String::from_utf8_lossy(&request.head(&sent.host)).replace("\r\n", "\n");
    let body = request.body.as_deref().unwrap_or_default();
    format!(
        "# {} {}: workflow {}…, template {}, in {}\n{head}{}\n\n",
        sent.operation,
        step.resource,
        workflow.name_start(),
        workflow.template,
        workflow.namespace,
        String::from_utf8_lossy(body).trim_end_matches('\n'),
    )
}

fn columns(steps: &[Step]) -> String {
    let mut rows = vec![["RESOURCE", "REQUEST", "ANSWER", "STATE", "MESSAGE"].map(str::to_owned)];
    rows.extend(steps.iter().map(|step| {
        let (asked, answered) = step.sent.as_ref().map_or_else(
            || ("-".to_owned(), "-".to_owned()),
            |sent| {
                let request = &sent.request;
                (
                    format!("{} {}", request.method, request.target),
                    answer(sent),
                )
            },
        );
        let message = on_one_line(&step.status.message);
        [
            step.resource.clone(),
            asked,
            answered,
            step.state(),
            message,
        ]
    }));
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<_> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn on_one_line(text: &str) -> String {
    let escaped = |c: char| match c {
        c if c.is_control() => c.escape_default().collect(),
        c => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn answer(sent: &Sent) -> String {
    match &sent.reply {
        Reply::Answer(answer) => {
            let body = String::from_utf8_lossy(&answer.body);
            let body = on_one_line(body.trim());
            let shown: String = body.chars().take(EXCERPT).collect();
            let more = if shown.len() < body.len() { "…" } else { "" };
            let assumed = if sent.assumed { "assumed " } else { "" };
            format!("{assumed}{} {shown}{more}", answer.status)
                .trim_end()
                .to_owned()
        }
        Reply::Nothing => "none".to_owned(),
        Reply::Timeout => "none in time".to_owned(),
    }
}

/// All of it as one JSON object.
pub(super) fn json(steps: &[Step], differences: &[String]) -> String {
    let steps: Vec<_> = steps.iter().map(step_json).collect();
    let well = steps
        .iter()
        .all(|step| step.get("well") == Some(&Json::Bool(true)));
    let differences = differences.iter().map(|text| Json::from(text.as_str()));
    let object = Json::object([
        ("well", Json::Bool(well)),
        ("steps", Json::Array(steps)),
        ("appliedAtOnce", Json::Array(differences.collect())),
    ]);
    format!("{object}\n")
}

fn step_json(step: &Step) -> Json {
    let warnings = step.warnings.iter().map(|text| Json::from(text.as_str()));
    let mut members = vec![
        ("resource", Json::from(step.resource.as_str())),
        ("place", Json::from(step.place.as_str())),
        ("version", Json::from(step.version.as_str())),
        ("state", Json::from(step.state())),
        ("id", Json::from(step.status.id.as_str())),
        ("message", Json::from(step.status.message.as_str())),
        ("well", Json::Bool(step.well)),
        ("warnings", Json::Array(warnings.collect())),
    ];
    if let Some(sent) = &step.sent {
        members.push(("request", request_json(sent)));
        members.push(("workflow", workflow_json(sent)));
        members.push(("answer", answer_json(sent)));
    }
    Json::object(members)
}

fn request_json(sent: &Sent) -> Json {
    let request = &sent.request;
    let mut members = vec![
        ("operation", Json::from(sent.operation.to_string())),
        ("method", Json::from(request.method)),
        ("target", Json::from(request.target.as_str())),
    ];
    if let Some(body) = &request.body {
        members.push((
            "body",
            Json::from(String::from_utf8_lossy(body).into_owned()),
        ));
    }
    Json::object(members)
}

fn workflow_json(sent: &Sent) -> Json {
    let workflow = &sent.workflow;
    let text = |text: &String| Json::from(text.as_str());
    let labels = workflow
        .labels
        .iter()
        .map(|(key, value)| (key.as_str(), text(value)));
    let parameters = workflow
        .parameters
        .iter()
        .map(|(key, value)| (*key, text(value)));
    Json::object([
        ("template", Json::from(workflow.template)),
        ("namespace", text(&workflow.namespace)),
        ("generateName", text(&workflow.generate_name)),
        ("labels", Json::object(labels)),
        ("parameters", Json::object(parameters)),
    ])
}

fn answer_json(sent: &Sent) -> Json {
    match &sent.reply {
        Reply::Answer(answer) => Json::object([
            ("status", Json::Number(answer.status.to_string())),
            (
                "body",
                Json::from(String::from_utf8_lossy(&answer.body).into_owned()),
            ),
            ("assumed", Json::Bool(sent.assumed)),
        ]),
        Reply::Nothing | Reply::Timeout => Json::Null,
    }
}
