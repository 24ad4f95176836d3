//! `kfp-provider-embedded events`: looking at what waits for the webhook, and putting it right.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use kfp_run_completion::{EventId, OutboxEntry, OutboxQueue};
use slog::Logger;

use super::control::{Request, Response, answer};
use super::store::{OpenError, Store};
use kfp_run_completion::store::FileOutbox;

/// Inspect, resend and drop events that the operator's webhook has not accepted.
///
/// Works on the file of a stopped service, and through the socket FILE.events of a running one.
#[derive(Debug, clap::Args)]
pub struct EventsOptions {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List events, one per line, with tab-separated columns.
    List {
        #[command(flatten)]
        place: Place,
        /// List dead letters only.
        #[arg(long)]
        dead: bool,
    },
    /// Show the delivery status of one event, and its exact body.
    Show {
        #[command(flatten)]
        place: Place,
        /// The number of the event.
        id: EventId,
    },
    /// Deliver events now, as if they had never been tried.
    Resend {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
    },
    /// Delete events. The operator will not be told about these runs.
    Drop {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The provider's data file.
    #[arg(long, value_name = "FILE", env = "PARAMETERS_DATA")]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The numbers of the events.
    ids: Vec<EventId>,
    /// All dead letters.
    #[arg(long)]
    dead: bool,
}

/// Why events could not be looked at or put right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// There is no such file.
    #[error("{}: there is no such file (hint: the --data of the provider)", .0.display())]
    NoFile(PathBuf),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A service has the file, but cannot be reached.
    #[error("{}.events: {source} (hint: only the user of the service can connect)", file.display())]
    Socket {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no event of this number.
    #[error("event {0}: there is none of this number (hint: it may have been delivered meanwhile)")]
    Unknown(EventId),
    /// The service or the file failed.
    #[error("{0}")]
    Failed(String),
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

impl EventsOptions {
    /// Does what is asked, and writes what there is to see.
    ///
    /// # Errors
    /// The file or the service cannot be reached, or there is no such event.
    pub async fn run(self, output: &mut impl Write) -> Result<(), EventsError> {
        match self.action {
            Action::List { place, dead } => {
                list(&mut Access::to(&place.data).await?, dead, output).await
            }
            Action::Show { place, id } => {
                show(&mut Access::to(&place.data).await?, id, output).await
            }
            Action::Resend { place, which } => {
                each(
                    &mut Access::to(&place.data).await?,
                    which,
                    Request::Resend,
                    "resent",
                    output,
                )
                .await
            }
            Action::Drop { place, which } => {
                each(
                    &mut Access::to(&place.data).await?,
                    which,
                    Request::Drop,
                    "dropped",
                    output,
                )
                .await
            }
        }
    }
}

async fn list(access: &mut Access, dead: bool, output: &mut impl Write) -> Result<(), EventsError> {
    writeln!(output, "ID\tSTATE\tSTORED\tATTEMPTS\tNEXT\tRUN\tPROBLEM")?;
    let queues: &[OutboxQueue] = if dead {
        &[OutboxQueue::Dead]
    } else {
        &[OutboxQueue::Dead, OutboxQueue::Waiting]
    };
    for queue in queues {
        let mut after = None;
        loop {
            let page = access.page(*queue, after).await?;
            for entry in &page {
                writeln!(output, "{}", line(entry))?;
            }
            match page.last() {
                Some(last) => after = Some(last.id),
                None => break,
            }
        }
    }
    Ok(())
}

fn line(entry: &OutboxEntry) -> String {
    let time = |time: chrono::DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let state = if entry.due.is_some() {
        "waiting"
    } else {
        "dead"
    };
    let next = entry.due.map_or_else(|| "-".to_owned(), time);
    let problem = entry.problem.as_deref().unwrap_or("-");
    let (id, added, attempts) = (entry.id, time(entry.added), entry.attempts);
    // Names are other people's texts: a column is not theirs to end.
    let run = entry.label.replace(char::is_control, " ");
    format!("{id}\t{state}\t{added}\t{attempts}\t{next}\t{run}\t{problem}")
}

async fn show(
    access: &mut Access,
    id: EventId,
    output: &mut impl Write,
) -> Result<(), EventsError> {
    match access.ask(Request::Show(id)).await? {
        Response::Event(entry, body) => {
            writeln!(output, "{}\n{body}", line(&entry))?;
            Ok(())
        }
        _ => Err(EventsError::Unknown(id)),
    }
}

/// Does the same to several events.
async fn each(
    access: &mut Access,
    which: Which,
    request: impl Fn(EventId) -> Request,
    done: &str,
    output: &mut impl Write,
) -> Result<(), EventsError> {
    if !which.dead {
        for id in which.ids {
            match access.ask(request(id)).await? {
                Response::Done => writeln!(output, "{done} {id}")?,
                _ => return Err(EventsError::Unknown(id)),
            }
        }
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = access.page(OutboxQueue::Dead, after).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for entry in page {
            // Somebody may have been faster.
            if access.ask(request(entry.id)).await? == Response::Done {
                writeln!(output, "{done} {}", entry.id)?;
            }
        }
    }
}

/// The way to the events of a file.
enum Access {
    File(FileOutbox),
    #[cfg(unix)]
    Service(super::control::socket::Remote, PathBuf),
}

impl Access {
    async fn to(file: &Path) -> Result<Self, EventsError> {
        if !file.exists() {
            return Err(EventsError::NoFile(file.to_owned()));
        }
        let silent = Logger::root(slog::Discard, slog::o!());
        match Store::in_file(file, &silent) {
            Ok(store) => Ok(Self::File(store.outbox())),
            #[cfg(unix)]
            Err(OpenError::InUse(_)) => {
                let remote = super::control::socket::Remote::connect(file).await;
                let remote = remote.map_err(|source| unreachable_service(file, source))?;
                Ok(Self::Service(remote, file.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn ask(&mut self, request: Request) -> Result<Response, EventsError> {
        let response = match self {
            Self::File(outbox) => answer(outbox, request, Utc::now()).await,
            #[cfg(unix)]
            Self::Service(remote, file) => {
                let answered = remote.ask(&request).await;
                answered.map_err(|source| unreachable_service(file, source))?
            }
        };
        match response {
            Response::Failed(reason) => Err(EventsError::Failed(reason)),
            response => Ok(response),
        }
    }

    async fn page(
        &mut self,
        queue: OutboxQueue,
        after: Option<EventId>,
    ) -> Result<Vec<OutboxEntry>, EventsError> {
        match self.ask(Request::List { queue, after }).await? {
            Response::Events(page) => Ok(page),
            _ => Err(EventsError::Failed(
                "the service answers something else".to_owned(),
            )),
        }
    }
}

#[cfg(unix)]
fn unreachable_service(file: &Path, source: io::Error) -> EventsError {
    EventsError::Socket {
        file: file.to_owned(),
        source,
    }
}
