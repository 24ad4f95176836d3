//! Events of lists and objects, in blocks and between brackets.

use super::parse::{Event, Parser, Part, State};
use super::problem::Problem;
use super::scan::{Placed, Token};

impl Parser {
    pub(super) fn block_list_entry(&mut self) -> Result<Event, Problem> {
        match self.peek()? {
            Token::BlockEntry => {
                let line = self.scanner.take()?.line;
                if self.next_is(&[Token::BlockEntry, Token::BlockEnd])? {
                    return Ok(self.empty(State::BlockListEntry, line));
                }
                self.node_then(State::BlockListEntry, true, false)
            }
            Token::BlockEnd => self.end(Part::ListEnd, true),
            _ => Err(self.wanted("a hyphen is wanted", Some("list"))?),
        }
    }

    /// A list that is not indented further than the key to which it belongs.
    pub(super) fn open_list_entry(&mut self) -> Result<Event, Problem> {
        if *self.peek()? != Token::BlockEntry {
            return self.end(Part::ListEnd, false);
        }
        let line = self.scanner.take()?.line;
        let ends = [Token::BlockEntry, Token::Key, Token::Value, Token::BlockEnd];
        if self.next_is(&ends)? {
            return Ok(self.empty(State::OpenListEntry, line));
        }
        self.node_then(State::OpenListEntry, true, false)
    }

    pub(super) fn block_map_key(&mut self) -> Result<Event, Problem> {
        match self.peek()? {
            Token::Key => {
                let line = self.scanner.take()?.line;
                self.block_map_part(State::BlockMapValue, line)
            }
            Token::BlockEnd => self.end(Part::MapEnd, true),
            _ => Err(self.wanted("a key is wanted", Some("object"))?),
        }
    }

    pub(super) fn block_map_value(&mut self) -> Result<Event, Problem> {
        let Placed { token, line } = self.scanner.peek()?;
        let line = *line;
        if *token != Token::Value {
            return Ok(self.empty(State::BlockMapKey, line));
        }
        self.scanner.take()?;
        self.block_map_part(State::BlockMapKey, line)
    }

    fn block_map_part(&mut self, then: State, line: u64) -> Result<Event, Problem> {
        if self.next_is(&[Token::Key, Token::Value, Token::BlockEnd])? {
            return Ok(self.empty(then, line));
        }
        self.node_then(then, true, true)
    }

    pub(super) fn flow_list_entry(&mut self, first: bool) -> Result<Event, Problem> {
        if !self.flow_entry(first, Token::FlowListEnd, "a comma or ] is wanted", "list")? {
            return self.end(Part::ListEnd, true);
        }
        if *self.peek()? == Token::Key {
            let line = self.scanner.take()?.line;
            self.state = State::FlowPairKey;
            return Ok(Event {
                part: Part::MapStart { anchor: None },
                line,
            });
        }
        self.node_then(State::FlowListEntry { first: false }, false, false)
    }

    /// Passes the comma between entries. Whether there is one more entry.
    fn flow_entry(
        &mut self,
        first: bool,
        end: Token,
        wanted: &str,
        what: &str,
    ) -> Result<bool, Problem> {
        if *self.peek()? == end {
            return Ok(false);
        }
        if !first {
            if *self.peek()? != Token::FlowEntry {
                return Err(self.wanted(wanted, Some(what))?);
            }
            self.scanner.take()?;
        }
        Ok(*self.peek()? != end)
    }

    /// The key of an object of one member, written in a list without braces.
    pub(super) fn flow_pair_key(&mut self) -> Result<Event, Problem> {
        let ends = [Token::Value, Token::FlowEntry, Token::FlowListEnd];
        if self.next_is(&ends)? {
            // The token is lost: so it is in the library of kubectl.
            let line = self.scanner.take()?.line;
            return Ok(self.empty(State::FlowPairValue, line));
        }
        self.node_then(State::FlowPairValue, false, false)
    }

    pub(super) fn flow_pair_end(&mut self) -> Result<Event, Problem> {
        let line = self.scanner.peek()?.line;
        self.state = State::FlowListEntry { first: false };
        Ok(Event {
            part: Part::MapEnd,
            line,
        })
    }

    pub(super) fn flow_map_key(&mut self, first: bool) -> Result<Event, Problem> {
        if !self.flow_entry(first, Token::FlowMapEnd, "a comma or } is wanted", "object")? {
            return self.end(Part::MapEnd, true);
        }
        if *self.peek()? != Token::Key {
            return self.node_then(State::FlowMapNoValue, false, false);
        }
        let line = self.scanner.take()?.line;
        if self.next_is(&[Token::Value, Token::FlowEntry, Token::FlowMapEnd])? {
            return Ok(self.empty(State::FlowMapValue, line));
        }
        self.node_then(State::FlowMapValue, false, false)
    }

    pub(super) fn flow_value(&mut self, then: State, end: Token) -> Result<Event, Problem> {
        let Placed { token, line } = self.scanner.peek()?;
        let line = *line;
        if *token == Token::Value {
            self.scanner.take()?;
            if !self.next_is(&[Token::FlowEntry, end])? {
                return self.node_then(then, false, false);
            }
        }
        Ok(self.empty(then, line))
    }
}
