//! Whether a text can be a cron expression in any of the usual dialects.

/// Largest numbers of the five classic fields.
const CLASSIC: [u32; 5] = [59, 23, 31, 12, 7];
/// With seconds in front.
const WITH_SECONDS: [u32; 6] = [59, 59, 23, 31, 12, 7];
const WORDS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "SUN",
    "MON", "TUE", "WED", "THU", "FRI", "SAT", "L", "W", "LW",
];

pub(super) fn is_expression(text: &str) -> bool {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let limits: &[u32] = match fields.len() {
        5 => &CLASSIC,
        6 => &WITH_SECONDS,
        _ => return false,
    };
    fields
        .iter()
        .zip(limits)
        .all(|(field, limit)| is_field(field, *limit))
}

/// Numbers, months, days and stars, joined by the signs that dialects know.
fn is_field(field: &str, limit: u32) -> bool {
    let starts_well = field.starts_with(|c: char| c.is_ascii_alphanumeric() || "*?".contains(c));
    starts_well
        && field
            .split(['*', '?', ',', '-', '/', '#'])
            .all(|atom| is_atom(atom, limit))
}

fn is_atom(atom: &str, limit: u32) -> bool {
    let letters = atom.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &atom[..atom.len() - letters.len()];
    let number = digits.is_empty() || digits.parse().is_ok_and(|number: u32| number <= limit);
    number && (letters.is_empty() || WORDS.contains(&letters.to_ascii_uppercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_expression;

    #[test]
    fn expressions_of_all_dialects() {
        let table = [
            ("15 4 * * 1-5", true),
            ("*/5 0-6,20 L * MON#2", true),
            ("0 15 4 ? * 5L", true),
            ("0 0 1 jan *", true),
            ("", false),
            ("* * * *", false),
            ("@daily", false),
            ("not a cron at all", false),
            ("61 * * * *", false),
            ("* 25 * * *", false),
            ("-5 * * * *", false),
            ("a b c d e", false),
            ("* * * * * * *", false),
        ];
        for (text, expected) in table {
            assert_eq!(is_expression(text), expected, "{text:?}");
        }
    }
}
