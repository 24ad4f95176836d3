//! Records as lines of JSON.

use std::fmt;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};
use slog::{KV, Key, OwnedKVList, Record, Serializer};

/// What every line begins with.
const HEADING: [&str; 3] = ["time", "level", "message"];
/// Longest text of one value, in characters.
pub(super) const LONGEST: usize = 2048;

/// The line of a record, with the values of its context.
pub(super) fn of(record: &Record<'_>, context: &OwnedKVList) -> String {
    let mut line = heading(level(record), &record.msg().to_string());
    let mut values = Values::default();
    // The serializer below never fails; should a value fail to write itself, the others are still worth a line.
    let _ = record.kv().serialize(record, &mut values);
    let _ = context.serialize(record, &mut values);
    values.write_to(&mut line);
    text(line)
}

/// The line that says how many are missing.
pub(super) fn of_dropped(count: u64) -> String {
    let mut line = heading(
        "warning",
        "log lines were dropped because their reader is too slow",
    );
    line.insert("dropped".to_owned(), count.into());
    text(line)
}

fn heading(level: &str, message: &str) -> Map<String, Value> {
    let time = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
    Map::from_iter([
        ("time".to_owned(), time.into()),
        ("level".to_owned(), level.into()),
        ("message".to_owned(), shortened(message.to_owned()).into()),
    ])
}

fn level(record: &Record<'_>) -> &'static str {
    match record.level() {
        slog::Level::Critical => "critical",
        slog::Level::Error => "error",
        slog::Level::Warning => "warning",
        slog::Level::Info => "info",
        slog::Level::Debug => "debug",
        slog::Level::Trace => "trace",
    }
}

fn text(line: Map<String, Value>) -> String {
    format!("{}\n", Value::Object(line))
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Collects values. slog goes backwards, from the last value of the record outwards.
#[derive(Default)]
struct Values(Vec<(Key, Value)>);

impl Values {
    /// Adds the values in the order in which they were given; the innermost of a name wins, but never over the heading.
    fn write_to(self, line: &mut Map<String, Value>) {
        for (key, value) in self.0.into_iter().rev() {
            if !HEADING.contains(&key.as_ref()) {
                line.insert(key.into(), value);
            }
        }
    }

    fn set(&mut self, key: Key, value: impl Into<Value>) -> slog::Result {
        self.0.push((key, value.into()));
        Ok(())
    }
}

impl Serializer for Values {
    fn emit_arguments(&mut self, key: Key, value: &fmt::Arguments<'_>) -> slog::Result {
        self.set(key, shortened(value.to_string()))
    }

    fn emit_str(&mut self, key: Key, value: &str) -> slog::Result {
        self.set(key, shortened(value.to_owned()))
    }

    fn emit_bool(&mut self, key: Key, value: bool) -> slog::Result {
        self.set(key, value)
    }

    fn emit_u16(&mut self, key: Key, value: u16) -> slog::Result {
        self.set(key, value)
    }

    fn emit_u64(&mut self, key: Key, value: u64) -> slog::Result {
        self.set(key, value)
    }

    fn emit_usize(&mut self, key: Key, value: usize) -> slog::Result {
        self.set(key, value)
    }

    fn emit_i64(&mut self, key: Key, value: i64) -> slog::Result {
        self.set(key, value)
    }

    fn emit_f64(&mut self, key: Key, value: f64) -> slog::Result {
        self.set(key, value)
    }

    fn emit_none(&mut self, key: Key) -> slog::Result {
        self.set(key, Value::Null)
    }

    fn emit_unit(&mut self, key: Key) -> slog::Result {
        self.set(key, Value::Null)
    }
}
