//! What the generator makes of every construct that it supports, compiled and run: generated
//! client against generated server, and bytes where no generated client could send them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// The generated code of a fixture, which is compared with the generator's output where that is
/// tested.
macro_rules! fixture {
    ($name:ident, $types:literal, $client:literal, $server:literal) => {
        #[allow(
            dead_code,
            missing_docs,
            unreachable_pub,
            unused_imports,
            clippy::all,
            clippy::allow_attributes_without_reason,
            clippy::unwrap_used,
            reason = "generated"
        )]
        pub(crate) mod $name {
            fixture!(types, $types);
            fixture!(client, $client);
            fixture!(server, $server);
        }
    };
    ($module:ident, $file:literal) => {
        pub mod $module {
            include!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/codegen/tests/fixtures/accepted/",
                $file
            ));
        }
    };
}

mod generated {
    // Compiling it is the test.
    fixture!(
        names,
        "names.types.rs",
        "names.client.rs",
        "names.server.rs"
    );
    fixture!(
        requests,
        "requests.types.rs",
        "requests.client.rs",
        "requests.server.rs"
    );
    fixture!(
        replies,
        "replies.types.rs",
        "replies.client.rs",
        "replies.server.rs"
    );
    fixture!(
        values,
        "values.types.rs",
        "values.client.rs",
        "values.server.rs"
    );
}

mod raw;
mod replies;
mod requests;
mod schemas;
mod values;
