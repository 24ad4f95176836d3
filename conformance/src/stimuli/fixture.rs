//! Valid bodies: what the operator derives from resources, with the implementer's changes.

mod edit;

use std::sync::LazyLock;

use kfp_operator_sim::json::Json;
use kfp_operator_sim::{self as operator, ResourceKind};
use serde_json::{Value, json};

use crate::base::digest::sha256_hex;
use crate::config::Fixture;

/// Namespace of everything that a run creates, so that leftovers are recognised.
pub(crate) const NAMESPACE: &str = "kfp-conformance";
const PROVIDER: &str = "kfp-conformance/provider";
/// Image of the built-in pipelines.
const IMAGE: &str = "registry.example.org/kfp-conformance/pipeline:v1";
/// What a compiler might write: small, but of the real form.
const COMPILED: &str = r#"{
  "components": {"comp-train": {"executorLabel": "exec-train"}},
  "deploymentSpec": {"executors": {"exec-train": {"container": {"command": ["train"], "image": "registry.example.org/kfp-conformance/pipeline:v1"}}}},
  "pipelineInfo": {"name": "kfp-conformance"},
  "root": {"dag": {"tasks": {"train": {"componentRef": {"name": "comp-train"}, "taskInfo": {"name": "train"}}}}},
  "schemaVersion": "2.1.0",
  "sdkVersion": "kfp-2.13.0"
}"#;

/// What the operator sends to create a resource of each type.
pub(crate) fn examples() -> Vec<(ResourceKind, Vec<u8>)> {
    let example = |kind| Body::valid(kind, "example", "kfp-conformance/pipeline", None).bytes();
    ResourceKind::ALL.map(|kind| (kind, example(kind))).to_vec()
}

/// A body that can be varied before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) kind: ResourceKind,
    /// The definition: of a pipeline the part that describes it, else the whole body.
    definition: Json,
    /// Of a pipeline the text that its compiler wrote.
    compiled: String,
    /// Whether the implementer supplied parts of it.
    supplied: bool,
    /// Whether the definition has `<`, `>` and `&` as they are.
    raw: bool,
}

impl Body {
    /// What the operator sends to create a resource of that name, merged with the implementer's
    /// fixture. `pipeline` is the `namespace/name` that runs and schedules refer to.
    pub(crate) fn valid(
        kind: ResourceKind,
        name: &str,
        pipeline: &str,
        fixture: Option<&Fixture>,
    ) -> Self {
        let construction = match kind {
            ResourceKind::Pipeline => pipeline_definition(name),
            ResourceKind::Run => run_definition(name, pipeline),
            ResourceKind::RunSchedule => runschedule_definition(name, pipeline),
            ResourceKind::Experiment => experiment_definition(name),
        };
        let definition = parsed(&construction.definition);
        let body = Self {
            kind,
            definition,
            compiled: COMPILED.to_owned(),
            supplied: fixture.is_some(),
            raw: false,
        };
        match fixture {
            None => body,
            Some(fixture) => body.merged(fixture),
        }
    }

    fn merged(mut self, fixture: &Fixture) -> Self {
        if let Some(compiled) = &fixture.compiled {
            self.compiled.clone_from(compiled);
        }
        let Some(patch) = &fixture.body else {
            return self;
        };
        if self.kind == ResourceKind::Pipeline {
            if let Some(patch) = patch.get("pipelineDefinition") {
                self.definition = merge(&self.definition, patch);
            }
            if let Some(patch) = patch.get("compiledPipeline") {
                self.compiled = merge(&parsed(&self.compiled), patch).to_string();
            }
        } else {
            self.definition = merge(&self.definition, patch);
        }
        self
    }

