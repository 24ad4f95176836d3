//! What shows in the use of a connection: whether it goes on after an answer, and a probe beside an upload.

use std::time::Duration;

use futures::join;
use tokio::sync::watch;

use super::again::{Names, live};
use super::{Fate, LIMIT, Played, Player, Replayed, Stopped};
use crate::base::outcome::Outcome;
use crate::cases::transport::{kept_open, questions};
use crate::engine::setup::fresh;
use crate::report::repro::{Answer, Sequence};
use crate::wire::{Request, WireFailure};

/// How long a connection is read on after an answer: as long as its end may take.
pub(super) const LINGER: Duration = Duration::from_secs(2);
/// How long a probe may take beside an upload.
const PROBE: Duration = Duration::from_secs(1);
const HEAD_START: Duration = Duration::from_millis(300);

impl Player {
    /// Two requests on one connection, for each of the questions. They are not in the journal.
    pub(super) async fn keep_alive(&mut self) -> Replayed {
        let name = format!("kc-{}-keepalive", fresh());
        let mut steps = Vec::new();
        let mut why = None;
        for question in questions(&self.target.prefix, &name) {
            let turn = async || self.turns.turn().await;
            let connector = &self.target.connector;
            let answers = connector.keep_alive(&question.requests, LIMIT, turn).await;
            if let [Err(failure @ WireFailure::Connect(_))] = answers.as_slice() {
                return Replayed::stopped(steps, failure.clone().into());
            }
            let finding = kept_open(question.name, &answers);
            let ended = matches!(answers.last(), Some(Err(WireFailure::Timeout(_))));
            steps.push(Played {
                what: format!("{}, then another request", question.name),
                before: None,
                after: finding.actual.clone(),
                same: finding.outcome != Outcome::Fail,
            });
            if finding.outcome == Outcome::Fail {
                why = Some(finding.actual);
            }
            // Without an answer to one there is nothing to wait for with the others.
            if ended {
                break;
            }
        }
        match why {
            Some(_) => Replayed::told(steps, Fate::Still, None),
            None => Replayed::told(steps, Fate::Fixed, None),
        }
    }

    /// A probe in the middle of an upload, which goes on only when the probe is answered.
    pub(super) async fn upload(&mut self, sequence: &Sequence<'_>) -> Replayed {
        let shown = &sequence.steps[sequence.shown];
        let run = fresh();
        let names = Names {
            run: &run,
            number: 0,
        };
        if let Err(stopped) = self.take(sequence.creates()) {
            return Replayed::stopped(Vec::new(), stopped);
        }
        let Some(mut upload) = self.request(shown, &[], names) else {
            return Replayed::stopped(Vec::new(), Stopped::without_id());
        };
        let (go_on, pause) = watch::channel(false);
        upload.pause = Some(pause);
        let mut probe = Request::new("GET", &format!("{}/livez", self.target.prefix));
        probe.limit = Some(PROBE);
        let beside = async {
            // Until the first half of the upload is under way.
            tokio::time::sleep(HEAD_START).await;
            let timed = self.target.connector.exchange(&probe, PROBE).await;
            go_on.send_replace(true);
            timed
        };
        let (uploaded, probed) = join!(self.send(&upload), beside);
        let uploaded: Answer = match uploaded {
            Ok(answer) => answer,
            Err(failure) => return Replayed::stopped(Vec::new(), failure.into()),
        };
        let probed = live(&probe, probed);
        let told = |what: &str, answer: &Answer| Played {
            what: what.to_owned(),
            before: None,
            after: answer.describe(),
            same: answer.status.is_some(),
        };
        let steps = vec![
            told("a probe in the middle of an upload", &probed),
            told("the upload", &uploaded),
        ];
        let fate = match probed.status {
            Some(_) => Fate::Fixed,
            None => Fate::Still,
        };
        Replayed::told(steps, fate, None)
    }
}
