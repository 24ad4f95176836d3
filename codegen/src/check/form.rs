//! The form of an OpenAPI 3.0 document: which objects have which members, and of what kind.
//!
//! The other rules and everything after them rely on it, so nothing else is looked at before the
//! form is right. It also finds what is misspelt and what belongs to later versions.

use serde_json::Value;

use super::report::Report;
use super::shapes::Form::{
    self, Anything, Flag, FlagOrObject, List, Named, Number, Object, ObjectOrReference, Text, Whole,
};
use super::shapes::{ROOT, SCHEMA, Shape};
use crate::document::child;
use crate::spec::{At, Spec};

pub(super) fn document(report: &mut Report<'_>) {
    let spec = Spec {
        root: &report.document.value,
    };
    let root = spec.at();
    Object(&ROOT).check(report, &root);
}

/// What a reference leads to must have the form that is wanted where the reference stands.
pub(super) fn referred(report: &mut Report<'_>) {
    report.follows = true;
    document(report);
}

impl Form {
    fn check(self, report: &mut Report<'_>, at: &At<'_>) {
        match self {
            ObjectOrReference(_) | FlagOrObject(_) if at.value.get("$ref").is_some() => {
                Text.check_member(report, at, "$ref");
                self.check_target(report, at);
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

    /// Schemas are referred to by their names, so that their form has been checked.
    fn check_target(self, report: &mut Report<'_>, at: &At<'_>) {
        let spec = Spec {
            root: &report.document.value,
        };
        if let ObjectOrReference(shape) = self
            && report.follows
            && shape.name != SCHEMA.name
            && let Some(target) = spec.follow(at.clone())
        {
            Object(shape).check(report, &target);
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
