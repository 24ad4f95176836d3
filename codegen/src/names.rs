//! Rust names from the words of a document, made the way progenitor makes them.

use heck::{ToPascalCase, ToSnakeCase};

/// A type name.
pub(crate) fn pascal(text: &str) -> String {
    legal(spaced(text).to_pascal_case(), "X")
}

/// A function or field name.
pub(crate) fn snake(text: &str) -> String {
    legal(spaced(text).to_snake_case(), "x_")
}

fn spaced(text: &str) -> String {
    let legal = |c: char| c.is_alphanumeric() || c == '_';
    text.chars()
        .filter(|c| *c != '\'')
        .map(|c| if legal(c) { c } else { '-' })
        .collect()
}

fn legal(name: String, prefix: &str) -> String {
    let name = if name.starts_with(|c: char| c.is_alphabetic()) {
        name
    } else {
        format!("{prefix}{name}")
    };
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) if name != "gen" => name,
        _ => format!("{name}_"),
    }
}

/// The name of one of a collection: `artifacts` holds an `artifact`.
pub(crate) fn singular(name: &str) -> String {
    let stem = name
        .strip_suffix('s')
        .filter(|stem| stem.len() > 2 && !stem.ends_with('s'));
    stem.map_or_else(
        || format!("{name}Item"),
        |stem| match stem.strip_suffix("ie") {
            Some(stem) => format!("{stem}y"),
            None => stem.to_owned(),
        },
    )
}

/// The words at the end that all names share; empty if they share none.
pub(crate) fn common_ending(names: &[String]) -> String {
    let words = |name: &String| -> Vec<String> {
        name.to_snake_case().split('_').map(str::to_owned).collect()
    };
    let Some((first, rest)) = names.split_first() else {
        return String::new();
    };
    let mut shared = words(first);
    for name in rest {
        let other = words(name);
        let same = shared
            .iter()
            .rev()
            .zip(other.iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        shared.drain(..shared.len() - same);
    }
    shared.join("_").to_pascal_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_rust() {
        let table = [
            ("createResource", "CreateResource", "create_resource"),
            ("type", "Type", "type_"),
            ("run-schedule", "RunSchedule", "run_schedule"),
            ("2fa", "X2fa", "x_2fa"),
            ("self", "Self_", "self_"),
            ("gen", "Gen", "gen_"),
        ];
        for (text, type_name, field) in table {
            assert_eq!(
                (pascal(text).as_str(), snake(text).as_str()),
                (type_name, field),
                "{text}"
            );
        }
    }

    #[test]
    fn collections_have_singulars_and_names_have_endings() {
        for (many, one) in [
            ("artifacts", "artifact"),
            ("entries", "entry"),
            ("data", "dataItem"),
            ("class", "classItem"),
        ] {
            assert_eq!(singular(many), one);
        }
        let table: [(&[&str], &str); 3] = [
            (
                &["CreateResourceType", "DeleteResourceType"],
                "ResourceType",
            ),
            (&["RunArtifact", "RunScheduleArtifact"], "Artifact"),
            (&["A", "B"], ""),
        ];
        for (names, ending) in table {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(common_ending(&names), ending, "{names:?}");
        }
    }
}
