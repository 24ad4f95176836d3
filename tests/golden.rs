//! What `build.rs` compiled is what `generated/` shows to reviewers.
//!
//! To accept a change: `EXPECTORATE=overwrite cargo test --test golden`.

use expectorate::assert_contents;

#[test]
fn generated_code_is_checked_in() {
    assert_contents(
        "generated/types.rs",
        include_str!(concat!(env!("OUT_DIR"), "/types.rs")),
    );
    assert_contents(
        "generated/client.rs",
        include_str!(concat!(env!("OUT_DIR"), "/client.rs")),
    );
    assert_contents(
        "generated/server.rs",
        include_str!(concat!(env!("OUT_DIR"), "/server.rs")),
    );
    assert_contents("generated/openapi.json", kfp_provider_api::EFFECTIVE);
}
