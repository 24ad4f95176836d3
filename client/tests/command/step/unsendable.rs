//! What is wrong before anything is sent: in the output if there is a job, on standard error if there is none.

use super::{CREATE, DELETE, play, row, with};
use crate::provider::json;

#[test]
fn what_cannot_be_sent_is_in_the_output_too() {
    let never = || vec![json(200, r#"{"id":"never"}"#)];
    let rows = [
        row(
            "type",
            never(),
            "create --type runs --body DIR/body.json --url URL --output DIR/out.json",
            2,
            Some(
                r#"{"providerError":"resource kind \"runs\": unknown (hint: one of pipeline, run, runschedule, experiment)"}"#,
            ),
            "",
        ),
        row(
            "no id",
            never(),
            "update --type run --id=NOTHING --body DIR/body.json --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"providerError":"id \"\": it is empty (hint: the resource was never created)"}"#,
            ),
            "",
        ),
        row(
            "dots",
            never(),
            "delete --type run --id=.. --url URL --output DIR/out.json",
            0,
            Some(
                r#"{"id":"..","providerError":"id \"..\": URLs take it for a step in the path (hint: the provider must issue other ids)"}"#,
            ),
            "",
        ),
        row(
            "no body",
            never(),
            "create --type run --body DIR/none.json --url URL --output DIR/out.json",
            2,
            Some(
                r#"{"providerError":"…/none.json: cannot be read: No such file or directory (os error 2)"}"#,
            ),
            "",
        ),
        row(
            "url",
            never(),
            "delete --type run --id=old --url ftp://x --output DIR/out.json",
            2,
            Some(
                r#"{"id":"old","providerError":"url \"ftp://x\": neither http nor https (hint: leave the scheme out for http)"}"#,
            ),
            "",
        ),
        row(
            "certificates for http",
            never(),
            with(DELETE, "--ca DIR/not.pem"),
            2,
            Some(r#"{"id":"old","providerError":"url \"127.0.0.1:…"}"#),
            "certificates are given, but the URL is not https",
        ),
        row(
            "no PEM",
            never(),
            "delete --type run --id=old --url https://URL --output DIR/out.json --ca DIR/not.pem",
            2,
            Some(
                r#"{"id":"old","providerError":"certificates to trust: not in the PEM text (hint: it has lines such as -----BEGIN CERTIFICATE-----)"}"#,
            ),
            "",
        ),
        row(
            "no identity",
            never(),
            "delete --type run --id=old --url https://URL --output DIR/out.json --client-cert DIR/not.pem --client-key DIR/not.pem",
            2,
            Some(r#"{"id":"old","providerError":"client certificate and key: …"}"#),
            "",
        ),
        row(
            "no token",
            never(),
            with(DELETE, "--token-file DIR/bad-token"),
            2,
            Some(
                r#"{"id":"old","providerError":"bearer token: it cannot stand in a header (hint: one line of visible characters)"}"#,
            ),
            "",
        ),
        row(
            "a compiled part that is YAML",
            never(),
            "create --type pipeline --definition DIR/definition.json --compiled DIR/compiled.yaml --url URL --output DIR/out.json",
            2,
            Some(
                r#"{"providerError":"…/compiled.yaml: it is YAML, not JSON: it begins with \"pipelineInfo:\" (hint: let the compiler write a file that ends in .json, or convert it)"}"#,
            ),
            "",
        ),
        row(
            "a compiled part of nothing",
            never(),
            "create --type pipeline --definition DIR/definition.json --compiled /dev/null --url URL --output DIR/out.json",
            2,
            Some(
                r#"{"providerError":"/dev/null: it is empty (hint: the compiler has to write JSON)"}"#,
            ),
            "",
        ),
        row(
            "type, as the operator's step",
            never(),
            "create --type runs --body DIR/body.json --url URL --output DIR/out.json --compat",
            2,
            None,
            "resource kind \"runs\": unknown",
        ),
        row(
            "unwritable",
            never(),
            "create --type run --body DIR/body.json --url URL --output DIR/no/out.json",
            3,
            None,
            "cannot be written: No such file or directory",
        ),
        row(
            "a folder",
            never(),
            "create --type run --body DIR/body.json --url URL --output DIR",
            3,
            None,
            "cannot be written: Is a directory",
        ),
        row(
            "no body at all",
            never(),
            "create --type run --url URL --output DIR/out.json",
            2,
            None,
            "required arguments were not provided",
        ),
        row(
            "half a pipeline",
            never(),
            "create --type pipeline --definition DIR/definition.json --url URL --output DIR/out.json",
            2,
            None,
            "--compiled",
        ),
        row(
            "two bodies",
            never(),
            with(
                CREATE,
                "--definition DIR/definition.json --compiled DIR/compiled.json",
            ),
            2,
            None,
            "cannot be used with",
        ),
        row(
            "compat and mercy",
            never(),
            with(DELETE, "--compat --missing-ok"),
            2,
            None,
            "cannot be used with",
        ),
        row(
            "deadline",
            never(),
            with(DELETE, "--deadline soon"),
            2,
            None,
            "soon",
        ),
        row(
            "attempts",
            never(),
            with(DELETE, "--attempts 0"),
            2,
            None,
            "0 is not in 1..",
        ),
    ];
    for row in rows {
        let provider = play(&row);
        assert!(
            provider.requests().is_empty(),
            "{}: something was sent",
            row.name
        );
    }
}
