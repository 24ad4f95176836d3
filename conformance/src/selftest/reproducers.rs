//! The proof that reproducers reproduce: each script is played, and each command of `replay` carried out, against the
//! mock with the fault that it is about, and against the mock without it.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::try_join_all;
use kfp_operator_sim::ResourceKind;
use tokio::sync::{Semaphore, mpsc};

use super::{Subject, run_mock};
use crate::base::pace::Turns;
use crate::engine::setup::fresh;
use crate::journal::bodies::Bodies;
use crate::journal::ledger::Ledger;
use crate::journal::record::Record;
use crate::journal::writer::Journal;
use crate::judge::{Judged, Judgement, judge};
use crate::mock::{Behaviour, Mock};
use crate::report::replay::{Fate, Player, Replayed};
use crate::report::repro::{
    Recording, Reproducer, can_be_shown, declared, is_wanted, reproducers, write,
};
use crate::wire::target::Target;

/// Subjects under proof at the same time, and scripts at work for all of them together. Both mostly wait.
const SUBJECTS: usize = 4;
const SCRIPTS: usize = 6;

/// Plays the reproducers of the subjects, several at a time, and tells of each subject as it is done.
///
/// # Errors
/// What `told` returns ends it.
pub(crate) async fn prove_all<E>(
    subjects: Vec<Subject>,
    mut told: impl FnMut(Vec<Proof>) -> Result<(), E>,
) -> Result<(), E> {
    let queue = Arc::new(Mutex::new(VecDeque::from(subjects)));
    let scripts = Arc::new(Semaphore::new(SCRIPTS));
    let (finished, mut proofs) = mpsc::unbounded_channel();
    for _ in 0..SUBJECTS {
        let (queue, scripts) = (Arc::clone(&queue), Arc::clone(&scripts));
        let finished = finished.clone();
        tokio::task::spawn_blocking(move || work(&queue, &scripts, &finished));
    }
    drop(finished);
    while let Some(proofs) = proofs.recv().await {
        told(proofs)?;
    }
    Ok(())
}

/// Proves what is in the queue until it is empty. A subject has a thread of its own: while another is
/// judged, its requests must not look slow.
fn work(
    queue: &Mutex<VecDeque<Subject>>,
    scripts: &Semaphore,
    finished: &mpsc::UnboundedSender<Vec<Proof>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the runtime that this one runs in could be built");
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    while let Some(subject) = next() {
        let proofs = runtime
            .block_on(prove(subject, scripts))
            .unwrap_or_else(|why| vec![Proof::broken(subject.name(), why)]);
        // Nobody listens any more: then nobody needs the rest.
        if finished.send(proofs).is_err() {
            return;
        }
    }
}

/// What a reproducer said of a mock, and its words.
type Said = (Option<bool>, String);

/// What one reproducer said.
#[derive(Debug)]
pub(crate) struct Proof {
    subject: &'static str,
    /// The script, or the requirement that is replayed.
    reproducer: String,
    /// Whether it saw the defect against the fault and without it.
    broken: Said,
    whole: Said,
}

impl Proof {
    /// A subject for which there is nothing to play.
    fn broken(subject: &'static str, why: String) -> Self {
        Self {
            subject,
            reproducer: "no reproducer".to_owned(),
            broken: (None, why),
            whole: (None, String::new()),
        }
    }

    /// It saw the defect where it is, and only there.
    pub(crate) fn is_right(&self) -> bool {
        (self.broken.0, self.whole.0) == (Some(true), Some(false))
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_right() { "ok" } else { "WRONG" };
        write!(f, "{mark:<6} {:<34} {}", self.subject, self.reproducer)?;
        for (name, (seen, told), right) in [
            ("fault", &self.broken, true),
            ("without", &self.whole, false),
        ] {
            if *seen != Some(right) {
                let seen = match seen {
                    Some(true) => "seen",
                    Some(false) => "not seen",
                    None => "not told",
                };
                write!(f, "\n       {name}: {seen}: {told}")?;
            }
        }
        Ok(())
    }
}

/// Judges a mock and plays the reproducers of what was found: of each requirement one, and one for
/// runs, which are never updated and so have reproducers of their own.
///
/// # Errors
/// In words, if the mock cannot be judged, or if a result has no reproducer.
async fn prove(subject: Subject, scripts: &Semaphore) -> Result<Vec<Proof>, String> {
    // A reproducer sends requests; what only hooks show it cannot show.
    if subject.is_helped() {
        return Ok(Vec::new());
    }
    // What the fault breaks is enough to look at, unless it takes all the others to see it.
    let mut run = Run::of(subject, subject.expected()).await?;
    if run.missing().is_some() {
        run = Run::of(subject, BTreeSet::new()).await?;
    }
    if let Some(id) = run.missing() {
        return Err(format!("{id}: not found to be violated"));
    }
    run.prove(scripts).await
}

