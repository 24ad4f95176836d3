//! Files import from each other in one direction: the imports of this crate and of its runtime form no circle.

use std::path::Path;

use kfp_testing::import_circles;

#[test]
fn no_file_imports_what_imports_it() {
    for source in ["src", "runtime/src"] {
        let (imports, circles) =
            import_circles(&Path::new(env!("CARGO_MANIFEST_DIR")).join(source));
        assert!(
            imports > 20,
            "{source}: {imports} imports, so this test reads them no longer"
        );
        assert_eq!(circles, Vec::<String>::new(), "{source}");
    }
}
