//! The requirements, as data.
//!
//! The files in `catalogue/` are the single source of ids, levels, texts and needs; code refers to
//! a requirement by a constant of [`ids`].
//!
//! Here belongs what is required. How it is checked does not belong here.

#[allow(
    dead_code,
    reason = "the ids of all requirements, whether code names them or not"
)]
pub(crate) mod ids;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use kfp_operator_sim::ResourceKind;
use serde::{Deserialize, Serialize};

const FILES: &[&str] = &[
    include_str!("../../catalogue/health.toml"),
    include_str!("../../catalogue/transport.toml"),
    include_str!("../../catalogue/response.toml"),
    include_str!("../../catalogue/create.toml"),
    include_str!("../../catalogue/update.toml"),
    include_str!("../../catalogue/delete.toml"),
    include_str!("../../catalogue/event.toml"),
    include_str!("../../catalogue/lifecycle.toml"),
    include_str!("../../catalogue/robust.toml"),
    include_str!("../../catalogue/container.toml"),
    include_str!("../../catalogue/document.toml"),
];

/// Which lens a requirement counts to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Level {
    /// MUST by the OpenAPI document.
    MustSpec,
    /// MUST by what the operator does with the answer.
    MustOperator,
    /// MUST by both.
    MustBoth,
    /// SHOULD: robustness. Counts to no verdict unless `--strict`.
    Should,
    /// Judges the document, never the provider.
    Document,
}

impl Level {
    /// Counts to the spec verdict.
    pub fn spec(self) -> bool {
        matches!(self, Self::MustSpec | Self::MustBoth)
    }

    /// Counts to the operator verdict.
    pub fn operator(self) -> bool {
        matches!(self, Self::MustOperator | Self::MustBoth)
    }

    /// A MUST of either lens.
    pub fn is_must(self) -> bool {
        self.spec() || self.operator()
    }

    /// As people read it, such as `MUST (operator)`.
    pub fn label(self) -> &'static str {
        match self {
            Self::MustSpec => "MUST (spec)",
            Self::MustOperator => "MUST (operator)",
            Self::MustBoth => "MUST (spec, operator)",
            Self::Should => "SHOULD",
            Self::Document => "DOCUMENT",
        }
    }

    /// As it is written in files and options.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One requirement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable id, such as `update.error.echoes-id`.
    pub id: String,
    /// Which verdict it counts to.
    pub level: Level,
    /// Resource types it applies to; empty if it is not judged per type.
    pub types: Vec<ResourceKind>,
    /// Part of the contract, such as `update`.
    pub feature: String,
    /// What the runner cannot do by itself: `hook:probe`, `events`, `replica`, `container`, `slow`, `fixture`.
    pub needs: Vec<String>,
    /// The requirement in one sentence.
    pub title: String,
    /// How it is checked.
    pub check: String,
    /// What a passing answer looks like.
    pub pass: String,
    /// Legal answers that are not the best; may be empty.
    pub tolerated: String,
    /// What happens to a resource when it is violated.
    pub consequence: String,
    /// What the provider should do.
    pub fix: String,
    /// JSON pointer into the OpenAPI document; may be empty.
    pub document: String,
    /// Place in the operator's source; may be empty.
    pub operator: String,
}

impl Requirement {
    /// The area: the part of the id before the first dot.
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or(&self.id)
    }

    /// The types it is judged for; one `None` if it is not judged per type.
    pub fn subjects(&self) -> Vec<Option<ResourceKind>> {
        if self.types.is_empty() {
            vec![None]
        } else {
            self.types.iter().copied().map(Some).collect()
        }
    }

    /// The first thing it needs that is not among what is at hand.
    pub fn missing_need(&self, at_hand: &BTreeSet<&str>) -> Option<&str> {
        let mut needs = self.needs.iter().map(String::as_str);
        needs.find(|need| !at_hand.contains(need))
    }
}

/// All requirements in their published order.
pub struct Catalogue {
    requirements: Vec<Requirement>,
    /// Places in that list, by id: each observation asks.
    places: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    requirement: Vec<Requirement>,
}

/// A selection that names nothing.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// No requirement and no area has this name.
    #[error("{name}: no such requirement or area{}", did_you_mean(.close))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The closest existing id, if one is close.
        close: Option<String>,
    },
}

fn did_you_mean(close: &Option<String>) -> String {
    match close {
        Some(id) => format!(" (hint: did you mean {id}?)"),
        None => " (hint: `kfp-conformance list` prints them all)".to_owned(),
    }
}

