//! What files there are, and what is in them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;
use crate::text;

const FOREIGN: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: birch}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
";

/// A resource without any line in front of it.
fn bare(document: &str) -> String {
    document.trim_start_matches("---\n").to_owned()
}

/// Rehearses without a provider; the resources that the report shows, and what was said on standard error.
#[track_caller]
fn shown(folder: &Path, exit: i32, arguments: &[&str]) -> (Vec<String>, String) {
    let name = arguments.join(" ");
    let arguments = arguments.iter().map(|argument| match *argument {
        word if word.starts_with('-')
            || folder.join(word).exists()
            || word.contains(['*', ',']) =>
        {
            match word.starts_with('-') {
                true => word.to_owned(),
                false => {
                    let parts = word
                        .split(',')
                        .map(|part| folder.join(part).display().to_string());
                    parts.collect::<Vec<_>>().join(",")
                }
            }
        }
        word => word.to_owned(),
    });
    let arguments = ["rehearse", "--dry-run"]
        .map(str::to_owned)
        .into_iter()
        .chain(arguments);
    let (said, told) = run_to(&name, exit, arguments);
    let table = said.rsplit_once("RESOURCE").map_or("", |(_, table)| table);
    let rows = table.lines().skip(1).take_while(|line| !line.is_empty());
    let resources = rows.map(|row| row.split("  ").next().unwrap().to_owned());
    (resources.collect(), told)
}

#[test]
fn folders_of_mixed_content() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("all/base.yaml", &[PROVIDER, &pipeline("acorn")].concat());
    write("all/foreign.yml", FOREIGN);
    write(
        "all/kustomization.yaml",
        "resources: [base.yaml]\nkind: Kustomization\n",
    );
    write("all/values.yaml", "image: {tag: 1}\nreplicas: 2\n");
    write("all/ops.yaml", "- {op: remove, path: /a}\n");
    write(
        "all/run.json",
        r#"{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"Run","metadata":{"name":"json","namespace":"birch"},"spec":{"provider":"ml/forge","pipeline":"acorn"}}"#,
    );
    write("all/notes.txt", "kind: [");
    write("all/more/plot.yaml", &experiment("one"));
    let expected = ["Pipeline birch/acorn", "Run birch/json"];
    let (resources, told) = shown(folder.path(), 0, &["-f", "all"]);
    assert_eq!(resources, expected);
    assert_says(
        "notes",
        &told,
        &[
            "foreign.yml: passed over, since it is not the operator's: Namespace birch (line 1), ConfigMap settings (line 5)",
            "kustomization.yaml: passed over, since it is not the operator's: Kustomization (line 1)",
            "values.yaml: passed over, since it is not the operator's: what is no resource (line 1)",
            "ops.yaml: passed over",
        ],
    );
    let (resources, _) = shown(folder.path(), 0, &["-R", "-f", "all"]);
    assert_eq!(
        resources,
        [
            "Experiment birch/plot",
            "Pipeline birch/acorn",
            "Run birch/json"
        ]
    );
    for arguments in [
        &["-f", "all/base.yaml,all/run.json"][..],
        &["-f", "all/base.yaml", "-f", "all/run.json"],
        &["-f", "all/base.yaml", "all/run.json"],
        &["-f", "all/base.yaml,all/run.j*"],
    ] {
        let (resources, _) = shown(folder.path(), 0, arguments);
        assert_eq!(resources, expected, "{arguments:?}");
    }
    let (_, told) = shown(folder.path(), 2, &["-f", "all/values.yaml"]);
    assert_says("alone", &told, &["values.yaml:1: apiVersion: missing"]);
    let (_, told) = shown(folder.path(), 2, &["-f", "all/foreign.yml"]);
    assert_says(
        "foreign alone",
        &told,
        &[
            "ConfigMap settings (line 5)",
            "foreign.yml: no resource in any of the files",
        ],
    );
    write(
        "all/typo.yaml",
        "apiVersion: pipelines.kubeflow.org/v1beta1\nknid: Run\n",
    );
    let (_, told) = shown(folder.path(), 2, &["-f", "all"]);
    assert_says("a slip", &told, &["typo.yaml:1: kind: missing"]);
}

