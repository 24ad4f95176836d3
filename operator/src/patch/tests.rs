use super::*;

fn patched(kind: &str, definition: &str, payload: &str) -> Option<String> {
    let patch = PatchSpec {
        kind: kind.to_owned(),
        payload: payload.to_owned(),
    };
    apply(definition, &patch).ok()
}

const DEFINITION: &str =
    r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null}}}"#;

/// Patches and what they make of the definition; `None` where they do not apply. Checked against the Go library.
const JSON: &[(&str, Option<&str>)] = &[
    ("[]", Some(DEFINITION)),
    ("null", Some(DEFINITION)),
    (
        r#"[{"op":"add","path":"/f/p/new/deep","value":{ "k" : "\u00e9<" }}]"#,
        Some(
            r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null,"new":{"deep":{"k":"\u00e9<"}}}}}"#,
        ),
    ),
    (
        r#"[{"op":"add","path":"/f/list/1/z","value":1}]"#,
        Some(
            r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null},"list":[null,{"z":1}]}}"#,
        ),
    ),
    (
        r#"[{"op":"add","path":"/f/list/-","value":1}]"#,
        Some(
            r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null},"list":[1]}}"#,
        ),
    ),
    (
        r#"[{"op":"add","path":"/env/0","value":7},{"op":"add","path":"/env/-1","value":8},{"op":"add","path":"/env/-","value":9}]"#,
        Some(
            r#"{"name":"n","env":[7,{"name":"a"},{"name":"b"},8,9],"f":{"p":{"x":1.0,"y":null}}}"#,
        ),
    ),
    (
        r#"[{"op":"add","path":"/f/p/x<\u2028","value":"<\u2028"}]"#,
        Some(
            "{\"name\":\"n\",\"env\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"f\":{\"p\":{\"x\":1.0,\"y\":null,\"x<\\u2028\":\"<\\u2028\"}}}",
        ),
    ),
    (r#"[{"op":"add","path":"/env/4","value":7}]"#, None),
    (
        r#"[{"op":"add","path":"/env/4/v","value":7}]"#,
        Some(
            r#"{"name":"n","env":[{"name":"a"},{"name":"b"},null,null,{"v":7}],"f":{"p":{"x":1.0,"y":null}}}"#,
        ),
    ),
    (r#"[{"op":"add","path":"/name/x","value":7}]"#, None),
    (r#"[{"op":"add","path":"/f/a~1b/c","value":7}]"#, None),
    (
        r#"[{"op":"add","path":"/f/a~1b","value":7}]"#,
        Some(
            r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null},"a/b":7}}"#,
        ),
    ),
    (
        r#"[{"op":"add","path":"/f/p/y/z","value":7}]"#,
        Some(r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":{"z":7}}}}"#),
    ),
    (
        r#"[{"op":"add","path":"","value":{"b":1,"a":2}}]"#,
        Some(r#"{"b":1,"a":2}"#),
    ),
    (r#"[{"op":"add","path":"","value":7}]"#, None),
    (r#"[{"op":"add","path":"name","value":7}]"#, None),
    (r#"[{"op":"add","path":"/x"}]"#, None),
    (
        r#"[{"op":"replace","path":"/name","value":null}]"#,
        Some(r#"{"name":null,"env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null}}}"#),
    ),
    (r#"[{"op":"replace","path":"/nope","value":1}]"#, None),
    (
        r#"[{"op":"replace","path":"/env/-1/name","value":1}]"#,
        Some(r#"{"name":"n","env":[{"name":"a"},{"name":1}],"f":{"p":{"x":1.0,"y":null}}}"#),
    ),
    (r#"[{"op":"replace","path":"/env/2","value":1}]"#, None),
    (
        r#"[{"op":"remove","path":"/env/-2"},{"op":"remove","path":"/f/p"}]"#,
        Some(r#"{"name":"n","env":[{"name":"b"}],"f":{}}"#),
    ),
    (r#"[{"op":"remove","path":"/nope"}]"#, None),
    (r#"[{"op":"remove","path":"/env/2"}]"#, None),
    (r#"[{"op":"remove","path":""}]"#, None),
    (
        r#"[{"op":"move","from":"/name","path":"/f/p/x"}]"#,
        Some(r#"{"env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":"n","y":null}}}"#),
    ),
    (r#"[{"op":"move","from":"/name","path":"/g/h"}]"#, None),
    (
        r#"[{"op":"copy","from":"/f/p","path":"/env/0"}]"#,
        Some(
            r#"{"name":"n","env":[{"x":1.0,"y":null},{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null}}}"#,
        ),
    ),
    (
        r#"[{"op":"copy","from":"/f/p/y","path":"/name"}]"#,
        Some(r#"{"name":null,"env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":null}}}"#),
    ),
    (
        r#"[{"op":"test","path":"/f/p","value":{"y":null,"x":1.0}}]"#,
        Some(DEFINITION),
    ),
    (r#"[{"op":"test","path":"/f/p/x","value":1}]"#, None),
    (
        r#"[{"op":"test","path":"/name","value":"\u006e"}]"#,
        Some(DEFINITION),
    ),
    (
        r#"[{"op":"test","path":"/nope","value":null}]"#,
        Some(DEFINITION),
    ),
    (r#"[{"op":"test","path":"/nope"}]"#, Some(DEFINITION)),
    (
        r#"[{"op":"test","path":"/f/p/y","value":null}]"#,
        Some(DEFINITION),
    ),
    (r#"[{"op":"test","path":"/name"}]"#, None),
    (
        r#"[{"op":"replace","path":"/name","value":null},{"op":"test","path":"/name","value":null}]"#,
        None,
    ),
    (r#"[{"op":"test","path":"/a/b","value":null}]"#, None),
    (r#"[{"op":"nope","path":"/name"}]"#, None),
    (r#"[{"path":"/name"}]"#, None),
    (r#"[{"op":"remove"}]"#, None),
    (r#"[{"op":"remove","path":7}]"#, None),
    (r#"[{"op":"move","path":"/x"}]"#, None),
    ("[null]", None),
    ("{}", None),
    ("7", None),
    ("[", None),
    ("", None),
];

#[test]
fn json_patches() {
    for (payload, expected) in JSON {
        assert_eq!(
            patched("json", DEFINITION, payload).as_deref(),
            *expected,
            "patch {payload}"
        );
    }
}

/// As [`JSON`], for merge patches.
const MERGE: &[(&str, Option<&str>)] = &[
    ("{}", Some(DEFINITION)),
    (
        r#"{"name":"m","new":{"a":null,"b":[null,{"c":null}]},"f":{"p":{"x":null,"z":1e2}}}"#,
        Some(
            r#"{"name":"m","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"y":null,"z":1e2}},"new":{"b":[null,{}]}}"#,
        ),
    ),
    (
        r#"{"name":null,"env":null,"nope":null}"#,
        Some(r#"{"f":{"p":{"x":1.0,"y":null}}}"#),
    ),
    (
        r#"{"env":[{"a":null}]}"#,
        Some(r#"{"name":"n","env":[{}],"f":{"p":{"x":1.0,"y":null}}}"#),
    ),
    (
        r#"{"f":[{"a":null}]}"#,
        Some(r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":[{"a":null}]}"#),
    ),
    (
        r#"{"f":{"p":{"y":{"a":null}}}}"#,
        Some(r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":{"p":{"x":1.0,"y":{}}}}"#),
    ),
    (
        r#"{"f":"<"}"#,
        Some(r#"{"name":"n","env":[{"name":"a"},{"name":"b"}],"f":"\u003c"}"#),
    ),
    ("null", Some("null")),
    ("7", Some("7")),
    (r#"[{"a":null}]"#, Some("[{}]")),
    ("", None),
    ("{", None),
];

#[test]
fn merge_patches() {
    for (payload, expected) in MERGE {
        assert_eq!(
            patched("merge", DEFINITION, payload).as_deref(),
            *expected,
            "patch {payload}"
        );
    }
}

#[test]
fn refusals_say_why() {
    let reason = |kind: &str, payload: &str| {
        let patch = PatchSpec {
            kind: kind.to_owned(),
            payload: payload.to_owned(),
        };
        apply(DEFINITION, &patch).expect_err(payload).to_string()
    };
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let huge = r#"[{"op":"add","path":"/l/999999999999/x","value":1}]"#;
    let table = [
        (
            "yaml",
            "{}",
            "type \"yaml\": unknown (hint: `json` or `merge`)",
        ),
        (
            "merge",
            "{",
            "payload: byte 1: the JSON text ends too early",
        ),
        (
            "json",
            "{}",
            "payload: not an array (hint: RFC 6902 wants an array of operations)",
        ),
        (
            "json",
            r#"[{"op":"remove","path":"/x"}]"#,
            "remove \"/x\": the member does not exist",
        ),
        (
            "json",
            huge,
            "add \"/l/999999999999/x\": an array of so many nulls is not rehearsed",
        ),
        (
            "merge",
            &deep,
            "payload: nested deeper than 256 levels, which is not rehearsed",
        ),
    ];
    for (kind, payload, expected) in table {
        assert_eq!(reason(kind, payload), expected, "{kind} {payload}");
    }
}

/// What was escaped before is written as it is met: names that a JSON patch opens lose their escapes, a merge patch
/// escapes everything again.
#[test]
fn escapes_come_and_go_with_the_patches() {
    const MIXED: &str = r#"{"a":"\u003c<","b":{"k<":"&"},"\u003c":[1.50,1e2]}"#;
    let json = r#"[{"op":"add","path":"/c","value":"<&>"}]"#;
    let merge = r#"{"z":">"}"#;
    let opened = r#"{"a":"\u003c<","b":{"k<":"&"},"<":[1.50,1e2],"c":"<&>"}"#;
    let merged =
        r#"{"a":"\u003c\u003c","b":{"k\u003c":"\u0026"},"\u003c":[1.50,1e2],"z":"\u003e"}"#;
    assert_eq!(patched("json", MIXED, json).as_deref(), Some(opened));
    assert_eq!(patched("merge", MIXED, merge).as_deref(), Some(merged));
    let both = patched("json", merged, json);
    assert_eq!(
        both.as_deref(),
        Some(
            r#"{"a":"\u003c\u003c","b":{"k\u003c":"\u0026"},"<":[1.50,1e2],"z":"\u003e","c":"<&>"}"#
        )
    );
    let both = patched("merge", opened, merge);
    assert_eq!(
        both.as_deref(),
        Some(
            r#"{"a":"\u003c\u003c","b":{"k\u003c":"\u0026"},"\u003c":[1.50,1e2],"c":"\u003c\u0026\u003e","z":"\u003e"}"#
        )
    );
}
