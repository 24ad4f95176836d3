//! What differs between applying things one after the other and applying them at once: both are played without requests.

use std::collections::BTreeMap;

use kfp_operator_sim::{CustomKind, CustomResource};

use super::cluster::Cluster;
use super::compiled::Compiler;
use super::endpoint::Endpoint;
use super::manifest::Manifest;
use super::rules::{Order, Rules};
use super::step::Step;

/// Plays resources in both orders, and says in words what differs.
pub(super) async fn differences(manifests: &[Manifest], rules: Rules) -> Vec<String> {
    let first = play(manifests, rules, Order::Dependencies).await;
    let at_once = play(manifests, rules, Order::AsApplied).await;
    let mut lines = Vec::new();
    let (counted, counted_at_once) = (requests(&first), requests(&at_once));
    let all: BTreeMap<_, _> = counted.iter().chain(&counted_at_once).collect();
    for what in all.into_keys() {
        let count = |counted: &BTreeMap<String, usize>| counted.get(what).copied().unwrap_or(0);
        let (one, other) = (count(&counted), count(&counted_at_once));
        if one != other {
            lines.push(format!("{what}: {other} instead of {one}"));
        }
    }
    for refused in at_once.iter().filter(|step| step.refused) {
        if !first
            .iter()
            .any(|step| step.refused && step.resource == refused.resource)
        {
            let why = refused.warnings.join("; ");
            lines.push(format!("{}: {why}", refused.resource));
        }
    }
    for (resource, pipeline) in references(manifests) {
        let before = |steps: &[Step]| {
            let at = |title: &str| {
                steps
                    .iter()
                    .position(|step| step.sent.is_some() && step.resource == title)
            };
            at(&resource) < at(&pipeline) && at(&resource).is_some()
        };
        if before(&at_once) && !before(&first) {
            lines.push(format!(
                "{resource}: does not wait for {pipeline}, and its request arrives first"
            ));
        }
    }
    lines
}

async fn play(manifests: &[Manifest], rules: Rules, order: Order) -> Vec<Step> {
    let rules = Rules { order, ..rules };
    let mut cluster = Cluster::new(Endpoint::stand_in(None), Compiler::nothing(), rules);
    cluster.apply(manifests.to_vec()).await;
    cluster.finish()
}

/// How often what is sent for whom. What a run configuration makes has a name that is not known in advance.
fn requests(steps: &[Step]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for step in steps {
        let Some(sent) = &step.sent else {
            continue;
        };
        let target = sent.request.target.split('/').take(3).collect::<Vec<_>>();
        let whose = if step.place.starts_with("by ") {
            &step.place
        } else {
            &step.resource
        };
        let what = format!("{} {} ({whose})", sent.request.method, target.join("/"));
        *counted.entry(what).or_default() += 1;
    }
    counted
}

/// Runs and schedules, and the pipelines that they name.
fn references(manifests: &[Manifest]) -> Vec<(String, String)> {
    let title =
        |kind: CustomKind, namespace: &str, name: &str| format!("{kind} {namespace}/{name}");
    let one = |Manifest { resource, .. }: &Manifest| {
        let pipeline = match resource {
            CustomResource::Run(run) => &run.spec.pipeline,
            CustomResource::RunSchedule(schedule) => &schedule.spec.pipeline,
            _ => return None,
        };
        let metadata = resource.metadata();
        let (name, _) = pipeline.split_once(':').unwrap_or((pipeline, ""));
        Some((
            title(resource.kind(), &metadata.namespace, &metadata.name),
            title(CustomKind::Pipeline, &metadata.namespace, name),
        ))
    };
    manifests.iter().filter_map(one).collect()
}
