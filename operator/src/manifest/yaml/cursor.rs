//! The place in a text, and the kinds of characters.

use super::problem::Problem;

/// A text that is read from left to right.
pub(super) struct Cursor {
    chars: Vec<char>,
    at: usize,
    /// The line, counted from zero.
    pub(super) line: u64,
    /// How many characters stand before this one in its line.
    pub(super) column: usize,
    forbidden: Option<Forbidden>,
}

/// A character that YAML forbids.
struct Forbidden {
    what: char,
    line: u64,
    /// From where on it is refused. kubectl reads block by block, and never sees what stands in a block behind the end of
    /// the document.
    from: usize,
}

/// The size of a block.
const BLOCK: usize = 512;

impl Cursor {
    pub(super) fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            line: 0,
            column: 0,
            forbidden: Forbidden::first(text),
        }
    }

    /// # Errors
    /// A character that YAML forbids comes soon.
    pub(super) fn refuse_forbidden(&self) -> Result<(), Problem> {
        match &self.forbidden {
            Some(Forbidden { what, line, from }) if self.at + 4 > *from => Err(Problem::new(
                *line,
                format!(
                    "character U+{:04X} is forbidden in YAML (hint: write it as an escape in double quotes)",
                    u32::from(*what)
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The character at a distance; U+0000, which no text has, behind the end.
    pub(super) fn ahead(&self, distance: usize) -> char {
        self.chars.get(self.at + distance).copied().unwrap_or('\0')
    }

    pub(super) fn here(&self) -> char {
        self.ahead(0)
    }

    /// How many characters stand before this one in the text.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
        self.column += 1;
    }

    pub(super) fn read(&mut self, into: &mut String) {
        into.push(self.here());
        self.skip();
    }

    /// Passes a line break, if there is one. All of them are one line feed in a value, but for the two of Unicode.
    pub(super) fn read_break(&mut self, into: &mut String) {
        let here = self.here();
        if !is_break(here) {
            return;
        }
        if here == '\r' && self.ahead(1) == '\n' {
            self.at += 1;
        }
        into.push(match here {
            '\u{2028}' | '\u{2029}' => here,
            _ => '\n',
        });
        self.at += 1;
        self.line += 1;
        self.column = 0;
    }

    pub(super) fn skip_break(&mut self) {
        self.read_break(&mut String::new());
    }

    /// Ends the last line, which may have no line break.
    pub(super) fn end_line(&mut self) {
        if self.column > 0 {
            self.column = 0;
            self.line += 1;
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.here()) {
            self.skip();
        }
    }

    pub(super) fn skip_comment(&mut self) {
        if self.here() == '#' {
            while !is_break_or_end(self.here()) {
                self.skip();
            }
        }
    }

    /// Whether `---` or `...` stands alone at the start of the line.
    pub(super) fn at_document_mark(&self) -> bool {
        self.stands_alone('-') || self.stands_alone('.')
    }

    pub(super) fn stands_alone(&self, mark: char) -> bool {
        self.column == 0
            && (0..3).all(|distance| self.ahead(distance) == mark)
            && is_space_or_end(self.ahead(3))
    }
}

impl Forbidden {
    fn first(text: &str) -> Option<Self> {
        let (at, what) = text.char_indices().find(|(_, c)| !is_allowed(*c))?;
        let mut block = 0;
        while text.floor_char_boundary(block + BLOCK) <= at {
            block = text.floor_char_boundary(block + BLOCK);
        }
        let breaks = text[..at].bytes().filter(|byte| *byte == b'\n');
        Some(Self {
            what,
            line: breaks.count() as u64,
            from: text[..block].chars().count(),
        })
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_break_or_end(c: char) -> bool {
    is_break(c) || c == '\0'
}

pub(super) fn is_space_or_end(c: char) -> bool {
    is_blank(c) || is_break_or_end(c)
}

/// Letters, digits, `_` and `-`: what names of anchors and tags are made of.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
