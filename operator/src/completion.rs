//! What becomes of a run after it has ended.

use chrono::{DateTime, TimeDelta, Utc};
use kfp_provider_api::domain::{OutputArtifact, PipelineComponent};

use crate::resource::ArtifactLocation;

/// The artifacts that are noted of a run that has succeeded: for each definition in turn, the element that its path
/// names, of every component and output of those names. One without an address is passed over.
///
/// Filters are not evaluated: an artifact with one counts as if the filter let it through.
pub fn reported_artifacts(
    definitions: &[OutputArtifact],
    components: &[PipelineComponent],
) -> Vec<ArtifactLocation> {
    let one = |OutputArtifact { name, path }: &OutputArtifact| {
        let outputs = components
            .iter()
            .filter(|component| component.name == path.component())
            .flat_map(|component| &component.component_artifacts)
            .filter(|output| output.name == path.artifact());
        let index = usize::try_from(path.index()).ok();
        let found = outputs
            .filter_map(|output| output.artifacts.get(index?))
            .filter(|artifact| !artifact.uri.is_empty())
            .map(|artifact| ArtifactLocation {
                name: name.clone(),
                location: artifact.uri.clone(),
            });
        found.collect::<Vec<_>>()
    };
    definitions.iter().flat_map(one).collect()
}

/// What the operator does with a finished Run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterlife {
    /// Nothing: it is not finished, or finished runs are kept for ever.
    Stays,
    /// It is looked at again then.
    Until(DateTime<Utc>),
    /// The resource is deleted, which asks the provider to delete the run.
    Deleted,
}

/// What the operator does with a Run, given when it was found to be finished and how long finished runs are kept: the
/// operator's setting `runCompletionTTL`, for ever if unset.
pub fn afterlife(
    marked_completed_at: Option<DateTime<Utc>>,
    time_to_live: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Afterlife {
    let (Some(completed), Some(time_to_live)) = (marked_completed_at, time_to_live) else {
        return Afterlife::Stays;
    };
    match completed.checked_add_signed(time_to_live) {
        Some(end) if end < now => Afterlife::Deleted,
        Some(end) => Afterlife::Until(end),
        None => Afterlife::Stays,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_found_by_their_path() {
        let components = r#"[
            {"name":"train","componentArtifacts":[
                {"name":"model","artifacts":[{"uri":"m0","metadata":{}},{"uri":"","metadata":{}},{"uri":"m2","metadata":{}}]},
                {"name":"model","artifacts":[{"uri":"again","metadata":{}}]}]},
            {"name":"test","componentArtifacts":[{"name":"report","artifacts":[]}]}]"#;
        let components: Vec<PipelineComponent> =
            serde_json::from_str(components).expect("components");
        let table: [(&[&str], &[&str]); 6] = [
            (&["train:model"], &["m0", "again"]),
            (&["train:model:1"], &[]),
            (&["train:model:2", "train:model:0"], &["m2", "m0", "again"]),
            (&["test:report", "nope:model", "train:nope"], &[]),
            (&["train:model:9223372036854775807"], &[]),
            (&["train:model:2[pushed == 1]"], &["m2"]),
        ];
        for (paths, expected) in table {
            let definition = |path: &&str| OutputArtifact {
                name: "a".to_owned(),
                path: path.parse().expect("a path"),
            };
            let definitions: Vec<_> = paths.iter().map(definition).collect();
            let found = reported_artifacts(&definitions, &components);
            let found: Vec<_> = found.iter().map(|one| one.location.as_str()).collect();
            assert_eq!(found, expected, "{paths:?}");
        }
    }

    #[test]
    fn finished_runs_live_as_long_as_they_may() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("in range");
        let hour = TimeDelta::hours(1);
        let table = [
            (None, Some(hour), Afterlife::Stays),
            (Some(at(0)), None, Afterlife::Stays),
            (Some(at(0)), Some(hour), Afterlife::Deleted),
            (Some(at(3_599)), Some(hour), Afterlife::Deleted),
            (Some(at(3_600)), Some(hour), Afterlife::Until(at(7_200))),
            (Some(at(7_000)), Some(hour), Afterlife::Until(at(10_600))),
            (Some(at(0)), Some(TimeDelta::MAX), Afterlife::Stays),
        ];
        for (completed, time_to_live, expected) in table {
            let found = afterlife(completed, time_to_live, at(7_200));
            assert_eq!(found, expected, "{completed:?} {time_to_live:?}");
        }
    }
}
