//! Single values: texts, names, times, numbers, and JSON of any form.

use fastrand::Rng;
use kfp_operator_sim::json::Json;

use super::Theme;
use crate::grammar::{Form, Shape};

/// Levels of the deepest opaque value of an ordinary body; the contract asks for 100 in all.
const DEEP: usize = 60;
/// Levels of an unusual one.
const DEEPER: usize = 200;

/// A text for a place of the grammar.
pub(super) fn text(shape: &Shape, golden: Option<&Json>, theme: Theme, rng: &mut Rng) -> String {
    let named = |name: &str| shape.schema.ends_with(&format!("/schemas/{name}"));
    if named("NamespacedName") {
        return name(rng);
    }
    if named("OptionalNamespacedName") {
        return if rng.bool() { String::new() } else { name(rng) };
    }
    if named("ArtifactPath") {
        return artifact_path(rng);
    }
    match shape.place.as_str() {
        "/schedule/cronExpression" => cron(rng),
        // A window that is open for years: the two ends are made apart from each other.
        "/schedule/startTime" => time(rng.i32(2000..2030), rng),
        "/schedule/endTime" => time(rng.i32(2060..9999), rng),
        "/version" | "/pipelineDefinition/version" | "/pipelineVersion" => version(rng),
        "/pipelineDefinition/image" => image(rng),
        "/triggerIndicator/type" => trigger(rng),
        _ if matches!(golden, Some(Json::String(_))) && rng.u8(..4) == 0 => String::new(),
        _ => free(theme, rng),
    }
}

/// `namespace/name` as Kubernetes allows them.
fn name(rng: &mut Rng) -> String {
    let namespace = label(63, rng);
    let parts: Vec<String> = (0..rng.usize(1..4)).map(|_| label(63, rng)).collect();
    format!("{namespace}/{}", parts.join("."))
}

/// A label of RFC 1123.
fn label(longest: usize, rng: &mut Rng) -> String {
    let length = length(longest, rng).max(1);
    let edge = |rng: &mut Rng| rng.choice(*b"abcxyz019").unwrap_or(b'a');
    let mut text: Vec<u8> = (0..length)
        .map(|_| rng.choice(*b"abcxyz019-").unwrap_or(b'a'))
        .collect();
    text[0] = edge(rng);
    text[length - 1] = edge(rng);
    String::from_utf8_lossy(&text).into_owned()
}

/// Short as a rule, and now and then exactly the longest.
fn length(longest: usize, rng: &mut Rng) -> usize {
    match rng.u8(..10) {
        0 => longest,
        1 => 1,
        _ => rng.usize(1..=longest.min(12)),
    }
}

/// The operator's own form, with its index always there.
fn artifact_path(rng: &mut Rng) -> String {
    let index = match rng.u8(..6) {
        0 => "999999999999999999".to_owned(),
        1 => rng.u32(..).to_string(),
        _ => rng.u8(..3).to_string(),
    };
    let filter = match rng.u8(..4) {
        0 => "[pushed == 1]".to_owned(),
        1 => "[name == \"größe\" and not (x matches `a.*`)]".to_owned(),
        _ => String::new(),
    };
    format!("{}:{}:{index}{filter}", word(rng), word(rng))
}

/// Five fields that come true again and again.
fn cron(rng: &mut Rng) -> String {
    let field = |low: u8, high: u8, rng: &mut Rng| match rng.u8(..5) {
        0 => rng.u8(low..=high).to_string(),
        1 => format!("*/{}", rng.u8(1..=high.min(15))),
        2 => {
            let from = rng.u8(low..high);
            format!("{from}-{}", rng.u8(from + 1..=high))
        }
        3 => format!("{low},{high}"),
        _ => "*".to_owned(),
    };
    let (minute, hour) = (field(0, 59, rng), field(0, 23, rng));
    // Days up to 28 are in every month.
    let (day, month, weekday) = (field(1, 28, rng), field(1, 12, rng), field(0, 6, rng));
    format!("{minute} {hour} {day} {month} {weekday}")
}

/// RFC 3339 in UTC and whole seconds.
fn time(year: i32, rng: &mut Rng) -> String {
    let (month, day) = (rng.u8(1..=12), rng.u8(1..=28));
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rng.u8(..24),
        rng.u8(..60),
        rng.u8(..60)
    )
}

fn version(rng: &mut Rng) -> String {
    let hash = format!("{:06x}", rng.u32(..) & 0x00ff_ffff);
    match rng.u8(..4) {
        0 => format!("latest-{hash}"),
        1 => format!("{}-{hash}", label(100, rng)),
        _ => hash,
    }
}

fn image(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => format!(
            "registry.example.org:5000/{}/{}:v{}",
            label(20, rng),
            label(20, rng),
            rng.u8(..)
        ),
        1 => format!("{}@sha256:{:064x}", label(20, rng), rng.u128(..)),
        2 => label(20, rng),
        _ => String::new(),
    }
}

fn trigger(rng: &mut Rng) -> String {
    let known = [
        "onChangePipeline",
        "onChangeRunSpec",
        "runConfiguration",
        "schedule",
        "",
    ];
    rng.choice(known).unwrap_or_default().to_owned()
}

/// A short word that is good as a key and as a part of an artifact path.
pub(super) fn word(rng: &mut Rng) -> String {
    let words = [
        "region",
        "größe",
        "a-b",
        "x_y",
        "modèle",
        "размер",
        "模型",
        "🐟",
        "learning.rate",
        "A B",
    ];
    rng.choice(words).unwrap_or_default().to_owned()
}

