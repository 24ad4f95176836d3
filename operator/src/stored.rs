//! What the API server makes of a resource before anybody reads it back.

use crate::json::Json;
use crate::kind::CustomKind;

/// A resource as the API server returns it, as far as requests depend on the difference: free-form parameters of a
/// pipeline lose what is `null` at their top, and numbers become what a Kubernetes decoder makes of them.
pub(crate) fn stored(kind: CustomKind, json: &Json) -> Json {
    let mut json = json.clone();
    if kind == CustomKind::Pipeline
        && let Some(parameters) = member(&mut json, &["spec", "framework", "parameters"])
    {
        *parameters = parameters.stored();
        if let Json::Object(members) = parameters {
            members.retain(|(_, value)| *value != Json::Null);
        }
    }
    json
}

/// The member at a path, the last of several with one name.
fn member<'a>(json: &'a mut Json, path: &[&str]) -> Option<&'a mut Json> {
    path.iter().try_fold(json, |json, key| match json {
        Json::Object(members) => members
            .iter_mut()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a parameter becomes; `None` where it is dropped. Measured in front of an API server.
    #[test]
    fn parameters_become_what_the_api_server_returns() {
        let table = [
            ("9223372036854775807", Some("9223372036854775807")),
            ("9223372036854775808", Some("9223372036854776000")),
            ("18446744073709551615", Some("18446744073709552000")),
            ("-9223372036854775808", Some("-9223372036854775808")),
            ("-9223372036854775809", Some("-9223372036854776000")),
            (
                "123456789012345678901234567890",
                Some("1.2345678901234568e+29"),
            ),
            ("9007199254740993", Some("9007199254740993")),
            ("9007199254740993.0", Some("9007199254740992")),
            ("-0.0", Some("0")),
            ("-0", Some("0")),
            ("-1e-400", Some("0")),
            ("1.0", Some("1")),
            ("1e21", Some("1e+21")),
            ("1E2", Some("100")),
            ("1e-7", Some("1e-7")),
            ("0.3333333333333333333333", Some("0.3333333333333333")),
            (
                r#"{"b":-0.0,"a":[null,1.50]}"#,
                Some(r#"{"a":[null,1.5],"b":0}"#),
            ),
            (r#""1e400""#, Some(r#""1e400""#)),
            ("null", None),
        ];
        for (text, expected) in table {
            let json = format!(r#"{{"spec":{{"framework":{{"parameters":{{"p":{text}}}}}}}}}"#);
            let json = Json::parse(json.as_bytes()).expect("valid");
            let found = stored(CustomKind::Pipeline, &json);
            let parameters = ["spec", "framework", "parameters", "p"]
                .iter()
                .try_fold(&found, |json, key| json.get(key));
            assert_eq!(
                parameters.map(ToString::to_string).as_deref(),
                expected,
                "{text}"
            );
            assert_eq!(stored(CustomKind::Run, &json), json, "{text}: no pipeline");
        }
    }
}
