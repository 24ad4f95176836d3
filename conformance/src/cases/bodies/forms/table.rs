//! The peculiar things, by type.

use crate::catalogue::ids;
use kfp_operator_sim::ResourceKind;

use super::AS_CREATE;
use crate::cases::bodies::{Blame, made};
use crate::engine::context::{Context, Step};
use crate::oracle::exchange::Intent;
use crate::stimuli::fixture::Body;

/// Writes a JSON text into a body.
type Change = fn(Body, &str) -> Body;

/// Something peculiar in a body.
pub(super) struct Form {
    pub(super) requirement: &'static str,
    pub(super) what: String,
    pub(super) change: Change,
    /// The text that is peculiar.
    pub(super) with: String,
    /// What is written in its place to compare; without it, the body stays as it is.
    pub(super) without: Option<&'static str>,
    pub(super) blame: Blame,
}

/// No provider has a reason of its own to refuse it.
fn form(requirement: &'static str, what: &str, with: &str, change: Change) -> Form {
    Form {
        requirement,
        what: what.to_owned(),
        change,
        with: with.to_owned(),
        without: None,
        blame: Blame::Convention,
    }
}

impl Form {
    fn instead_of(self, without: &'static str) -> Self {
        Self {
            without: Some(without),
            ..self
        }
    }
}

pub(in crate::cases::bodies) const DECIDES: &[&str] = &[
    ids::CREATE_BODY_NAME_FORMS,
    ids::CREATE_BODY_VERSION_FORMS,
    ids::CREATE_BODY_ENV_DUPLICATES,
    ids::CREATE_BODY_ENV_EMPTY_VALUE,
    ids::CREATE_BODY_HTML_ESCAPES,
    ids::CREATE_BODY_LINE_SEPARATORS,
    ids::CREATE_BODY_TEXT_BEYOND_BMP,
    ids::CREATE_BODY_FRAMEWORK_PARAMETERS_VALUES,
    ids::CREATE_BODY_BIG_INTEGERS,
    ids::CREATE_BODY_COMPILED_SHAPES,
    ids::CREATE_BODY_PIPELINE_VERSION_EMPTY,
    ids::CREATE_BODY_SCHEDULE_NULL_TIME,
    ids::CREATE_BODY_SCHEDULE_EMPTY,
    ids::CREATE_BODY_PARAMETERS_EMPTY_KEY,
    ids::CREATE_BODY_PARAMETERS_EMPTY_VALUE,
    ids::CREATE_BODY_ARTIFACT_FILTER,
    ids::CREATE_BODY_RUN_CONFIGURATION_NAME,
    ids::CREATE_BODY_EXPERIMENT_NAME,
    ids::CREATE_BODY_TRIGGER_KINDS,
    ids::CREATE_BODY_DESCRIPTION_EMPTY,
    ids::UPDATE_BODY_AS_CREATE,
    ids::UPDATE_FOREIGN_CONTENT_TYPE,
];

const MARKUP: &str = r#""a<b> & \"c\" </d>""#;
const NO_MARKUP: &str = r#""a b and c d""#;
const LINES: &str = "\"one\u{2028}two\u{2029}three\"";
const NO_LINES: &str = "\"one two three\"";
const BEYOND: &str = "\"\u{1d4b3} \u{1f41f} \u{2070e}\"";
const WITHIN: &str = "\"Größe 大きさ размер\"";

/// Bodies to start from: what cannot be in one body with the rest has one of its own. What is compared with the body
/// as it is comes last of each half, where the search is longest.
pub(super) fn forms(kind: ResourceKind) -> Vec<Vec<Form>> {
    match kind {
        ResourceKind::Pipeline => vec![pipeline()],
        ResourceKind::Run => vec![run()],
        ResourceKind::RunSchedule => vec![runschedule()],
        ResourceKind::Experiment => {
            let described: Change = |body, text| body.append("description", text);
            let empty = form(
                ids::CREATE_BODY_DESCRIPTION_EMPTY,
                "description is \"\"",
                "\"\"",
                |body, text| body.set("description", text),
            );
            let mut all = texts([described, described, described]);
            all.push(name());
            vec![all, vec![empty]]
        }
    }
}