impl Catalogue {
    /// The catalogue that this program was built with.
    pub fn embedded() -> &'static Self {
        static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
            let requirements: Vec<Requirement> = FILES
                .iter()
                .flat_map(|text| {
                    let file: File = toml::from_str(text).expect("a test parses every file");
                    file.requirement
                })
                .collect();
            let ids = requirements
                .iter()
                .map(|requirement| requirement.id.clone());
            let places = ids.zip(0..).collect();
            Catalogue {
                requirements,
                places,
            }
        });
        &CATALOGUE
    }

    /// Requirements on providers, without the checks of the document.
    pub fn provider(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements
            .iter()
            .filter(|r| r.level != Level::Document)
    }

    /// The checks of the document.
    pub fn document(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements
            .iter()
            .filter(|r| r.level == Level::Document)
    }

    /// All of them.
    pub fn all(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirement of that id.
    pub fn get(&self, id: &str) -> Option<&Requirement> {
        self.places.get(id).map(|place| &self.requirements[*place])
    }

    /// The requirements that `name` means: an id, or an area or dotted prefix such as `create` or
    /// `create.body`.
    ///
    /// # Errors
    /// [`SelectError::Unknown`] with the closest id if nothing has that name.
    pub fn select(&self, name: &str) -> Result<Vec<&Requirement>, SelectError> {
        let prefix = format!("{}.", name.trim_end_matches(".*").trim_end_matches('.'));
        let found: Vec<&Requirement> = self
            .requirements
            .iter()
            .filter(|r| r.id == name || r.id.starts_with(&prefix))
            .collect();
        if found.is_empty() {
            return Err(SelectError::Unknown {
                name: name.to_owned(),
                close: self.closest(name),
            });
        }
        Ok(found)
    }

    fn closest(&self, name: &str) -> Option<String> {
        /// Below this similarity a suggestion is noise.
        const CLOSE_ENOUGH: f64 = 0.75;
        let areas = self.requirements.iter().map(|r| r.area());
        let ids = self.requirements.iter().map(|r| r.id.as_str());
        areas
            .chain(ids)
            .map(|id| (strsim::jaro_winkler(id, name), id))
            .filter(|(score, _)| *score >= CLOSE_ENOUGH)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, id)| id.to_owned())
    }

    /// SHA-256 over the files, to tell reports of different catalogues apart.
    pub fn sha256(&self) -> String {
        crate::base::digest::sha256_hex(&FILES.concat().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::ids;

    /// The constant for an id.
    fn name(id: &str) -> String {
        id.replace(['.', '-'], "_").to_uppercase()
    }

    #[test]
    fn every_id_has_its_constant() {
        const HEAD: &str = "//! The ids of the requirements, made from the catalogue: a misspelt one does not compile.\n//!\n//! A test keeps this file equal to the catalogue, and `EXPECTORATE=overwrite` writes it anew.\n\n";
        let all = Catalogue::embedded().all().iter();
        // As rustfmt has it, which breaks what is longer than that.
        const WIDTH: usize = 100;
        let lines = all.map(|r| {
            let (left, right) = (format!("pub(crate) const {}: &str =", name(&r.id)), &r.id);
            let is_long = format!("{left} {right:?};").len() > WIDTH;
            let between = if is_long { "\n    " } else { " " };
            format!("{left}{between}{right:?};\n")
        });
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue/ids.rs");
        expectorate::assert_contents(path, &format!("{HEAD}{}", lines.collect::<String>()));
    }

    #[test]
    fn every_entry_is_complete_and_unique() {
        let mut seen = BTreeSet::new();
        for r in Catalogue::embedded().all() {
            assert!(seen.insert(&r.id), "{} appears twice", r.id);
            for (key, text) in [
                ("title", &r.title),
                ("check", &r.check),
                ("pass", &r.pass),
                ("consequence", &r.consequence),
                ("fix", &r.fix),
            ] {
                assert!(!text.trim().is_empty(), "{}: {key} is empty", r.id);
            }
        }
        assert_eq!(Catalogue::embedded().provider().count(), 186);
        assert_eq!(Catalogue::embedded().document().count(), 9);
    }

    /// The facts about the operator that `docs/facts.md` lists, and the requirements that notice them.
    #[test]
    fn the_list_of_facts_names_requirements_that_exist_and_every_form_of_body() {
        let facts = include_str!("../../../docs/facts.md");
        let areas: BTreeSet<&str> = Catalogue::embedded()
            .all()
            .iter()
            .map(|r| r.area())
            .collect();
        let quoted = facts.split('`').skip(1).step_by(2);
        let named: BTreeSet<&str> = quoted
            .filter(|text| {
                let area = text.split_once('.').map(|(area, _)| area);
                area.is_some_and(|area| areas.contains(area))
            })
            .collect();
        for id in &named {
            assert!(Catalogue::embedded().get(id).is_some(), "{id}");
        }
        let bodies = Catalogue::embedded().all().iter();
        for r in bodies.filter(|r| r.id.contains(".body.")) {
            assert!(named.contains(r.id.as_str()), "{} is no fact", r.id);
        }
    }

    #[test]
    fn unknown_names_get_the_closest_id() {
        let table = [
            ("create.201.statos", Some(ids::CREATE_201_STATUS)),
            ("upate", Some("update")),
            ("zzzzzz", None),
        ];
        for (name, close) in table {
            let SelectError::Unknown { close: found, .. } =
                Catalogue::embedded().select(name).expect_err(name);
            assert_eq!(found.as_deref(), close, "{name}");
        }
    }

    #[test]
    fn areas_and_prefixes_select_their_members() {
        let table = [
            ("health", 10),
            ("create.body", 13),
            (ids::CREATE_201_STATUS, 1),
            ("update.*", 18),
        ];
        for (name, at_least) in table {
            let found = Catalogue::embedded().select(name).expect(name);
            assert!(found.len() >= at_least, "{name}: {}", found.len());
        }
    }
}
