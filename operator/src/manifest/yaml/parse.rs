//! Events from tokens: the grammar.

use super::problem::Problem;
use super::scan::{Placed, Scanner, Token};

/// A part of a document, with the line on which it starts, counted from zero.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) part: Part,
    pub(super) line: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    /// There is no document at all.
    Nothing,
    DocumentStart,
    DocumentEnd,
    Alias(String),
    Scalar(Scalar),
    ListStart {
        anchor: Option<String>,
    },
    ListEnd,
    MapStart {
        anchor: Option<String>,
    },
    MapEnd,
}

/// A scalar as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalar {
    pub(super) anchor: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) text: String,
    /// Whether the text says what it is: it is neither quoted nor tagged.
    pub(super) implicit: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockListEntry,
    OpenListEntry,
    BlockMapKey,
    BlockMapValue,
    FlowListEntry { first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMapKey { first: bool },
    FlowMapValue,
    FlowMapNoValue,
}

pub(super) struct Parser {
    pub(super) scanner: Scanner,
    pub(super) state: State,
    states: Vec<State>,
    /// Where the collections that are open start.
    starts: Vec<u64>,
    handles: Vec<(String, String)>,
}

impl Parser {
    pub(super) fn new(scanner: Scanner) -> Self {
        Self {
            scanner,
            state: State::DocumentStart,
            states: Vec::new(),
            starts: Vec::new(),
            handles: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Event, Problem> {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockListEntry => self.block_list_entry(),
            State::OpenListEntry => self.open_list_entry(),
            State::BlockMapKey => self.block_map_key(),
            State::BlockMapValue => self.block_map_value(),
            State::FlowListEntry { first } => self.flow_list_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_value(State::FlowPairEnd, Token::FlowListEnd),
            State::FlowPairEnd => self.flow_pair_end(),
            State::FlowMapKey { first } => self.flow_map_key(first),
            State::FlowMapValue => {
                self.flow_value(State::FlowMapKey { first: false }, Token::FlowMapEnd)
            }
            State::FlowMapNoValue => {
                let line = self.scanner.peek()?.line;
                Ok(self.empty(State::FlowMapKey { first: false }, line))
            }
        }
    }

    pub(super) fn peek(&mut self) -> Result<&Token, Problem> {
        Ok(&self.scanner.peek()?.token)
    }

    pub(super) fn next_is(&mut self, tokens: &[Token]) -> Result<bool, Problem> {
        let next = self.peek()?;
        Ok(tokens.contains(next))
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    /// Goes on with a node, and after it with a state.
    pub(super) fn node_then(
        &mut self,
        then: State,
        block: bool,
        open_list: bool,
    ) -> Result<Event, Problem> {
        self.states.push(then);
        self.node(block, open_list)
    }

    /// Nothing where a value could be: null.
    pub(super) fn empty(&mut self, then: State, line: u64) -> Event {
        self.state = then;
        let scalar = Scalar {
            implicit: true,
            ..Scalar::default()
        };
        Event {
            part: Part::Scalar(scalar),
            line,
        }
    }

    fn document_start(&mut self) -> Result<Event, Problem> {
        let line = self.scanner.peek()?.line;
        self.handles.clear();
        let directives = matches!(
            self.peek()?,
            Token::Version { .. } | Token::TagDirective { .. } | Token::DocumentStart
        );
        if *self.peek()? == Token::StreamEnd {
            return Ok(Event {
                part: Part::Nothing,
                line,
            });
        }
        self.directives()?;
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        if directives {
            if *self.peek()? != Token::DocumentStart {
                return Err(self.wanted("--- is wanted after directives", None)?);
            }
            self.scanner.take()?;
            self.state = State::DocumentContent;
        }
        Ok(Event {
            part: Part::DocumentStart,
            line,
        })
    }

    fn directives(&mut self) -> Result<(), Problem> {
        let mut version = false;
        loop {
            let problem = |line, what: &str| Err(Problem::new(line, what));
            match self.scanner.peek()? {
                Placed {
                    token: Token::Version { major, minor },
                    line,
                } => match (major, minor, version) {
                    (1, 1, false) => version = true,
                    (1, 1, true) => return problem(*line, "%YAML is there twice"),
                    _ => {
                        return problem(
                            *line,
                            "a version of YAML that kubectl does not read (hint: leave the directive out; 1.1 is read)",
                        );
                    }
                },
                Placed {
                    token: Token::TagDirective { handle, prefix },
                    line,
                } => {
                    if self.handles.iter().any(|(known, _)| known == handle) {
                        return problem(*line, "%TAG is there twice for one handle");
                    }
                    self.handles.push((handle.clone(), prefix.clone()));
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.handles.iter().all(|(known, _)| known != handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn document_content(&mut self) -> Result<Event, Problem> {
        let Placed { token, line } = self.scanner.peek()?;
        let line = *line;
        let ends = matches!(
            token,
            Token::Version { .. }
                | Token::TagDirective { .. }
                | Token::DocumentStart
                | Token::DocumentEnd
                | Token::StreamEnd
        );
        if ends {
            self.pop();
            return Ok(self.empty(self.state, line));
        }
        self.node(true, false)
    }

    fn document_end(&mut self) -> Result<Event, Problem> {
        let line = self.scanner.peek()?.line;
        Ok(Event {
            part: Part::DocumentEnd,
            line,
        })
    }

    fn node(&mut self, block: bool, open_list: bool) -> Result<Event, Problem> {
        let Placed { token, line } = self.scanner.peek()?.clone();
        if let Token::Alias(name) = token {
            self.scanner.take()?;
            self.pop();
            return Ok(Event {
                part: Part::Alias(name),
                line,
            });
        }
        let (anchor, tag) = self.properties()?;
        let next = self.peek()?.clone();
        let (part, state) = match next {
            Token::BlockEntry if open_list => (Part::ListStart { anchor }, State::OpenListEntry),
            Token::Scalar { text, plain } => {
                self.scanner.take()?;
                self.pop();
                let implicit = match &tag {
                    None => plain,
                    Some(tag) => tag == "!",
                };
                let scalar = Scalar {
                    anchor,
                    tag,
                    text,
                    implicit,
                };
                (Part::Scalar(scalar), self.state)
            }
            Token::FlowListStart => (
                Part::ListStart { anchor },
                State::FlowListEntry { first: true },
            ),
            Token::FlowMapStart => (Part::MapStart { anchor }, State::FlowMapKey { first: true }),
            Token::BlockListStart if block => (Part::ListStart { anchor }, State::BlockListEntry),
            Token::BlockMapStart if block => (Part::MapStart { anchor }, State::BlockMapKey),
            _ if anchor.is_some() || tag.is_some() => {
                self.pop();
                let implicit = tag.is_none();
                let scalar = Scalar {
                    anchor,
                    tag,
                    text: String::new(),
                    implicit,
                };
                (Part::Scalar(scalar), self.state)
            }
            _ => return Err(self.wanted("a value is wanted", None)?),
        };
        if matches!(part, Part::ListStart { .. } | Part::MapStart { .. }) {
            self.starts.push(line);
            if !matches!(state, State::OpenListEntry) {
                self.scanner.take()?;
            }
        }
        self.state = state;
        Ok(Event { part, line })
    }

    /// The anchor and the tag in front of a node, in either order.
    fn properties(&mut self) -> Result<(Option<String>, Option<String>), Problem> {
        let (mut anchor, mut tag) = (None, None);
        for _ in 0..2 {
            match self.scanner.peek()?.clone() {
                Placed {
                    token: Token::Anchor(name),
                    ..
                } if anchor.is_none() => anchor = Some(name),
                Placed {
                    token: Token::Tag { handle, suffix },
                    line,
                } if tag.is_none() => tag = Some(self.tag(&handle, suffix, line)?),
                _ => break,
            }
            self.scanner.take()?;
        }
        Ok((anchor, tag))
    }

    fn tag(&self, handle: &str, suffix: String, line: u64) -> Result<String, Problem> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let prefix = self.handles.iter().find(|(known, _)| known == handle);
        prefix
            .map(|(_, prefix)| format!("{prefix}{suffix}"))
            .ok_or_else(|| {
                Problem::new(line, format!("tag handle {handle} is not declared by %TAG"))
            })
    }

    /// The end of a collection; its token is taken if it has one.
    pub(super) fn end(&mut self, part: Part, token: bool) -> Result<Event, Problem> {
        let line = self.scanner.peek()?.line;
        if token {
            self.scanner.take()?;
        }
        self.starts.pop();
        self.pop();
        Ok(Event { part, line })
    }

    /// That something else is wanted than the next token: said where the collection starts if the text has ended.
    pub(super) fn wanted(
        &mut self,
        what: &str,
        collection: Option<&str>,
    ) -> Result<Problem, Problem> {
        let start = self.starts.last().copied();
        let Placed { token, line } = self.scanner.peek()?;
        let within = |collection| format!("{what} in the {collection} that starts in line ");
        Ok(match (token, start, collection) {
            (Token::StreamEnd, Some(start), _) => Problem::new(
                start,
                format!("{what} before the text ends (hint: what starts here is not closed)"),
            ),
            (_, Some(start), Some(collection)) => Problem::within(*line, within(collection), start),
            _ => Problem::new(
                *line,
                format!(
                    "{what} (hint: look at the indentation; texts with : # [ ] {{ }} , are put in quotes)"
                ),
            ),
        })
    }
}
