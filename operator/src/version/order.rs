//! The order in which the operator hashes the parameters of a run, and the comparison over which it can break down.

use crate::resource::{RunParameter, RunSpec};

/// How far Go sorts by insertion, element by element. Beyond that, which elements meet is not foretold here.
const INSERTION: usize = 12;

/// What comes of sorting the parameters of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterOrder<'a> {
    /// They are sorted.
    Sound,
    /// The operator panics at the second of two parameters of one name, of which the first is plain and empty and the
    /// second has `valueFrom`: it follows a pointer that is not there.
    Panics(&'a str),
    /// The operator may panic: there are two such parameters, among more than twelve.
    MayPanic(&'a str),
}

impl RunSpec {
    /// Whether the operator can sort the parameters, as it must for every hash.
    pub fn parameter_order(&self) -> ParameterOrder<'_> {
        let parameters: Vec<_> = self.parameters.iter().collect();
        if parameters.len() <= INSERTION {
            return insertion(parameters);
        }
        let meets = |one: &&RunParameter| parameters.iter().any(|other| less(one, other).is_none());
        match parameters.iter().copied().find(meets) {
            Some(found) => ParameterOrder::MayPanic(&found.name),
            None => ParameterOrder::Sound,
        }
    }
}

/// Go's insertion sort, to see which parameters are compared with which.
fn insertion(mut parameters: Vec<&RunParameter>) -> ParameterOrder<'_> {
    for start in 1..parameters.len() {
        for at in (1..=start).rev() {
            match less(parameters[at], parameters[at - 1]) {
                None => return ParameterOrder::Panics(&parameters[at].name),
                Some(false) => break,
                Some(true) => parameters.swap(at, at - 1),
            }
        }
    }
    ParameterOrder::Sound
}

/// The operator's comparison; `None` where it panics.
fn less(one: &RunParameter, other: &RunParameter) -> Option<bool> {
    let plain = (&one.name, &one.value).cmp(&(&other.name, &other.value));
    match (plain.is_eq(), &one.value_from, &other.value_from) {
        (false, ..) => Some(plain.is_lt()),
        (true, None, from) => Some(from.is_some()),
        (true, Some(_), None) => None,
        (true, Some(_), Some(_)) => Some(key(one) < key(other)),
    }
}

/// By what parameters are sorted; the namespace of a reference does not count.
pub(super) fn key(parameter: &RunParameter) -> (&str, &str, Option<(&str, &str, bool)>) {
    let from = parameter.value_from.as_ref().map(|from| {
        let reference = &from.run_configuration_ref;
        (
            reference.name.name(),
            reference.output_artifact.as_str(),
            reference.optional,
        )
    });
    (&parameter.name, &parameter.value, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameters: `a` is plain and empty, `a=1` has a value, `a<` comes from elsewhere.
    fn spec(parameters: &str) -> RunSpec {
        let one = |text: &str| match (text.split_once('='), text.strip_suffix('<')) {
            (Some((name, value)), _) => format!(r#"{{"name":"{name}","value":"{value}"}}"#),
            (_, Some(name)) => format!(
                r#"{{"name":"{name}","valueFrom":{{"runConfigurationRef":{{"name":"up","outputArtifact":"x"}}}}}}"#
            ),
            _ => format!(r#"{{"name":"{text}"}}"#),
        };
        let parameters: Vec<_> = parameters.split_whitespace().map(one).collect();
        serde_json::from_str(&format!(
            r#"{{"provider":"p/q","parameters":[{}]}}"#,
            parameters.join(",")
        ))
        .expect("a specification")
    }

    #[test]
    fn the_operator_panics_over_some_orders_only() {
        let many = "c d e f g h i j k l m";
        let table = [
            ("", "sound"),
            ("a", "sound"),
            ("a a", "sound"),
            ("a<", "sound"),
            ("a< a<", "sound"),
            ("a a<", "panics"),
            ("a< a", "sound"),
            ("a=1 a<", "sound"),
            ("a a< a", "panics"),
            ("a< a a<", "sound"),
            ("a< a< a", "sound"),
            ("b a a<", "panics"),
            ("a b a<", "panics"),
            ("a c< b a<", "panics"),
            ("b b<", "panics"),
            ("a b<", "sound"),
        ];
        for (parameters, expected) in table {
            let spec = spec(parameters);
            let found = match spec.parameter_order() {
                ParameterOrder::Sound => "sound",
                ParameterOrder::Panics(_) => "panics",
                ParameterOrder::MayPanic(_) => "may panic",
            };
            assert_eq!(found, expected, "{parameters}");
        }
        let long = spec(&format!("a a< {many}"));
        assert_eq!(long.parameter_order(), ParameterOrder::MayPanic("a"));
        assert_eq!(
            spec(&format!("a b< {many}")).parameter_order(),
            ParameterOrder::Sound
        );
    }
}
