//! The proof that reproducers reproduce: each is played against the mock with the fault that it is
//! about, and against the mock without it.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::try_join_all;
use kfp_operator_sim::ResourceKind;
use tokio::sync::{Semaphore, mpsc};

use super::{Subject, run_mock};
use crate::engine::setup::fresh;
use crate::journal::writer::Journal;
use crate::judge::judge;
use crate::mock::{Behaviour, Mock};
use crate::report::repro::{can_be_shown, is_wanted, script, write};

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

/// What one reproducer said.
#[derive(Debug)]
pub(crate) struct Proof {
    subject: &'static str,
    script: String,
    /// Exit codes against the fault and without it, and what was printed.
    broken: (Option<i32>, String),
    whole: (Option<i32>, String),
}

impl Proof {
    /// A subject for which there is no script to play.
    fn broken(subject: &'static str, why: String) -> Self {
        Self {
            subject,
            script: "no script".to_owned(),
            broken: (None, why),
            whole: (None, String::new()),
        }
    }

    /// It saw the defect where it is, and only there.
    pub(crate) fn is_right(&self) -> bool {
        (self.broken.0, self.whole.0) == (Some(0), Some(1))
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_right() { "ok" } else { "WRONG" };
        write!(f, "{mark:<6} {:<34} {}", self.subject, self.script)?;
        for (name, (code, told), right) in [("fault", &self.broken, 0), ("without", &self.whole, 1)]
        {
            if *code != Some(right) {
                write!(f, "\n       {name}: {code:?} {told}")?;
            }
        }
        Ok(())
    }
}

/// Judges a mock and plays the reproducers of what was found: of each requirement one, and one for
/// runs, which are never updated and so have scripts of their own.
///
/// # Errors
/// In words, if the mock cannot be judged, or if a result has no script.
async fn prove(subject: Subject, scripts: &Semaphore) -> Result<Vec<Proof>, String> {
    // A script sends requests; what only hooks show it cannot show.
    if subject.is_helped() {
        return Ok(Vec::new());
    }
    // What the fault breaks is enough to look at, unless it takes all the others to see it.
    let (folder, names) = match judged(subject, subject.expected()).await {
        Err(_) => judged(subject, BTreeSet::new()).await?,
        found => found?,
    };
    let proofs = names.into_iter().map(async |script| {
        let path = folder.0.join("repro").join(&script);
        Ok(Proof {
            subject: subject.name(),
            broken: played(&path, subject.behaviour(), scripts).await?,
            whole: played(&path, Subject::Unbroken.behaviour(), scripts).await?,
            script,
        })
    });
    try_join_all(proofs).await
}

/// Judges a mock by these requirements, or by all, and writes the scripts of what its fault breaks.
async fn judged(
    subject: Subject,
    selected: BTreeSet<&'static str>,
) -> Result<(Folder, Vec<String>), String> {
    let folder = Folder::new()?;
    let journal = Journal::create(&folder.0).map_err(|error| error.to_string())?;
    let records = run_mock(subject, selected, journal).await?;
    let judgement = judge(&records).ok_or("the journal has no start")?;
    write(&folder.0, &judgement, &folder.0).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    let mut missing = subject.expected();
    for judged in judgement
        .results
        .iter()
        .filter(|judged| is_wanted(judged.outcome))
    {
        let id = judged.requirement.id.as_str();
        let of_run = judged.kind == Some(ResourceKind::Run);
        if !subject.expected().contains(id) || !seen.insert((id, of_run)) {
            continue;
        }
        missing.remove(id);
        if !can_be_shown(id) {
            continue;
        }
        let Some(script) = script(&judgement, judged, &folder.0) else {
            return Err(format!("{id}: no script"));
        };
        names.push(script.name);
    }
    match missing.first() {
        None => Ok((folder, names)),
        Some(id) => Err(format!("{id}: not found to be violated")),
    }
}

/// Plays a script against a mock of its own.
async fn played(
    script: &Path,
    behaviour: Behaviour,
    scripts: &Semaphore,
) -> Result<(Option<i32>, String), String> {
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
    Ok((output.status.code(), told.trim_end().to_owned()))
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
