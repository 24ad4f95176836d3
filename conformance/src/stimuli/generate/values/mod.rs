//! Single values, for each place of the grammar.

mod names;
mod opaque;
mod wrong;

use fastrand::Rng;
use kfp_operator_sim::json::Json;

use super::Theme;
use crate::stimuli::grammar::Shape;
pub(super) use names::word;
use names::{artifact_path, cron, image, name, time, trigger, version};
pub(super) use opaque::opaque;
pub(super) use wrong::{breaking, of_another_type};

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
