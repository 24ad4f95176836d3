//! The proof that reproducers reproduce: each is played against the mock with the fault that it is
//! about, and against the mock without it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use futures::StreamExt as _;
use futures::stream;
use kfp_operator_sim::ResourceKind;

use super::{is_wanted, script, write};
use crate::journal::Journal;
use crate::judge::judge;
use crate::mock::{Behaviour, Mock};
use crate::run::fresh;
use crate::selftest::{Subject, run_mock};

/// Scripts at work at the same time.
const PARALLEL: usize = 4;

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
    pub(crate) fn broken(subject: &'static str, why: String) -> Self {
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
pub(crate) async fn prove(subject: Subject) -> Result<Vec<Proof>, String> {
    // A script sends requests; what only hooks show it cannot show.
    if subject.is_helped() {
        return Ok(Vec::new());
    }
    let folder = Folder::new()?;
    let journal = Journal::create(&folder.0).map_err(|error| error.to_string())?;
    let records = run_mock(subject, journal).await?;
    let judgement = judge(&records).ok_or("the journal has no start")?;
    write(&folder.0, &judgement, &folder.0).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    for judged in judgement
        .results
        .iter()
        .filter(|judged| is_wanted(judged.outcome))
    {
        if !seen.insert((
            &judged.requirement.id,
            judged.kind == Some(ResourceKind::Run),
        )) {
            continue;
        }
        let Some(script) = script(&judgement, judged, &folder.0) else {
            return Err(format!("{}: no script", judged.requirement.id));
        };
        names.push(script.name);
    }
    let proofs = names.into_iter().map(|name| {
        let path = folder.0.join("repro").join(&name);
        async move {
            Ok(Proof {
                subject: subject.name(),
                broken: played(&path, subject.behaviour()).await?,
                whole: played(&path, Subject::Unbroken.behaviour()).await?,
                script: name,
            })
        }
    });
    let proofs: Vec<Result<Proof, String>> =
        stream::iter(proofs).buffered(PARALLEL).collect().await;
    proofs.into_iter().collect()
}

/// Plays a script against a mock of its own.
async fn played(script: &Path, behaviour: Behaviour) -> Result<(Option<i32>, String), String> {
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
