//! Reads cron texts with moments, as `interop/cron` writes them, and fails if one of them means other times here.

#[path = "../src/cron/duration.rs"]
mod duration;
#[path = "../src/cron/spec.rs"]
#[expect(dead_code, reason = "the provider asks more of it")]
mod spec;

use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;

use chrono::DateTime;
use chrono_tz::Tz;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Line {
    text: String,
    zone: String,
    after: i64,
    next: Option<Vec<i64>>,
}

impl Line {
    fn times(&self) -> Vec<i64> {
        let (Ok(spec), Ok(zone)) = (spec::Spec::parse(&self.text), self.zone.parse::<Tz>()) else {
            return Vec::new();
        };
        let mut now = DateTime::from_timestamp(self.after, 0);
        let next = || {
            now = spec.next(now?, zone);
            Some(now?.timestamp())
        };
        std::iter::from_fn(next).take(3).collect()
    }
}

fn main() -> std::io::Result<ExitCode> {
    let mut output = std::io::stdout().lock();
    let (mut texts, mut wrong) = (0_usize, 0_usize);
    for line in std::io::stdin().lock().lines() {
        let line: Line = serde_json::from_str(&line?)?;
        texts += 1;
        let found = line.times();
        if found != line.next.clone().unwrap_or_default() {
            wrong += 1;
            writeln!(output, "{line:?}: {found:?}")?;
        }
    }
    writeln!(output, "{texts} texts, {wrong} understood differently")?;
    Ok(if wrong == 0 && texts > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
