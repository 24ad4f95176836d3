//! What the embedded provider knows of its runs: when they end, how, and what they have written.

use chrono::{DateTime, Utc};
use kfp_provider_domain::{
    Artifact, ArtifactPath, ComponentArtifact, OutputArtifact, PipelineComponent,
    RunCompletionEvent, RunReference,
};
use kfp_run_completion::{MAX_EVENT_BYTES, OpenRun, Orchestrator, PollResult};
use serde_json::{Map, Value};

use super::runs::{RunState, RunStatus};
use super::{Reporting, Rules};
use kfp_run_completion::backoff::saturating_add;

/// Artifacts of one output that are made up; indexes beyond are not found.
const LARGEST_INDEX: u64 = 99;
/// Bytes of all artifacts of a run that are made up, names and filters included: those beyond are not found, so that an
/// event can be sent whatever its run has declared.
const MOST_BYTES: usize = MAX_EVENT_BYTES / 8;
/// What an artifact takes beside names, at most.
const FRAME: usize = 100;

/// The orchestrator of the embedded provider: a clock.
pub(super) struct SimulatedOrchestrator {
    rules: Rules,
    reporting: Reporting,
}

impl SimulatedOrchestrator {
    pub(super) fn new(rules: Rules, reporting: Reporting) -> Self {
        Self { rules, reporting }
    }

    /// The event of a run that ends now.
    fn event(&self, id: &str, status: &RunStatus, now: DateTime<Utc>) -> PollResult {
        let run = &status.run;
        let reference = RunReference::of(Some(&run.name), run.run_configuration.as_ref());
        let (Some(reference), Ok(run_id)) = (reference, id.parse()) else {
            return PollResult::Unreported(format!(
                "the operator cannot look up {:?}: it has no namespace",
                run.name.to_string()
            ));
        };
        let provider = self.reporting.provider.clone();
        let pipeline = run.pipeline.clone();
        let event = match status.end() {
            RunState::Failed => RunCompletionEvent::failed(reference, run_id, pipeline, provider),
            _ => RunCompletionEvent::succeeded(reference, run_id, pipeline, provider)
                .with_components(self.written(id, &run.artifacts)),
        };
        PollResult::Ended(Box::new(event.with_times(status.started, Some(now))))
    }

    /// Components that have written every artifact that was asked for.
    fn written(&self, id: &str, artifacts: &[OutputArtifact]) -> Vec<PipelineComponent> {
        let root = self.reporting.artifacts.as_deref().unwrap_or("embedded:/");
        let root = root.trim_end_matches('/');
        let mut components: Vec<PipelineComponent> = Vec::new();
        let mut left = MOST_BYTES;
        for OutputArtifact { path, .. } in artifacts {
            let last = path.index().min(LARGEST_INDEX);
            let names = root.len() + id.len() + path.component().len() + path.artifact().len();
            let places = (FRAME + names).saturating_mul(last as usize + 1);
            let bytes = places.saturating_add(path.filter().map_or(0, str::len));
            let Some(rest) = left.checked_sub(bytes) else {
                break;
            };
            left = rest;
            let component = component(&mut components, path.component());
            let output = output(&mut component.component_artifacts, path.artifact());
            for index in output.len() as u64..=last {
                let (component, artifact) = (path.component(), path.artifact());
                output.push(Artifact {
                    uri: format!("{root}/{id}/{component}/{artifact}/{index}"),
                    metadata: Map::new(),
                });
            }
            let wanted = usize::try_from(path.index()).ok();
            if let Some(artifact) = wanted.and_then(|index| output.get_mut(index)) {
                satisfy(&mut artifact.metadata, path);
            }
        }
        components
    }
}

impl Orchestrator for SimulatedOrchestrator {
    async fn poll(&self, run: &OpenRun, now: DateTime<Utc>) -> Result<PollResult, String> {
        let status: RunStatus =
            serde_json::from_str(&run.note).map_err(|error| error.to_string())?;
        Ok(match status.state {
            RunState::Pending => PollResult::Open(Some(saturating_add(now, self.rules.running))),
            _ => self.event(&run.key, &status, now),
        })
    }
}

fn component<'a>(all: &'a mut Vec<PipelineComponent>, name: &str) -> &'a mut PipelineComponent {
    let at = all.iter().position(|component| component.name == name);
    let at = at.unwrap_or_else(|| {
        all.push(PipelineComponent {
            name: name.to_owned(),
            component_artifacts: Vec::new(),
        });
        all.len() - 1
    });
    &mut all[at]
}

