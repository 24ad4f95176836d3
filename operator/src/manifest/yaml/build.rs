//! Values from events: aliases, keys and merges.

use std::collections::HashMap;

use super::parse::{Event, Parser, Part, Scalar};
use super::problem::Problem;
use super::resolve::Value;
use crate::json::Json;
use crate::manifest::compose::{Composed, Composer};
use crate::manifest::{MAX_WORK, NESTED, TOO_MUCH};

/// What an anchor stands for.
enum Anchored {
    /// It is not complete yet.
    Open(usize),
    Scalar(Value),
    /// A collection, and how many parts it has.
    Collection(Json, u64),
}

/// A collection that is open.
struct Open {
    anchor: Option<String>,
    is_map: bool,
    /// The parts that were counted before it.
    before: u64,
    /// What the next node is, in an object.
    slot: Slot,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Key,
    Value,
    /// The value of `<<`.
    Merged,
}

struct Builder {
    composer: Composer,
    open: Vec<Open>,
    anchors: HashMap<String, Anchored>,
    parts: Parts,
    work: u64,
}

pub(super) fn document(mut parser: Parser, first: u64) -> Result<Option<Composed>, Problem> {
    let mut builder = Builder {
        composer: Composer::new(first),
        open: Vec::new(),
        anchors: HashMap::new(),
        parts: Parts::default(),
        work: 0,
    };
    loop {
        let Event { part, line } = parser.next()?;
        if matches!(part, Part::Nothing | Part::DocumentEnd) {
            return match builder.composer.finish() {
                Some(composed) => refuse_unwritable(composed, first).map(Some),
                None => Ok(None),
            };
        }
        builder
            .take(part, line)
            .map_err(|what| Problem::new(line, what))?;
    }
}

/// Refuses numbers for which JSON has no words.
fn refuse_unwritable(composed: Composed, first: u64) -> Result<Composed, Problem> {
    match composed.json.unheld_number() {
        None => Ok(composed),
        Some((pointer, number)) => Err(Problem::new(
            composed.lines.nearest(&pointer) - first - 1,
            format!(
                "{} is no number in JSON (hint: put it in quotes if it is a text)",
                number.0
            ),
        )),
    }
}

impl Builder {
    fn take(&mut self, part: Part, line: u64) -> Result<(), String> {
        self.work += 1 + self.open.len() as u64;
        if self.work > MAX_WORK {
            return Err(TOO_MUCH.to_owned());
        }
        match part {
            Part::Nothing | Part::DocumentStart | Part::DocumentEnd => Ok(()),
            Part::Alias(name) => self.alias(&name, line),
            Part::Scalar(scalar) => self.scalar(scalar, line),
            Part::ListStart { anchor } => self.start(anchor, false, line),
            Part::MapStart { anchor } => self.start(anchor, true, line),
            Part::ListEnd | Part::MapEnd => self.end(),
        }
    }

    fn slot(&self) -> Slot {
        match self.open.last() {
            Some(open) if open.is_map => open.slot,
            _ => Slot::Value,
        }
    }

    fn set_slot(&mut self, slot: Slot) {
        if let Some(open) = self.open.last_mut() {
            open.slot = slot;
        }
    }

