//! The parameters of the Provider resource, as the operator passes them: `PARAMETERS_<NAME>`.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::DeserializeOwned;

/// The parameters of the Provider resource.
///
/// The operator writes a name in capitals and a value as text: a string as it is, any other JSON as its JSON text. So
/// names are looked up without regard to case.
///
/// ```
/// # use kfp_provider_server::Settings;
/// let settings = Settings::from_env([("PARAMETERS_MAXRUNS", "8"), ("PARAMETERS_ZONES", r#"["a","b"]"#)])?;
/// assert_eq!(settings.parameters.get("maxRuns")?, Some(8));
/// assert_eq!(settings.parameters.require_json::<Vec<String>>("zones")?, ["a", "b"]);
/// assert_eq!(
///     settings.parameters.require::<String>("bucket").unwrap_err().to_string(),
///     "PARAMETERS_BUCKET: not set (hint: add `bucket` to the parameters of the Provider resource)",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, String>);

/// A parameter that is missing or cannot be read. The text never shows the value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// The provider cannot do without it.
    #[error("{}{}: not set (hint: add `{name}` to the parameters of the Provider resource)", Parameters::PREFIX, name.to_uppercase())]
    Missing {
        /// The name, as the provider asked for it.
        name: String,
    },
    /// The value is not of the type that the provider needs.
    #[error("{}{}: {reason} (hint: correct `{name}` in the parameters of the Provider resource)", Parameters::PREFIX, name.to_uppercase())]
    Unreadable {
        /// The name, as the provider asked for it.
        name: String,
        /// What is wrong with the value.
        reason: String,
    },
}

impl Parameters {
    pub(crate) const PREFIX: &'static str = "PARAMETERS_";

    pub(crate) fn insert(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// The names of all parameters, in capitals and sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The text of a parameter, if it is set.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_uppercase()).map(String::as_str)
    }

    /// A parameter as a type that is read from text: a number, an address, a type of the provider's own.
    ///
    /// # Errors
    /// The text is not of that type.
    pub fn get<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, ParameterError> {
        self.read(name, |text| {
            text.parse().map_err(|error: T::Err| error.to_string())
        })
    }

    /// As [`Parameters::get`], for a parameter that the provider cannot do without.
    ///
    /// # Errors
    /// It is not set, or the text is not of that type.
    pub fn require<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, ParameterError> {
        self.get(name)?.ok_or_else(|| ParameterError::Missing {
            name: name.to_owned(),
        })
    }

    /// A parameter that is a list, an object or any other JSON value.
    ///
    /// # Errors
    /// The text is not JSON of that type.
    pub fn get_json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ParameterError> {
        self.read(name, |text| {
            serde_json::from_str(text).map_err(|error| json_problem(&error))
        })
    }

    /// As [`Parameters::get_json`], for a parameter that the provider cannot do without.
    ///
    /// # Errors
    /// It is not set, or the text is not JSON of that type.
    pub fn require_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ParameterError> {
        self.get_json(name)?.ok_or_else(|| ParameterError::Missing {
            name: name.to_owned(),
        })
    }

    fn read<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ParameterError> {
        let unreadable = |reason| ParameterError::Unreadable {
            name: name.to_owned(),
            reason,
        };
        self.text(name).map(read).transpose().map_err(unreadable)
    }
}

/// Where the JSON is wrong, without the words of the value.
fn json_problem(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Data => "JSON of another shape than the provider expects",
        _ => "not JSON",
    };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_and_never_shown() {
        let parameters = Parameters(BTreeMap::from([
            ("COUNT".to_owned(), "three secrets".to_owned()),
            ("LIST".to_owned(), "[\"secret\"".to_owned()),
        ]));
        assert_eq!(parameters.text("count"), Some("three secrets"));
        assert_eq!(parameters.get::<u8>("absent"), Ok(None));
        let table = [
            (
                parameters.require::<u8>("count").err(),
                "PARAMETERS_COUNT: invalid digit found in string (hint: ",
            ),
            (
                parameters.require_json::<u8>("count").err(),
                "PARAMETERS_COUNT: not JSON, at line 1 column ",
            ),
            (
                parameters.get_json::<Vec<u8>>("list").map(|_| 0).err(),
                "PARAMETERS_LIST: JSON of another shape",
            ),
            (
                parameters.require_json::<u8>("Zone").err(),
                "PARAMETERS_ZONE: not set (hint: add `Zone` to",
            ),
        ];
        for (error, start) in table {
            let text = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(
                text.starts_with(start) && !text.contains("secret"),
                "{start}: {text}"
            );
        }
    }
}