fn output<'a>(all: &'a mut Vec<ComponentArtifact>, name: &str) -> &'a mut Vec<Artifact> {
    let at = all.iter().position(|output| output.name == name);
    let at = at.unwrap_or_else(|| {
        all.push(ComponentArtifact {
            name: name.to_owned(),
            artifacts: Vec::new(),
        });
        all.len() - 1
    });
    &mut all[at].artifacts
}

/// Makes a filter true, if it is comparisons for equality joined by `and`; others are left to chance.
fn satisfy(metadata: &mut Map<String, Value>, path: &ArtifactPath) {
    let comparisons = path
        .filter()
        .into_iter()
        .flat_map(|filter| filter.split(" and "));
    for (selector, literal) in comparisons.filter_map(|comparison| comparison.split_once("==")) {
        let literal = literal.trim();
        // A bare number is compared as the type that it finds.
        let value = serde_json::from_str(literal)
            .unwrap_or_else(|_| Value::from(literal.trim_matches(['"', '`'])));
        put(metadata, selector.trim(), value);
    }
}

/// Puts a value where the dots lead.
fn put(metadata: &mut Map<String, Value>, selector: &str, value: Value) {
    match selector.split_once('.') {
        None => {
            metadata.insert(selector.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = metadata.entry(first).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn clockwork() -> SimulatedOrchestrator {
        SimulatedOrchestrator::new(
            Rules {
                pending: Default::default(),
                running: Default::default(),
                history: 0,
                time_zone: chrono_tz::Tz::UTC,
            },
            Reporting {
                artifacts: Some("s3://forge/".to_owned()),
                ..Reporting::default()
            },
        )
    }

    /// Whatever a run declares, its end can be reported.
    #[test]
    fn an_event_stays_small_enough() {
        let long = "x".repeat(100_000);
        let many = [
            vec!["a:b:99[x == 1]".to_owned(); 100_000],
            (0..100_000).map(|n| format!("c{n}:b")).collect(),
            (0..100_000).map(|n| format!("c:b{n}:99")).collect(),
            (0..100).map(|n| format!("{long}{n}:b:99")).collect(),
            (0..100)
                .map(|n| format!("c{n}:b[x == \"{long}\"]"))
                .collect(),
        ];
        for paths in many {
            let artifacts: Vec<_> = paths
                .iter()
                .map(|path| OutputArtifact {
                    name: "n".to_owned(),
                    path: path.parse().expect("a path"),
                })
                .collect();
            let written = clockwork().written("run-1", &artifacts);
            let bytes = serde_json::to_vec(&written).expect("json").len();
            assert!(
                bytes <= MOST_BYTES,
                "{bytes} bytes of {}",
                &paths[0][..9.min(paths[0].len())]
            );
        }
    }

    #[test]
    fn what_was_asked_for_is_there() {
        let clockwork = clockwork();
        let paths = [
            "trainer:model",
            "trainer:model:1[pushed == 1 and level.two == \"x y\"]",
            "trainer:log[level.two.three==true]",
            "pusher:model[name == plain]",
            "pusher:model[not pushed]",
            "far:away:18446744073709551",
        ];
        let artifacts = paths.map(|path| OutputArtifact {
            name: path.to_owned(),
            path: path.parse().expect(path),
        });
        let written = clockwork.written("run-1", &artifacts[..5]);
        let artifact = |of: &str, metadata: Value| json!({"uri": format!("s3://forge/run-1/{of}"), "metadata": metadata});
        let expected = json!([
            {"name": "trainer", "componentArtifacts": [
                {"name": "model", "artifacts": [
                    artifact("trainer/model/0", json!({})),
                    artifact("trainer/model/1", json!({"pushed": 1, "level": {"two": "x y"}})),
                ]},
                {"name": "log", "artifacts": [artifact("trainer/log/0", json!({"level": {"two": {"three": true}}}))]},
            ]},
            {"name": "pusher", "componentArtifacts": [
                {"name": "model", "artifacts": [artifact("pusher/model/0", json!({"name": "plain"}))]},
            ]},
        ]);
        assert_eq!(serde_json::to_value(written).expect("json"), expected);
        let far = clockwork.written("run-1", &artifacts[5..]);
        assert_eq!(
            far[0].component_artifacts[0].artifacts.len(),
            100,
            "not as many as one likes"
        );
    }
}
