use super::*;

/// What is expected of a text.
enum Expected {
    Runs(&'static str),
    Invalid,
    Hangs,
}

use Expected::{Hangs, Invalid, Runs};

/// A parameter of a run as it stands in the definition, and how it arrives: said by Argo 3.7.13, whose validator and
/// substitution `interop/argo/tags` runs.
const TABLE: &[(&str, Expected)] = &[
    ("plain", Runs("plain")),
    ("{{workflow.name}}", Runs("run-once-abcde")),
    ("{{ workflow.name }}", Runs("run-once-abcde")),
    ("{{=1+1}}", Runs("2")),
    ("{{= 1 + 1 }}", Runs("2")),
    ("{{inputs.parameters.day}}", Invalid),
    ("{{inputs.parameters.resource-kind}}", Invalid),
    ("{{$.x}}", Runs("{{$.x}}")),
    ("{{x}}", Runs("{{x}}")),
    ("{{item}}", Runs("{{item}}")),
    ("{{item.x}}", Invalid),
    ("{{pod.name}}", Invalid),
    ("{{workflow.parameters.resource-kind}}", Runs("run")),
    (
        "{{workflow.parameters.resource-definition}}",
        Runs(
            "{\"name\":\"birch/once\",\"parameters\":{\"x\":\"{\"name\":\"birch/once\",\"parameters\":{\"x\":\"{\"name\":\"birch/once\",\"parameters\":{\"x\":\"{\"name\":\"birch/once\",\"parameters\":{\"x\":\"{{workflow.parameters.resource-definition}}\"}}\"}}\"}}\"}}",
        ),
    ),
    ("{{workflow.parameters.nope}}", Invalid),
    (
        "{{workflow.labels.pipelines.kubeflow.org/owner.name}}",
        Runs("once"),
    ),
    ("{{workflow.labels.x}}", Invalid),
    ("{{workflow.status}}", Runs("Running")),
    ("{{workflow.failures}}", Invalid),
    (
        "{{workflow.scheduledTime}}",
        Runs("{{workflow.scheduledTime}}"),
    ),
    ("{{workflow.priority}}", Invalid),
    ("{{steps.name}}", Hangs),
    ("{{tasks.name}}", Hangs),
    ("{{steps.provider.id}}", Invalid),
    ("{{steps.x.outputs.result}}", Invalid),
    ("{{outputs.parameters.x}}", Runs("{{outputs.parameters.x}}")),
    ("{{outputs.x}}", Runs("{{outputs.x}}")),
    (
        "{{outputs.parameters.provider-output.path}}",
        Runs("/tmp/provider-output.json"),
    ),
    ("{{inputs.artifacts.resource-definition.path}}", Invalid),
    ("{{", Runs("{{")),
    ("}}", Runs("}}")),
    ("{{{{", Runs("{{{{")),
    ("{{ x", Runs("{{ x")),
    ("{{=", Invalid),
    ("{{=1", Invalid),
    ("{{=nope}}", Runs("{{=nope}}")),
    ("{{=workflow.name}}", Runs("run-once-abcde")),
    ("{{='a'+'b'}}", Runs("ab")),
    ("{{=\\\"a\\\"}}", Invalid),
    ("{{=1\\u003c2}}", Invalid),
    ("{{=item}}", Runs("{{=item}}")),
    ("{{=steps.x}}", Hangs),
    ("{{=nil}}", Invalid),
    ("{{a {{workflow.name}}}}", Runs("{{a run-once-abcde}}")),
    ("{{ {{workflow.name}} }}", Runs("{{ run-once-abcde }}")),
    ("{{{workflow.name}}}", Runs("{{{workflow.name}}}")),
    ("{{workflow.name}", Invalid),
    ("{ {workflow.name}}", Runs("{ {workflow.name}}")),
    ("{{WORKFLOW.NAME}}", Runs("{{WORKFLOW.NAME}}")),
    ("{{workflow.}}", Invalid),
    ("{{workflow}}", Runs("{{workflow}}")),
    ("{{inputs}}", Runs("{{inputs}}")),
    ("{{inputs.parameters}}", Runs("null")),
    ("{{steps}}", Hangs),
    ("{{ }}", Runs("{{ }}")),
    ("{{}}", Runs("{{}}")),
    ("{{\\t}}", Runs("{{\\t}}")),
    ("{{workflow.mainEntrypoint}}", Runs("main")),
    ("{{workflow.serviceAccountName}}", Runs("kfp-operator-argo")),
    ("{{workflow.namespace}}", Runs("ml")),
    (
        "{{workflow.labels}}",
        Runs(
            "{\"pipelines.kubeflow.org/owner.kind\":\"run\",\"pipelines.kubeflow.org/owner.name\":\"once\",\"pipelines.kubeflow.org/owner.namespace\":\"birch\"}",
        ),
    ),
    ("{{workflow.annotations}}", Runs("null")),
    ("{{workflow.annotations.x}}", Invalid),
    ("{{workflow.outputs.parameters.x}}", Invalid),
    ("{{lastRetry.exitCode}}", Runs("{{lastRetry.exitCode}}")),
    ("{{retries}}", Runs("{{retries}}")),
    ("{{cronworkflow.name}}", Runs("{{cronworkflow.name}}")),
    ("a\u{7f}b", Invalid),
    ("\u{1f600}", Runs("\u{1f600}")),
    ("\u{e0001}", Invalid),
    ("\u{1ffff}", Invalid),
    ("\u{10ffff}", Invalid),
    ("\u{e000}", Runs("\u{e000}")),
    ("\u{200b}", Runs("\u{200b}")),
    ("\u{ad}", Runs("\u{ad}")),
    ("\u{2028}", Runs("\u{2028}")),
    ("\u{85}", Runs("\u{85}")),
    ("\u{feff}", Runs("\u{feff}")),
    ("\u{fffe}", Runs("\u{fffe}")),
    ("\u{20000}", Runs("\u{20000}")),
    ("\u{31350}", Runs("\u{31350}")),
    ("\u{e0100}", Runs("\u{e0100}")),
    ("\\u0000", Runs("\\u0000")),
    ("\\t", Runs("\\t")),
    ("\\\\", Runs("\\\\")),
    ("\\\"", Runs("\\\"")),
    ("{{\\\"}}", Runs("{{\\\"}}")),
    ("{{=\\\"a\\\\\\\"b\\\"}}", Invalid),
    ("{{=1/0}}", Invalid),
    ("{{=1.5}}", Runs("1.5")),
    ("{{=true}}", Runs("true")),
    (
        "{{workflow.name}} {{nope}}",
        Runs("run-once-abcde {{nope}}"),
    ),
    (
        "{{nope}} {{workflow.name}}",
        Runs("{{nope}} run-once-abcde"),
    ),
    ("{{nope {{workflow.name}}", Runs("{{nope run-once-abcde")),
    ("{{steps.name.x}}", Hangs),
    ("{{tasks.x.outputs.result}}", Invalid),
    ("{{tasks.x.outputs.artifacts.y}}", Invalid),
    ("{{workflow.regexp}}", Invalid),
    ("{{outputs.artifacts.x}}", Runs("{{outputs.artifacts.x}}")),
    ("{{pod.nope}}", Invalid),
];

fn workflow(definition: &str, id: &str) -> Workflow {
    let labels = [("kind", "run"), ("name", "once"), ("namespace", "birch")];
    let mut workflow = Workflow {
        namespace: "ml".to_owned(),
        generate_name: "run-once-".to_owned(),
        labels: labels
            .map(|(key, value)| {
                (
                    format!("pipelines.kubeflow.org/owner.{key}"),
                    value.to_owned(),
                )
            })
            .to_vec(),
        template: "create-simple",
        parameters: vec![
            ("resource-kind", "run".to_owned()),
            ("resource-definition", definition.to_owned()),
            ("provider-name", "ml/forge".to_owned()),
            (
                "provider-service-url",
                "provider-forge-x7k2p.ml:8080".to_owned(),
            ),
        ],
    };
    if !id.is_empty() {
        workflow.parameters.push(("resource-id", id.to_owned()));
    }
    workflow
}

fn definition(value: &str) -> String {
    format!(r#"{{"name":"birch/once","parameters":{{"x":"{value}"}}}}"#)
}

#[test]
fn what_grows_without_measure_never_gets_to_its_step() {
    let value = "{{workflow.parameters.resource-definition}}".repeat(200);
    let arrival = workflow(&definition(&value), "").arrival("run-once-abcde");
    let Arrival::Hangs(why) = arrival else {
        panic!("two hundred to the power of four are too many");
    };
    assert!(why.contains("more than 2097152 bytes"), "{why}");
}

#[test]
fn parameters_arrive_as_argo_leaves_them() {
    for (value, expected) in TABLE {
        let found = workflow(&definition(value), "").arrival("run-once-abcde");
        match (found, expected) {
            (Arrival::Runs(arrived), Runs(text)) => {
                assert_eq!(arrived.definition, definition(text), "{value}");
                assert_eq!(arrived.changes.is_empty(), value == text, "{value}");
            }
            (Arrival::Invalid(_), Invalid) | (Arrival::Hangs(_), Hangs) => {}
            (found, _) => panic!("{value}: {found:?}"),
        }
    }
}

#[test]
fn what_only_argo_knows_is_told_without_a_value() {
    for tag in [
        "{{workflow.uid}}",
        "{{workflow.creationTimestamp.Y}}",
        "{{workflow.duration}}",
        "{{node.name}}",
        "{{=sprig.upper('a')}}",
        "{{=[1,2]}}",
    ] {
        let Arrival::Runs(arrived) = workflow(&definition(tag), "").arrival("n") else {
            panic!("{tag}");
        };
        let change = Change {
            tag: tag.to_owned(),
            value: None,
        };
        assert_eq!(arrived.changes, [change], "{tag}");
    }
}

#[test]
fn the_definition_can_be_put_into_itself() {
    let text = definition("{{workflow.parameters.resource-definition}}");
    let Arrival::Runs(arrived) = workflow(&text, "").arrival("n") else {
        panic!("it runs");
    };
    assert_eq!(arrived.definition.matches("birch/once").count(), PASSES + 1);
    assert!(Json::parse(arrived.definition.as_bytes()).is_err());
}

/// Ids are parameters too, and so are images.
#[test]
fn ids_and_images_are_replaced_as_well() {
    let id = |id: &str| workflow("{}", id).arrival("run-once-abcde");
    let Arrival::Runs(arrived) = id("a-{{workflow.name}}") else {
        panic!("it runs");
    };
    assert_eq!(arrived.id, "a-run-once-abcde");
    assert!(
        matches!(id("{{inputs.x}}"), Arrival::Invalid(what) if what.contains("parameter resource-id: Argo knows no {{inputs.x}}"))
    );
    assert!(
        matches!(id("a\u{7f}"), Arrival::Invalid(what) if what.contains("parameter resource-id holds U+007F"))
    );
    let mut pipeline = workflow("{}", "");
    pipeline.parameters.push((
        "pipeline-framework-image",
        "i:{{workflow.namespace}}".to_owned(),
    ));
    let Arrival::Runs(arrived) = pipeline.arrival("n") else {
        panic!("it runs");
    };
    assert_eq!(arrived.changes[0].value.as_deref(), Some("ml"));
}

/// What Go prints, and what not, at the borders of planes and of the Unicode version that Argo is built with.
#[test]
fn signs_that_break_the_workflow() {
    let table = [
        ('\u{7f}', true),
        ('\u{80}', false),
        ('\u{ad}', false),
        ('\u{ffff}', false),
        ('\u{10000}', false),
        ('\u{1000c}', true),
        ('\u{1f600}', false),
        ('\u{1cc00}', true),
        ('\u{e0001}', true),
        ('\u{e0100}', false),
        ('\u{f0000}', true),
        ('\u{10ffff}', true),
    ];
    for (sign, broken) in table {
        assert_eq!(broken_sign(&sign.to_string()).is_some(), broken, "{sign:?}");
    }
}
