//! A crowd of resources: what is done to one of them is done to all.

use futures::stream::{StreamExt as _, iter};
use kfp_operator_sim::encode_id;

use super::again::{Names, text};
use super::fate::{not_right, not_right_together};
use super::{Fate, Played, Player, Replayed, Stopped, played};
use crate::base::contract::ResourcePath;
use crate::engine::setup::fresh;
use crate::report::repro::{Answer, Many, Piece, Seen, Sequence, Sign, Step, numbered};
use crate::wire::WireFailure;

/// Requests at the same time.
const TOGETHER: usize = 8;

/// What came of the steps for one resource. A step that was not sent for it ends the list.
type Life = Vec<Answer>;

impl Player {
    /// Attempts until one of the resources shows the defect.
    pub(super) async fn crowd(
        &mut self,
        sequence: &Sequence<'_>,
        count: usize,
        declared: &[u16],
    ) -> Replayed {
        if let Err(stopped) = self.take(sequence.creates()) {
            return Replayed::stopped(Vec::new(), stopped);
        }
        let tries = sequence.many.as_ref().map_or(1, Many::tries);
        let mut last = Replayed::told(Vec::new(), Fate::Untold, None);
        for _ in 0..tries {
            let run = fresh();
            let lives = match self.lives(sequence, count, &run).await {
                Ok(lives) => lives,
                Err(stopped) => return Replayed::stopped(Vec::new(), stopped),
            };
            last = judged(sequence, &lives, declared, &run);
            if last.fate != Fate::Fixed {
                return last;
            }
            // The next attempt has names of its own. What cannot be deleted now is told at the end.
            let _ = self.clean().await;
        }
        last
    }

    /// Sends each step for all resources before the next.
    async fn lives(
        &self,
        sequence: &Sequence<'_>,
        count: usize,
        run: &str,
    ) -> Result<Vec<Life>, Stopped> {
        let mut lives: Vec<Life> = vec![Vec::new(); count];
        for step in &sequence.steps {
            if step.is_setup() {
                let answer = self.for_one(step, &[], Names { run, number: 0 }).await?;
                let answer = answer.ok_or_else(Stopped::without_id)?;
                lives.iter_mut().for_each(|life| life.push(answer.clone()));
                continue;
            }
            let step = Step {
                body: step.body.clone().map(numbered),
                ..step.clone()
            };
            let sent = iter(0..step.times(count)).map(|number| {
                let (life, step) = (lives[number].as_slice(), &step);
                async move {
                    let answer = self.for_one(step, life, Names { run, number }).await;
                    (number, answer)
                }
            });
            let answers: Vec<_> = sent.buffer_unordered(TOGETHER).collect().await;
            for (number, answer) in answers {
                lives[number].extend(answer?);
            }
        }
        Ok(lives)
    }

    /// Sends a step for one resource, whose id is the last that came; `None` if it needs an id and none came.
    async fn for_one(
        &self,
        step: &Step<'_>,
        life: &[Answer],
        names: Names<'_>,
    ) -> Result<Option<Answer>, WireFailure> {
        let mut step = step.clone();
        if !step.is_create() {
            let Some(id) = life.iter().rev().find_map(Answer::id) else {
                return Ok(None);
            };
            let path = of_type(&step) + &encode_id(&id);
            step.path = vec![Piece::Bytes(path.into_bytes())];
        }
        match self.request(&step, life, names) {
            None => Ok(None),
            Some(request) => self.send(&request).await.map(Some),
        }
    }
}

/// The path of the resources of a step's type.
fn of_type(step: &Step<'_>) -> String {
    let path = ResourcePath::of(&step.record.request.target);
    format!("/resource/{}/", path.map_or("", |path| path.kind))
}

/// The defect is there if one resource shows it, and gone if none does and all went as it should.
fn judged(sequence: &Sequence<'_>, lives: &[Life], declared: &[u16], run: &str) -> Replayed {
    let shown = &sequence.steps[sequence.shown];
    let told = |life: &Life| {
        let pairs = sequence.steps.iter().zip(life);
        pairs.map(|(step, answer)| played(step, answer)).collect()
    };
    let whole = |life: &&Life| life.len() > sequence.shown;
    if sequence.sign() == Sign::OneId {
        return told_together(sequence, lives, told);
    }
    let mut changed = None;
    for (number, life) in lives.iter().enumerate().filter(|(_, life)| whole(life)) {
        let pipeline = shown.pipeline().map(numbered);
        let names = Names { run, number };
        let pipeline = pipeline.and_then(|pieces| text(&pieces, life, names));
        let seen = seen(&life[..=sequence.shown], declared, pipeline, shown);
        if sequence.sign().holds(&seen) {
            return Replayed::told(told(life), Fate::Still, None);
        }
        changed = changed.or_else(|| not_right(sequence, &seen).map(|why| (told(life), why)));
    }
    match (changed, lives.iter().find(whole)) {
        (Some((steps, why)), _) => Replayed::told(steps, Fate::Changed, Some(why)),
        (None, Some(life)) => Replayed::told(told(life), Fate::Fixed, None),
        (None, None) => Replayed::stopped(Vec::new(), Stopped::without_id()),
    }
}

/// What only all of them together show: an id that stands for two.
fn told_together(
    sequence: &Sequence<'_>,
    lives: &[Life],
    told: impl Fn(&Life) -> Vec<Played>,
) -> Replayed {
    let own = sequence.steps.iter().filter(|step| step.is_setup()).count();
    let answers: Vec<Answer> = lives
        .iter()
        .flat_map(|life| &life[own..])
        .cloned()
        .collect();
    let seen = seen(&answers, &[], None, &sequence.steps[sequence.shown]);
    let first = lives.first().map(&told).unwrap_or_default();
    if !answers.is_empty() && sequence.sign().holds(&seen) {
        return Replayed::told(first, Fate::Still, None);
    }
    let why = |life: &Life| not_right_together(&sequence.steps, life);
    let changed = lives.iter().find_map(|life| Some((told(life), why(life)?)));
    match changed {
        Some((steps, why)) => Replayed::told(steps, Fate::Changed, Some(why)),
        None => Replayed::told(first, Fate::Fixed, None),
    }
}

fn seen<'a>(
    answers: &'a [Answer],
    declared: &[u16],
    pipeline: Option<String>,
    shown: &Step<'_>,
) -> Seen<'a> {
    Seen {
        answers,
        declared: declared.to_vec(),
        pipeline,
        recorded: (shown.answer.status, shown.answer.shape()),
    }
}
