//! Files import from each other in one direction.

use std::path::Path;

use kfp_testing::import_circles;

/// Folders with sources, and the files in them that may import each other: a type and its builder.
const CRATES: [(&str, &[&str]); 8] = [
    ("codegen", &[]),
    ("codegen/runtime", &[]),
    ("domain", &[]),
    ("operator", &[]),
    ("client", &["builder", "client"]),
    ("events", &[]),
    ("server", &[]),
    ("providers/embedded", &[]),
];

#[test]
fn no_file_imports_what_imports_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (folder, excepted) in CRATES {
        let (imports, circles) = import_circles(&root.join(folder).join("src"));
        assert!(
            imports > 3,
            "{folder}: {imports} imports, so this test reads them no longer"
        );
        assert_eq!(circles, excepted, "{folder}");
    }
}

/// What the test stands on sees a circle, also one through a folder, and does not see one where there is none.
#[test]
fn a_circle_is_seen() {
    let folder = std::env::temp_dir().join(format!("kfp-testing-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("deep")).expect("a folder");
    for (file, text) in [
        ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n"),
        ("a.rs", "use crate::b::{B, More};\n"),
        ("b.rs", "use super::deep::inner::D;\n"),
        ("c.rs", "use crate::a::A;\n"),
        ("deep/inner.rs", "use super::super::a::{\n    A,\n};\n"),
    ] {
        std::fs::write(folder.join(file), text).expect("a file");
    }
    let (imports, circles) = import_circles(&folder);
    std::fs::remove_dir_all(&folder).expect("the folder");
    assert_eq!(imports, 4 + 1);
    assert_eq!(circles, ["a", "b", "deep::inner"]);
}

/// So is one that closes by a path in code, and a visibility is no import.
#[test]
fn paths_in_code_are_imports() {
    let folder = std::env::temp_dir().join(format!("kfp-testing-paths-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in [
        ("a.rs", "fn a() { crate::b::b(); }\n"),
        ("b.rs", "use super::a::A;\n"),
        ("c.rs", "pub(in crate::d) struct C;\n"),
        ("d.rs", "use crate::c::C;\n"),
    ] {
        std::fs::write(folder.join(file), text).expect("a file");
    }
    let (imports, circles) = import_circles(&folder);
    std::fs::remove_dir_all(&folder).expect("the folder");
    assert_eq!(imports, 3);
    assert_eq!(circles, ["a", "b"]);
}
