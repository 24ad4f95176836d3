//! What the real operator, its API server and its Argo do beyond the state machine.

use super::*;

fn provider_answers(count: usize) -> Vec<Answer> {
    (1..=count)
        .map(|number| created(&format!("id-{number}")))
        .collect()
}

fn run_schedule(start: &str) -> String {
    resource(
        "RunSchedule",
        "nightly",
        &format!(
            "  pipeline: acorn:v1\n  schedule: {{cronExpression: '0 1 * * *', startTime: '{start}'}}\n"
        ),
    )
}

fn triggered(name: &str, triggers: &str) -> String {
    resource("RunConfiguration", name, "").replace(
        "  provider: ml/forge\n",
        &format!("  run: {{provider: ml/forge, pipeline: acorn}}\n  triggers: {triggers}\n"),
    )
}

const FROM_UP: &str =
    "{name: m, valueFrom: {runConfigurationRef: {name: up, outputArtifact: model}}}";

#[test]
fn orders() {
    let scenes = [
        Scene {
            name: "at once, a run configuration does not wait for its pipeline",
            first: vec![configuration("0 1 * * *"), pipeline("acorn:v1")],
            update: vec![],
            arguments: &["--order", "as-applied"],
            answers: vec![
                created("s0"),
                created("p"),
                deleted(),
                created("s1"),
                created("r"),
            ],
            exit: 0,
            requests: &[
                "POST /resource/runschedule",
                "POST /resource/pipeline",
                "DELETE /resource/runschedule/s0",
                "POST /resource/runschedule",
                "POST /resource/run",
            ],
            says: &[
                "POST /resource/runschedule (by RunConfiguration birch/daily): 2 instead of 1",
                "DELETE /resource/runschedule (by RunConfiguration birch/daily): 1 instead of 0",
            ],
        },
        Scene {
            name: "in the order of dependence, the difference is told",
            first: vec![
                triggered("both", "{onChange: [pipeline, runSpec]}"),
                pipeline("acorn:v1"),
            ],
            update: vec![],
            arguments: &[],
            answers: provider_answers(2),
            exit: 0,
            requests: &["POST /resource/pipeline", "POST /resource/run"],
            says: &[
                "Applied all at once, as kubectl applies a folder",
                "POST /resource/run (by RunConfiguration birch/both): 2 instead of 1",
            ],
        },
        Scene {
            name: "a version that is named is not waited for",
            first: vec![pipeline("acorn:v1"), a_run("acorn:v1")],
            update: vec![],
            arguments: &["--order", "as-applied"],
            answers: provider_answers(2),
            exit: 0,
            requests: &["POST /resource/run", "POST /resource/pipeline"],
            says: &[
                "Run birch/once: does not wait for Pipeline birch/acorn, and its request arrives first",
            ],
        },
        Scene {
            name: "a run that names none waits",
            first: vec![a_run("acorn"), pipeline("acorn:v1")],
            update: vec![],
            arguments: &["--order", "as-applied", "--delete"],
            answers: vec![created("p"), created("r"), deleted()],
            exit: 0,
            requests: &[
                "POST /resource/pipeline",
                "POST /resource/run",
                "DELETE /resource/run/r",
                "DELETE /resource/pipeline/p",
            ],
            says: &["4 steps, all"],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}

#[test]
fn webhooks() {
    let late = [
        pipeline("acorn:v1"),
        PROVIDER
            .replace("forge", "late")
            .replace("apiVersion", "---\napiVersion"),
    ];
    let late = late.map(|text| text.replace("provider: ml/forge", "provider: ml/late"));
    let scenes = [
        Scene {
            name: "capitals count",
            first: vec![pipeline("acorn").replace("plain", "PLAIN")],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "it is not created: spec.framework.name: \"PLAIN\" is none of the frameworks of Provider ml/forge, which has plain",
            ],
        },
        Scene {
            name: "a change is refused, and what was there stays",
            first: vec![pipeline("acorn")],
            update: vec![pipeline("acorn:v2").replace("plain", "other")],
            arguments: &["--delete"],
            answers: vec![created("p"), deleted()],
            exit: 1,
            requests: &["POST /resource/pipeline", "DELETE /resource/pipeline/p"],
            says: &["the webhook refuses the change: spec.framework.name: \"other\""],
        },
        Scene {
            name: "a namespace that is not allowed",
            first: vec![pipeline("acorn").replace("birch", "alder")],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "it is not created: metadata.namespace: \"alder\" is not among allowedNamespaces",
            ],
        },
        Scene {
            name: "no Provider",
            first: vec![pipeline("acorn").replace("ml/forge", "ml/other")],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &["it is not created: spec.provider: Provider ml/other is not there"],
        },
        Scene {
            name: "a Provider that comes later",
            first: late.to_vec(),
            update: vec![],
            arguments: &["--order", "as-applied"],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "Pipeline birch/acorn: the webhook refuses it, and it is not created: spec.provider: Provider ml/late is not there",
            ],
        },
        Scene {
            name: "without webhooks",
            first: vec![pipeline("acorn"), configuration("0 1 * * *")],
            update: vec![],
            arguments: &["--multiversion", "false"],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "with multiversion: false, no Pipeline can be created",
                "with multiversion: false, no Provider can be created",
                "with multiversion: false, no RunConfiguration can be created",
            ],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}