    /// The bytes on the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut definition = self.definition.to_string();
        if self.raw {
            definition = edit::unescaped(&definition);
        }
        match self.kind {
            ResourceKind::Pipeline => operator::pipeline_body(&definition, &self.compiled),
            _ => operator::simple_body(&definition),
        }
    }

    /// The whole body as a tree.
    pub(crate) fn tree(&self) -> Json {
        match self.kind {
            ResourceKind::Pipeline => Json::object([
                ("pipelineDefinition", self.definition.clone()),
                ("compiledPipeline", parsed(&self.compiled)),
            ]),
            _ => self.definition.clone(),
        }
    }

    /// With a member of the definition replaced or added; `json` is its text.
    pub(crate) fn set(mut self, member: &str, json: &str) -> Self {
        let value = parsed(json);
        if let Json::Object(members) = &mut self.definition {
            match members.iter_mut().find(|(key, _)| key == member) {
                Some((_, old)) => *old = value,
                None => members.push((member.to_owned(), value)),
            }
        }
        self
    }

    /// The text of a member of the definition; empty if there is none.
    pub(crate) fn text(&self, member: &str) -> String {
        match self.definition.get(member) {
            Some(Json::String(text)) => text.clone(),
            _ => String::new(),
        }
    }

    /// Without a member of the definition.
    pub(crate) fn remove(mut self, member: &str) -> Self {
        if let Json::Object(members) = &mut self.definition {
            members.retain(|(key, _)| key != member);
        }
        self
    }

    /// Under another `namespace/name`.
    pub(crate) fn named(self, name: &str) -> Self {
        self.set("name", &Value::from(name).to_string())
    }

    /// With one more member in the compiled part; `json` is its text, which goes out as it is.
    pub(crate) fn compiled_member(mut self, member: &str, json: &str) -> Self {
        let rest = self.compiled.trim_start().trim_start_matches('{');
        self.compiled = format!("{{\"{member}\":{json},{rest}");
        self
    }

    /// A run or schedule of another pipeline.
    pub(crate) fn with_pipeline(self, pipeline: &Body) -> Self {
        let member = |name| {
            pipeline
                .definition
                .get(name)
                .map_or("\"\"".to_owned(), Json::to_string)
        };
        self.set("pipelineName", &member("name"))
            .set("pipelineVersion", &member("version"))
    }

    /// Of at least `size` bytes: the compiled part grows.
    pub(crate) fn padded(self, size: usize) -> Self {
        self.compiled_member("padding", &format!("\"{}\"", "x".repeat(size)))
    }

    /// The same resource after its `n`th change: a new version, and what a change would alter if
    /// the implementer has not fixed it.
    pub(crate) fn next_version(&self, n: u32) -> Self {
        let mut next = self.clone();
        if !self.supplied {
            next = match self.kind {
                ResourceKind::Experiment => next.set("description", &format!("\"Change {n}\"")),
                ResourceKind::RunSchedule => next.set(
                    "schedule",
                    &format!("{{\"cronExpression\":\"{} 3 * * *\"}}", n % 60),
                ),
                ResourceKind::Pipeline | ResourceKind::Run => next,
            };
        }
        let hash = sha256_hex(format!("{n} {}", next.definition).as_bytes());
        let version = match self.kind {
            ResourceKind::Pipeline => format!("\"v1-{}\"", &hash[..6]),
            _ => format!("\"{}\"", &hash[..6]),
        };
        next.set("version", &version)
    }
}

fn metadata(name: &str) -> Value {
    json!({ "name": name, "namespace": NAMESPACE })
}

fn bare(pipeline: &str) -> &str {
    pipeline.rsplit('/').next().unwrap_or(pipeline)
}

const WELL_FORMED: &str = "built-in resources are well-formed";

/// The Provider resource that the built-in resources belong to.
fn provider() -> operator::Provider {
    resource(json!({
        "metadata": metadata("provider"),
        "spec": {
            "serviceImage": "registry.example.org/kfp-conformance/provider:v1",
            "serviceAccount": "default",
            "pipelineRootStorage": "bucket",
            "frameworks": [{ "name": "kfpsdk", "image": "registry.example.org/kfp-conformance/compiler:v1" }],
        },
    }))
}

fn pipeline_definition(name: &str) -> operator::Construction {
    let pipeline: operator::Pipeline = resource(json!({
        "metadata": metadata(name),
        "spec": {
            "provider": PROVIDER,
            "image": IMAGE,
            "framework": { "name": "kfpsdk", "parameters": { "pipeline": "kfp_conformance.pipeline" } },
        },
    }));
    pipeline.construct(&provider()).expect(WELL_FORMED)
}

/// The version of a built-in pipeline, which its name is no part of.
static VERSION: LazyLock<String> = LazyLock::new(|| pipeline_definition("any").version);

fn run_definition(name: &str, pipeline: &str) -> operator::Construction {
    let version = &*VERSION;
    let run: operator::Run = resource(json!({
        "metadata": metadata(name),
        "spec": { "provider": PROVIDER, "pipeline": bare(pipeline) },
        "status": { "dependencies": { "pipeline": { "version": version } } },
    }));
    run.construct(&provider()).expect(WELL_FORMED)
}

fn runschedule_definition(name: &str, pipeline: &str) -> operator::Construction {
    let version = &*VERSION;
    let schedule: operator::RunSchedule = resource(json!({
        "metadata": metadata(name),
        "spec": {
            "provider": PROVIDER,
            "pipeline": format!("{}:{version}", bare(pipeline)),
            "schedule": { "cronExpression": "15 4 * * 1-5" },
        },
    }));
    schedule.construct(&provider()).expect(WELL_FORMED)
}

fn experiment_definition(name: &str) -> operator::Construction {
    let experiment: operator::Experiment = resource(json!({
        "metadata": metadata(name),
        "spec": { "provider": PROVIDER, "description": "A conformance run" },
    }));
    experiment.construct(&provider()).expect(WELL_FORMED)
}

fn resource<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("built-in resources have all their fields")
}

fn parsed(text: &str) -> Json {
    Json::parse(text.as_bytes()).expect("JSON that this program wrote or has checked")
}

/// RFC 7396.
fn merge(target: &Json, patch: &Value) -> Json {
    let Value::Object(patch) = patch else {
        return parsed(&patch.to_string());
    };
    let mut members = match target {
        Json::Object(members) => members.clone(),
        _ => Vec::new(),
    };
    for (key, value) in patch {
        let old = members.iter().position(|(known, _)| known == key);
        match (old, value) {
            (Some(at), Value::Null) => drop(members.remove(at)),
            (None, Value::Null) => {}
            (Some(at), value) => members[at].1 = merge(&members[at].1, value),
            (None, value) => members.push((key.clone(), merge(&Json::Null, value))),
        }
    }
    Json::Object(members)
}

#[cfg(test)]
mod tests;