    fn scalar(&mut self, mut scalar: Scalar, line: u64) -> Result<(), String> {
        let anchor = scalar.anchor.take();
        let merges = scalar.text == "<<"
            && (scalar.implicit || scalar.tag.as_deref() == Some("tag:yaml.org,2002:merge"));
        if merges && self.slot() == Slot::Key {
            self.composer.key("<<".to_owned(), line);
            self.set_slot(Slot::Merged);
            if let Some(anchor) = anchor {
                self.anchors
                    .insert(anchor, Anchored::Scalar(Value::Text(scalar.text)));
            }
            return Ok(());
        }
        self.parts.count();
        let value = Value::of(scalar)?;
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, Anchored::Scalar(value.clone()));
        }
        self.place_scalar(value, line)
    }

    fn place_scalar(&mut self, value: Value, line: u64) -> Result<(), String> {
        match self.slot() {
            Slot::Key => {
                self.composer.key(value.into_key()?, line);
                self.set_slot(Slot::Value);
                Ok(())
            }
            Slot::Value => {
                self.composer.value(value.into_json(), line);
                self.set_slot(Slot::Key);
                Ok(())
            }
            Slot::Merged => Err(NO_MERGE.to_owned()),
        }
    }

    fn start(&mut self, anchor: Option<String>, is_map: bool, line: u64) -> Result<(), String> {
        if self.slot() == Slot::Key {
            return Err("a list or an object is no key".to_owned());
        }
        let before = self.parts.all;
        self.parts.count();
        if let Some(anchor) = &anchor {
            let open = Anchored::Open(self.open.len());
            self.anchors.insert(anchor.clone(), open);
        }
        if !self.composer.open(is_map, line) {
            return Err(NESTED.to_owned());
        }
        self.open.push(Open {
            anchor,
            is_map,
            before,
            slot: Slot::Key,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = self.composer.close();
        if let Some(anchor) = open.anchor {
            // Inside of it, the name may have been given to something else.
            let still = matches!(self.anchors.get(&anchor), Some(Anchored::Open(at)) if *at == self.open.len());
            if still {
                let parts = self.parts.all - open.before;
                self.anchors
                    .insert(anchor, Anchored::Collection(value.clone(), parts));
            }
        }
        self.place(value)
    }

    /// Puts a collection into what is around it.
    fn place(&mut self, value: Json) -> Result<(), String> {
        if self.slot() == Slot::Merged {
            self.merge(value)?;
        } else {
            self.composer.place(value);
        }
        self.set_slot(Slot::Key);
        Ok(())
    }

    fn alias(&mut self, name: &str, line: u64) -> Result<(), String> {
        self.parts.count();
        match self.anchors.get(name) {
            None => Err(format!(
                "anchor {name} is not known here (hint: a text that starts with * is put in quotes)"
            )),
            Some(Anchored::Open(_)) => Err(format!("anchor {name} contains itself")),
            Some(Anchored::Scalar(value)) => {
                let value = value.clone();
                self.parts.count_aliased(1)?;
                self.place_scalar(value, line)
            }
            Some(Anchored::Collection(..)) if self.slot() == Slot::Key => {
                Err("a list or an object is no key".to_owned())
            }
            Some(Anchored::Collection(Json::Array(_), _)) if self.slot() == Slot::Merged => {
                Err(NO_MERGE.to_owned())
            }
            Some(Anchored::Collection(value, parts)) => {
                self.parts.count_aliased(*parts)?;
                let value = value.clone();
                self.composer.mark(line);
                self.place(value)
            }
        }
    }

    /// Puts the members of an object, or of several, into the innermost one. They replace what is there already; of
    /// several objects the first one counts.
    fn merge(&mut self, value: Json) -> Result<(), String> {
        let objects = match &value {
            Json::Object(_) => std::slice::from_ref(&value),
            Json::Array(items) => items,
            _ => &[],
        };
        for object in objects.iter().rev() {
            let Json::Object(members) = object else {
                return Err(NO_MERGE.to_owned());
            };
            for (key, value) in members {
                self.composer.merged(key.clone(), value.clone());
            }
        }
        Ok(())
    }
}

const NO_MERGE: &str = "<< wants an object or a list of objects";

/// How many parts a document has, and how many of them are there by aliases alone.
#[derive(Default)]
struct Parts {
    all: u64,
    aliased: u64,
}

impl Parts {
    fn count(&mut self) {
        self.all += 1;
    }

    /// The rule of kubectl: a small document may be nearly all aliases, a large one must not.
    fn count_aliased(&mut self, parts: u64) -> Result<(), String> {
        self.all += parts;
        self.aliased += parts;
        let (low, high) = (400_000.0, 4_000_000.0);
        let allowed = 0.99 - 0.89 * ((self.all as f64 - low) / (high - low)).clamp(0.0, 1.0);
        let excessive = self.aliased > 100
            && self.all > 1000
            && self.aliased as f64 / self.all as f64 > allowed;
        if excessive {
            return Err(
                "aliases repeat too much of the document; kubectl refuses it too (hint: write out what they stand for, or split the file)"
                    .to_owned(),
            );
        }
        Ok(())
    }
}
