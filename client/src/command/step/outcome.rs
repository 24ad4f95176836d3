//! From an answer to what the operator is to read.

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{MAX_MESSAGE, Operation, ProviderOutput};
use reqwest::StatusCode;

use super::job::Job;
use super::send::{MAX_ANSWER, SendError};
use crate::RawAnswer;

/// How much of a body that is no use to the operator is repeated to people, in characters.
const EXCERPT: usize = 300;

/// The longest id, in bytes. Together with the longest text, and escaped, it is less than what a workflow can hand on.
const MAX_ID: usize = 8 * 1024;

/// What becomes of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// What is written; nothing at all only with `--compat`.
    pub(crate) output: Option<Vec<u8>>,
    /// What is told to people.
    pub(super) message: Option<String>,
    /// Whether this counts as a failure.
    pub(super) failed: bool,
    /// Whether the command line is what is wrong, so that nothing was sent.
    pub(super) unusable: bool,
}

impl Outcome {
    /// As the operator's steps have it: the body is the output, only 501 fails, and no answer means no output, which the
    /// workflow notices by itself.
    pub(super) fn like_curl(answer: Result<RawAnswer, SendError>) -> Self {
        match answer {
            Ok(answer) => Self {
                message: answer.broken.map(|error| error.to_string()),
                failed: answer.status == StatusCode::NOT_IMPLEMENTED,
                output: Some(answer.body),
                unusable: false,
            },
            Err(error) => Self {
                output: None,
                unusable: error.is_usage(),
                message: Some(error.to_string()),
                // `curl` has no say in whether the step fails; a deadline and what never reaches it do.
                failed: !matches!(error, SendError::Client(_)),
            },
        }
    }

    /// As it should be: the answer in the operator's words, and the id never forgotten.
    pub(super) fn judge(job: &Job, answer: Result<RawAnswer, SendError>) -> Self {
        let known = job.id.as_deref().unwrap_or_default();
        let unusable = answer.as_ref().is_err_and(SendError::is_usage);
        let answer = answer.map_err(|error| error.to_string());
        Self {
            unusable,
            ..Self::of(job.operation, known, job.missing_ok, answer)
        }
    }

    /// The same for an operation on an id that is known, which creations leave empty; no answer is told in words.
    pub(crate) fn of(
        operation: Operation,
        known: &str,
        missing_ok: bool,
        answer: Result<RawAnswer, String>,
    ) -> Self {
        let verdict = answer
            .map_err(Problem::without_id)
            .and_then(|answer| verdict(operation, missing_ok, &answer));
        match verdict {
            Ok(id) => Self {
                output: Some(output(&id, "")),
                message: None,
                failed: false,
                unusable: false,
            },
            Err(problem) => {
                let id = problem.id.unwrap_or_else(|| known.to_owned());
                let text = shortened(&problem.text, MAX_MESSAGE);
                Self {
                    output: Some(output(&id, &text)),
                    message: Some(text),
                    failed: true,
                    unusable: false,
                }
            }
        }
    }
}

/// What the operator is to read as an error.
#[derive(Debug)]
struct Problem {
    /// The id that the provider gave with it.
    id: Option<String>,
    /// The text; never empty.
    text: String,
}

impl Problem {
    fn without_id(text: impl Into<String>) -> Self {
        Self {
            id: None,
            text: text.into(),
        }
    }

    /// With the id that can be found in what is left of a body, and its error before any other text.
    fn rescued(text: String, body: &[u8]) -> Self {
        let ProviderOutput { id, provider_error } = ProviderOutput::rescue(body);
        Self {
            id: Some(id).filter(|id| !id.is_empty() && id.len() <= MAX_ID),
            text: Some(provider_error)
                .filter(|error| !error.is_empty())
                .unwrap_or(text),
        }
    }
}

/// The id to write, which a deletion leaves empty; or the problem.
fn verdict(operation: Operation, missing_ok: bool, answer: &RawAnswer) -> Result<String, Problem> {
    let status = answer.status;
    if operation == Operation::Delete && is_gone(missing_ok, answer) {
        return Ok(String::new());
    }
    let said = status.as_u16();
    if let Some(error) = &answer.broken {
        let text = format!("answered {said}, but not to the end: {error}");
        return Err(Problem::rescued(text, &answer.body));
    }
    if answer.cut {
        let text = format!("answered {said} with more than {MAX_ANSWER} bytes");
        return Err(Problem::rescued(text, &answer.body));
    }
    let hint = if status.is_redirection() {
        " (hint: redirects are not followed; give the URL that they lead to)"
    } else {
        ""
    };
    let output = ProviderOutput::decode(&answer.body).map_err(|reason| {
        let text = format!(
            "answered {said}, and {reason}{}{hint}",
            excerpt(&answer.body)
        );
        Problem::rescued(text, &answer.body)
    })?;
    let ProviderOutput { id, provider_error } = output;
    if id.len() > MAX_ID {
        let length = id.len();
        return Err(Problem::without_id(format!(
            "answered {said} with an id of {length} bytes (hint: a workflow can hand on {MAX_ID})"
        )));
    }
    let given = Some(id.clone()).filter(|id| !id.is_empty());
    let refused = |text| Err(Problem { id: given, text });
    if !provider_error.is_empty() {
        return refused(provider_error);
    }
    if !status.is_success() {
        return refused(format!("answered {said} without a providerError{hint}"));
    }
    match operation {
        Operation::Delete => Ok(String::new()),
        _ if id.is_empty() => refused(format!("answered {said} without an id")),
        _ => Ok(id),
    }
}

/// Whether a deletion has nothing left to delete: an empty answer of success, or a 404 that does not count as an error.
fn is_gone(missing_ok: bool, answer: &RawAnswer) -> bool {
    let nothing_more = answer.broken.is_none() && answer.body.is_empty();
    match answer.status {
        StatusCode::NOT_FOUND if missing_ok => true,
        StatusCode::NOT_FOUND => ProviderOutput::decode(&answer.body)
            .is_ok_and(|output| output == ProviderOutput::default()),
        status => status.is_success() && nothing_more,
    }
}

fn output(id: &str, provider_error: &str) -> Vec<u8> {
    let members = [("id", id), ("providerError", provider_error)];
    let present = members.into_iter().filter(|(_, text)| !text.is_empty());
    let object = Json::object(present.map(|(name, text)| (name, Json::from(text))));
    object.to_string().into_bytes()
}

fn excerpt(body: &[u8]) -> String {
    match String::from_utf8_lossy(body).trim() {
        "" => String::new(),
        text => format!(": {}", shortened(&on_one_line(text), EXCERPT)),
    }
}

/// Control characters are spelled out. Quotes are not: whoever writes the text down as JSON does that.
fn on_one_line(text: &str) -> String {
    let spelled = |c: char| match c {
        c if c.is_control() => c.escape_default().collect(),
        c => c.to_string(),
    };
    text.chars().map(spelled).collect()
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
