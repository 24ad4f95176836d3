//! A sequence as a script for the shell, of what a person would type: curl, and jq for what is in the answers.
//!
//! What a reader wants to know comes first: what is sent, and what in the answer shows the defect. The
//! functions that do it follow.

mod bytes;
mod play;

#[cfg(test)]
pub(super) use bytes::printf;
pub(super) use bytes::quoted;

use super::Script;
use super::sequence::Sequence;
use super::sign::About;
use crate::judge::{Judged, Judgement};
use bytes::{Printers, words};

/// The functions that all scripts share.
pub(super) const PRELUDE: &str = include_str!("prelude.sh");

/// A script with more requests would not be read.
const MOST_STEPS: usize = 20;

/// Renders the script; `None` if the defect takes more than curl and jq to see.
pub(super) fn render(
    judgement: &Judgement<'_>,
    judged: &Judged,
    sequence: &Sequence<'_>,
) -> Option<Script> {
    if !sequence.is_in_order() || sequence.steps.len() > MOST_STEPS {
        return None;
    }
    let sign = sequence.sign().shell(&about(judged, sequence))?;
    let mut printers = Printers::default();
    let play = play::play(sequence, &mut printers);
    let shows = format!("shows_the_defect() {{\n  {sign}\n}}\n");
    let story = format!("{play}{}\n{shows}", printers.functions);
    let text = format!(
        "{}\n{story}\n# ---- The machinery, the same in all scripts ----\n\n{PRELUDE}\n{SETUP}{}{}",
        heading(judgement, judged, sequence),
        told(judged),
        ending(sequence)
    );
    Some(Script {
        name: super::name(judged),
        text,
        files: printers.files.into_iter().collect(),
    })
}

/// What has to be known before the first request.
const SETUP: &str = r#"T=$(mktemp -d) || exit 2
HERE=$(cd "$(dirname "$0")" && pwd)
MADE=
status=none id='' path=''
trap clean EXIT
trap 'exit 2' HUP INT TERM
RUN=$(printf '%06x' $((($(date +%s) * 1000 + $$) % 16777216)))
case $KFP_URL in *://*) ;; *) KFP_URL=http://$KFP_URL ;; esac
KFP_URL=${KFP_URL%/}
"#;

fn heading(judgement: &Judgement<'_>, judged: &Judged, sequence: &Sequence<'_>) -> String {
    let kind = judged
        .kind
        .map_or(String::new(), |kind| format!(" ({kind})"));
    let url = quoted(&judgement.start.target.url);
    format!(
        "#!/bin/sh\n\
         # {id}{kind}: {title}\n\
         #\n\
         # Sends the requests that showed the defect, and checks whether it is still there. Needs curl and jq.\n\
         # Usage: sh {name} [URL]     (or KFP_URL; KFP_LIMIT is the time limit of a request, in seconds)\n\
         # Exit code: 0 defect seen, 1 not seen, 2 could not tell. It deletes what it creates.\n\
         set -u\n\
         KFP_URL=${{1:-${{KFP_URL:-}}}}\n\
         if [ -z \"$KFP_URL\" ]; then KFP_URL={url}; fi\n\
         LIMIT=${{KFP_LIMIT:-{limit}}}\n",
        id = judged.requirement.id,
        title = line(&judged.requirement.title),
        name = super::name(judged),
        limit = sequence.steps[sequence.shown]
            .limit()
            .as_secs_f64()
            .ceil()
            .max(1.0),
    )
}

/// What a reader of the output wants to know beforehand.
fn told(judged: &Judged) -> String {
    let row =
        |label: &str, text: &str| format!("printf '{label:<9} %s\\n' {}\n", quoted(&line(text)));
    format!(
        "echo {}\n{}{}",
        quoted(&super::name(judged)),
        row("expected", &judged.expected),
        row("recorded", &judged.actual)
    )
}

/// The end: play it, tell what came, and exit.
fn ending(sequence: &Sequence<'_>) -> String {
    let compared = sequence.steps.len() > sequence.shown + 1;
    let control = if compared { "  control\n" } else { "" };
    format!(
        "play\nif shows_the_defect; then seen=yes; else seen=no; fi\n\
         printf 'actual    %s\\n' \"$(actual)\"\n\
         if [ $seen = yes ]; then\n{control}  echo 'DEFECT SEEN'\n  exit 0\nfi\n\
         echo 'not seen'\nexit 1\n"
    )
}

/// A text in one line without control characters, for comments and messages.
fn line(text: &str) -> String {
    crate::base::text::excerpt(text.as_bytes())
}

fn about(judged: &Judged, sequence: &Sequence<'_>) -> About {
    let shown = &sequence.steps[sequence.shown];
    let pipeline = shown.pipeline();
    About {
        method: shown.record.request.method.clone(),
        declared: super::declared(judged),
        pipeline: pipeline.map_or("''".to_owned(), |pieces| words(&pieces)),
        recorded: (shown.answer.status, shown.answer.shape()),
    }
}
