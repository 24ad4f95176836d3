//! Custom resources from files, as kubectl would send them and the API server would take them, with the lines on which
//! they stand.

mod error;
mod files;
mod foreign;
mod source;

use std::collections::BTreeMap;
use std::path::PathBuf;

use kfp_operator_sim::CustomResource;
use kfp_operator_sim::json::Json;
use kfp_operator_sim::manifest::{self, Document};

use super::names::{OF_FILES, counted};
pub(super) use error::ManifestError;
use files::sources;
use foreign::{Owner, PassedOver, owner};
use source::Source;

/// A custom resource from a file.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) resource: CustomResource,
    /// `file:line`
    pub(super) place: String,
}

/// Reads what arguments name, one argument after the other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// The namespace of resources that name none.
    namespace: &'a str,
    recursive: bool,
    /// Standard input can be read once.
    input_read: bool,
    /// How many resources got a name.
    named: usize,
    /// What people should know about the files, beside what is wrong with them.
    notes: Vec<String>,
    errors: Vec<ManifestError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(namespace: &'a str, recursive: bool) -> Self {
        Self {
            namespace,
            recursive,
            input_read: false,
            named: 0,
            notes: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// The resources that are to be applied together.
    pub(super) fn read(&mut self, arguments: &[PathBuf]) -> Vec<Manifest> {
        let mut manifests = Vec::new();
        let mut first = None;
        let errors = self.errors.len();
        for argument in arguments {
            match sources(argument, self.recursive) {
                Ok(sources) => {
                    for source in sources {
                        first.get_or_insert_with(|| source.clone());
                        self.read_source(&source, &mut manifests);
                    }
                }
                Err(error) => self.errors.push(error),
            }
        }
        if let (true, Some(source)) = (manifests.is_empty(), first)
            && errors == self.errors.len()
        {
            self.errors.push(ManifestError::Empty(source));
        }
        refuse_doubles(&manifests, &mut self.errors);
        manifests
    }

    /// What there is to say: notes, and everything that is wrong.
    pub(super) fn finish(self) -> (Vec<String>, Vec<ManifestError>) {
        (self.notes, self.errors)
    }

    fn read_source(&mut self, source: &Source, manifests: &mut Vec<Manifest>) {
        if *source == Source::StandardInput && std::mem::replace(&mut self.input_read, true) {
            return self.errors.push(ManifestError::InputTwice);
        }
        let bytes = match source.read() {
            Ok(bytes) => bytes,
            Err(reason) => {
                let origin = source.clone();
                return self
                    .errors
                    .push(ManifestError::Unreadable { origin, reason });
            }
        };
        let documents = match manifest::read(&bytes) {
            Ok(documents) => documents,
            Err(manifest::Unreadable { line, what }) => {
                let origin = source.clone();
                return self
                    .errors
                    .push(ManifestError::Syntax { origin, line, what });
            }
        };
        let mut passed_over = PassedOver::default();
        for document in documents.into_iter().flat_map(Document::flatten) {
            match (owner(&document.json), source) {
                (Owner::Another(what), _) => passed_over.add(&what, document.line("")),
                (Owner::Nobody, Source::Found(_)) => {
                    passed_over.add("what is no resource", document.line(""));
                }
                (Owner::Operator | Owner::Nobody, _) => {
                    self.read_resource(source, &document, manifests);
                }
            }
        }
        let note = passed_over.told().map(|told| format!("{source}: {told}"));
        self.notes.extend(note);
    }

    fn read_resource(
        &mut self,
        source: &Source,
        document: &Document,
        manifests: &mut Vec<Manifest>,
    ) {
        for (line, remark) in &document.remarks {
            self.notes.push(format!("{source}:{line}: {remark}"));
        }
        match CustomResource::read(&document.json) {
            Ok(mut resource) => {
                let metadata = resource.metadata_mut();
                if metadata.namespace.is_empty() {
                    metadata.namespace = self.namespace.to_owned();
                }
                if metadata.name.is_empty() {
                    self.named += 1;
                    metadata.name = counted(&metadata.generate_name, OF_FILES + self.named);
                }
                let place = format!("{source}:{}", document.line(""));
                manifests.push(Manifest { resource, place });
            }
            Err(violations) => {
                let errors = violations
                    .into_iter()
                    .map(|violation| ManifestError::Refused {
                        origin: source.clone(),
                        line: document.line(&violation.pointer),
                        name: name(&document.json),
                        violation: Box::new(violation),
                    });
                self.errors.extend(errors);
            }
        }
    }
}

/// The kind and name of a resource, as far as they can be told, to be followed by something.
fn name(json: &Json) -> String {
    let metadata = json.get("metadata");
    let name = ["name", "generateName"]
        .into_iter()
        .find_map(|member| metadata?.get(member));
    match (json.get("kind"), name) {
        (Some(Json::String(kind)), Some(Json::String(name))) => format!("{kind} {name}: "),
        _ => String::new(),
    }
}

fn refuse_doubles(manifests: &[Manifest], errors: &mut Vec<ManifestError>) {
    let mut seen = BTreeMap::new();
    for Manifest { resource, place } in manifests {
        let metadata = resource.metadata();
        let key = (resource.kind(), &metadata.namespace, &metadata.name);
        if let Some(other) = seen.insert(key, place) {
            errors.push(ManifestError::Twice {
                place: place.clone(),
                kind: resource.kind(),
                name: format!("{}/{}", metadata.namespace, metadata.name),
                other: other.clone(),
            });
        }
    }
}
