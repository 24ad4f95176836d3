//! Requests at the same time: the creates of a case, and the rounds of a walk.

use futures::future::join_all;

use super::again::Names;
use super::fate::{is_explained_refusal, not_right_together};
use super::{Fate, Played, Player, Replayed, Stopped, played};
use crate::engine::setup::fresh;
use crate::report::repro::{Answer, Many, Seen, Sequence, Step};
use crate::wire::{Request, WireFailure};

/// One attempt: what came of each step, in order.
struct Attempt {
    answers: Vec<Answer>,
    stopped: Option<Stopped>,
}

impl Attempt {
    fn steps(&self, steps: &[Step<'_>]) -> Vec<Played> {
        let pairs = steps.iter().zip(&self.answers);
        pairs.map(|(step, answer)| played(step, answer)).collect()
    }
}

impl Player {
    /// Round by round. The defect is seen if all comes out as recorded; what happens at the same time does not come
    /// out the same each time, so there are several attempts.
    pub(super) async fn walk(&mut self, sequence: &Sequence<'_>, rounds: &[usize]) -> Replayed {
        if let Err(stopped) = self.take(sequence.creates()) {
            return Replayed::stopped(Vec::new(), stopped);
        }
        let tries = sequence.many.as_ref().map_or(1, Many::tries);
        let recorded: Vec<Answer> = sequence.steps.iter().map(|s| s.answer.clone()).collect();
        let mut last = Replayed::told(Vec::new(), Fate::Untold, None);
        for attempt in 0..tries {
            let attempt = self.rounds(&sequence.steps, rounds, attempt % 2 == 1).await;
            let steps = attempt.steps(&sequence.steps);
            if let Some(stopped) = attempt.stopped {
                return Replayed::stopped(steps, stopped);
            }
            if pattern(&attempt.answers) == pattern(&recorded) {
                return Replayed::told(steps, Fate::Still, None);
            }
            let why = not_right_together(&sequence.steps, &attempt.answers);
            let fate = why.as_ref().map_or(Fate::Fixed, |_| Fate::Changed);
            last = Replayed::told(steps, fate, why);
            // The next attempt has names of its own. What cannot be deleted now is told at the end.
            let _ = self.clean().await;
        }
        last
    }

    async fn rounds(&self, steps: &[Step<'_>], rounds: &[usize], reversed: bool) -> Attempt {
        let run = fresh();
        let names = Names {
            run: &run,
            number: 0,
        };
        let mut answers: Vec<Answer> = Vec::new();
        for round in rounds.chunk_by(|a, b| a == b) {
            let now = &steps[answers.len()..answers.len() + round.len()];
            let requests = now.iter().map(|step| self.request(step, &answers, names));
            let Some(requests) = requests.collect::<Option<Vec<Request>>>() else {
                let stopped = Some(Stopped::without_id());
                return Attempt { answers, stopped };
            };
            match self.send_together(&requests, reversed).await {
                Ok(more) => answers.extend(more),
                Err(failure) => {
                    let stopped = Some(failure.into());
                    return Attempt { answers, stopped };
                }
            }
        }
        Attempt {
            answers,
            stopped: None,
        }
    }

    /// Sends requests at the same time; which is the first on its way can matter.
    async fn send_together(
        &self,
        requests: &[Request],
        reversed: bool,
    ) -> Result<Vec<Answer>, WireFailure> {
        let mut order: Vec<&Request> = requests.iter().collect();
        if reversed {
            order.reverse();
        }
        let mut answers = join_all(order.into_iter().map(|request| self.send(request))).await;
        if reversed {
            answers.reverse();
        }
        answers.into_iter().collect()
    }

    /// The creates of a case at the same time, after what they need. Each has to be accepted, with an id of its own
    /// that can be deleted.
    pub(super) async fn parallel(&mut self, sequence: &Sequence<'_>) -> Replayed {
        if let Err(stopped) = self.take(sequence.creates()) {
            return Replayed::stopped(Vec::new(), stopped);
        }
        let wanted = sequence.steps.iter().filter(|step| step.is_create());
        let steps: Vec<Step<'_>> = wanted.cloned().collect();
        // What they need is the first round.
        let rounds: Vec<usize> = steps
            .iter()
            .map(|step| usize::from(!step.is_setup()))
            .collect();
        let attempt = self.rounds(&steps, &rounds, false).await;
        let told = attempt.steps(&steps);
        if let Some(stopped) = attempt.stopped {
            return Replayed::stopped(told, stopped);
        }
        let setup = rounds.iter().filter(|round| **round == 0).count();
        let created = &attempt.answers[setup..];
        if created.iter().any(is_explained_refusal) {
            return Replayed::stopped(told, Stopped::changed("a create was refused"));
        }
        let seen = Seen {
            answers: created,
            declared: Vec::new(),
            pipeline: None,
            recorded: (None, String::new()),
        };
        if sequence.sign().holds(&seen) {
            return Replayed::told(told, Fate::Still, None);
        }
        for answer in created {
            let id = kfp_operator_sim::encode_id(&answer.id().unwrap_or_default());
            let request = Request::new("DELETE", &format!("{}/{id}", answer.target));
            match self.send(&request).await {
                Ok(gone) if gone.status == Some(404) => {
                    return Replayed::told(told, Fate::Still, None);
                }
                Ok(_) => {}
                Err(failure) => return Replayed::stopped(told, failure.into()),
            }
        }
        Replayed::told(told, Fate::Fixed, None)
    }
}

/// Statuses, members, and which answers have the same id: what the recorded and the new answers are compared by.
fn pattern(answers: &[Answer]) -> Vec<(Option<u16>, String, Option<usize>)> {
    let ids: Vec<Option<String>> = answers.iter().map(Answer::id).collect();
    let line = |(answer, id): (&Answer, &Option<String>)| {
        let first = id
            .is_some()
            .then(|| ids.iter().position(|other| other == id));
        (answer.status, answer.shape(), first.flatten())
    };
    answers.iter().zip(&ids).map(line).collect()
}
