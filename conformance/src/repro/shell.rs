//! A sequence as a script for the shell.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use super::Script;
use super::sequence::{Piece, Sequence, Step};
use super::sign::About;
use super::table::Way;
use crate::digest::sha256_hex;
use crate::judge::{Judged, Judgement};

/// Bodies above this size become files beside the script, so that the script can be read.
const INLINE: usize = 16 * 1024;
/// Runs of one byte from this length on are made by the script.
const RUN: usize = 64;
/// How long a request may take, if it is not the time that is wrong.
const LIMIT_SECONDS: f64 = 30.0;

/// A word of the shell that stands for exactly these characters.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

/// A text in one line without control characters, for comments and messages.
fn line(text: &str) -> String {
    crate::exchange::excerpt(text.as_bytes())
}

/// Renders the script.
pub(super) fn render(
    judgement: &Judgement<'_>,
    judged: &Judged,
    sequence: &Sequence<'_>,
) -> Script {
    let name = super::name(judged);
    let mut writer = Writer {
        files: BTreeMap::new(),
        bodies: String::new(),
    };
    let play = writer.play(judged, sequence);
    let about = about(judged, sequence);
    let seen = match sequence.row.way {
        Way::Excess if has_answer(sequence) => "has_excess".to_owned(),
        Way::Close => "left_open".to_owned(),
        Way::KeepAlive => "hung_up".to_owned(),
        Way::Upload => "blocked".to_owned(),
        Way::Parallel => "confused".to_owned(),
        Way::Excess => "! answered".to_owned(),
        Way::Plain => sequence.row.sign.shell(&about),
    };
    let verdict = verdict(sequence, &seen);
    let body = format!("{}\n{play}\n{verdict}", writer.bodies);
    let text = format!(
        "{}\n{}\n{SETUP}\n{body}",
        heading(judgement, judged, sequence),
        helpers(&format!("{SETUP}{body}"))
    );
    Script {
        name,
        text,
        files: writer.files.into_iter().collect(),
    }
}

/// What every script starts with, once its functions are known.
const SETUP: &str = r#"T=$(mktemp -d) || exit 2
MADE=
trap clean EXIT
trap 'exit 2' HUP INT TERM
RUN=$(printf '%06x' $((($(date +%s) * 1000 + $$) % 16777216)))
HERE=$(cd "$(dirname "$0")" && pwd)
case $KFP_URL in *://*) ;; *) KFP_URL=http://$KFP_URL ;; esac
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

/// Pieces of text as one word of the shell.
fn words(pieces: &[Piece]) -> String {
    let mut word = String::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => word.push_str(&quoted(&String::from_utf8_lossy(bytes))),
            Piece::Run => word.push_str("\"$RUN\""),
            Piece::Id {
                step,
                lenient: false,
            } => _ = write!(word, "\"$id_{step}\""),
            Piece::Id {
                step,
                lenient: true,
            } => _ = write!(word, "\"$lenient_{step}\""),
        }
    }
    word
}

/// The end: what was expected, what came, and the exit code.
fn verdict(sequence: &Sequence<'_>, seen: &str) -> String {
    let look = format!(
        "if {seen}; then\n  seen=yes\nelse\n  seen=no\nfi\nprintf 'actual    %s\\n' \"$(actual)\"\n"
    );
    let mut text = look;
    if sequence.steps.len() > sequence.shown + 1 {
        text.push_str("if [ $seen = yes ]; then\n  control\nfi\n");
    }
    text.push_str(
        "if [ $seen = yes ]; then\n  echo 'DEFECT SEEN'\n  exit 0\nfi\necho 'not seen'\nexit 1\n",
    );
    text
}

struct Writer {
    files: BTreeMap<String, Vec<u8>>,
    /// Functions that print bodies.
    bodies: String,
}

