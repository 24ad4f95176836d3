//! Request bodies, as Go's `net/http` reads them.

use super::head::{Length, fields, trim_end};

/// The longest line that tells a chunk's size, and the most that may follow the last chunk: Go's read buffer.
const LONGEST_LINE: usize = 4096;

/// How much more than its content a chunked body may have.
const LONGEST_EXCESS: i64 = 16 * 1024;

/// Reads one body.
#[derive(Debug)]
pub(super) struct BodyReader {
    stage: Stage,
    /// What has been read.
    pub(super) bytes: Vec<u8>,
    /// Beyond this, the rest is not read.
    limit: usize,
    /// Signs beside the content of the chunks, as Go counts them.
    excess: i64,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// So many bytes are to come.
    Known(u64),
    /// The line before a chunk.
    Size,
    /// So many bytes of a chunk are to come.
    Chunk(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// What follows the last chunk.
    Trailer,
    Done,
}

/// How far a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    More,
    Complete,
    /// There is more than is wanted.
    TooLong,
    /// It cannot be read, in Go's words.
    Broken(&'static str),
}

const EARLY: Progress = Progress::Broken("unexpected EOF");

impl BodyReader {
    pub(super) fn new(length: Length, limit: usize) -> Self {
        Self {
            stage: match length {
                Length::Known(0) => Stage::Done,
                Length::Known(length) => Stage::Known(length),
                Length::Chunked => Stage::Size,
            },
            bytes: Vec::new(),
            limit,
            excess: 0,
        }
    }

    /// Takes what it can from the buffer. `ended` says that nothing more will come.
    pub(super) fn read(&mut self, buffer: &mut Vec<u8>, ended: bool) -> Progress {
        let mut at = 0;
        let progress = loop {
            if let Some(progress) = self.step(buffer, &mut at, ended) {
                break progress;
            }
        };
        buffer.drain(..at);
        progress
    }

    /// One stage; `None` to go on with the next.
    fn step(&mut self, buffer: &[u8], at: &mut usize, ended: bool) -> Option<Progress> {
        let rest = &buffer[*at..];
        let wait = |lacking| Some(if ended { lacking } else { Progress::More });
        match self.stage {
            Stage::Done => return Some(Progress::Complete),
            Stage::Known(left) | Stage::Chunk(left) => {
                let take = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                if self.bytes.len() + take > self.limit {
                    return Some(Progress::TooLong);
                }
                self.bytes.extend_from_slice(&rest[..take]);
                *at += take;
                let left = left - take as u64;
                self.stage = match self.stage {
                    Stage::Known(_) if left == 0 => Stage::Done,
                    Stage::Known(_) => Stage::Known(left),
                    _ if left == 0 => Stage::ChunkEnd,
                    _ => Stage::Chunk(left),
                };
                if left > 0 {
                    return wait(EARLY);
                }
            }
            Stage::ChunkEnd => match rest {
                [b'\r', b'\n', ..] => {
                    *at += 2;
                    self.stage = Stage::Size;
                }
                [_, _, ..] => {
                    *at += 2;
                    return Some(Progress::Broken("malformed chunked encoding"));
                }
                _ => {
                    *at += if ended { rest.len() } else { 0 };
                    return wait(EARLY);
                }
            },
            Stage::Size => {
                let seen = &rest[..rest.len().min(LONGEST_LINE)];
                let Some(end) = seen.iter().position(|byte| *byte == b'\n') else {
                    return if seen.len() == LONGEST_LINE {
                        *at += LONGEST_LINE;
                        Some(Progress::Broken("header line too long"))
                    } else {
                        *at += if ended { rest.len() } else { 0 };
                        wait(EARLY)
                    };
                };
                *at += end + 1;
                match self.size(&rest[..end]) {
                    Ok(size) => self.stage = size.map_or(Stage::Trailer, Stage::Chunk),
                    Err(why) => return Some(Progress::Broken(why)),
                }
            }
            Stage::Trailer => return self.trailer(rest, at, ended),
        }
        None
    }

    /// The size that a line tells; `None` after the last chunk.
    fn size(&mut self, line: &[u8]) -> Result<Option<u64>, &'static str> {
        match line.iter().position(|byte| *byte == b'\r') {
            None => return Err("chunked line ends with bare LF"),
            Some(at) if at + 1 != line.len() => return Err("invalid CR in chunked line"),
            Some(_) => {}
        }
        let line = &line[..line.len() - 1];
        // White space at the end of the line does not count, that in front of a semicolon does.
        let told = trim_end(line).split(|byte| *byte == b';').next();
        let size = hexadecimal(told.unwrap_or_default())?;
        if size == 0 {
            return Ok(None);
        }
        let content = size.cast_signed().wrapping_mul(2).wrapping_add(16);
        let line = i64::try_from(line.len()).unwrap_or(i64::MAX);
        self.excess = (self.excess + line + 2).wrapping_sub(content).max(0);
        if self.excess > LONGEST_EXCESS {
            return Err("chunked encoding contains too much non-data");
        }
        Ok(Some(size))
    }

    fn trailer(&mut self, rest: &[u8], at: &mut usize, ended: bool) -> Option<Progress> {
        const EARLY: Progress = Progress::Broken("http: unexpected EOF reading trailer");
        const LONG: Progress =
            Progress::Broken("http: suspiciously long trailer after chunked body");
        let done = match rest {
            [b'\r', b'\n', ..] => 2,
            [_, _, ..] => {
                let seen = &rest[..rest.len().min(LONGEST_LINE)];
                let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else {
                    let full = ended || seen.len() == LONGEST_LINE;
                    return Some(if full { LONG } else { Progress::More });
                };
                match fields(&rest[..end + 4]) {
                    Ok(used) => used,
                    Err(used) => {
                        *at += used;
                        return Some(Progress::Broken("malformed MIME header"));
                    }
                }
            }
            _ => return Some(if ended { EARLY } else { Progress::More }),
        };
        *at += done;
        self.stage = Stage::Done;
        None
    }
}

fn hexadecimal(text: &[u8]) -> Result<u64, &'static str> {
    if text.is_empty() {
        return Err("empty hex number for chunk length");
    }
    let mut number = 0_u64;
    for (at, byte) in text.iter().enumerate() {
        let digit = char::from(*byte).to_digit(16);
        let digit = digit.ok_or("invalid byte in chunk length")?;
        if at == 16 {
            return Err("http chunk length too large");
        }
        number = number << 4 | u64::from(digit);
    }
    Ok(number)
}
