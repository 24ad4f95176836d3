//! The block about slow answers; nothing is said where none stands out.

use std::io::{self, Write};

use crate::judge::latency::{Latency, OperationLatency};

/// Writes a line per operation with outliers, and one that names them.
///
/// # Errors
/// If the writer fails.
pub(super) fn write(latency: &Latency, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for one in latency.conspicuous() {
        if !any {
            writeln!(out, "slow answers (ms)        p50     p90     p99     max")?;
        }
        any = true;
        writeln!(
            out,
            " {:<19} {:>7.1} {:>7.1} {:>7.1} {:>7.1}",
            name(one),
            one.p50_ms,
            one.p90_ms,
            one.p99_ms,
            one.max_ms
        )?;
        let named: Vec<String> = one
            .outliers
            .iter()
            .map(|outlier| format!("{:.0} #{} {}", outlier.ms, outlier.seq, outlier.case))
            .collect();
        let of = format!("{} of {}", one.slow, one.count);
        writeln!(out, "   {of}: {}", named.join(", "))?;
    }
    if any { writeln!(out) } else { Ok(()) }
}

fn name(one: &OperationLatency) -> String {
    let kind = one.resource.map_or("", |kind| kind.as_str());
    format!("{} {kind}", one.operation.as_str())
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use kfp_operator_sim::ResourceKind;

    use super::*;
    use crate::base::contract::Operation;
    use crate::judge::latency::Outlier;

    fn told(slow: usize) -> String {
        let outlier = Outlier {
            case: "update.valid[run]".to_owned(),
            seq: 41,
            ms: 1234.5,
        };
        let one = OperationLatency {
            operation: Operation::Update,
            resource: Some(ResourceKind::Run),
            count: 80,
            p50_ms: 1.25,
            p90_ms: 2.0,
            p99_ms: 900.0,
            max_ms: 1234.5,
            slow,
            outliers: vec![outlier; slow],
        };
        let latency = Latency {
            operations: vec![one],
        };
        let mut text = Vec::new();
        write(&latency, &mut text).expect("memory takes it");
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn only_what_stands_out_is_told() {
        assert_eq!(told(0), "");
        let expected = "slow answers (ms)        p50     p90     p99     max\n \
                        update run              1.2     2.0   900.0  1234.5\n   \
                        1 of 80: 1234 #41 update.valid[run]\n\n";
        assert_eq!(told(1), expected);
    }
}
