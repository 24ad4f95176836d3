//! Reads cases as in `tests/webhook/table.jsonl` from standard input, and fails if one of them is answered differently
//! from how Go answers it.

#[path = "../tests/webhook/play.rs"]
mod play;

use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let mut output = std::io::stdout().lock();
    let (mut cases, mut wrong) = (0_usize, 0_usize);
    for line in std::io::stdin().lock().lines() {
        let case: play::Case = serde_json::from_str(&line?)?;
        cases += 1;
        if let Some(difference) = case.difference(usize::MAX) {
            wrong += 1;
            writeln!(output, "{difference}")?;
        }
    }
    writeln!(output, "{cases} connections, {wrong} answered differently")?;
    Ok(if wrong == 0 && cases > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