impl Writer {
    fn play(&mut self, judged: &Judged, sequence: &Sequence<'_>) -> String {
        let told = format!(
            "echo {}\nprintf 'expected  %s\\n' {}\nprintf 'recorded  %s\\n' {}\n",
            quoted(&super::name(judged)),
            quoted(&line(&judged.expected)),
            quoted(&line(&judged.actual)),
        );
        let wire = !matches!(sequence.row.way, Way::Plain);
        let mut text = told;
        match sequence.row.way {
            // The helper has the requests, because the journal does not.
            Way::KeepAlive => return text,
            Way::Parallel => {
                for (at, step) in sequence.steps.iter().enumerate() {
                    if step.record.request.method == "POST" && step.record.case != "setup" {
                        let call = self.call(at, step, "send");
                        _ = writeln!(text, "beside {call}");
                    } else if step.record.case == "setup" {
                        _ = writeln!(text, "{}", self.call(at, step, "send"));
                    }
                }
                text.push_str("wait\n");
                return text;
            }
            _ => {}
        }
        for (at, step) in sequence.steps.iter().enumerate().take(sequence.shown + 1) {
            let how = match (step.record.request.cut, at == sequence.shown && wire) {
                (Some(_), _) => "cut_short",
                (None, true) if sequence.row.way == Way::Upload => "upload",
                (None, true) if reads_on(sequence) => "send",
                (None, true) if has_answer(sequence) => "raw_send",
                (None, _) => "send",
            };
            let watched = at == sequence.shown && reads_on(sequence);
            let option = if watched {
                " \\\n  --ignore-content-length --max-time 2"
            } else {
                ""
            };
            _ = writeln!(text, "{}{option}", self.call(at, step, how));
            text.push_str(&self.keep(sequence, at));
        }
        if let Some((at, step)) = sequence.steps.iter().enumerate().nth(sequence.shown + 1) {
            let call = self.call(at, step, "send");
            _ = writeln!(
                text,
                "control() {{ # a body without the convention has to be accepted, else the convention is not to blame\n  {call}\n  status 200-299 || unclear \"a plain body is refused, too: $(actual)\"\n}}"
            );
        }
        text
    }

    /// Keeps the id of a step if a later one needs it.
    fn keep(&self, sequence: &Sequence<'_>, at: usize) -> String {
        let mut text = String::new();
        let wants = |kind: bool| {
            sequence.steps.iter().any(|step| {
                step.path.contains(&Piece::Id {
                    step: at,
                    lenient: kind,
                })
            })
        };
        for (name, kept, lenient) in [("id", "''", false), ("lenient", "\"!*'()\"", true)] {
            if wants(lenient) {
                _ = writeln!(
                    text,
                    "{name}_{at}=$(raw id | encode {kept})\n[ -n \"${name}_{at}\" ] || unclear \"step {} brought no id: $(actual)\"",
                    at + 1
                );
            }
        }
        text
    }

    /// One request as a call of a helper.
    fn call(&mut self, at: usize, step: &Step<'_>, how: &str) -> String {
        let request = &step.record.request;
        let body = match &step.body {
            None => "-".to_owned(),
            Some(pieces) => {
                self.body(at, pieces);
                format!("body_{at}")
            }
        };
        let mut call = format!(
            "{how} {} {} {body}",
            quoted(&request.method),
            words(&step.path)
        );
        if how == "send" {
            for option in options(step) {
                _ = write!(call, " \\\n  -H {}", quoted(&option));
            }
            return call;
        }
        if let Some(cut) = request.cut {
            _ = write!(call, " {cut}");
        }
        let headers = request
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
        for (name, value) in headers {
            _ = write!(call, " \\\n  {}", quoted(&format!("{name}: {value}")));
        }
        call
    }

