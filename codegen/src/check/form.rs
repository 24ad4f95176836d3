//! The form of an OpenAPI 3.0 document: which objects have which members, and of what kind.
//!
//! The other rules and everything after them rely on it, so nothing else is looked at before the
//! form is right. It also finds what is misspelt and what belongs to later versions.

use serde_json::Value;

use super::report::Report;
use crate::document::child;
use crate::spec::{At, Spec};

/// What may stand somewhere.
#[derive(Clone, Copy)]
enum Form {
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
struct Shape {
    name: &'static str,
    required: &'static [&'static str],
    members: &'static [(&'static str, Form)],
}

use Form::{
    Anything, Flag, FlagOrObject, List, Named, Number, Object, ObjectOrReference, Text, Whole,
};

static ROOT: Shape = Shape {
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

static SCHEMA: Shape = Shape {
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

pub(super) fn document(report: &mut Report<'_>) {
    let spec = Spec {
        root: &report.document.value,
    };
    let root = spec.at();
    Object(&ROOT).check(report, &root);
}

impl Form {
    fn check(self, report: &mut Report<'_>, at: &At<'_>) {
        match self {
            ObjectOrReference(_) | FlagOrObject(_) if at.value.get("$ref").is_some() => {
                Text.check_member(report, at, "$ref");
            }
            Object(shape) | ObjectOrReference(shape) | FlagOrObject(shape)
                if at.value.is_object() =>
            {
                shape.check(report, at);
            }
            List(item) => match at.value.as_array() {
                Some(items) => {
                    for (index, value) in items.iter().enumerate() {
                        item.check(
                            report,
                            &At {
                                pointer: format!("{}/{index}", at.pointer),
                                value,
                            },
                        );
                    }
                }
                None => self.refuse(report, at),
            },
            Named(member) => match at.value.as_object() {
                Some(members) => {
                    for (name, value) in members.iter().filter(|(name, _)| !self.is_extension(name))
                    {
                        member.check(
                            report,
                            &At {
                                pointer: child(&at.pointer, name),
                                value,
                            },
                        );
                    }
                }
                None => self.refuse(report, at),
            },
            Anything => {}
            _ if self.is_scalar(at.value) => {}
            _ => self.refuse(report, at),
        }
    }

    fn check_member(self, report: &mut Report<'_>, at: &At<'_>, key: &str) {
        if let Some(member) = at.get(key) {
            self.check(report, &member);
        }
    }

    /// Paths and responses may have extensions among them; schemas and properties may not, since
    /// `x-y` is a fine name there.
    fn is_extension(self, name: &str) -> bool {
        let fixed = matches!(self, Named(Object(shape) | ObjectOrReference(shape)) if matches!(shape.name, "path" | "response"));
        fixed && name.starts_with("x-")
    }

    fn is_scalar(self, value: &Value) -> bool {
        match self {
            Text => value.is_string(),
            Flag | FlagOrObject(_) => value.is_boolean(),
            Number => value.is_number(),
            Whole => value.is_u64(),
            _ => false,
        }
    }

    fn refuse(self, report: &mut Report<'_>, at: &At<'_>) {
        let wanted = match self {
            Text => "a text".to_owned(),
            Flag => "true or false".to_owned(),
            Number => "a number".to_owned(),
            Whole => "a whole number, not negative".to_owned(),
            Object(shape) => format!("an object of the kind `{}`", shape.name),
            ObjectOrReference(shape) => {
                format!("an object of the kind `{}`, or a reference", shape.name)
            }
            FlagOrObject(shape) => format!("true, false or an object of the kind `{}`", shape.name),
            List(_) => "a list".to_owned(),
            Named(_) => "an object".to_owned(),
            Anything => return,
        };
        let hint = match (self, at.value) {
            (Text, Value::Number(_) | Value::Bool(_)) => "put it in quotes",
            _ => "see https://spec.openapis.org/oas/v3.0.3",
        };
        report.refuse_unread(at, format!("this must be {wanted}"), hint);
    }
}

impl Shape {
    fn check(&self, report: &mut Report<'_>, at: &At<'_>) {
        for key in self
            .required
            .iter()
            .filter(|key| at.value.get(key).is_none())
        {
            let hint = "see https://spec.openapis.org/oas/v3.0.3";
            report.refuse_unread(
                at,
                format!("`{key}` is missing, which `{}` must have", self.name),
                hint,
            );
        }
        for key in at.object().keys().filter(|key| !key.starts_with("x-")) {
            match self.members.iter().find(|(known, _)| known == key) {
                Some((_, form)) => form.check_member(report, at, key),
                None => {
                    let member = At {
                        pointer: child(&at.pointer, key),
                        value: &at.value[key.as_str()],
                    };
                    let what = format!("OpenAPI 3.0 has no `{key}` in `{}`", self.name);
                    report.refuse_unread(
                        &member,
                        what,
                        "correct its spelling, or begin the name of an extension with `x-`",
                    );
                }
            }
        }
    }
}
