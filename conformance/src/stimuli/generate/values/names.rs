//! Texts that have a form: names, versions, times, schedules.

use fastrand::Rng;

/// `namespace/name` as Kubernetes allows them.
pub(super) fn name(rng: &mut Rng) -> String {
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
pub(super) fn artifact_path(rng: &mut Rng) -> String {
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
pub(super) fn cron(rng: &mut Rng) -> String {
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
pub(super) fn time(year: i32, rng: &mut Rng) -> String {
    let (month, day) = (rng.u8(1..=12), rng.u8(1..=28));
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rng.u8(..24),
        rng.u8(..60),
        rng.u8(..60)
    )
}

pub(super) fn version(rng: &mut Rng) -> String {
    let hash = format!("{:06x}", rng.u32(..) & 0x00ff_ffff);
    match rng.u8(..4) {
        0 => format!("latest-{hash}"),
        1 => format!("{}-{hash}", label(100, rng)),
        _ => hash,
    }
}

pub(super) fn image(rng: &mut Rng) -> String {
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

pub(super) fn trigger(rng: &mut Rng) -> String {
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
pub(in crate::stimuli::generate) fn word(rng: &mut Rng) -> String {
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