    /// A function that prints a body.
    fn body(&mut self, at: usize, pieces: &[Piece]) {
        let mut commands = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => self.print(bytes, &mut commands),
                Piece::Run | Piece::Id { .. } => commands.push("printf %s \"$RUN\"".to_owned()),
            }
        }
        if commands.is_empty() {
            commands.push(":".to_owned());
        }
        _ = writeln!(
            self.bodies,
            "body_{at}() {{\n  {}\n}}",
            commands.join("\n  ")
        );
    }

    fn print(&mut self, bytes: &[u8], commands: &mut Vec<String>) {
        let mut rest = bytes;
        let mut plain: Vec<u8> = Vec::new();
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|byte| *byte == first).count();
            if same >= RUN && first.is_ascii_graphic() && *first != b'\\' {
                self.plain(&std::mem::take(&mut plain), commands);
                commands.push(format!(
                    "run_of {same} {}",
                    quoted(&char::from(*first).to_string())
                ));
            } else {
                plain.extend_from_slice(&rest[..same]);
            }
            rest = &rest[same..];
        }
        self.plain(&plain, commands);
    }

    fn plain(&mut self, bytes: &[u8], commands: &mut Vec<String>) {
        if bytes.len() > INLINE {
            let name = sha256_hex(bytes);
            commands.push(format!("cat \"$HERE/bodies/{name}\""));
            self.files.insert(name, bytes.to_vec());
        } else if !bytes.is_empty() {
            commands.push(printf(bytes));
        }
    }
}

/// A `printf` that prints exactly these bytes: as they are if they are plain text, else in octal.
pub(super) fn printf(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(|c| c.is_control() && c != '\n') => {
            format!("printf %s {}", quoted(text))
        }
        _ => {
            let octal = |text: String, byte: &u8| match byte {
                b' '
                | b'a'..=b'z'
                | b'A'..=b'Z'
                | b'0'..=b'9'
                | b'{'
                | b'}'
                | b'"'
                | b':'
                | b',' => text + &char::from(*byte).to_string(),
                _ => format!("{text}\\{byte:03o}"),
            };
            format!("printf '{}'", bytes.iter().fold(String::new(), octal))
        }
    }
}

/// The headers as options of curl: those that it would not send by itself, and the removal of those
/// that it would.
fn options(step: &Step<'_>) -> Vec<String> {
    let request = &step.record.request;
    let length = request.body.as_ref().map(|body| body.bytes.to_string());
    let mut options = Vec::new();
    for (name, value) in &request.headers {
        let own = name.eq_ignore_ascii_case("host") && step.foreign_host.is_none()
            || name.eq_ignore_ascii_case("content-length") && Some(value) == length.as_ref()
            || name.eq_ignore_ascii_case("accept") && value == "*/*";
        if !own && value.is_empty() {
            options.push(format!("{name};"));
        } else if !own {
            options.push(format!("{name}: {value}"));
        }
    }
    let has = |wanted: &str| {
        request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    let by_itself: &[&str] = if request.body.is_some() {
        &["User-Agent", "Accept", "Content-Type", "Expect"]
    } else {
        &["User-Agent", "Accept"]
    };
    options.extend(
        by_itself
            .iter()
            .filter(|name| !has(name))
            .map(|name| format!("{name}:")),
    );
    options
}

/// The helper functions by name.
pub(super) static HELPERS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let source = concat!(include_str!("prelude.sh"), include_str!("wire.sh"));
    let mut helpers = Vec::new();
    let mut rest = source;
    while let Some(end) = rest.find("() {") {
        let close = match rest.find('\n') {
            Some(line) if rest[..line].ends_with('}') => line,
            _ => rest.find("\n}\n").map_or(rest.len() - 1, |at| at + 2),
        };
        helpers.push((&rest[..end], &rest[..=close]));
        rest = &rest[close + 1..];
    }
    helpers
});

/// The helpers that a script uses, and those that they use.
fn helpers(script: &str) -> String {
    let uses = |text: &str, name: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| word == name)
    };
    let mut wanted: Vec<bool> = HELPERS.iter().map(|(name, _)| uses(script, name)).collect();
    loop {
        let more: Vec<usize> = (0..wanted.len())
            .filter(|at| !wanted[*at])
            .filter(|at| {
                let users = HELPERS.iter().zip(&wanted).filter(|(_, wanted)| **wanted);
                users
                    .into_iter()
                    .any(|((_, text), _)| uses(text, HELPERS[*at].0))
            })
            .collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|at| wanted[at] = true);
    }
    let chosen = HELPERS.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    chosen.map(|((_, text), _)| *text).collect()
}
