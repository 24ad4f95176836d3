//! One token after the other from text.

use super::cursor::{is_blank, is_break, is_space_or_end};
use super::problem::Problem;
use super::scan::{Candidate, Scanner, Token};

impl Scanner {
    pub(super) fn fetch(&mut self) -> Result<(), Problem> {
        self.cursor.refuse_forbidden()?;
        self.skip_to_token();
        self.cursor.refuse_forbidden()?;
        self.unroll(self.cursor.column as i64);
        let here = self.cursor.here();
        let next = self.cursor.ahead(1);
        let flow = self.in_flow > 0;
        match here {
            '\0' => {
                self.between_documents(Token::StreamEnd, 0)?;
                // No key goes on behind the end.
                self.cursor.end_line();
                Ok(())
            }
            '%' if self.cursor.column == 0 => self.fetch_directive(),
            '-' if self.cursor.stands_alone('-') => self.between_documents(Token::DocumentStart, 3),
            '.' if self.cursor.stands_alone('.') => self.between_documents(Token::DocumentEnd, 3),
            '[' => self.open_flow(Token::FlowListStart),
            '{' => self.open_flow(Token::FlowMapStart),
            ']' => self.close_flow(Token::FlowListEnd),
            '}' => self.close_flow(Token::FlowMapEnd),
            ',' => {
                self.drop_candidate()?;
                self.key_allowed = true;
                self.indicator(Token::FlowEntry);
                Ok(())
            }
            '-' if is_space_or_end(next) => self.fetch_block_entry(),
            '?' if flow || is_space_or_end(next) => self.fetch_key(),
            ':' if flow || is_space_or_end(next) => self.fetch_value(),
            '*' | '&' | '!' => {
                self.save_candidate()?;
                self.key_allowed = false;
                let line = self.cursor.line;
                let token = if here == '!' {
                    self.scan_tag()?
                } else {
                    self.scan_anchor()?
                };
                self.push(token, line);
                Ok(())
            }
            '|' | '>' if !flow => {
                self.drop_candidate()?;
                self.key_allowed = true;
                let line = self.cursor.line;
                let text = self.scan_block_scalar()?;
                self.push(Token::Scalar { text, plain: false }, line);
                Ok(())
            }
            '\'' | '"' => {
                self.save_candidate()?;
                self.key_allowed = false;
                let line = self.cursor.line;
                let text = self.scan_quoted_scalar()?;
                self.push(Token::Scalar { text, plain: false }, line);
                Ok(())
            }
            _ if starts_plain(here, next, flow) => {
                self.save_candidate()?;
                self.key_allowed = false;
                let line = self.cursor.line;
                let (text, lines) = self.scan_plain_scalar()?;
                if lines {
                    self.key_allowed = true;
                }
                self.push(Token::Scalar { text, plain: true }, line);
                Ok(())
            }
            _ => Err(self.problem(match here {
                '\t' => {
                    "a tab where spaces are wanted (hint: YAML is indented by spaces)".to_owned()
                }
                _ => format!("{here:?} starts no value (hint: put the text in quotes)"),
            })),
        }
    }

    fn skip_to_token(&mut self) {
        loop {
            while self.cursor.here() == ' '
                || ((self.in_flow > 0 || !self.key_allowed) && self.cursor.here() == '\t')
            {
                self.cursor.skip();
            }
            self.cursor.skip_comment();
            if !is_break(self.cursor.here()) {
                return;
            }
            self.cursor.skip_break();
            if self.in_flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    fn between_documents(&mut self, token: Token, length: usize) -> Result<(), Problem> {
        self.unroll(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        self.push(token, self.cursor.line);
        for _ in 0..length {
            self.cursor.skip();
        }
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Problem> {
        self.unroll(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        let line = self.cursor.line;
        let token = self.scan_directive()?;
        self.push(token, line);
        Ok(())
    }

    fn open_flow(&mut self, token: Token) -> Result<(), Problem> {
        self.save_candidate()?;
        self.candidates.push(Candidate {
            token: self.taken + self.tokens.len(),
            ..Candidate::default()
        });
        self.in_flow += 1;
        self.key_allowed = true;
        self.indicator(token);
        Ok(())
    }

    fn close_flow(&mut self, token: Token) -> Result<(), Problem> {
        self.drop_candidate()?;
        if self.in_flow > 0 {
            self.in_flow -= 1;
            // An empty collection is taken for no key any more. So it is in the library of kubectl.
            if let Some(candidate) = self.candidates.pop() {
                self.by_token.remove(&candidate.token);
            }
        }
        self.key_allowed = false;
        self.indicator(token);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Problem> {
        if self.in_flow == 0 {
            self.start_block(Token::BlockListStart, "a list")?;
        }
        self.drop_candidate()?;
        self.key_allowed = true;
        self.indicator(Token::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Problem> {
        if self.in_flow == 0 {
            self.start_block(Token::BlockMapStart, "a key")?;
        }
        self.drop_candidate()?;
        self.key_allowed = self.in_flow == 0;
        self.indicator(Token::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Problem> {
        if self.is_possible(self.in_flow)? {
            let Candidate {
                token,
                line,
                column,
                ..
            } = self.candidates[self.in_flow];
            // An empty collection may have been taken already.
            let place = token.checked_sub(self.taken);
            self.insert(place, Token::Key, line);
            self.roll(column, place, Token::BlockMapStart, line);
            self.forget(self.in_flow);
            self.key_allowed = false;
        } else {
            if self.in_flow == 0 {
                self.start_block(Token::BlockMapStart, "a value")?;
            }
            self.key_allowed = self.in_flow == 0;
        }
        self.indicator(Token::Value);
        Ok(())
    }

    fn start_block(&mut self, token: Token, what: &str) -> Result<(), Problem> {
        if !self.key_allowed {
            return Err(self.problem(format!(
                "{what} cannot start here (hint: start it on a line of its own, or put the text before it in quotes)"
            )));
        }
        self.roll(self.cursor.column, None, token, self.cursor.line);
        Ok(())
    }
}

fn starts_plain(here: char, next: char, flow: bool) -> bool {
    match here {
        '-' => !is_blank(next),
        '?' | ':' => !flow && !is_space_or_end(next),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' => false,
        _ => !is_space_or_end(here),
    }
}
