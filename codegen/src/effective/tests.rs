use super::*;
use crate::document::{Document, Source};

fn document(text: &str) -> Value {
    let name = "x.yaml".to_owned();
    let text = text.to_owned();
    let document = Document::parse(&Source { name, text });
    document.expect("valid YAML").value
}

const PETS: &str = "
openapi: 3.0.3
paths:
  /pets/{kind}/{name}:
    parameters:
    - {$ref: '#/components/parameters/kind'}
    - {name: name, in: path, required: true, schema: {type: string}}
    put:
      operationId: replacePet
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses: {'200': {description: done}}
    delete:
      operationId: deletePet
      responses: {'200': {description: done}}
  /health:
    get:
      operationId: health
      responses: {'204': {description: fine}}
components:
  parameters:
    kind: {name: kind, in: path, required: true, schema: {$ref: '#/components/schemas/Kind'}}
  requestBodies:
    Pet:
      required: true
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Pet'}
          example: {lives: 9}
          x-kept: true
          x-body-by-parameter:
            parameter: kind
            mapping: {cat: '#/components/schemas/Cat', 'guide dog': '#/components/schemas/Dog'}
  schemas:
    Kind: {type: string, enum: [cat, guide dog]}
    Pet: {anyOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}
    Cat: {type: object, properties: {toy: {$ref: '#/components/schemas/Toy'}}}
    Dog: {type: object}
    Toy: {type: string}
    Unused: {type: array, items: {$ref: '#/components/schemas/UsedByUnused'}}
    UsedByUnused: {type: string}
";

#[test]
fn a_path_per_value_with_the_body_of_that_value() {
    let name =
        json!([{ "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let item = |animal: &str| {
        json!({
            "parameters": name,
            "put": {
                "operationId": format!("replace{animal}"),
                "requestBody": {
                    "required": true,
                    "content": { "application/json": {
                        "schema": { "$ref": format!("#/components/schemas/{animal}") },
                        "x-kept": true,
                    } },
                },
                "responses": { "200": { "description": "done" } },
            },
            "delete": {
                "operationId": format!("delete{animal}"),
                "responses": { "200": { "description": "done" } },
            },
        })
    };
    let before = document(PETS);
    let split = split(&before);
    let expected = json!({
        "/pets/cat/{name}": item("Cat"),
        "/pets/guide%20dog/{name}": item("Dog"),
        "/health": before["paths"]["/health"],
    });
    // As text, so that the order counts.
    let text = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    assert_eq!(text(&split["paths"]), text(&expected));
}

#[test]
fn what_only_the_parameter_needed_goes_with_it() {
    let split = split(&document(PETS));
    let components = split["components"].as_object().expect("an object");
    assert_eq!(components.keys().collect::<Vec<_>>(), ["schemas"]);
    let schemas = split["components"]["schemas"].as_object();
    let names: Vec<&String> = schemas.expect("an object").keys().collect();
    assert_eq!(names, ["Cat", "Dog", "Toy", "Unused", "UsedByUnused"]);
}

#[test]
fn a_document_without_choices_stays_as_it_is() {
    for text in [
        "{}",
        "{paths: {}}",
        "{paths: {/a: {get: {operationId: a}}}, components: {schemas: {A: {type: string}}}}",
    ] {
        let document = document(text);
        assert_eq!(split(&document), document, "{text}");
    }
}

#[test]
fn two_parameters_may_choose() {
    let text = "
paths:
  /{a}/{b}:
    parameters:
    - {name: a, in: path}
    - {name: b, in: path}
    put:
      operationId: put
      requestBody: {content: {application/json: {x-body-by-parameter: {parameter: a, mapping: {x: '#/X', y: '#/Y'}}}}}
    post:
      operationId: post
      requestBody: {content: {application/json: {x-body-by-parameter: {parameter: b, mapping: {v: '#/V', w: '#/V'}}}}}
";
    let split = split(&document(text));
    let paths = split["paths"].as_object().expect("an object");
    let found: Vec<String> = paths
        .iter()
        .map(|(path, item)| {
            assert_eq!(item.get("parameters"), None, "{path}");
            let schema = |method: &str| {
                let body = &item[method]["requestBody"]["content"][JSON];
                body["schema"]["$ref"].as_str().unwrap_or_default()
            };
            let id = |method: &str| item[method]["operationId"].as_str().unwrap_or_default();
            let (put, post) = (id("put"), id("post"));
            format!("{path} {put} {} {post} {}", schema("put"), schema("post"))
        })
        .collect();
    let expected = [
        "/x/v putXV #/X postXV #/V",
        "/x/w putXW #/X postXW #/V",
        "/y/v putYV #/Y postYV #/V",
        "/y/w putYW #/Y postYW #/V",
    ];
    assert_eq!(found, expected);
}

#[test]
fn operation_ids_name_what_is_meant() {
    let table = [
        ("createResource", "Resource", "createRun"),
        ("createResourceNow", "Resource", "createRunNow"),
        ("resourceCreate", "Resource", "resourceCreateRun"),
        ("listPets", "Pets", "listRun"),
        ("addPet", "Pets", "addRun"),
        ("petition", "Pet", "petitionRun"),
        ("aPetition", "Pet", "aPetitionRun"),
        ("create_thing", "", "create_thingRun"),
        ("", "", "Run"),
    ];
    for (id, noun, expected) in table {
        assert_eq!(renamed(id, noun, "Run"), expected, "{id:?} {noun:?}");
    }
}

#[test]
fn operation_ids_stay_distinct() {
    let text = "
paths:
  /pet/{kind}:
    post:
      operationId: createPet
      requestBody: {content: {application/json: {x-body-by-parameter: {parameter: kind, mapping: {a-b: '#/P', a_b: '#/P'}}}}}
  /other:
    get: {operationId: createAB}
";
    let split = split(&document(text));
    let ids: Vec<&str> = Spec { root: &split }
        .operations()
        .iter()
        .filter_map(|operation| operation.at.text("operationId"))
        .collect();
    assert_eq!(ids, ["createAB2", "createAB3", "createAB"]);
}
