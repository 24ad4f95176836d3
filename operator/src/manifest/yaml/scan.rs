//! Tokens from text: where collections start and end, and what are keys.

use std::collections::{HashMap, VecDeque};

use super::cursor::Cursor;
use super::problem::Problem;

/// A simple key is on one line, and no longer than this.
const MAX_KEY: usize = 1024;

/// A token. Block collections have theirs too, made from the indentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    StreamEnd,
    Version { major: u8, minor: u8 },
    TagDirective { handle: String, prefix: String },
    DocumentStart,
    DocumentEnd,
    BlockListStart,
    BlockMapStart,
    BlockEnd,
    FlowListStart,
    FlowListEnd,
    FlowMapStart,
    FlowMapEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag { handle: String, suffix: String },
    Scalar { text: String, plain: bool },
}

/// A token with the line on which it starts, counted from zero.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: u64,
}

/// A token that turns out to be a key if a colon follows.
#[derive(Clone, Copy, Default)]
pub(super) struct Candidate {
    pub(super) possible: bool,
    /// The indentation leaves no other choice.
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) at: usize,
    pub(super) line: u64,
    pub(super) column: usize,
}

pub(super) struct Scanner {
    pub(super) cursor: Cursor,
    pub(super) in_flow: usize,
    /// The column of the innermost block collection; -1 outside of all.
    pub(super) indent: i64,
    indents: Vec<i64>,
    pub(super) tokens: VecDeque<Placed>,
    /// How many tokens have been taken.
    pub(super) taken: usize,
    pub(super) key_allowed: bool,
    /// One for the block context, and one for every flow collection that is open.
    pub(super) candidates: Vec<Candidate>,
    /// The candidates that are possible, by the number of their token.
    pub(super) by_token: HashMap<usize, usize>,
}

impl Scanner {
    pub(super) fn new(cursor: Cursor) -> Self {
        Self {
            cursor,
            in_flow: 0,
            indent: -1,
            indents: Vec::new(),
            tokens: VecDeque::new(),
            taken: 0,
            key_allowed: true,
            candidates: vec![Candidate::default()],
            by_token: HashMap::new(),
        }
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Result<&Placed, Problem> {
        self.fetch_enough()?;
        self.tokens
            .front()
            .ok_or_else(|| Problem::new(self.cursor.line, "the text ends too early"))
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Result<Placed, Problem> {
        self.fetch_enough()?;
        let token = self
            .tokens
            .pop_front()
            .ok_or_else(|| Problem::new(self.cursor.line, "the text ends too early"))?;
        self.taken += 1;
        Ok(token)
    }

    /// Reads on until it is known whether the next token is a key.
    fn fetch_enough(&mut self) -> Result<(), Problem> {
        loop {
            if !self.tokens.is_empty() {
                let Some(&level) = self.by_token.get(&self.taken) else {
                    return Ok(());
                };
                if !self.is_possible(level)? {
                    return Ok(());
                }
            }
            self.fetch()?;
        }
    }

    pub(super) fn problem(&self, what: impl Into<String>) -> Problem {
        Problem::new(self.cursor.line, what)
    }

    pub(super) fn push(&mut self, token: Token, line: u64) {
        self.tokens.push_back(Placed { token, line });
    }

    /// A token of one character.
    pub(super) fn indicator(&mut self, token: Token) {
        self.push(token, self.cursor.line);
        self.cursor.skip();
    }

    pub(super) fn is_possible(&mut self, level: usize) -> Result<bool, Problem> {
        let Some(candidate) = self
            .candidates
            .get(level)
            .filter(|one| one.possible)
            .copied()
        else {
            return Ok(false);
        };
        if candidate.line < self.cursor.line || candidate.at + MAX_KEY < self.cursor.at() {
            if candidate.required {
                return Err(no_colon(candidate.line));
            }
            self.forget(level);
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn forget(&mut self, level: usize) {
        self.candidates[level].possible = false;
        self.by_token.remove(&self.candidates[level].token);
    }

    pub(super) fn save_candidate(&mut self) -> Result<(), Problem> {
        if !self.key_allowed {
            return Ok(());
        }
        let candidate = Candidate {
            possible: true,
            required: self.in_flow == 0 && self.indent == self.cursor.column as i64,
            token: self.taken + self.tokens.len(),
            at: self.cursor.at(),
            line: self.cursor.line,
            column: self.cursor.column,
        };
        self.drop_candidate()?;
        self.by_token.insert(candidate.token, self.in_flow);
        self.candidates[self.in_flow] = candidate;
        Ok(())
    }

    pub(super) fn drop_candidate(&mut self) -> Result<(), Problem> {
        let candidate = self.candidates[self.in_flow];
        if candidate.possible {
            if candidate.required {
                return Err(no_colon(candidate.line));
            }
            self.forget(self.in_flow);
        }
        Ok(())
    }

    /// Starts a block collection if this column is further right than the innermost one.
    pub(super) fn roll(&mut self, column: usize, place: Option<usize>, token: Token, line: u64) {
        let column = column as i64;
        if self.in_flow > 0 || self.indent >= column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column;
        self.insert(place, token, line);
    }

    /// Puts a token to a place in the queue, or to its end.
    pub(super) fn insert(&mut self, place: Option<usize>, token: Token, line: u64) {
        let end = self.tokens.len();
        let place = place.unwrap_or(end).min(end);
        self.tokens.insert(place, Placed { token, line });
    }

    /// Ends the block collections that are further right than a column.
    pub(super) fn unroll(&mut self, column: i64) {
        if self.in_flow > 0 {
            return;
        }
        while self.indent > column {
            self.push(Token::BlockEnd, self.cursor.line);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}

fn no_colon(line: u64) -> Problem {
    Problem::new(
        line,
        "a colon is missing (hint: a key and its colon stand on one line, and a space follows the colon)",
    )
}
