//! Custom resources from YAML files, as the API server would take them, with the lines on which they stand.

mod node;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kfp_operator_sim::{CustomKind, CustomResource, Violation};

use node::Document;

/// A custom resource from a file.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) resource: CustomResource,
    /// `file:line`
    pub(super) place: String,
}

/// Why a file is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum ManifestError {
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}: no .yaml or .yml file in it (hint: name the files)", .0.display())]
    NoFiles(PathBuf),
    #[error("{}: not UTF-8 (hint: resources are text)", .0.display())]
    NotText(PathBuf),
    #[error("{}: no resource in any of the files", .0.display())]
    Empty(PathBuf),
    #[error("{}:{line}: {what}", path.display())]
    Syntax {
        path: PathBuf,
        line: u64,
        what: String,
    },
    #[error("{}:{line}: {name}{violation}", path.display())]
    Refused {
        path: PathBuf,
        line: u64,
        name: String,
        violation: Box<Violation>,
    },
    #[error(
        "{place}: {kind} {name} is at {other} already (hint: a change of it belongs into --update)"
    )]
    Twice {
        place: String,
        kind: CustomKind,
        name: String,
        other: String,
    },
}

/// Reads files and folders. Everything that is wrong is told at once.
pub(super) fn read_all(
    paths: &[PathBuf],
    namespace: &str,
) -> Result<Vec<Manifest>, Vec<ManifestError>> {
    let mut manifests = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        match files(path) {
            Ok(files) => {
                for file in files {
                    read(&file, namespace, &mut manifests, &mut errors);
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if let (true, true, Some(path)) = (manifests.is_empty(), errors.is_empty(), paths.first()) {
        errors.push(ManifestError::Empty(path.clone()));
    }
    refuse_doubles(&manifests, &mut errors);
    if errors.is_empty() {
        Ok(manifests)
    } else {
        Err(errors)
    }
}

/// The file itself, or the YAML files of a folder by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let unreadable = |source| ManifestError::Unreadable {
        path: path.to_owned(),
        source,
    };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if matches!(
            file.extension().and_then(|end| end.to_str()),
            Some("yaml" | "yml")
        ) {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(ManifestError::NoFiles(path.to_owned()));
    }
    Ok(files)
}

fn read(
    path: &Path,
    namespace: &str,
    manifests: &mut Vec<Manifest>,
    errors: &mut Vec<ManifestError>,
) {
    let text = match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => return errors.push(ManifestError::NotText(path.to_owned())),
        Err(source) => {
            return errors.push(ManifestError::Unreadable {
                path: path.to_owned(),
                source,
            });
        }
    };
    let documents = match Document::all(&text) {
        Ok(documents) => documents,
        Err((line, what)) => {
            return errors.push(ManifestError::Syntax {
                path: path.to_owned(),
                line,
                what,
            });
        }
    };
    for document in documents {
        match CustomResource::read(&document.json) {
            Ok(mut resource) => {
                let metadata = resource.metadata_mut();
                if metadata.namespace.is_empty() {
                    metadata.namespace = namespace.to_owned();
                }
                let place = format!("{}:{}", path.display(), document.line(""));
                manifests.push(Manifest { resource, place });
            }
            Err(violations) => {
                errors.extend(
                    violations
                        .into_iter()
                        .map(|violation| ManifestError::Refused {
                            path: path.to_owned(),
                            line: document.line(&violation.pointer),
                            name: document.name(),
                            violation: Box::new(violation),
                        }),
                )
            }
        }
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