#[test]
fn what_kubectl_prints() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, kind: &str| {
        format!(
            "- {kind}metadata:\n    creationTimestamp: \"2026-04-01T08:00:00Z\"\n    generation: 1\n    managedFields: [{{manager: kubectl}}]\n    name: {name}\n    namespace: birch\n    uid: 0a1b2c3d\n  spec: {{provider: ml/forge, pipeline: acorn}}\n  status:\n    conditions: []\n"
        )
    };
    let own = "apiVersion: pipelines.kubeflow.org/v1beta1\n  kind: Run\n  ";
    let lists = [
        format!(
            "apiVersion: v1\nitems:\n{}{}- {{apiVersion: v1, kind: Secret}}\nkind: List\nmetadata:\n  resourceVersion: \"\"\n",
            run("a", own),
            run("b", own)
        ),
        format!(
            "apiVersion: pipelines.kubeflow.org/v1beta1\nkind: RunList\nitems:\n{}{}",
            run("a", ""),
            run("b", own)
        ),
    ];
    for list in lists {
        let content = [PROVIDER, &pipeline("acorn"), "---\n", &list].concat();
        fs::write(folder.path().join("list.yaml"), content).unwrap();
        let (resources, _) = shown(folder.path(), 0, &["-f", "list.yaml"]);
        assert_eq!(
            resources,
            ["Pipeline birch/acorn", "Run birch/a", "Run birch/b"],
            "{list}"
        );
    }
    let broken = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: pipelines.kubeflow.org/v1beta1\n  kind: Run\n  metadata: {name: x}\n  spec:\n    provider: 7\n";
    fs::write(folder.path().join("list.yaml"), broken).unwrap();
    let (_, told) = shown(folder.path(), 2, &["-f", "list.yaml"]);
    assert_says(
        "place",
        &told,
        &["list.yaml:8: Run x: spec.provider: a number"],
    );
    fs::write(
        folder.path().join("list.yaml"),
        "apiVersion: v1\nkind: List\nitems: []\n",
    )
    .unwrap();
    let (_, told) = shown(folder.path(), 2, &["-f", "list.yaml"]);
    assert_says(
        "empty",
        &told,
        &["list.yaml: no resource in any of the files"],
    );
}

/// Rehearses with something on standard input; its exit code, and what it says on both.
fn piped(input: &[u8], arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kfp-provider"))
        .args(["rehearse", "--dry-run"])
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not read it closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    let ended = child.wait_with_output().unwrap();
    (
        ended.status.code(),
        [text(&ended.stdout), text(&ended.stderr)].concat(),
    )
}

#[test]
fn standard_input_and_encodings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.yaml").display().to_string();
    fs::write(&file, [PROVIDER, &pipeline("acorn")].concat()).unwrap();
    let plot = bare(&experiment("é"));
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(plot.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let windows = ["\u{feff}", &plot.replace('\n', "\r\n")].concat();
    for input in [plot.as_bytes(), windows.as_bytes(), &utf16] {
        let (exit, said) = piped(input, &["-f", &file, "-f", "-"]);
        assert_eq!(exit, Some(0), "{said}");
        assert_says(
            "input",
            &said,
            &["\"description\":\"é\"", "Pipeline birch/acorn"],
        );
    }
    let changed = bare(&pipeline("beech"));
    let (exit, said) = piped(changed.as_bytes(), &["-f", &file, "--update", "-"]);
    assert_eq!(exit, Some(0), "{said}");
    assert_says("update", &said, &["PUT /resource/pipeline/assumed-1"]);
    let table: [(&[&str], &[u8], &str); 3] = [
        (
            &["-f", "-", "-f", "-"],
            plot.as_bytes(),
            "standard input: named twice",
        ),
        (&["-f", "-"], b"a: [", "standard input:1: "),
        (
            &["-f", "https://x/y.yaml"],
            b"",
            "https://x/y.yaml: a URL is not fetched (hint: fetch it, and pipe it to -f -)",
        ),
    ];
    for (arguments, input, says) in table {
        let (exit, said) = piped(input, arguments);
        assert_eq!(exit, Some(2), "{said}");
        assert_says(says, &said, &[says]);
    }
}

