//! Expressions: sums, texts and variables are evaluated here; what else Argo's language has, only Argo knows.

use super::known::Known;

/// What comes of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Evaluation {
    /// This text is put in its place.
    Value(String),
    /// It stays as it is written: it names something that is not known yet.
    Stays,
    /// It has no value that could be written.
    Refused,
    /// It names a step, for which Argo waits.
    Waits,
    /// Only Argo can tell.
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Whole(i64),
    Float(f64),
    Text(String),
    Bool(bool),
    /// Something that is not known yet.
    Absent,
    /// What a step leaves.
    Step,
}

/// Evaluates an expression as far as it is simple.
pub(super) fn evaluate(expression: &str, known: &Known) -> Evaluation {
    let mut parser = Parser {
        rest: expression,
        known,
    };
    let value = match parser.sum(0) {
        Ok(value) if parser.rest.trim().is_empty() => value,
        Ok(_) if parser.rest.matches('"').count() == 1 => return Evaluation::Refused,
        Ok(_) => return Evaluation::Unknown,
        Err(evaluation) => return evaluation,
    };
    match value {
        Value::Whole(number) => Evaluation::Value(number.to_string()),
        Value::Text(text) => Evaluation::Value(text),
        Value::Bool(value) => Evaluation::Value(value.to_string()),
        Value::Absent => Evaluation::Stays,
        Value::Step => Evaluation::Waits,
        Value::Float(number) => match crate::json::go_float(number) {
            Some(text) => Evaluation::Value(text),
            None => Evaluation::Refused,
        },
    }
}

/// Deeper parentheses are Argo's alone.
const MAX_DEPTH: usize = 32;

struct Parser<'a> {
    rest: &'a str,
    known: &'a Known,
}

type Parsed = Result<Value, Evaluation>;

impl Parser<'_> {
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        let trimmed = self.rest.trim_start();
        let sign = trimmed.chars().next().filter(|c| signs.contains(c))?;
        self.rest = &trimmed[sign.len_utf8()..];
        Some(sign)
    }

    fn sum(&mut self, depth: usize) -> Parsed {
        let mut left = self.product(depth)?;
        while let Some(sign) = self.sign(&['+', '-']) {
            let right = self.product(depth)?;
            left = match (left, sign, right) {
                (Value::Whole(a), '+', Value::Whole(b)) => whole(a.checked_add(b))?,
                (Value::Whole(a), _, Value::Whole(b)) => whole(a.checked_sub(b))?,
                (Value::Text(a), '+', Value::Text(b)) => Value::Text(a + &b),
                (left, _, right) => unknown(left, right)?,
            };
        }
        Ok(left)
    }

    fn product(&mut self, depth: usize) -> Parsed {
        let mut left = self.factor(depth)?;
        while let Some(sign) = self.sign(&['*', '/']) {
            let right = self.factor(depth)?;
            left = match (left, sign, right) {
                (Value::Whole(a), '*', Value::Whole(b)) => whole(a.checked_mul(b))?,
                #[expect(clippy::cast_precision_loss, reason = "as in Go")]
                (Value::Whole(a), '/', Value::Whole(b)) => Value::Float(a as f64 / b as f64),
                (left, _, right) => unknown(left, right)?,
            };
        }
        Ok(left)
    }

    fn factor(&mut self, depth: usize) -> Parsed {
        if depth == MAX_DEPTH {
            return Err(Evaluation::Unknown);
        }
        if self.sign(&['(']).is_some() {
            let inner = self.sum(depth + 1)?;
            return match self.sign(&[')']) {
                Some(_) => Ok(inner),
                None if self.rest.trim().is_empty() => Err(Evaluation::Refused),
                None => Err(Evaluation::Unknown),
            };
        }
        if self.sign(&['-']).is_some() {
            return match self.factor(depth + 1)? {
                Value::Whole(number) => whole(number.checked_neg()),
                value @ (Value::Absent | Value::Step) => Ok(value),
                _ => Err(Evaluation::Unknown),
            };
        }
        if self.sign(&['\'']).is_some() {
            let (text, rest) = self.rest.split_once('\'').ok_or(Evaluation::Refused)?;
            self.rest = rest;
            return Ok(Value::Text(text.to_owned()));
        }
        let trimmed = self.rest.trim_start();
        let word = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
        let end = trimmed.find(|c| !word(c)).unwrap_or(trimmed.len());
        let (word, rest) = trimmed.split_at(end);
        self.rest = rest;
        match word {
            // The end, a quote without its other, or a sign that begins nothing simple: a list, a map, a comparison.
            "" if rest.is_empty() || rest.matches('"').count() == 1 => Err(Evaluation::Refused),
            "" => Err(Evaluation::Unknown),
            word if word.starts_with(|c: char| c.is_ascii_digit()) => number(word),
            word if word
                .split('.')
                .any(|part| part.is_empty() || part.starts_with(|c: char| c.is_ascii_digit())) =>
            {
                Err(Evaluation::Refused)
            }
            word => self.name(word),
        }
    }

    fn name(&self, name: &str) -> Parsed {
        if self.rest.trim_start().starts_with(['(', '[', '?']) {
            return Err(Evaluation::Unknown);
        }
        match (name, self.known.get(name)) {
            (_, Some(Some(text))) => Ok(Value::Text(text.clone())),
            (_, Some(None)) => Err(Evaluation::Unknown),
            ("true" | "false", None) => Ok(Value::Bool(name == "true")),
            ("nil", None) => Err(Evaluation::Refused),
            _ => match name.split('.').next() {
                Some("steps" | "tasks") => Ok(Value::Step),
                _ => Ok(Value::Absent),
            },
        }
    }
}

fn number(word: &str) -> Parsed {
    if let Ok(whole) = word.parse() {
        return Ok(Value::Whole(whole));
    }
    match word.parse() {
        Ok(float)
            if word
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            Ok(Value::Float(float))
        }
        _ => Err(Evaluation::Unknown),
    }
}

/// What comes of two values that do not go together: it stays if something is missing, and only Argo knows otherwise.
fn unknown(left: Value, right: Value) -> Parsed {
    match (left, right) {
        (Value::Step, _) | (_, Value::Step) => Ok(Value::Step),
        (Value::Absent, _) | (_, Value::Absent) => Ok(Value::Absent),
        _ => Err(Evaluation::Unknown),
    }
}

fn whole(result: Option<i64>) -> Parsed {
    result.map(Value::Whole).ok_or(Evaluation::Unknown)
}