/// A judged mock.
struct Run {
    subject: Subject,
    folder: Folder,
    records: Vec<Record>,
}

impl Run {
    /// Judges a mock by these requirements, or by all.
    async fn of(subject: Subject, selected: BTreeSet<&'static str>) -> Result<Self, String> {
        let folder = Folder::new()?;
        let journal = Journal::create(&folder.0).map_err(|error| error.to_string())?;
        let records = run_mock(subject, selected, journal).await?;
        Ok(Self {
            subject,
            folder,
            records,
        })
    }

    fn judgement(&self) -> Judgement<'_> {
        judge(&self.records).expect("the records of a run begin with its start")
    }

    /// A requirement that should have been found to be violated.
    fn missing(&self) -> Option<&'static str> {
        let judgement = self.judgement();
        let is_found = |id: &&str| {
            let mut results = judgement.results.iter();
            results.any(|judged| judged.requirement.id == *id && is_wanted(judged.outcome))
        };
        self.subject.expected().into_iter().find(|id| !is_found(id))
    }

    async fn prove(&self, scripts: &Semaphore) -> Result<Vec<Proof>, String> {
        let judgement = self.judgement();
        let reproducers = reproducers(&judgement, &self.folder.0);
        write(&self.folder.0, &reproducers).map_err(|error| error.to_string())?;
        let recording = Recording::of(&judgement, Bodies::of(&self.folder.0));
        let (broken, whole) = (self.subject.behaviour(), Subject::Unbroken.behaviour());
        let mut seen = BTreeSet::new();
        let mut proofs = Vec::new();
        for (judged, reproducer) in judgement.results.iter().zip(reproducers) {
            let id = judged.requirement.id.as_str();
            let of_run = judged.kind == Some(ResourceKind::Run);
            let counts = is_wanted(judged.outcome)
                && can_be_shown(id)
                && self.subject.expected().contains(id)
                && seen.insert((id, of_run));
            if !counts {
                continue;
            }
            let reproducer = reproducer.ok_or_else(|| format!("{id}: no reproducer"))?;
            let (recording, broken, whole) = (&recording, broken.clone(), whole.clone());
            proofs.push(async move {
                Ok::<_, String>(match reproducer {
                    Reproducer::Script(script) => {
                        let path = self.folder.0.join("repro").join(&script.name);
                        Proof {
                            subject: self.subject.name(),
                            broken: played(&path, broken, scripts).await?,
                            whole: played(&path, whole, scripts).await?,
                            reproducer: script.name,
                        }
                    }
                    Reproducer::Replay(_) => Proof {
                        subject: self.subject.name(),
                        broken: replayed(recording, judged, broken, scripts).await?,
                        whole: replayed(recording, judged, whole, scripts).await?,
                        reproducer: format!("replay {id}"),
                    },
                })
            });
        }
        try_join_all(proofs).await
    }
}

/// Replays a result against a mock of its own.
async fn replayed(
    recording: &Recording<'_>,
    judged: &Judged,
    behaviour: Behaviour,
    scripts: &Semaphore,
) -> Result<Said, String> {
    let _turn = scripts.acquire().await.expect("nobody closes it");
    let mock = Mock::start(behaviour).map_err(|error| error.to_string())?;
    let target = Target::parse(&mock.url(), None).map_err(|error| error.to_string())?;
    let ledger = Ledger::create(None, &fresh(), &mock.url()).map_err(|error| error.to_string())?;
    let mut player = Player::new(target, ledger, Turns::new(None), u32::MAX);
    let sequence = recording.sequence(judged);
    let sequence = sequence.ok_or("no recorded request shows it")?;
    let Replayed { steps, fate, why } = player.play(&sequence, declared(judged)).await;
    let seen = match fate {
        Fate::Still => Some(true),
        Fate::Fixed => Some(false),
        Fate::Changed | Fate::Untold => None,
    };
    let last = steps.last().map(|step| step.after.as_str());
    let words = [Some(fate.as_str()), why.as_deref(), last];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    Ok((seen, words.join(": ")))
}

/// Plays a script against a mock of its own.
async fn played(script: &Path, behaviour: Behaviour, scripts: &Semaphore) -> Result<Said, String> {
    let _turn = scripts.acquire().await.expect("nobody closes it");
    let mock = Mock::start(behaviour).map_err(|error| error.to_string())?;
    let output = tokio::process::Command::new("sh")
        .arg(script)
        .arg(mock.url())
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .map_err(|error| format!("sh: {error}"))?;
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let seen = match output.status.code() {
        Some(0) => Some(true),
        Some(1) => Some(false),
        _ => None,
    };
    Ok((seen, told.trim_end().to_owned()))
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let name = format!("kfp-conformance-{}-{}", std::process::id(), fresh());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
