use super::*;

/// The documents of a file, one to a line; or `line: what` if it cannot be read.
fn said(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(documents) => {
            let texts: Vec<_> = documents.iter().map(|it| it.json.to_string()).collect();
            texts.join("\n")
        }
        Err(error) => format!("{}: {}", error.line, error.what),
    }
}

#[test]
fn documents() {
    let table: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"# nothing\n---\n\n---\nnull\n--- # c\n~\n", ""),
        (b"a: 1\n---\nb: 2", "{\"a\":1}\n{\"b\":2}"),
        (
            b"---\na: 1\r\n--- \r\nb: 2\r\n---\t# c\nc: |\n  x\n---\n",
            "{\"a\":1}\n{\"b\":2}\n{\"c\":\"x\\n\"}",
        ),
        (
            b"a: 1\n...\nnot: [read\n---\nb: 2\n",
            "{\"a\":1}\n{\"b\":2}",
        ),
        (
            b"a: 1\n--- b\n",
            "2: only a comment may stand behind ---, not \"b\" (hint: kubectl wants the document on the next line)",
        ),
        (
            b"a: 1\n---b: 2\n",
            "2: only a comment may stand behind ---, not \"b: 2\"",
        ),
        (
            b" {\"a\":1}\n{\"b\":2}{\"c\":3}\n",
            "{\"a\":1}\n{\"b\":2}\n{\"c\":3}",
        ),
        (b"{\"a\":1}\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}"),
        (
            b"{\"a\":1}\n{\"b\":2}\n---\nc: 3\n",
            "3: not JSON: found '-', wanted a digit",
        ),
        (
            b"{a: 1, b}\n---\n{c: 2}\n",
            "{\"a\":1,\"b\":null}\n{\"c\":2}",
        ),
        (
            b"{\"a\": 1,\n \"b\": ]}\n",
            "2: not JSON: found ']', wanted a value (hint: a file that starts with { is read as JSON)",
        ),
        (b"{\"a\":\n[1", "2: the JSON text ends too early"),
        (b"[{\"a\":1}]", "[{\"a\":1}]"),
        (b"{\"a\":1,\"a\":2}", "{\"a\":2}"),
        (
            b"%YAML 1.1\n---\na: 1\n",
            "2: --- is wanted after directives",
        ),
    ];
    for (bytes, expected) in table {
        let said = said(bytes);
        assert!(
            said.starts_with(expected) && expected.is_empty() == said.is_empty(),
            "{}: {said}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn encodings() {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    let text = "a: é𝄞\nb: {\"c\": 1}\n";
    let expected = "{\"a\":\"é𝄞\",\"b\":{\"c\":1}}";
    let table = [
        text.as_bytes().to_vec(),
        ["\u{feff}", text].concat().into_bytes(),
        utf16(text, u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
    ];
    for bytes in table {
        assert_eq!(said(&bytes), expected, "{}", bytes.escape_ascii());
    }
    assert_eq!(said(&utf16("{\"a\":1}", u16::to_le_bytes)), "{\"a\":1}");
    assert_eq!(said(b"a: \xff\xe2\x82.\n"), "{\"a\":\"\u{fffd}\u{fffd}.\"}");
    assert_eq!(said(b"\xff"), "\"\u{fffd}\"");
    assert_eq!(said(b"\xff\xfea\0:\0 \0b"), "{\"a\":\"\u{fffd}\"}");
    assert!(said(b"\xef\xbb\xbfa: 1\nb: \xff\n").starts_with("2: not UTF-8"));
}

#[test]
fn lines_of_every_part() {
    let text = "# c\n---\na:\n  - b\n  - {c: 1,\n     d/e: 2}\n---\n{x: y}\n";
    let documents = read(text.as_bytes()).expect(text);
    let table = [
        (0, "", 3),
        (0, "/a", 3),
        (0, "/a/0", 4),
        (0, "/a/1/c", 5),
        (0, "/a/1/d~1e", 6),
        (0, "/a/1/d~1e/nowhere", 6),
        (1, "/x", 8),
    ];
    for (document, pointer, line) in table {
        assert_eq!(documents[document].line(pointer), line, "{pointer}");
    }
    let json = read(b"\n{\n \"a\": [\n  1,\n  {\"b\": 2}\n ]\n}\n").expect("JSON");
    for (pointer, line) in [("", 2), ("/a", 3), ("/a/0", 4), ("/a/1/b", 5)] {
        assert_eq!(json[0].line(pointer), line, "{pointer}");
    }
}

#[test]
fn lists() {
    let text = "\
apiVersion: v1
kind: List
items:
- apiVersion: g/v1
  kind: Run
  metadata: {name: a}
- kind: List
  apiVersion: v1
  items:
  - {apiVersion: h/v1, kind: Other}
---
apiVersion: g/v1
kind: RunList
metadata: {resourceVersion: ''}
items:
- metadata: {name: b}
- kind: Own
---
apiVersion: v1
kind: List
items: []
---
apiVersion: v1
kind: List
items:
---
a: {items: [1]}
";
    let documents = read(text.as_bytes()).expect(text);
    let found: Vec<_> = documents.into_iter().flat_map(Document::flatten).collect();
    let told: Vec<_> = found
        .iter()
        .map(|it| format!("{} {}", it.line(""), it.json))
        .collect();
    let expected = [
        r#"4 {"apiVersion":"g/v1","kind":"Run","metadata":{"name":"a"}}"#,
        r#"10 {"apiVersion":"h/v1","kind":"Other"}"#,
        r#"16 {"metadata":{"name":"b"},"apiVersion":"g/v1","kind":"Run"}"#,
        r#"17 {"kind":"Own"}"#,
        r#"27 {"a":{"items":[1]}}"#,
    ];
    assert_eq!(told, expected);
    assert_eq!(found[0].line("/metadata/name"), 6);
}

#[test]
fn of_equal_keys_the_last_one_counts_and_is_told() {
    let documents = read(b"a: 1\nb: {c: 1, c: 2}\na: 3\nd: {<<: {e: 1}, e: 2}\n").expect("YAML");
    assert_eq!(
        documents[0].json.to_string(),
        r#"{"a":3,"b":{"c":2},"d":{"e":2}}"#
    );
    let told: Vec<_> = documents[0]
        .remarks
        .iter()
        .map(|(line, text)| format!("{line} {text}"))
        .collect();
    assert_eq!(
        told,
        [
            "2 c is there already: the last one counts",
            "3 a is there already: the last one counts",
            "4 e is there already: the last one counts"
        ]
    );
}

#[test]
fn what_files_have_is_read() {
    let comments = "  # switched off\n".repeat(5_000);
    let commented = format!("a:\n{comments}  b: 1\n{comments}c:\n- 1\n{comments}- 2\n{comments}");
    assert_eq!(said(commented.as_bytes()), r#"{"a":{"b":1},"c":[1,2]}"#);
    let many = "---\na: 1\n".repeat(5_000);
    assert_eq!(read(many.as_bytes()).expect("many").len(), 5_000);
    let shared = format!("a: &a {{b: 1}}\nc:\n{}", "- *a\n".repeat(20_000));
    assert_eq!(read(shared.as_bytes()).expect("shared").len(), 1);
    let anchors: String = (0..20_000)
        .map(|i| format!("a{i}: &a{i} [1]\nb{i}: *a{i}\n"))
        .collect();
    assert_eq!(read(anchors.as_bytes()).expect("anchors").len(), 1);
    let members: String = (0..20_000).map(|i| format!("a{i}: {i}\n")).collect();
    assert_eq!(read(members.as_bytes()).expect("members").len(), 1);
    let deep = format!("a: {}1{}", "[".repeat(9_999), "]".repeat(9_999));
    assert_eq!(read(deep.as_bytes()).expect("deep")[0].json.depth(), 10_000);
}

#[test]
fn bombs_are_told_in_words() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let aliases = format!("*a{}, ", i - 1).repeat(10);
        laughs.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    let deep =
        |open: &str, close: &str| format!("a: {}1{}", open.repeat(10_001), close.repeat(10_001));
    let heavy = format!("a: {}\n{}", "[".repeat(9_000), "1,\n".repeat(100_000));
    let mut chain = "a0: &a0 [x]\n".to_owned();
    for i in 1..60 {
        chain.push_str(&format!(
            "a{i}: &a{i} {}*a{}{}\n",
            "[".repeat(200),
            i - 1,
            "]".repeat(200)
        ));
    }
    let large = vec![b'#'; MAX_BYTES + 1];
    let nested = "1: nested deeper than 10000 levels";
    let table: [(Vec<u8>, &str); 7] = [
        (
            laughs.into(),
            "4: aliases repeat too much of the document; kubectl refuses it too (hint: ",
        ),
        (deep("[", "]").into(), nested),
        (deep("{a: ", "}").into(), nested),
        (format!("{{\"a\":{}", "[".repeat(10_001)).into(), nested),
        (
            heavy.into(),
            ": the document is too large for its depth (hint: ",
        ),
        (chain.into(), nested),
        (large, "1: larger than 64 MiB (hint: split the file)"),
    ];
    for (bytes, expected) in table {
        let said = said(&bytes);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
