//! JSON of any form, for what the contract passes on as it is.

use fastrand::Rng;
use kfp_operator_sim::json::Json;

use super::{Theme, free};

/// Levels of the deepest opaque value of an ordinary body; the contract asks for 100 in all.
const DEEP: usize = 60;
/// Levels of an unusual one.
const DEEPER: usize = 200;

/// Any JSON. Of an object that the compiler wrote, the same with one more member as a rule.
pub(in crate::stimuli::generate) fn opaque(
    golden: Option<&Json>,
    theme: Theme,
    rng: &mut Rng,
) -> Json {
    let value = match theme {
        Theme::Opaque if rng.bool() => nested(DEEPER, rng),
        Theme::Opaque => Json::Number("1e400".to_owned()),
        Theme::Text | Theme::Ordinary if rng.u8(..10) == 0 => nested(DEEP, rng),
        Theme::Text | Theme::Ordinary => any(theme, 4, rng),
    };
    match golden {
        Some(Json::Object(members)) if rng.u8(..8) != 0 => {
            let mut members = members.clone();
            members.push(("x-generated".to_owned(), value));
            Json::Object(members)
        }
        _ => value,
    }
}

fn nested(levels: usize, rng: &mut Rng) -> Json {
    (0..levels).fold(Json::Array(Vec::new()), |inner, _| {
        if rng.bool() {
            Json::Array(vec![inner])
        } else {
            Json::object([("a", inner)])
        }
    })
}

fn any(theme: Theme, depth: usize, rng: &mut Rng) -> Json {
    const KEYS: &[&str] = &[
        "",
        "a/b",
        "~",
        "$ref",
        "__proto__",
        "ключ",
        "🐟",
        "a\nb",
        "\u{2028}",
    ];
    let deepest = if depth == 0 { 4 } else { 6 };
    match rng.u8(..deepest) {
        0 => Json::Null,
        1 => Json::Bool(rng.bool()),
        2 => Json::Number(number(rng).to_owned()),
        3 => Json::String(free(theme, rng)),
        4 => Json::Array(
            (0..rng.usize(..4))
                .map(|_| any(theme, depth - 1, rng))
                .collect(),
        ),
        _ => {
            let keys: Vec<&str> = KEYS.iter().copied().filter(|_| rng.u8(..4) == 0).collect();
            Json::object(
                keys.into_iter()
                    .map(|key| (key, any(theme, depth - 1, rng))),
            )
        }
    }
}

/// Numbers whose digits a float would lose, and the usual edges; all within the range of a double.
fn number(rng: &mut Rng) -> &'static str {
    const NUMBERS: &[&str] = &[
        "0",
        "-0",
        "1",
        "-1",
        "0.1",
        "1.0",
        "1e2",
        "1E+2",
        "9007199254740991",
        "9007199254740993",
        "-9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "123456789012345678901234567890123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "1e300",
        "5e-324",
    ];
    rng.choice(NUMBERS).copied().unwrap_or("0")
}
