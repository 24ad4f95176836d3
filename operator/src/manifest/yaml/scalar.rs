//! Scalars from text: plain, quoted, and blocks.

use super::cursor::{is_blank, is_break, is_break_or_end, is_space_or_end};
use super::problem::Problem;
use super::scan::Scanner;

/// White space inside of a scalar, of which it is not yet known what it will be.
#[derive(Default)]
struct Gap {
    /// Blanks within a line.
    blanks: String,
    first_break: String,
    more_breaks: String,
    breaks: bool,
}

impl Gap {
    /// Writes the white space as YAML folds it: one line feed is a space, and of more all but the first stay.
    fn fold_into(&mut self, text: &mut String) {
        if !self.breaks {
            text.push_str(&self.blanks);
        } else if !self.first_break.starts_with('\n') {
            text.push_str(&self.first_break);
            text.push_str(&self.more_breaks);
        } else if self.more_breaks.is_empty() {
            text.push(' ');
        } else {
            text.push_str(&self.more_breaks);
        }
        *self = Self::default();
    }
}

impl Scanner {
    /// The text, and whether more than one line was looked at.
    pub(super) fn scan_plain_scalar(&mut self) -> Result<(String, bool), Problem> {
        let start = self.cursor.line;
        let indent = self.indent + 1;
        let mut text = String::new();
        let mut gap = Gap::default();
        while !self.cursor.at_document_mark() && self.cursor.here() != '#' {
            while !is_space_or_end(self.cursor.here()) && !self.ends_plain() {
                gap.fold_into(&mut text);
                self.cursor.read(&mut text);
            }
            if !is_blank(self.cursor.here()) && !is_break(self.cursor.here()) {
                break;
            }
            while is_blank(self.cursor.here()) || is_break(self.cursor.here()) {
                let indented = (self.cursor.column as i64) >= indent;
                if gap.breaks && !indented && self.cursor.here() == '\t' {
                    return Err(Problem::new(
                        start,
                        "a tab in the indentation of a text (hint: YAML is indented by spaces)",
                    ));
                }
                self.read_gap(&mut gap);
            }
            if self.in_flow == 0 && (self.cursor.column as i64) < indent {
                break;
            }
        }
        Ok((text, gap.breaks))
    }

    fn ends_plain(&self) -> bool {
        match self.cursor.here() {
            ':' => is_space_or_end(self.cursor.ahead(1)),
            ',' | '?' | '[' | ']' | '{' | '}' => self.in_flow > 0,
            _ => false,
        }
    }

    /// One blank or line break.
    fn read_gap(&mut self, gap: &mut Gap) {
        if is_blank(self.cursor.here()) {
            if gap.breaks {
                self.cursor.skip();
            } else {
                self.cursor.read(&mut gap.blanks);
            }
        } else if gap.breaks {
            self.cursor.read_break(&mut gap.more_breaks);
        } else {
            gap.blanks.clear();
            gap.breaks = true;
            self.cursor.read_break(&mut gap.first_break);
        }
    }

    pub(super) fn scan_quoted_scalar(&mut self) -> Result<String, Problem> {
        let start = self.cursor.line;
        let quote = self.cursor.here();
        self.cursor.skip();
        let mut text = String::new();
        loop {
            if self.cursor.at_document_mark() || self.cursor.here() == '\0' {
                return Err(Problem::new(
                    start,
                    "the quoted text that starts here does not end (hint: the closing quote is missing)",
                ));
            }
            let mut gap = Gap::default();
            while !is_space_or_end(self.cursor.here()) {
                match (quote, self.cursor.here()) {
                    ('\'', '\'') if self.cursor.ahead(1) == '\'' => {
                        text.push('\'');
                        self.cursor.skip();
                        self.cursor.skip();
                    }
                    (quote, here) if quote == here => {
                        self.cursor.skip();
                        return Ok(text);
                    }
                    ('"', '\\') if is_break(self.cursor.ahead(1)) => {
                        self.cursor.skip();
                        self.cursor.skip_break();
                        // Nothing is left of this break, and of the blanks at the start of the next line.
                        gap.breaks = true;
                        break;
                    }
                    ('"', '\\') => self.read_escape(&mut text)?,
                    _ => self.cursor.read(&mut text),
                }
            }
            let escaped = gap.breaks;
            while is_blank(self.cursor.here()) || is_break(self.cursor.here()) {
                self.read_gap(&mut gap);
            }
            if escaped {
                text.push_str(&gap.more_breaks);
            } else {
                gap.fold_into(&mut text);
            }
        }
    }

