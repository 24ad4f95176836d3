//! A sequence as a script for the shell.
//!
//! What a reader wants to know comes first: what is sent, and what in the answer shows the defect. The
//! functions that do it follow.

mod bytes;
mod helpers;
mod many;
mod play;

pub(super) use bytes::quoted;
#[cfg(test)]
pub(super) use {bytes::printf, helpers::HELPERS};

use super::Script;
use super::many::Many;
use super::sequence::Sequence;
use super::sign::About;
use super::table::Way;
use crate::judge::{Judged, Judgement};
use bytes::{Printers, words};

/// How long a request may take, if it is not the time that is wrong.
const LIMIT_SECONDS: f64 = 30.0;

/// Renders the script.
pub(super) fn render(
    judgement: &Judgement<'_>,
    judged: &Judged,
    sequence: &Sequence<'_>,
) -> Script {
    let mut printers = Printers::default();
    let play = play::play(sequence, &mut printers);
    let story = format!("{play}{}\n{}", printers.functions, shows(judged, sequence));
    let end = format!("{}\n{}{}", setup(&story), told(judged), ending(sequence));
    let text = format!(
        "{}\n{story}\n\
         # ---- The machinery, the same in all scripts ----\n\n{}\n{end}",
        heading(judgement, judged, sequence),
        helpers::helpers(&format!("{story}{end}"))
    );
    Script {
        name: super::name(judged),
        text,
        files: printers.files.into_iter().collect(),
    }
}

/// What has to be known before the first request.
fn setup(story: &str) -> String {
    let mut text = format!("{SETUP}{ADDRESS}");
    if story.contains("$HERE") {
        text.push_str("HERE=$(cd \"$(dirname \"$0\")\" && pwd)\n");
    }
    text
}

const SETUP: &str = r#"T=$(mktemp -d) || exit 2
MADE=
trap clean EXIT
trap 'exit 2' HUP INT TERM
RUN=$(printf '%06x' $((($(date +%s) * 1000 + $$) % 16777216)))
"#;

/// The address, and its pieces for requests that curl only carries.
const ADDRESS: &str = r#"case $KFP_URL in *://*) ;; *) KFP_URL=http://$KFP_URL ;; esac
KFP_URL=${KFP_URL%/}
AUTHORITY=${KFP_URL#*://}
AUTHORITY=${AUTHORITY%%/*}
PREFIX=${KFP_URL#*://"$AUTHORITY"}
"#;

fn heading(judgement: &Judgement<'_>, judged: &Judged, sequence: &Sequence<'_>) -> String {
    let kind = judged
        .kind
        .map_or(String::new(), |kind| format!(" ({kind})"));
    let way = match sequence.row.way {
        _ if sequence.many.is_some() => "",
        Way::Plain | Way::Parallel => "",
        _ => {
            "# Part of it is below HTTP: curl carries those bytes by telnet://, so the provider has to be reached in cleartext.\n"
        }
    };
    let url = quoted(&judgement.start.target.url);
    format!(
        "#!/bin/sh\n\
         # {id}{kind}: {title}\n\
         #\n\
         # Plays what showed the defect, and looks whether it is still there. Needs a POSIX shell and curl.\n\
         {way}\
         # Usage: sh {name} [URL]     (or KFP_URL; KFP_LIMIT is the time that a request may take, in seconds)\n\
         # Exit code: 0 defect seen, 1 not seen, 2 could not tell. What it creates it deletes.\n\
         set -u\n\
         KFP_URL=${{1:-${{KFP_URL:-}}}}\n\
         if [ -z \"$KFP_URL\" ]; then KFP_URL={url}; fi\n\
         LIMIT=${{KFP_LIMIT:-{limit}}}\n",
        id = judged.requirement.id,
        title = line(&judged.requirement.title),
        name = super::name(judged),
        limit = limit(sequence),
    )
}

/// The function `shows_the_defect`, which looks at the last answer.
fn shows(judged: &Judged, sequence: &Sequence<'_>) -> String {
    let sign = || sequence.row.sign.shell(&about(judged, sequence));
    let sign = match (&sequence.many, sequence.row.way) {
        (Some(many), _) => return many::shows(many, sequence, &sign()),
        (None, Way::Excess) if has_answer(sequence) => "has_excess".to_owned(),
        (None, Way::Close) => "left_open".to_owned(),
        (None, Way::KeepAlive) => "hung_up".to_owned(),
        (None, Way::Upload) => "blocked".to_owned(),
        (None, Way::Parallel) => "confused".to_owned(),
        (None, Way::Excess) => "! answered".to_owned(),
        (None, Way::Plain) => sign(),
    };
    format!("shows_the_defect() {{\n  {sign}\n}}\n")
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
    let once = "play\nif shows_the_defect; then seen=yes; else seen=no; fi\n";
    let tries = sequence.many.as_ref().map_or(1, Many::tries);
    let played = match tries {
        1 => once.to_owned(),
        tries => format!(
            "tries={tries}\nwhile :; do\n  play\n  if shows_the_defect; then seen=yes; else seen=no; fi\n  \
             tries=$((tries - 1))\n  if [ $seen = yes ] || [ $tries = 0 ]; then break; fi\n  once_more\ndone\n"
        ),
    };
    let compared = sequence.many.is_none() && sequence.steps.len() > sequence.shown + 1;
    let control = if compared { "  control\n" } else { "" };
    format!(
        "{played}printf 'actual    %s\\n' \"$(actual)\"\n\
         if [ $seen = yes ]; then\n{control}  echo 'DEFECT SEEN'\n  exit 0\nfi\n\
         echo 'not seen'\nexit 1\n"
    )
}

/// A text in one line without control characters, for comments and messages.
fn line(text: &str) -> String {
    crate::base::text::excerpt(text.as_bytes())
}

/// As long as the recorded request took, if that was too long.
fn limit(sequence: &Sequence<'_>) -> u64 {
    let shown = &sequence.steps[sequence.shown].answer;
    let timed_out = shown
        .failure
        .as_deref()
        .is_some_and(|why| why.starts_with("no complete answer"));
    let seconds = if timed_out {
        shown.milliseconds / 1e3
    } else {
        LIMIT_SECONDS
    };
    seconds.ceil().clamp(1.0, 3600.0) as u64
}

fn has_answer(sequence: &Sequence<'_>) -> bool {
    sequence.steps[sequence.shown].answer.status.is_some()
}

/// Whether curl can show it by reading on until the connection closes. It never does after a 204.
fn reads_on(sequence: &Sequence<'_>) -> bool {
    let status = sequence.steps[sequence.shown].answer.status;
    match sequence.row.way {
        Way::Close => true,
        Way::Excess => status.is_some_and(|status| status != 204),
        _ => false,
    }
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
