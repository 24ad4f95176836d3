//! `any` and `all`: what the names stand for that they bind.

use std::collections::BTreeSet;

use super::binding::{Bound, Local};
use super::evaluate::{Look, Unanswerable, evaluate};
use super::expression::{Collection, Names};
use crate::json::Json;

impl Collection {
    pub(super) fn holds(&self, look: &mut Look<'_>) -> Result<bool, Unanswerable> {
        let Some(value) = look.find(&self.path)?.value() else {
            return Ok(self.all);
        };
        let parts: Vec<(String, Bound)> = match value {
            Json::Array(items) => (0..items.len())
                .map(|index| (index.to_string(), Bound::Index(index)))
                .collect(),
            Json::Object(members) => {
                let keys: BTreeSet<_> = members.iter().map(|(key, _)| key.clone()).collect();
                keys.into_iter()
                    .map(|key| (key.clone(), Bound::Key(key)))
                    .collect()
            }
            _ => return Err(Unanswerable::NoCollection(self.path.join("."))),
        };
        let is_list = matches!(value, Json::Array(_));
        for (part, place) in parts {
            let known = look.locals.len();
            look.locals.extend(self.bind(&part, place, is_list)?);
            let held = evaluate(&self.inner, look);
            look.locals.truncate(known);
            if held? != self.all {
                return Ok(!self.all);
            }
        }
        Ok(self.all)
    }

    fn bind(&self, part: &str, place: Bound, is_list: bool) -> Result<Vec<Local>, Unanswerable> {
        let path = self.path.iter().cloned().chain([part.to_owned()]);
        let value = Bound::Path(path.collect());
        let local = |name: &String, bound: &Bound| (name.clone(), bound.clone());
        Ok(match &self.names {
            Names::One(name) if is_list => vec![local(name, &value)],
            Names::One(name) | Names::Place(name) => vec![local(name, &place)],
            Names::Value(name) => vec![local(name, &value)],
            Names::Both(one, two) if one == two => {
                return Err(Unanswerable::OneNameForTwo(one.clone()));
            }
            Names::Both(one, two) => vec![local(one, &place), local(two, &value)],
        })
    }
}
