//! Numbers that differ from round to round.

use std::fmt;

/// The median of some numbers, and the extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// `None` if there are no numbers.
    pub(crate) fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (&least, &most) = (numbers.first()?, numbers.last()?);
        let middle = numbers.len() / 2;
        let median = if numbers.len().is_multiple_of(2) {
            f64::midpoint(numbers[middle - 1], numbers[middle])
        } else {
            numbers[middle]
        };
        Some(Self {
            median,
            least,
            most,
        })
    }
}

/// `0.97 (0.90-1.03)`; the precision of the format is that of each number.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let Self {
            median,
            least,
            most,
        } = self;
        write!(f, "{median:.digits$} ({least:.digits$}-{most:.digits$})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_extremes() {
        let table: [(&[f64], Option<&str>); 4] = [
            (&[], None),
            (&[2.0], Some("2.0 (2.0-2.0)")),
            (&[3.0, 1.0, 2.5], Some("2.5 (1.0-3.0)")),
            (&[4.0, 1.0, 2.0, 3.0], Some("2.5 (1.0-4.0)")),
        ];
        for (numbers, text) in table {
            let spread = Spread::of(numbers.iter().copied()).map(|spread| format!("{spread:.1}"));
            assert_eq!(spread.as_deref(), text, "{numbers:?}");
        }
    }
}
