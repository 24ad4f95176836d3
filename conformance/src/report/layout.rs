//! Lines that fit: on a terminal, what is too long goes on in the next line, below where it began.

use std::io::{self, IsTerminal as _, Write};

use textwrap::{Options, WordSplitter};

use super::terminal::FAINT;

/// Where the text of a row begins.
const TEXT: usize = 17;
/// A terminal narrower than this breaks lines by itself no worse.
const NARROWEST: usize = 40;

/// How wide lines may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Columns; without it, lines are as long as they are, which is best for logs and for searching.
    width: Option<usize>,
}

impl Layout {
    /// As wide as standard output, if that is a terminal.
    pub(crate) fn of_stdout() -> Self {
        let stdout = io::stdout();
        let size = stdout
            .is_terminal()
            .then(|| terminal_size::terminal_size_of(&stdout));
        let width = size.flatten().map(|(width, _)| usize::from(width.0));
        Self::of(width)
    }

    fn of(width: Option<usize>) -> Self {
        Self {
            width: width.filter(|width| *width >= NARROWEST),
        }
    }

    /// Writes a line; what does not fit is indented by so many columns.
    pub(crate) fn line(&self, out: &mut dyn Write, indent: usize, text: &str) -> io::Result<()> {
        let Some(width) = self.width else {
            return writeln!(out, "{text}");
        };
        let indent = " ".repeat(indent);
        // Ids, paths and URLs stay whole: they are there to be copied.
        let options = Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// Writes a label and, beside it, a text.
    pub(super) fn row(&self, out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
        let line = format!("      {FAINT}{label:<10}{FAINT:#} {text}");
        self.line(out, TEXT, &line)
    }

    /// Writes a label and a command, which is never broken: it is there to be copied.
    pub(super) fn command(&self, out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
        Self { width: None }.row(out, label, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        width: Option<usize>,
        write: fn(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> String {
        let mut text = Vec::new();
        write(Layout::of(width), &mut text).expect("memory takes it");
        let text = String::from_utf8(text).expect("UTF-8");
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_text_goes_on_below_where_it_began() {
        let row = |layout: Layout, out: &mut dyn Write| {
            layout.row(
                out,
                "fix",
                "answer with the id that the path has, decoded once",
            )
        };
        let whole = "      fix        answer with the id that the path has, decoded once\n";
        assert_eq!(written(None, row), whole);
        assert_eq!(written(Some(NARROWEST - 1), row), whole);
        assert_eq!(
            written(Some(40), row),
            "      fix        answer with the id that\n                 the path has, decoded\n                 once\n"
        );
    }

    #[test]
    fn what_is_there_to_be_copied_stays_whole() {
        let command = |layout: Layout, out: &mut dyn Write| {
            layout.command(
                out,
                "again",
                "kfp-conformance run create.201.status --type run",
            )
        };
        assert_eq!(written(Some(40), command).lines().count(), 1);
        let word = |layout: Layout, out: &mut dyn Write| {
            layout.line(
                out,
                2,
                "see http://127.0.0.1:8080/resource/pipeline/with-a-long-id",
            )
        };
        let lines = "see\n  http://127.0.0.1:8080/resource/pipeline/with-a-long-id\n";
        assert_eq!(written(Some(40), word), lines);
    }
}