    fn read_escape(&mut self, text: &mut String) -> Result<(), Problem> {
        self.cursor.skip();
        let letter = self.cursor.here();
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if digits == 0 {
            let c = simple_escape(letter).ok_or_else(|| {
                self.problem(format!(
                    "\\{letter} is no escape (hint: a backslash is written \\\\ in double quotes, or as it is in single quotes)"
                ))
            })?;
            text.push(c);
            self.cursor.skip();
            return Ok(());
        }
        self.cursor.skip();
        let mut code = 0_u32;
        for _ in 0..digits {
            let digit = self.cursor.here().to_digit(16).ok_or_else(|| {
                self.problem(format!("\\{letter} wants {digits} hexadecimal digits"))
            })?;
            code = (code << 4) | digit;
            self.cursor.skip();
        }
        text.push(char::from_u32(code).ok_or_else(|| {
            self.problem(format!(
                "\\{letter} of {code:X} is no character (hint: beyond U+FFFF it is written \\U and eight digits)"
            ))
        })?);
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self) -> Result<String, Problem> {
        let start = self.cursor.line;
        let literal = self.cursor.here() == '|';
        self.cursor.skip();
        let (chomping, increment) = self.read_block_header(start)?;
        let mut indent = increment.map(|by| self.indent.max(0) + by);
        let mut text = String::new();
        let mut first_break = String::new();
        let mut more_breaks = String::new();
        let mut after_blank = false;
        self.read_block_breaks(&mut indent, &mut more_breaks, start)?;
        while Some(self.cursor.column as i64) == indent && self.cursor.here() != '\0' {
            let blank = is_blank(self.cursor.here());
            let folds = !literal && !after_blank && !blank && first_break.starts_with('\n');
            if !folds {
                text.push_str(&first_break);
            } else if more_breaks.is_empty() {
                text.push(' ');
            }
            first_break.clear();
            text.push_str(&more_breaks);
            more_breaks.clear();
            after_blank = blank;
            while !is_break_or_end(self.cursor.here()) {
                self.cursor.read(&mut text);
            }
            self.cursor.read_break(&mut first_break);
            self.read_block_breaks(&mut indent, &mut more_breaks, start)?;
        }
        if chomping != Chomping::Strip {
            text.push_str(&first_break);
        }
        if chomping == Chomping::Keep {
            text.push_str(&more_breaks);
        }
        Ok(text)
    }

    /// What stands behind `|` or `>`: what becomes of the last line breaks, and the indentation.
    fn read_block_header(&mut self, start: u64) -> Result<(Chomping, Option<i64>), Problem> {
        let mut chomping = Chomping::Clip;
        let mut increment = None;
        for _ in 0..2 {
            match self.cursor.here() {
                '+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
                '-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
                digit @ '1'..='9' if increment.is_none() => {
                    increment = digit.to_digit(10).map(i64::from);
                }
                '0' => {
                    return Err(Problem::new(
                        start,
                        "a block of text cannot be indented by 0",
                    ));
                }
                _ => break,
            }
            self.cursor.skip();
        }
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !is_break_or_end(self.cursor.here()) {
            return Err(Problem::new(
                start,
                "a block of text starts on the next line (hint: only +, -, a digit or a comment follows | or >)",
            ));
        }
        self.cursor.skip_break();
        Ok((chomping, increment))
    }

    /// Indentation and empty lines. The first line that is not empty tells the indentation if the header did not.
    fn read_block_breaks(
        &mut self,
        indent: &mut Option<i64>,
        breaks: &mut String,
        start: u64,
    ) -> Result<(), Problem> {
        let mut deepest = 0;
        loop {
            let inside = |column: usize| indent.is_none_or(|indent| (column as i64) < indent);
            while inside(self.cursor.column) && self.cursor.here() == ' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.column as i64);
            if inside(self.cursor.column) && self.cursor.here() == '\t' {
                return Err(Problem::new(
                    start,
                    "a tab in the indentation of the block of text that starts here (hint: YAML is indented by spaces)",
                ));
            }
            if !is_break(self.cursor.here()) {
                break;
            }
            self.cursor.read_break(breaks);
        }
        indent.get_or_insert_with(|| deepest.max(self.indent + 1).max(1));
        Ok(())
    }
}

/// What becomes of the line breaks at the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Clip,
    Strip,
    Keep,
}

fn simple_escape(letter: char) -> Option<char> {
    Some(match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        ' ' | '"' | '\'' | '\\' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}
