//! What `build.rs` compiled is what `generated/` shows to reviewers.
//!
//! To accept a change: `EXPECTORATE=overwrite cargo test --test golden`.

use expectorate::assert_contents;

macro_rules! unchanged {
    ($($name:literal)*) => {
        $(assert_contents(
            concat!("generated/", $name),
            include_str!(concat!(env!("OUT_DIR"), "/", $name)),
        );)*
    };
}

#[test]
fn generated_code_is_checked_in() {
    unchanged!("types.rs" "client.rs" "server.rs" "openapi.json");
    unchanged!("events/types.rs");
}
