//! Rules about path templates: what dropshot's router would panic on.

use std::collections::HashMap;

use super::report::Report;
use crate::api::Api;
use crate::spec::variables;

pub(super) fn items(report: &mut Report<'_>, api: &Api) {
    for path in &api.paths {
        if path.is_reference {
            report.refuse(
                &path.at,
                "a path that is a reference is not supported",
                "write the operations here",
            );
        }
        if path.has_servers {
            report.refuse(
                &path.at,
                "servers of a path are not supported",
                "declare servers for the whole document",
            );
        }
    }
}

pub(super) fn templates(report: &mut Report<'_>, api: &Api) {
    for item in &api.paths {
        let path = item.template.as_str();
        let segments: Vec<&str> = path.split('/').collect();
        let (first, rest) = segments.split_first().unwrap_or((&"", &[]));
        if !first.is_empty() || rest.is_empty() {
            report.refuse(
                &item.at,
                "a path must start with a slash",
                "begin it with `/`",
            );
            continue;
        }
        if rest.iter().any(|segment| segment.is_empty()) && path != "/" {
            report.refuse(
                &item.at,
                "the router does not see empty segments",
                "remove double slashes, and the one at the end",
            );
        }
        for segment in rest {
            let variable = segment.starts_with('{') && segment.ends_with('}');
            let inner = segment.trim_start_matches('{').trim_end_matches('}');
            if segment.contains(['{', '}'])
                && (!variable || inner.is_empty() || inner.contains(['{', '}', ':']))
            {
                let what = format!("`{segment}` mixes text and variables");
                report.refuse(&item.at, what, "a variable must be a whole segment");
            }
        }
        let names = variables(path);
        let twice = names
            .iter()
            .enumerate()
            .find(|(index, name)| names[..*index].contains(name));
        if let Some((_, name)) = twice {
            report.refuse(
                &item.at,
                format!("the variable `{name}` is there twice"),
                "rename one of them",
            );
        }
    }
}

/// At one position the router knows either texts or one variable with one name.
pub(super) fn neighbours(report: &mut Report<'_>, api: &Api) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for path in &api.paths {
        let mut prefix = String::new();
        for segment in path.template.split('/').skip(1) {
            let variable = segment.starts_with('{');
            match known.get(&prefix) {
                Some(other) if (variable || other.starts_with('{')) && *other != segment => {
                    let what = format!("`{segment}` and `{other}` compete for one position");
                    let hint = "let the position hold only texts, or one variable under one name";
                    report.refuse(&path.at, what, hint);
                    break;
                }
                Some(_) => {}
                None => {
                    known.insert(prefix.clone(), segment);
                }
            }
            prefix.push('/');
            prefix.push_str(if variable { "{}" } else { segment });
        }
    }
}
