//! How long the generator takes, by the size of the document.
//!
//! `cargo run --release -p openapi-codegen --example timing`

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use openapi_codegen::{Source, generate};

/// Five operations on a resource of their own with its schemas; the document has `count` of them
/// in all.
fn document(count: usize) -> String {
    let mut text = String::from("openapi: 3.0.3\ninfo: {title: Scale, version: '1'}\npaths:\n");
    let errors = "400: {$ref: '#/components/responses/Error'}, 404: {$ref: '#/components/responses/Error'}, 422: {$ref: '#/components/responses/Error'}, 500: {$ref: '#/components/responses/Error'}";
    let resources = count / 5;
    for n in 0..resources {
        let one = format!(
            "{{description: One., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{n}'}}}}}}}}"
        );
        let body = format!(
            "{{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{n}'}}}}}}}}"
        );
        let id = "{name: id, in: path, required: true, schema: {type: string}}";
        let limit = "{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}";
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "  /things{n}:
    get: {{operationId: listThing{n}, summary: List, parameters: [{limit}], responses: {{200: {{description: All., content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Thing{n}'}}}}}}}}}}, {errors}}}}}
    post: {{operationId: addThing{n}, summary: Add, requestBody: {body}, responses: {{201: {one}, {errors}}}}}
  /things{n}/{{id}}:
    get: {{operationId: getThing{n}, summary: Get, parameters: [{id}], responses: {{200: {one}, {errors}}}}}
    put: {{operationId: putThing{n}, summary: Put, parameters: [{id}], requestBody: {body}, responses: {{200: {one}, 204: {{description: Same.}}, {errors}}}}}
    delete: {{operationId: dropThing{n}, summary: Drop, parameters: [{id}], responses: {{204: {{description: Gone.}}, {errors}}}}}
"
        );
    }
    text.push_str(
        "components:
  responses:
    Error: {description: Not., content: {application/json: {schema: {type: object, required: [message], properties: {message: {type: string}}}}}}
  schemas:
",
    );
    for n in 0..resources {
        let _ = writeln!(
            text,
            "    Thing{n}: {{type: object, required: [name], properties: {{name: {{type: string, minLength: 1}}, kind: {{type: string, enum: [a, b, c{n}]}}, size: {{type: integer, minimum: 0}}, inner: {{type: object, properties: {{x{n}: {{type: number}}, tags: {{type: array, items: {{type: string}}}}}}}}}}}}"
        );
    }
    text
}

fn time(source: &Source) -> Result<(Duration, usize), String> {
    let started = Instant::now();
    let generated = generate(source, &[]).map_err(|errors| format!("{errors:?}"))?;
    let lines = [&generated.types, &generated.client, &generated.server];
    let lines = lines.iter().map(|text| text.lines().count()).sum();
    Ok((started.elapsed(), lines))
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| operations | document, kB | generated, lines | median of 5, ms | ms per operation |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    for count in [50, 100, 250, 500, 1000] {
        let text = document(count);
        let size = text.len() / 1000;
        let source = Source {
            name: "scale.yaml".to_owned(),
            text,
        };
        let runs: Result<Vec<_>, String> = (0..5).map(|_| time(&source)).collect();
        let mut runs = runs.map_err(io::Error::other)?;
        runs.sort();
        let (median, lines) = runs[2];
        let ms = median.as_secs_f64() * 1e3;
        let each = ms / count as f64;
        writeln!(out, "| {count} | {size} | {lines} | {ms:.0} | {each:.2} |")?;
    }
    Ok(())
}
