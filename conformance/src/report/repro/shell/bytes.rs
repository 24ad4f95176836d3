//! Bytes as the shell prints them: exactly, and readable where they are text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::digest::sha256_hex;
use crate::report::repro::piece::Piece;

/// Bodies above this size become files beside the script, so that the script can be read.
const INLINE: usize = 16 * 1024;
const NO_CROWD: &str = "no script plays a crowd";
/// Runs of one byte from this length on are made by the script.
const RUN: usize = 64;

/// A word of the shell that stands for exactly these characters.
pub(in crate::report::repro) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

/// Pieces of text as one word of the shell.
pub(super) fn words(pieces: &[Piece]) -> String {
    let mut word = String::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => word.push_str(&quoted(&String::from_utf8_lossy(bytes))),
            Piece::Run => word.push_str("\"$RUN\""),
            Piece::Number => unreachable!("{NO_CROWD}"),
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

/// The bodies of a script: functions that print them, and the files that these read.
#[derive(Default)]
pub(super) struct Printers {
    pub(super) functions: String,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Printers {
    /// Adds a function that prints the body of a step, and returns its name.
    pub(super) fn body(&mut self, at: usize, pieces: &[Piece]) -> String {
        let mut commands = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => self.print(bytes, &mut commands),
                Piece::Number => unreachable!("{NO_CROWD}"),
                Piece::Run | Piece::Id { .. } => commands.push("printf %s \"$RUN\"".to_owned()),
            }
        }
        if commands.is_empty() {
            commands.push(":".to_owned());
        }
        let name = format!("body_{at}");
        let printed = commands.join("\n  ");
        _ = writeln!(self.functions, "{name}() {{\n  {printed}\n}}");
        name
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
pub(in crate::report::repro) fn printf(bytes: &[u8]) -> String {
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
