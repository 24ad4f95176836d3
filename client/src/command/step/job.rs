//! What is to be done, whichever of the three commands says so; and the request for it.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kfp_operator_sim::{Operation, Request, ResourceKind, UnknownKind, encode_id, pipeline_body};

use super::options::{Common, Content, Create, Delete, Update};
use crate::command::access::{Access, Unreadable, read};
use crate::command::compiled::not_json;

/// Less than the 300 seconds after which the operator's workflows kill a step, with time to write the output.
const DEADLINE: Duration = Duration::from_secs(290);

/// A job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(super) operation: Operation,
    kind: String,
    /// The id given; `None` for creations.
    pub(super) id: Option<String>,
    content: Option<Content>,
    pub(super) url: String,
    pub(super) output: PathBuf,
    pub(super) deadline: Option<Duration>,
    pub(super) attempts: u32,
    pub(super) pause: Duration,
    pub(super) missing_ok: bool,
    pub(super) fail_on_provider_error: bool,
    pub(super) compat: bool,
    pub(super) access: Access,
}

/// Why there is no request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    #[error("id {id:?}: {what}")]
    Id { id: String, what: &'static str },
    #[error(transparent)]
    File(#[from] Unreadable),
    #[error("standard input: cannot be read: {0}")]
    Stdin(io::Error),
    #[error("{}: {what}", from.display())]
    NotJson { from: PathBuf, what: String },
}

impl Job {
    fn new(operation: Operation, common: Common) -> Self {
        let Common {
            kind,
            url,
            output,
            deadline,
            attempts,
            pause,
            fail_on_provider_error,
            compat,
            access,
        } = common;
        Self {
            operation,
            kind,
            id: None,
            content: None,
            url,
            output,
            deadline: deadline.or((!compat).then_some(DEADLINE)),
            attempts,
            pause,
            missing_ok: false,
            fail_on_provider_error,
            compat,
            access,
        }
    }

    /// The request, as the operator's steps send it.
    pub(super) fn request(&self) -> Result<Request, JobError> {
        let kind: ResourceKind = self.kind.parse()?;
        let body = self
            .content
            .as_ref()
            .map(|content| content.read(self.compat))
            .transpose()?;
        let id = self.id.as_deref().unwrap_or_default();
        if self.id.is_some() && !self.compat {
            sendable(id)?;
        }
        let encoded = encode_id(id);
        Ok(match self.operation {
            Operation::Create => Request::create(kind, body.unwrap_or_default()),
            Operation::Update => Request::update(kind, &encoded, body.unwrap_or_default()),
            Operation::Delete => Request::delete(kind, &encoded),
        })
    }
}

/// Refuses ids that would make the request one on something else.
fn sendable(id: &str) -> Result<(), JobError> {
    let what = match id {
        "" => "it is empty (hint: the resource was never created)",
        "." | ".." => {
            "URLs take it for a step in the path (hint: the provider must issue other ids)"
        }
        _ => return Ok(()),
    };
    Err(JobError::Id {
        id: id.to_owned(),
        what,
    })
}

impl Content {
    fn read(&self, compat: bool) -> Result<Vec<u8>, JobError> {
        if let Some(body) = &self.body {
            return read_any(body);
        }
        let part = |path: &Option<PathBuf>| {
            let text = path.as_deref().map_or(Ok(Vec::new()), read_any)?;
            // The operator's own steps look at neither part.
            match (path, not_json(&text).filter(|_| !compat)) {
                (Some(from), Some(what)) => Err(JobError::NotJson {
                    from: from.clone(),
                    what,
                }),
                _ => Ok(text),
            }
        };
        Ok(pipeline_body(
            part(&self.definition)?,
            part(&self.compiled)?,
        ))
    }
}

fn read_any(path: &Path) -> Result<Vec<u8>, JobError> {
    if path != Path::new("-") {
        return Ok(read(path)?);
    }
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(JobError::Stdin)?;
    Ok(bytes)
}

impl From<Create> for Job {
    fn from(Create { common, content }: Create) -> Self {
        Self {
            content: Some(content),
            ..Self::new(Operation::Create, common)
        }
    }
}

impl From<Update> for Job {
    fn from(
        Update {
            common,
            id,
            content,
        }: Update,
    ) -> Self {
        Self {
            id: Some(id),
            content: Some(content),
            ..Self::new(Operation::Update, common)
        }
    }
}

impl From<Delete> for Job {
    fn from(
        Delete {
            common,
            id,
            missing_ok,
        }: Delete,
    ) -> Self {
        Self {
            id: Some(id),
            missing_ok,
            ..Self::new(Operation::Delete, common)
        }
    }
}