/// Free text: what people write, and what passes through shells, templates and stores.
fn free(theme: Theme, rng: &mut Rng) -> String {
    const PLAIN: &[&str] = &[
        "",
        " ",
        "0",
        "null",
        "true",
        "a sentence of five words",
        "line one\nline two\r\n\ttabbed",
        "<b>&amp;</b>",
        "\"quoted\" and 'quoted' and \\ back",
        "$(id) `id` ${HOME} $HOME",
        "{{workflow.name}} {{ .Values.x }} %s %n",
        "'; DROP TABLE resource; --",
        "../../etc/passwd",
        "\u{2028}\u{2029}\u{85}\u{a0}",
        "e\u{301} é",
        "ﷺ שלום مرحبا",
        "👩‍👩‍👧‍👦 𝒳 𠜎",
        "-1e400",
        "2027-03-01T06:00:00Z",
        "A very İstanbul ß ǅ ﬁ",
    ];
    const ODD: &[&str] = &[
        "\0",
        "a\0b",
        "\u{1}\u{1f}\u{7f}",
        "\u{feff}bom",
        "\u{ffff}\u{fffe}",
        "\u{10ffff}",
        "\u{e000}",
        "\u{fffd}",
        "\u{202e}reversed",
        "\u{1b}[31mred",
        "\u{80}\u{9f}",
    ];
    match (theme, rng.u8(..12)) {
        (Theme::Text, 0..6) => rng.choice(ODD).copied().unwrap_or_default().to_owned(),
        (_, 0) => planes(rng),
        (_, 1) => "x".repeat(rng.choice([255, 256, 1023, 1025, 4096]).unwrap_or(255)),
        (_, 2) => "long ".repeat(rng.usize(1..2000)),
        _ => rng.choice(PLAIN).copied().unwrap_or_default().to_owned(),
    }
}

/// Letters from everywhere in Unicode but the control characters.
fn planes(rng: &mut Rng) -> String {
    (0..rng.usize(1..20))
        .map(|_| match rng.u8(..4) {
            0 => rng.char('\u{20}'..='\u{7e}'),
            1 => rng.char('\u{a1}'..='\u{d7ff}'),
            2 => rng.char('\u{f900}'..='\u{faff}'),
            _ => rng.char('\u{10000}'..='\u{3ffff}'),
        })
        .collect()
}

/// An id that no provider issued, over all of Unicode but what routers treat in their own way: slashes, percent signs,
/// control characters, dot segments.
pub(crate) fn path_id(name: &str, rng: &mut Rng) -> String {
    let tail = match rng.u8(..6) {
        0 => planes(rng),
        1 => "a?b#c&d=e;f".to_owned(),
        2 => "!*'()".to_owned(),
        3 => "+ +".to_owned(),
        4 => rng
            .choice(["é", "🐟", "𝒳", "ﷺ", "\u{10ffff}"])
            .unwrap_or_default()
            .repeat(rng.usize(1..30)),
        _ => "-_.~:=,@".to_owned(),
    };
    let plain: String = tail
        .chars()
        .filter(|c| !matches!(c, '/' | '%' | '\\'))
        .collect();
    format!("{name}{plain}")
}

/// Any JSON. Of an object that the compiler wrote, the same with one more member as a rule.
pub(super) fn opaque(golden: Option<&Json>, theme: Theme, rng: &mut Rng) -> Json {
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

/// A value of another JSON type than the schema wants.
pub(super) fn of_another_type(shape: &Shape, rng: &mut Rng) -> Json {
    let mut values = vec![
        Json::Number("42".to_owned()),
        Json::Number("9007199254740993".to_owned()),
        Json::Number("-1e30".to_owned()),
        Json::Bool(true),
    ];
    if !shape.nullable {
        values.push(Json::Null);
    }
    match shape.form {
        Some(Form::Text(_)) => values.extend([Json::Array(Vec::new()), Json::Object(Vec::new())]),
        Some(Form::List(_)) => values.extend([Json::from("[]"), Json::Object(Vec::new())]),
        Some(Form::Object { .. }) | None => {
            values.extend([
                Json::from("{}"),
                Json::Array(Vec::new()),
                Json::Array(vec![Json::Object(Vec::new())]),
            ]);
        }
    }
    values.swap_remove(rng.usize(..values.len()))
}

/// A text that a rule forbids. `None` if none of the known ones does.
pub(super) fn breaking(forbidden: impl Fn(&str) -> bool, rng: &mut Rng) -> Option<String> {
    const TEXTS: &[&str] = &[
        "",
        "/",
        "a/",
        "/b",
        "a/b/c",
        "a//b",
        "a/b/",
        "//",
        "a",
        "a:",
        ":b",
        "a:b:x",
        "a:b:-1",
        "a:b:0[",
        "a:b:0[]",
        "a:b:0:1",
        "a:b:0[x]y",
        "a:b:9223372036854775808",
        "[a:b]",
        "yesterday",
        "2027-03-01",
        "2027-03-01T06:00:00",
        "2027-13-01T00:00:00Z",
        "2027-02-30T00:00:00Z",
        "06:00",
        "0",
        "🐟/🐟/🐟",
    ];
    let texts: Vec<&str> = TEXTS
        .iter()
        .copied()
        .filter(|text| forbidden(text))
        .collect();
    rng.choice(texts).map(str::to_owned)
}