#[test]
fn names_that_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.yaml");
    let named =
        |start: &str| a_run("acorn").replace("name: once", &format!("generateName: {start}"));
    let long = "n".repeat(60);
    let content = [
        PROVIDER,
        &pipeline("acorn"),
        &named("run-"),
        &named("run-"),
        &named(&long),
    ];
    fs::write(&path, content.concat()).unwrap();
    let (resources, _) = shown(folder.path(), 0, &["-f", "runs.yaml"]);
    let cut = "n".repeat(58);
    let expected = [
        "Pipeline birch/acorn".to_owned(),
        format!("Run birch/{cut}cbbbf"),
        "Run birch/run-cbbbc".to_owned(),
        "Run birch/run-cbbbd".to_owned(),
    ];
    assert_eq!(resources, expected);
    let (said, _) = run_to(
        "workflow",
        0,
        ["rehearse", "--dry-run", "-f", &path.display().to_string()],
    );
    let start = format!("workflow run-{}…", "n".repeat(54));
    assert_says("workflow", &said, &[&start, "\"name\":\"birch/run-cbbbc\""]);
}

#[test]
fn names_of_what_configurations_make() {
    let folder = tempfile::tempdir().unwrap();
    let configured = |name: &str| {
        let content = [
            PROVIDER,
            &pipeline("acorn"),
            &configuration("0 6 * * *").replace("name: daily", &format!("name: {name}")),
        ];
        fs::write(folder.path().join("rc.yaml"), content.concat()).unwrap();
    };
    let long = "c".repeat(63);
    configured(&long);
    let (resources, _) = shown(folder.path(), 0, &["-f", "rc.yaml"]);
    let cut = "c".repeat(58);
    for expected in [
        format!("Run birch/{cut}bbbbc"),
        format!("RunSchedule birch/{cut}bbbbd"),
    ] {
        assert!(resources.contains(&expected), "{resources:?}");
    }
    // The name stands in a label of the run, uncut.
    configured(&format!("{long}c"));
    let arguments = ["rehearse", "--dry-run", "-f"];
    let path = folder.path().join("rc.yaml").display().to_string();
    let (said, _) = run_to("label", 1, arguments.into_iter().chain([path.as_str()]));
    assert_says(
        "label",
        &said,
        &[
            "the API server refuses the run, and the operator tries again forever: label pipelines.kubeflow.org/runconfiguration.name would be \"cccc",
        ],
    );
    assert!(!said.contains("POST /resource/run HTTP"), "{said}");
}

#[test]
fn null_and_words_of_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let rc = configuration("0 6 * * *")
        .replace("onChange: [pipeline]", "onChange:")
        .replace(
            "namespace: birch}",
            "namespace: birch, labels: , annotations: ~}",
        );
    let words = pipeline("acorn").replace(
        "parameters: {}",
        "parameters: {y: 1, on: [push], 0x10: 010, 1e3: 1e400, gone: null, n: {<<: {a: 1}, a: 2}}",
    );
    fs::write(
        folder.path().join("x.yaml"),
        [PROVIDER, &words, &rc].concat(),
    )
    .unwrap();
    let path = folder.path().join("x.yaml").display().to_string();
    let (said, _) = run_to("null", 0, ["rehearse", "--dry-run", "-f", &path]);
    assert_says(
        "null",
        &said,
        &[
            r#""parameters":{"1000":"1e400","16":8,"false":{"a":2},"true":["push"]}"#,
            "RunConfiguration birch/daily",
        ],
    );
}
