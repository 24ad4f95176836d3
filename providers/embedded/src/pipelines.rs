//! Pipelines in the store: a record that names the newest version, and one record per version.

use std::collections::BTreeMap;

use kfp_provider_domain::{NamedValue, NamespacedName, ResourceId};
use kfp_provider_server::{Deleted, Pipeline, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::fact::Fact;
use super::failure::Failure;
use super::names;
use super::store::{Kind, StoreError, Txn};

const KIND: Kind = Kind::Pipeline;

#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    name: NamespacedName,
    newest: String,
}

impl Record {
    /// What must agree with the rest of the store.
    pub(super) fn fact(&self) -> Fact {
        Fact {
            newest: Some(self.newest.clone()),
            ..Fact::new(&self.name)
        }
    }

    /// Name and newest version.
    pub(super) fn shown(self) -> (NamespacedName, String) {
        (self.name, self.newest)
    }
}

/// What runs of a version are made of.
#[derive(Serialize, Deserialize)]
struct Version {
    image: String,
    env: Vec<NamedValue>,
    framework: Option<String>,
    framework_parameters: BTreeMap<String, Box<RawValue>>,
    compiled: Option<Box<RawValue>>,
}

pub(super) fn create(txn: &Txn<'_>, pipeline: Pipeline) -> Result<ResourceId, Failure> {
    let id = names::issue(txn, KIND, &pipeline.name.to_string())?;
    save(txn, id.as_str(), pipeline)?;
    Ok(id)
}

pub(super) fn update(txn: &Txn<'_>, id: &str, pipeline: Pipeline) -> Result<ResourceId, Failure> {
    let Some(before) = txn.get::<Record>(KIND, id)? else {
        return Err(names::unknown(KIND).into());
    };
    let name = pipeline.name.to_string();
    names::check_free(txn, KIND, id, &name)?;
    names::rename(txn, KIND, id, &before.name.to_string(), &name)?;
    save(txn, id, pipeline)?;
    Ok(names::issued(id)?)
}

/// Removes a pipeline with all its versions. Runs of it go on.
pub(super) fn delete(txn: &Txn<'_>, id: &str) -> Result<Deleted, StoreError> {
    let Some(record) = txn.get::<Record>(KIND, id)? else {
        return Ok(Deleted::NotThere);
    };
    txn.remove_versions(id)?;
    txn.remove(KIND, id, &record.name.to_string())?;
    Ok(Deleted::Removed)
}

/// The version that a run of this pipeline gets, or why it gets none.
pub(super) fn resolve(
    txn: &Txn<'_>,
    pipeline: &NamespacedName,
    version: &str,
) -> Result<String, Failure> {
    let name = pipeline.to_string();
    let id = txn.id_of(KIND, &name)?;
    let record = id
        .as_deref()
        .map(|id| txn.get::<Record>(KIND, id))
        .transpose()?
        .flatten();
    let (Some(id), Some(record)) = (id, record) else {
        return Err(Refusal::not_found(format!(
            "pipelineName: there is no pipeline {name:?} (hint: create it before its runs)"
        ))
        .into());
    };
    if version.is_empty() {
        return Ok(record.newest);
    }
    if !txn.has_version(&id, version)? {
        return Err(Refusal::not_found(format!(
            "pipelineVersion: pipeline {name:?} has no version {version:?} (hint: the newest is {:?})",
            record.newest
        ))
        .into());
    }
    Ok(version.to_owned())
}

fn save(txn: &Txn<'_>, id: &str, pipeline: Pipeline) -> Result<(), StoreError> {
    let Pipeline {
        name,
        version,
        image,
        env,
        framework,
        compiled,
        raw: _,
    } = pipeline;
    let (framework, framework_parameters) = framework
        .map(|framework| (framework.name, framework.parameters))
        .unzip();
    let framework_parameters = framework_parameters.unwrap_or_default();
    txn.put_version(
        id,
        &version,
        &Version {
            image,
            env,
            framework,
            framework_parameters,
            compiled,
        },
    )?;
    txn.put(
        KIND,
        id,
        &Record {
            name,
            newest: version,
        },
    )
}
