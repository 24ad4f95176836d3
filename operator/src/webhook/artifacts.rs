//! Which artifacts of an event a resource has asked for.

use kfp_provider_domain::ArtifactPath;

use super::event::{Artifact, Component};
use super::filter::Filter;

/// An artifact that was declared, with the place where the event says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundArtifact {
    /// The name under which it was declared.
    pub name: String,
    /// Its `uri`.
    pub location: String,
}

/// Looks up declared artifacts in what the components have written: in the order of the declarations, then of the event. A
/// declaration may be met several times, or not at all. One whose filter cannot be read is left out.
pub fn select(declared: &[(String, ArtifactPath)], components: &[Component]) -> Vec<FoundArtifact> {
    let mut found = Vec::new();
    for (name, path) in declared {
        let filter = match path.filter().map(str::parse::<Filter>) {
            None => None,
            Some(Ok(filter)) => Some(filter),
            Some(Err(_)) => continue,
        };
        let places = candidates(path, components)
            .filter(|artifact| !artifact.uri.is_empty())
            .filter(|artifact| passes(filter.as_ref(), artifact));
        found.extend(places.map(|artifact| FoundArtifact {
            name: name.clone(),
            location: artifact.uri.clone(),
        }));
    }
    found
}

/// What a path points to, before its filter.
fn candidates<'a>(
    path: &'a ArtifactPath,
    components: &'a [Component],
) -> impl Iterator<Item = &'a Artifact> {
    let index = usize::try_from(path.index()).unwrap_or(usize::MAX);
    components
        .iter()
        .filter(|component| component.name == path.component())
        .flat_map(|component| component.outputs.iter())
        .filter(|output| output.name == path.artifact())
        .filter_map(move |output| output.artifacts.get(index))
}

fn passes(filter: Option<&Filter>, artifact: &Artifact) -> bool {
    // What cannot be evaluated, such as a key that is not there, does not pass.
    filter.is_none_or(|filter| filter.matches(&artifact.metadata) == Ok(true))
}
