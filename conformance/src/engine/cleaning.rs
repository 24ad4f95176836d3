//! The end of a run: what it created is deleted, and what cannot be deleted is told.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kfp_operator_sim::ResourceKind;

use crate::engine::session::Session;
use crate::journal::record::{Leak, Record};
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::{Request, WireFailure};

/// How long cleaning up goes on while nothing more can be deleted.
const CLEANING_LIMIT: Duration = Duration::from_secs(60);
/// How often what could not be deleted for lack of an answer is tried.
const CLEANING_ROUNDS: u32 = 3;
/// Between two rounds.
const CLEANING_PAUSE: Duration = Duration::from_secs(1);
/// The label of what cleaning up sends.
const CLEAN: &str = "clean";

/// Deletes what is still there, in several rounds if it takes them; what cannot be deleted is told.
pub(crate) async fn clean(session: &Session) {
    session.hope_again();
    let mut cleaning = Cleaning {
        deadline: Instant::now() + CLEANING_LIMIT,
        kept: BTreeMap::new(),
    };
    for round in 0..CLEANING_ROUNDS {
        if round > 0 {
            tokio::time::sleep(CLEANING_PAUSE).await;
        }
        if !cleaning.round(session).await {
            break;
        }
    }
    for (kind, id) in session.ledger.remaining() {
        let why = cleaning.kept.remove(&(kind, id.clone()));
        let why = why.unwrap_or_else(|| format!("nothing more was deleted for {CLEANING_LIMIT:?}"));
        session
            .setup
            .journal
            .write(Record::Leak(Leak { kind, id, why }));
    }
}

/// The end of a run.
struct Cleaning {
    /// Put off whenever something is deleted.
    deadline: Instant,
    /// What is still there, and what was said about it last.
    kept: BTreeMap<(ResourceKind, String), String>,
}

impl Cleaning {
    /// Deletes what is left. Returns whether it is worth another round.
    async fn round(&mut self, session: &Session) -> bool {
        let mut again = false;
        for (kind, id) in session.ledger.remaining() {
            if Instant::now() > self.deadline {
                return false;
            }
            let request = Request::new("DELETE", &session.resource_target(kind, Some(&id)));
            let class = Class::Delete(id.clone(), Intent::Open);
            let answer = session.exchange(CLEAN, &request, class).await;
            if answer.accepted() || answer.status() == Some(404) {
                self.deadline = Instant::now() + CLEANING_LIMIT;
                self.kept.remove(&(kind, id));
                continue;
            }
            // What was refused by the provider itself stays refused.
            again |= answer.is_refused() || answer.status() == Some(503) || is_lost(&answer);
            self.kept.insert((kind, id), answer.describe());
        }
        again
    }
}

/// Whether the answer got lost, or the request before it was taken.
fn is_lost(answer: &Exchange) -> bool {
    matches!(
        answer.result,
        Err(WireFailure::Connect(_) | WireFailure::ClosedBeforeHead(_) | WireFailure::Broken(_))
    )
}
