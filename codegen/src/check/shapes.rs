//! The objects of OpenAPI 3.0, with their members.

/// What may stand somewhere.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Anything,
    Text,
    Flag,
    Number,
    Whole,
    Object(&'static Shape),
    /// The object, or `$ref` and nothing else that counts.
    ObjectOrReference(&'static Shape),
    FlagOrObject(&'static Shape),
    List(&'static Form),
    /// An object with names of the author's choice.
    Named(&'static Form),
}

/// The members of a kind of object.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) required: &'static [&'static str],
    pub(super) members: &'static [(&'static str, Form)],
}

use Form::{
    Anything, Flag, FlagOrObject, List, Named, Number, Object, ObjectOrReference, Text, Whole,
};

pub(super) static ROOT: Shape = Shape {
    name: "document",
    required: &["openapi", "info", "paths"],
    members: &[
        ("openapi", Text),
        ("info", Object(&INFO)),
        ("servers", List(&Object(&SERVER))),
        ("paths", Named(&Object(&PATH_ITEM))),
        ("components", Object(&COMPONENTS)),
        ("security", List(&Named(&Anything))),
        ("tags", List(&Object(&TAG))),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
    ],
};

static INFO: Shape = Shape {
    name: "info",
    required: &["title", "version"],
    members: &[
        ("title", Text),
        ("description", Text),
        ("termsOfService", Text),
        ("contact", Named(&Anything)),
        ("license", Named(&Anything)),
        ("version", Text),
    ],
};

static SERVER: Shape = Shape {
    name: "server",
    required: &["url"],
    members: &[
        ("url", Text),
        ("description", Text),
        ("variables", Named(&Anything)),
    ],
};

static TAG: Shape = Shape {
    name: "tag",
    required: &["name"],
    members: &[
        ("name", Text),
        ("description", Text),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
    ],
};

static EXTERNAL_DOCS: Shape = Shape {
    name: "externalDocs",
    required: &["url"],
    members: &[("url", Text), ("description", Text)],
};

static COMPONENTS: Shape = Shape {
    name: "components",
    required: &[],
    members: &[
        ("schemas", Named(&ObjectOrReference(&SCHEMA))),
        ("responses", Named(&ObjectOrReference(&RESPONSE))),
        ("parameters", Named(&ObjectOrReference(&PARAMETER))),
        ("requestBodies", Named(&ObjectOrReference(&REQUEST_BODY))),
        ("examples", Named(&Anything)),
        ("headers", Named(&ObjectOrReference(&HEADER))),
        ("securitySchemes", Named(&Anything)),
        ("links", Named(&Anything)),
        ("callbacks", Named(&Anything)),
    ],
};

static PATH_ITEM: Shape = Shape {
    name: "path",
    required: &[],
    members: &[
        ("$ref", Text),
        ("summary", Text),
        ("description", Text),
        ("get", Object(&OPERATION)),
        ("put", Object(&OPERATION)),
        ("post", Object(&OPERATION)),
        ("delete", Object(&OPERATION)),
        ("options", Object(&OPERATION)),
        ("head", Object(&OPERATION)),
        ("patch", Object(&OPERATION)),
        ("trace", Object(&OPERATION)),
        ("servers", List(&Object(&SERVER))),
        ("parameters", List(&ObjectOrReference(&PARAMETER))),
    ],
};

static OPERATION: Shape = Shape {
    name: "operation",
    required: &["responses"],
    members: &[
        ("tags", List(&Text)),
        ("summary", Text),
        ("description", Text),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
        ("operationId", Text),
        ("parameters", List(&ObjectOrReference(&PARAMETER))),
        ("requestBody", ObjectOrReference(&REQUEST_BODY)),
        ("responses", Named(&ObjectOrReference(&RESPONSE))),
        ("callbacks", Named(&Anything)),
        ("deprecated", Flag),
        ("security", List(&Named(&Anything))),
        ("servers", List(&Object(&SERVER))),
    ],
};

static PARAMETER: Shape = Shape {
    name: "parameter",
    required: &["name", "in"],
    members: &[
        ("name", Text),
        ("in", Text),
        ("description", Text),
        ("required", Flag),
        ("deprecated", Flag),
        ("allowEmptyValue", Flag),
        ("style", Text),
        ("explode", Flag),
        ("allowReserved", Flag),
        ("schema", ObjectOrReference(&SCHEMA)),
        ("example", Anything),
        ("examples", Named(&Anything)),
        ("content", Named(&Object(&MEDIA_TYPE))),
    ],
};

/// A parameter whose name and place are said by where it stands.
static HEADER: Shape = Shape {
    name: "header",
    required: &[],
    members: &[
        ("description", Text),
        ("required", Flag),
        ("deprecated", Flag),
        ("style", Text),
        ("explode", Flag),
        ("schema", ObjectOrReference(&SCHEMA)),
        ("example", Anything),
        ("examples", Named(&Anything)),
        ("content", Named(&Object(&MEDIA_TYPE))),
    ],
};

static REQUEST_BODY: Shape = Shape {
    name: "request body",
    required: &["content"],
    members: &[
        ("description", Text),
        ("content", Named(&Object(&MEDIA_TYPE))),
        ("required", Flag),
    ],
};

static MEDIA_TYPE: Shape = Shape {
    name: "media type",
    required: &[],
    members: &[
        ("schema", ObjectOrReference(&SCHEMA)),
        ("example", Anything),
        ("examples", Named(&Anything)),
        ("encoding", Named(&Anything)),
    ],
};

static RESPONSE: Shape = Shape {
    name: "response",
    required: &["description"],
    members: &[
        ("description", Text),
        ("headers", Named(&ObjectOrReference(&HEADER))),
        ("content", Named(&Object(&MEDIA_TYPE))),
        ("links", Named(&Anything)),
    ],
};

static DISCRIMINATOR: Shape = Shape {
    name: "discriminator",
    required: &["propertyName"],
    members: &[("propertyName", Text), ("mapping", Named(&Text))],
};

pub(super) static SCHEMA: Shape = Shape {
    name: "schema",
    required: &[],
    members: &[
        ("title", Text),
        ("description", Text),
        ("type", Text),
        ("format", Text),
        ("nullable", Flag),
        ("enum", List(&Anything)),
        ("default", Anything),
        ("required", List(&Text)),
        ("properties", Named(&ObjectOrReference(&SCHEMA))),
        ("additionalProperties", FlagOrObject(&SCHEMA)),
        ("items", ObjectOrReference(&SCHEMA)),
        ("allOf", List(&ObjectOrReference(&SCHEMA))),
        ("oneOf", List(&ObjectOrReference(&SCHEMA))),
        ("anyOf", List(&ObjectOrReference(&SCHEMA))),
        ("not", ObjectOrReference(&SCHEMA)),
        ("pattern", Text),
        ("minLength", Whole),
        ("maxLength", Whole),
        ("minimum", Number),
        ("maximum", Number),
        ("exclusiveMinimum", Flag),
        ("exclusiveMaximum", Flag),
        ("multipleOf", Number),
        ("minItems", Whole),
        ("maxItems", Whole),
        ("uniqueItems", Flag),
        ("minProperties", Whole),
        ("maxProperties", Whole),
        ("discriminator", Object(&DISCRIMINATOR)),
        ("readOnly", Flag),
        ("writeOnly", Flag),
        ("xml", Named(&Anything)),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
        ("example", Anything),
        ("deprecated", Flag),
    ],
};
