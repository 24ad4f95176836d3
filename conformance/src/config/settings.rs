//! What a configuration amounts to, for reports: they are passed on, so secrets stay here.

use serde_json::Value;

use super::{Config, Fixture};

/// Longer values are cut.
const LENGTH: usize = 2000;

impl Config {
    /// Keys and values, without secrets.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("provider.settle".to_owned(), format!("{:?}", self.settle)),
            (
                "limits.request".to_owned(),
                format!("{:?}", self.request_limit),
            ),
        ];
        if let Some(limit) = self.max_creates {
            settings.push(("limits.max-creates".to_owned(), limit.to_string()));
        }
        if let Some(rate) = self.rate {
            settings.push(("limits.rate".to_owned(), rate.to_string()));
        }
        for (kind, Fixture { body, compiled }) in &self.fixtures {
            if let Some(body) = body {
                let mut text = redacted(body).to_string();
                if let Some((cut, _)) = text.char_indices().nth(LENGTH) {
                    text.truncate(cut);
                    text.push('…');
                }
                settings.push((format!("fixtures.{kind}.body"), text));
            }
            if let Some(compiled) = compiled {
                let text = format!("{} bytes", compiled.len());
                settings.push((format!("fixtures.{kind}.compiled"), text));
            }
        }
        settings
    }
}

/// The value with `…` for every member whose name says that it is a secret.
fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            // What `[{name, value}]` is to the operator is a member to the reader.
            let named = members
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(is_secret);
            let hide = |key: &str| is_secret(key) || (named && key == "value");
            let member = |(key, value): (&String, &Value)| {
                let shown = if hide(key) {
                    Value::from("…")
                } else {
                    redacted(value)
                };
                (key.clone(), shown)
            };
            members.iter().map(member).collect()
        }
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "secret",
        "token",
        "password",
        "passwd",
        "credential",
        "authorization",
        "apikey",
        "accesskey",
        "privatekey",
    ];
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    WORDS.iter().any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kfp_operator_sim::ResourceKind;

    #[test]
    fn secrets_stay_out() {
        let body = serde_json::json!({
            "pipelineDefinition": {
                "image": "a:1",
                "env": [{"name": "DB_PASSWORD", "value": "planted-1"}, {"name": "REGION", "value": "north"}],
                "apiKey": "planted-2",
            },
            "deep": [{"access_token": {"inner": "planted-3"}}],
        });
        let mut config = Config::default();
        let fixture = Fixture {
            body: Some(body),
            compiled: None,
        };
        config.fixtures.insert(ResourceKind::Pipeline, fixture);
        let text = format!("{:?}", config.settings());
        assert!(!text.contains("planted"), "{text}");
        assert!(text.contains("north") && text.contains("a:1"), "{text}");
    }
}
