//! The size of a chunk, for both sides of a connection.

/// What stands at the beginning of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// The size, and the bytes that its line takes.
    Read {
        /// Bytes of the line.
        line: usize,
        /// Bytes of the chunk.
        chunk: u64,
    },
    /// More bytes are needed.
    Partial,
    /// It is no size.
    Wrong,
}

/// Reads the size of the chunk at the beginning of these bytes.
pub(super) fn size(bytes: &[u8]) -> Size {
    // The parser would take no digit at all for a zero, and so for the last chunk.
    if !bytes.first().is_none_or(u8::is_ascii_hexdigit) {
        return Size::Wrong;
    }
    match httparse::parse_chunk_size(bytes) {
        Ok(httparse::Status::Complete((line, chunk))) => Size::Read { line, chunk },
        Ok(httparse::Status::Partial) => Size::Partial,
        Err(_) => Size::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_extensions() {
        let read = |line, chunk| Size::Read { line, chunk };
        let table: &[(&[u8], Size)] = &[
            (b"1F\r\nx", read(4, 31)),
            (b"0;last\r\n", read(8, 0)),
            (b"7 ; a=b\r\n", read(9, 7)),
            (b"", Size::Partial),
            (b"1", Size::Partial),
            (b"\r\n", Size::Wrong),
            (b"size\r\n", Size::Wrong),
            (b"-1\r\n", Size::Wrong),
            (b"10000000000000000\r\n", Size::Wrong),
        ];
        for (bytes, expected) in table {
            assert_eq!(size(bytes), *expected, "{}", bytes.escape_ascii());
        }
    }
}
