//! What the operator's webhooks refuse because of other resources. They are there only with the operator's setting
//! `multiversion`; without it, the resources of three kinds cannot even be created.

use kfp_provider_domain::NamespacedName;

use crate::custom::CustomResource;
use crate::kind::CustomKind;
use crate::resource::{Pipeline, Provider};

/// Why a webhook refuses a resource.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The Provider is not there.
    #[error("spec.provider: Provider {0} is not there (hint: apply it first)")]
    NoProvider(NamespacedName),
    /// The Provider is not for this namespace.
    #[error(
        "metadata.namespace: {namespace:?} is not among allowedNamespaces of Provider {provider} (hint: add it, or empty the list)"
    )]
    Namespace {
        /// The namespace of the resource.
        namespace: String,
        /// The Provider.
        provider: NamespacedName,
    },
    /// The Provider has no framework of exactly this name.
    #[error(
        "spec.framework.name: {framework:?} is none of the frameworks of Provider {provider}, which has {} (hint: capitals count)",
        listed(offered)
    )]
    Framework {
        /// The name that the pipeline gives.
        framework: String,
        /// The Provider.
        provider: NamespacedName,
        /// What the Provider has.
        offered: Vec<String>,
    },
    /// There is no webhook that could let it in.
    #[error(
        "with multiversion: false, no {0} can be created or changed: the chart installs a webhook that the manager does not serve (hint: manager.multiversion.enabled: true)"
    )]
    NoWebhook(CustomKind),
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

/// Whether the webhooks let a resource in, given what is there already. `multiversion` is the operator's setting.
///
/// # Errors
/// They do not.
pub fn admit<'a>(
    resource: &CustomResource,
    multiversion: bool,
    provider: impl Fn(&NamespacedName) -> Option<&'a Provider>,
) -> Result<(), Refusal> {
    let kind = resource.kind();
    let watched = [
        CustomKind::Pipeline,
        CustomKind::RunConfiguration,
        CustomKind::Provider,
    ];
    match resource {
        _ if !multiversion && watched.contains(&kind) => Err(Refusal::NoWebhook(kind)),
        CustomResource::Pipeline(pipeline) => admit_pipeline(pipeline, provider),
        _ => Ok(()),
    }
}

fn admit_pipeline<'a>(
    pipeline: &Pipeline,
    provider: impl Fn(&NamespacedName) -> Option<&'a Provider>,
) -> Result<(), Refusal> {
    let name = &pipeline.spec.provider;
    let found = provider(name).ok_or_else(|| Refusal::NoProvider(name.clone()))?;
    found
        .admit(&pipeline.metadata)
        .map_err(|_| Refusal::Namespace {
            namespace: pipeline.metadata.namespace.clone(),
            provider: name.clone(),
        })?;
    let offered: Vec<_> = found
        .spec
        .frameworks
        .iter()
        .map(|it| it.name.clone())
        .collect();
    let framework = &pipeline.spec.framework.name;
    if offered.contains(framework) {
        return Ok(());
    }
    Err(Refusal::Framework {
        framework: framework.clone(),
        provider: name.clone(),
        offered,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn resource(kind: &str, spec: &str) -> CustomResource {
        let text = format!(
            r#"{{"apiVersion":"pipelines.kubeflow.org/v1beta1","kind":"{kind}","metadata":{{"name":"x","namespace":"ns"}},"spec":{spec}}}"#
        );
        let json = Json::parse(text.as_bytes()).expect("valid");
        CustomResource::read(&json).unwrap_or_else(|refused| panic!("{text}: {refused:?}"))
    }

    const PROVIDER: &str = r#"{"serviceImage":"i","serviceAccount":"s","pipelineRootStorage":"r","frameworks":[{"name":"plain"},{"name":"TFX"}],"allowedNamespaces":[ALLOWED]}"#;

    #[test]
    fn pipelines_are_compared_with_their_provider() {
        let table = [
            ("pn/x", "plain", "", None),
            ("pn/x", "TFX", r#""ns""#, None),
            (
                "pn/x",
                "PLAIN",
                "",
                Some(
                    "spec.framework.name: \"PLAIN\" is none of the frameworks of Provider pn/x, which has plain, TFX (hint: capitals count)",
                ),
            ),
            (
                "pn/x",
                "tfx",
                "",
                Some("spec.framework.name: \"tfx\" is none"),
            ),
            ("pn/x", "", "", Some("spec.framework.name: \"\" is none")),
            (
                "pn/x",
                "plain",
                r#""other""#,
                Some("metadata.namespace: \"ns\" is not among allowedNamespaces of Provider pn/x"),
            ),
            (
                "pn/y",
                "plain",
                "",
                Some("spec.provider: Provider pn/y is not there"),
            ),
        ];
        for (at, framework, allowed, expected) in table {
            let CustomResource::Provider(provider) =
                resource("Provider", &PROVIDER.replace("ALLOWED", allowed))
            else {
                panic!("a Provider");
            };
            let known = |name: &NamespacedName| (name.to_string() == "pn/x").then_some(&provider);
            let pipeline = resource(
                "Pipeline",
                &format!(
                    r#"{{"provider":"{at}","image":"i","framework":{{"name":"{framework}","parameters":{{}}}}}}"#
                ),
            );
            let said = admit(&pipeline, true, known)
                .err()
                .map(|refusal| refusal.to_string());
            match expected {
                None => assert_eq!(said, None, "{at} {framework} {allowed}"),
                Some(text) => assert!(
                    said.clone().is_some_and(|said| said.starts_with(text)),
                    "{said:?}"
                ),
            }
        }
    }

    #[test]
    fn without_multiversion_three_kinds_are_refused() {
        let pipeline =
            r#"{"provider":"pn/x","image":"i","framework":{"name":"f","parameters":{}}}"#;
        let provider = PROVIDER.replace("ALLOWED", "");
        let run = r#"{"provider":"pn/x"}"#;
        let table = [
            ("Pipeline", pipeline, false),
            ("Provider", &provider, false),
            ("RunConfiguration", r#"{"run":{"provider":"pn/x"}}"#, false),
            ("Run", run, true),
            ("RunSchedule", run, true),
            ("Experiment", run, true),
        ];
        for (kind, spec, admitted) in table {
            let found = admit(&resource(kind, spec), false, |_| None);
            assert_eq!(found.is_ok(), admitted, "{kind}: {found:?}");
        }
    }
}
