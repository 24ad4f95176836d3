//! Versions: hashes of what a resource says, by which the operator notices a change.
//!
//! Neither names, labels nor the provider enter a version: a change of those alone sends nothing.

mod image;
mod order;

pub use order::ParameterOrder;

use kfp_provider_domain::{NamedValue, OutputArtifact};
use sha1::{Digest, Sha1};

use crate::json::{Json, NumberOutOfRange};
use crate::resource::{ExperimentSpec, PipelineSpec, RunParameter, RunScheduleSpec, RunSpec};

impl PipelineSpec {
    /// The version: the image's tag and a hash, or the hash alone when the image has only a digest or cannot be read.
    ///
    /// # Errors
    /// A framework parameter holds a number that Go cannot decode.
    pub fn version(&self) -> Result<String, NumberOutOfRange> {
        let mut stream = Stream::default();
        stream.text(&self.image);
        stream.pairs(
            self.env
                .iter()
                .map(|NamedValue { name, value }| (name.clone(), value.clone())),
        );
        stream.text(&self.framework.name);
        for (key, value) in self.framework.parameters.iter().flatten() {
            stream.text(key);
            if *value != Json::Null {
                stream.text(&value.canonical()?.to_string());
            }
        }
        let hash = stream.finish();
        Ok(match image::tag(&self.image) {
            Some(tag) => format!("{tag}-{hash}"),
            None => hash,
        })
    }
}

impl ExperimentSpec {
    /// The version: a hash of the description.
    pub fn version(&self) -> String {
        let mut stream = Stream::default();
        stream.text(&self.description);
        stream.finish()
    }
}

impl RunSpec {
    /// The hash of the specification alone: by it a run configuration notices that its run has changed.
    pub fn spec_version(&self) -> String {
        self.stream().finish()
    }

    /// The version of a run with this specification, given the version of its pipeline.
    pub fn version(&self, pipeline_version: &str) -> String {
        let mut stream = self.stream();
        stream.text(pipeline_version);
        stream.finish()
    }

    fn stream(&self) -> Stream {
        let mut stream = Stream::default();
        stream.text(&self.pipeline);
        stream.text(&self.experiment_name);
        let mut parameters: Vec<_> = self.parameters.iter().collect();
        parameters.sort_by_key(|parameter| order::key(parameter));
        for RunParameter {
            name,
            value,
            value_from,
        } in parameters
        {
            stream.text(name);
            stream.text(value);
            if let Some(from) = value_from {
                let reference = &from.run_configuration_ref;
                stream.text(reference.name.name());
                stream.text(reference.name.namespace());
                stream.text(&reference.output_artifact);
                stream.text(if reference.optional { "true" } else { "false" });
            }
        }
        stream.end_list();
        stream.pairs(artifacts(&self.artifacts));
        stream
    }
}

impl RunScheduleSpec {
    /// The version: a hash of everything but the provider, fractions of seconds included.
    pub fn version(&self) -> String {
        let mut stream = Stream::default();
        stream.text(&self.pipeline);
        stream.text(&self.experiment_name);
        stream.pairs(
            self.parameters
                .iter()
                .map(|NamedValue { name, value }| (name.clone(), value.clone())),
        );
        stream.pairs(artifacts(&self.artifacts));
        stream.text(&self.schedule.cron_expression);
        for time in self.schedule.hashed_times() {
            stream.text(&time);
        }
        stream.finish()
    }
}

fn artifacts(artifacts: &[OutputArtifact]) -> impl Iterator<Item = (String, String)> {
    artifacts
        .iter()
        .map(|OutputArtifact { name, path }| (name.clone(), path.to_string()))
}

/// The bytes that are hashed: texts, each ended by a zero byte, and lists, each ended by another.
#[derive(Default)]
struct Stream(Sha1);

impl Stream {
    fn text(&mut self, text: &str) {
        self.0.update(text);
        self.0.update([0]);
    }

    fn end_list(&mut self) {
        self.0.update([0]);
    }

    /// A list of pairs, sorted, so that order does not count.
    fn pairs(&mut self, pairs: impl Iterator<Item = (String, String)>) {
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        for (key, value) in pairs {
            self.text(&key);
            self.text(&value);
        }
        self.end_list();
    }

    /// Six hexadecimal digits.
    fn finish(self) -> String {
        self.0
            .finalize()
            .iter()
            .take(3)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests;
