//! Reads texts as files with custom resources, for a comparison with what kubectl makes of them.
//!
//! Standard input: texts, each behind its length in four bytes, the highest first. Standard output: for each text a line
//! of JSON for every document in it, or a line that starts with `!` and says why there are none; then an empty line.

use std::io::{self, Read, Write};

use kfp_operator_sim::manifest;

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
        let mut text = vec![0; length];
        input.read_exact(&mut text)?;
        match manifest::read(&text) {
            Ok(documents) => {
                for document in documents {
                    writeln!(output, "{}", document.json)?;
                }
            }
            Err(error) => writeln!(
                output,
                "! line {}: {}",
                error.line,
                error.what.escape_debug()
            )?,
        }
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}