#[test]
fn what_never_ends() {
    let long = format!(r#"{{"providerError":"{}"}}"#, "x".repeat(32_769));
    let scenes = [
        Scene {
            name: "a message that no status holds",
            first: vec![experiment("one")],
            update: vec![experiment("two")],
            arguments: &["--delete"],
            answers: vec![json(500, &long)],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[
                "stays in Creating forever: the message is longer than a status can hold",
                "nothing is sent, neither on a change nor on a deletion",
                "3 steps, 3 not as they should be",
            ],
        },
        Scene {
            name: "the deletion of a run that was never sent",
            first: vec![
                triggered("up", "{}"),
                resource(
                    "Run",
                    "once",
                    &format!("  pipeline: acorn:v1\n  parameters: [{FROM_UP}]\n"),
                ),
            ],
            update: vec![],
            arguments: &["--delete"],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "from Succeeded to Deleted and back without end",
                "never releases the finalizer",
            ],
        },
        Scene {
            name: "two parameters of one name",
            first: vec![resource(
                "Run",
                "once",
                &format!("  pipeline: acorn:v1\n  parameters: [{{name: m}}, {FROM_UP}]\n"),
            )],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "parameter \"m\": the operator panics",
                "the manager restarts",
            ],
        },
        Scene {
            name: "fractions of a second",
            first: vec![run_schedule("2027-03-01T06:00:00.5Z")],
            update: vec![],
            arguments: &[],
            answers: vec![created("s"), updated("s")],
            exit: 0,
            requests: &["POST /resource/runschedule", "PUT /resource/runschedule/s"],
            says: &["an update follows at once"],
        },
        Scene {
            name: "the year 1",
            first: vec![run_schedule("0001-01-01T00:00:00Z")],
            update: vec![],
            arguments: &[],
            answers: vec![created("s"), updated("s")],
            exit: 0,
            requests: &["POST /resource/runschedule", "PUT /resource/runschedule/s"],
            says: &["an update follows at once"],
        },
        Scene {
            name: "fractions of a second in a run configuration",
            first: vec![triggered(
                "daily",
                "{schedules: [{}, {startTime: '2027-03-01T06:00:00.001Z'}]}",
            )],
            update: vec![],
            arguments: &[],
            answers: provider_answers(2),
            exit: 1,
            requests: &["POST /resource/runschedule", "POST /resource/runschedule"],
            says: &[
                "spec.triggers.schedules[1]: a time has a fraction",
                "creates another and deletes the one before without end",
            ],
        },
        Scene {
            name: "a run configuration that others wait for",
            first: vec![
                triggered("up", "{}"),
                triggered("down", "{runConfigurations: [birch/up]}"),
            ],
            update: vec![],
            arguments: &["--delete"],
            answers: provider_answers(1),
            exit: 0,
            requests: &[],
            says: &[
                "RunConfiguration birch/down is triggered by it: deleted while that one exists, it sets off one more run",
            ],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}

#[test]
fn braces_and_ids() {
    let run = |name: &str, value: &str| {
        resource(
            "Run",
            name,
            &format!("  pipeline: acorn:v1\n  parameters: [{{name: q, value: '{value}'}}]\n"),
        )
    };
    let scenes = [
        Scene {
            name: "what Argo replaces",
            first: vec![run(
                "a",
                "run {{workflow.name}} {{workflow.namespace}} {{workflow.uid}} {{=1+1}} {{=upper(1)}} {{$.x}}",
            )],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 0,
            requests: &["POST /resource/run"],
            says: &[
                "Argo replaces {{workflow.name}}: \"run-a-",
                "Argo replaces {{workflow.namespace}}: \"ml\" arrives (hint",
                "Argo replaces {{workflow.uid}}, and what arrives cannot be foretold",
                "Argo evaluates {{=upper(1)}}, and what arrives cannot be foretold",
                "Argo replaces {{=1+1}}: \"2\" arrives",
            ],
        },
        Scene {
            name: "what Argo does not know",
            first: vec![
                run("a", "{{inputs.parameters.day}}"),
                experiment(r#""a\x7f""#),
                run("b", "{{steps.name}}"),
            ],
            update: vec![],
            arguments: &[],
            answers: provider_answers(1),
            exit: 1,
            requests: &[],
            says: &[
                "Failed    operation failed",
                "Argo knows no {{inputs.parameters.day}}",
                "holds U+007F, of which Argo makes invalid JSON",
                "Argo waits for {{steps.name}} without end",
            ],
        },
        Scene {
            name: "the chart's shell",
            first: vec![experiment("one")],
            update: vec![experiment("two")],
            arguments: &["--delete"],
            answers: vec![created("a$b")],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[
                "the step fails: its shell puts something else",
                "Failed     operation failed",
            ],
        },
        Scene {
            name: "the kit has none",
            first: vec![experiment("one")],
            update: vec![experiment("two")],
            arguments: &["--delete", "--templates", "kit"],
            answers: vec![created("a$b"), updated("a$b"), json(404, "not found")],
            exit: 0,
            requests: &[
                "POST /resource/experiment",
                "PUT /resource/experiment/a%24b",
                "DELETE /resource/experiment/a%24b",
            ],
            says: &["status 404 counts as a success: what is not there is deleted"],
        },
        Scene {
            name: "an id with a refusal, in the chart",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &[],
            answers: vec![json(404, r#"{"id":"e"}"#)],
            exit: 0,
            requests: &["POST /resource/experiment"],
            says: &["Succeeded", "status 404 counts as a success"],
        },
        Scene {
            name: "an id with a refusal, in the kit",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &["--templates", "kit"],
            answers: vec![json(404, r#"{"id":"e"}"#)],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &["Failed  answered 404 without a providerError"],
        },
        Scene {
            name: "a page, in the kit",
            first: vec![experiment("one")],
            update: vec![],
            arguments: &["--templates", "kit"],
            answers: vec![json(502, "<a href=\"x\">gone</a>")],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[r#": <a href="x">gone</a>"#],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}

#[test]
fn a_parameter_without_a_name_is_no_unresolved_one() {
    let parameters = |first: &str| {
        resource(
            "Run",
            "once",
            &format!("  pipeline: acorn:v1\n  parameters: [{first}]\n"),
        )
    };
    let optional = FROM_UP.replace("model", "model, optional: true");
    for (parameter, told) in [("{name: ''}", false), (optional.as_str(), true)] {
        let (said, _) = play(&Scene {
            name: parameter,
            first: vec![triggered("up", "{}"), parameters(parameter)],
            update: vec![],
            arguments: &["--delete"],
            answers: vec![created("r"), deleted()],
            exit: 0,
            requests: &["POST /resource/run", "DELETE /resource/run/r"],
            says: &[],
        });
        let count = said
            .matches("optional parameter \"m\" is not resolved")
            .count();
        assert_eq!(count, usize::from(told), "{said}");
        assert!(told || !said.contains("optional"), "{said}");
    }
}

#[test]
fn steps_without_a_request_show_their_version() {
    let (said, _) = play(&Scene {
        name: "versions",
        first: vec![experiment("one")],
        update: vec![
            experiment("two").replace("ml/forge", "ml/other"),
            PROVIDER
                .replace("forge", "other")
                .replace("apiVersion", "---\napiVersion"),
        ],
        arguments: &["-o", "json"],
        answers: vec![created("e")],
        exit: 1,
        requests: &["POST /resource/experiment"],
        says: &[],
    });
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let [sent, silent] = report["steps"].as_array().unwrap().as_slice() else {
        panic!("{said}");
    };
    assert_eq!(silent["message"], "the provider has changed");
    assert_eq!(silent["version"].as_str().unwrap().len(), 6);
    assert_eq!(silent["version"], sent["version"]);
    assert!(silent.get("request").is_none());
}

#[test]
fn a_message_is_written_once() {
    let (said, _) = play(&Scene {
        name: "messages",
        first: vec![experiment("one")],
        update: vec![],
        arguments: &[],
        answers: vec![json(422, r#"{"providerError":"line\n\"two\" \\n"}"#)],
        exit: 1,
        requests: &["POST /resource/experiment"],
        says: &[
            r#"Failed  line\n"two" \n"#,
            r#"the resource is in Failed (line\n"two" \n)"#,
        ],
    });
    assert!(!said.contains(r#"\\\n"#), "{said}");
}