fn pipeline() -> Vec<Form> {
    let env: Change = |body, entries| body.push("env", entries);
    let markup: Change = |body, text| body.push("env", &entry("KC_MARKUP", text));
    let lines: Change = |body, text| body.push("env", &entry("KC_LINES", text));
    // In its other places, too: a parser may be strict in one of them only.
    let beyond: Change = |body, text| {
        body.push("env", &entry("KC_BEYOND", text))
            .put(PARAMETERS, "kcBeyond", text)
            .compiled_member("x-beyond", text)
    };
    let mut all = vec![
        form(
            ids::CREATE_BODY_ENV_DUPLICATES,
            "two env entries of one name",
            r#"[{"name":"KC_TWICE","value":"one"},{"name":"KC_TWICE","value":"two"}]"#,
            env,
        )
        .instead_of(r#"[{"name":"KC_TWICE","value":"one"}]"#),
        form(
            ids::CREATE_BODY_ENV_EMPTY_VALUE,
            "an env entry with an empty value",
            r#"[{"name":"KC_EMPTY","value":""}]"#,
            env,
        )
        .instead_of(r#"[{"name":"KC_EMPTY","value":"x"}]"#),
        form(
            ids::CREATE_BODY_FRAMEWORK_PARAMETERS_VALUES,
            "framework.parameters of many kinds",
            r#"[true,-1.5e-7,{"a":null,"b":[[],{}]},""]"#,
            |body, values| body.put(PARAMETERS, "kcValues", values),
        )
        .instead_of("\"text\""),
        version("4cf893"),
        form(
            ids::CREATE_BODY_BIG_INTEGERS,
            "integers beyond 2^53 and 2^63 in framework.parameters",
            "[9007199254740993,9223372036854775807,18446744073709552000]",
            |body, numbers| body.put(PARAMETERS, "kcNumbers", numbers),
        )
        .instead_of("[1,2,3]"),
    ];
    all.extend(texts([markup, lines, beyond]));
    all.push(name());
    all
}

/// Where the framework's parameters are.
const PARAMETERS: &[&str] = &["framework", "parameters"];

fn run() -> Vec<Form> {
    let mut all = of_runs();
    all.push(form(
        ids::CREATE_BODY_TRIGGER_KINDS,
        "a triggerIndicator with a source but no namespace",
        r#"{"type":"runConfiguration","source":"kc-upstream","sourceNamespace":""}"#,
        |body, trigger| body.set("triggerIndicator", trigger),
    ));
    all
}

fn runschedule() -> Vec<Form> {
    let mut all = of_runs();
    all.push(form(
        ids::CREATE_BODY_PIPELINE_VERSION_EMPTY,
        "pipelineVersion is \"\"",
        "\"\"",
        |body, version| body.set("pipelineVersion", version),
    ));
    all.push(form(
        ids::CREATE_BODY_SCHEDULE_NULL_TIME,
        "schedule.startTime is null",
        "null",
        |body, time| body.put(&["schedule"], "startTime", time),
    ));
    all
}

/// What runs and their schedules have in common.
fn of_runs() -> Vec<Form> {
    // Each at a place of its own, because all of them can be in one body.
    let markup: Change = |body, text| body.put(&["parameters"], "kc-markup", text);
    let lines: Change = |body, text| body.put(&["parameters"], "kc-lines", text);
    let beyond: Change = |body, text| body.put(&["parameters"], "kc-beyond", text);
    let mut all = vec![
        form(
            ids::CREATE_BODY_ARTIFACT_FILTER,
            "an artifact path with a filter",
            r#"[{"name":"kc-model","path":"train:model:0[pushed == 1 and level.two == \"x y\" and not (tag in names)]"}]"#,
            |body, artifacts| body.push("artifacts", artifacts),
        )
        .instead_of(r#"[{"name":"kc-model","path":"train:model:0"}]"#),
        form(
            ids::CREATE_BODY_PARAMETERS_EMPTY_VALUE,
            "a parameter with an empty value",
            "\"\"",
            |body, value| body.put(&["parameters"], "kc-empty", value),
        )
        .instead_of("\"x\""),
        form(
            ids::CREATE_BODY_RUN_CONFIGURATION_NAME,
            "runConfigurationName is given",
            "\"kfp-conformance/kc-configuration\"",
            |body, name| body.set("runConfigurationName", name),
        ),
        name(),
        form(
            ids::CREATE_BODY_PARAMETERS_EMPTY_KEY,
            "parameters has the empty key",
            "\"\"",
            |body, value| body.put(&["parameters"], "", value),
        ),
    ];
    all.extend(texts([markup, lines, beyond]));
    all
}

/// Of an experiment that exists, if the provider has experiments: no other name is sure to be known.
pub(super) async fn experiment(c: &mut Context) -> Step<Option<Form>> {
    let runs = matches!(c.kind(), ResourceKind::Run | ResourceKind::RunSchedule);
    if !runs
        || c.session
            .setup
            .config
            .is_unsupported(ResourceKind::Experiment)
    {
        return Ok(None);
    }
    let experiment = c.body_of(ResourceKind::Experiment).await?;
    let answer = c.create(&experiment, Intent::Debatable).await?;
    let named = form(
        ids::CREATE_BODY_EXPERIMENT_NAME,
        "experimentName of an experiment that exists",
        &format!("{:?}", experiment.text("name")),
        |body, name| body.set("experimentName", name),
    );
    Ok(made(&answer).then_some(named))
}

/// What only updates ask: they cost nothing, and the rest of the body is as in a create.
pub(super) fn only_updates(kind: ResourceKind) -> Vec<Form> {
    const SHAPES: &[(&str, &str)] = &[
        (
            "compiledPipeline wraps the pipeline with its name and labels",
            r#"{"displayName":"kc","labels":{},"pipelineSpec":{"pipelineInfo":{"name":"kc"},"schemaVersion":"2.1.0","sdkVersion":"tfx-1.15.0","root":{}},"runtimeConfig":{}}"#,
        ),
        ("compiledPipeline is no pipeline", r#"{"foo": "bar"}"#),
        ("compiledPipeline is a list", r#"[1, "two", null]"#),
        ("compiledPipeline is a text", r#""kc""#),
    ];
    match kind {
        ResourceKind::Pipeline => {
            let shapes = SHAPES.iter().map(|(what, json)| Form {
                // A provider may take only what it can run; it has to say so.
                blame: Blame::Taste,
                ..form(
                    ids::CREATE_BODY_COMPILED_SHAPES,
                    what,
                    json,
                    |body, json| body.compiled(json),
                )
            });
            let raw = form(
                AS_CREATE,
                "< > & that are not escaped, as after a JSON patch",
                MARKUP,
                |body, text| body.push("env", &entry("KC_MARKUP", text)).unescaped(),
            );
            let versions = ["latest-4cf893", "v1.2.3_RC-4cf893"].map(version);
            shapes
                .chain(versions)
                .chain([raw.instead_of(NO_MARKUP)])
                .collect()
        }
        ResourceKind::RunSchedule => vec![form(
            ids::CREATE_BODY_SCHEDULE_EMPTY,
            "schedule is {}",
            "{}",
            |body, schedule| body.set("schedule", schedule),
        )],
        ResourceKind::Run | ResourceKind::Experiment => Vec::new(),
    }
}

/// Dots, and as many letters as the name of a resource may have whose workflows Kubernetes accepts.
fn name() -> Form {
    form(
        ids::CREATE_BODY_NAME_FORMS,
        "a name of 63 characters with dots",
        ".v2.0-",
        |body, middle| {
            const LONGEST: usize = 63;
            let name = body.text("name");
            let (namespace, own) = name.split_once('/').unwrap_or(("", &name));
            let own = format!("{own}{middle}{}", "x".repeat(LONGEST));
            let own: String = own.chars().take(LONGEST).collect();
            body.named(&format!("{namespace}/{own}"))
        },
    )
}

/// The version of a pipeline begins with the tag of its image, if that has one.
fn version(version: &str) -> Form {
    form(
        ids::CREATE_BODY_VERSION_FORMS,
        &format!("version {version}"),
        &format!("{version:?}"),
        |body, version| body.set("version", version),
    )
}

/// An entry of the environment, as the list that it is added from.
fn entry(name: &str, value: &str) -> String {
    format!("[{{\"name\":\"{name}\",\"value\":{value}}}]")
}

/// Texts that JSON can hold in more than one way, each written at a place that the type has for texts.
fn texts([markup, lines, beyond]: [Change; 3]) -> Vec<Form> {
    vec![
        form(
            ids::CREATE_BODY_HTML_ESCAPES,
            "< > & written as \\u003c and so on",
            MARKUP,
            markup,
        )
        .instead_of(NO_MARKUP),
        form(
            ids::CREATE_BODY_LINE_SEPARATORS,
            "U+2028 and U+2029, escaped",
            LINES,
            lines,
        )
        .instead_of(NO_LINES),
        Form {
            // A store may have no room for them.
            blame: Blame::Taste,
            ..form(
                ids::CREATE_BODY_TEXT_BEYOND_BMP,
                "letters and an emoji beyond the Basic Multilingual Plane",
                BEYOND,
                beyond,
            )
        }
        .instead_of(WITHIN),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded<'a>(kind: ResourceKind, forms: impl Iterator<Item = &'a Form>) -> Vec<u8> {
        let body = Body::valid(kind, "x", "kfp-conformance/p", None);
        forms.fold(body, |body, form| form.put(body)).bytes()
    }

    /// What is asked in one body must all be in it: one that another overwrote would pass unasked.
    #[test]
    fn nothing_peculiar_hides_behind_another_and_each_differs_from_what_it_is_compared_with() {
        for kind in ResourceKind::ALL {
            for group in forms(kind) {
                let all = folded(kind, group.iter());
                for (at, form) in group.iter().enumerate() {
                    let others = group.iter().enumerate().filter(|(other, _)| *other != at);
                    let others = folded(kind, others.map(|(_, form)| form));
                    assert!(all != others, "{kind}: {} is not in the body", form.what);
                }
            }
            for form in forms(kind).iter().flatten().chain(&only_updates(kind)) {
                let body = Body::valid(kind, "x", "kfp-conformance/p", None);
                let (with, without) = (form.put(body.clone()), form.leave_out(body));
                assert!(with.bytes() != without.bytes(), "{kind}: {}", form.what);
            }
        }
    }
}
