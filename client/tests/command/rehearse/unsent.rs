//! What comes to no request, and why.

use super::*;

#[test]
fn nothing_is_sent() {
    let scenes = [
        Scene {
            name: "unresolved parameter",
            first: vec![
                resource("RunConfiguration", "up", "").replace(
                    "  provider: ml/forge\n",
                    "  run: {provider: ml/forge, pipeline: acorn}\n",
                ),
                resource(
                    "Run",
                    "once",
                    "  pipeline: acorn:v1\n  parameters: [{name: m, valueFrom: {runConfigurationRef: {name: up, outputArtifact: model}}}]\n",
                ),
            ],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Succeeded  Unable to resolve parameters: artifact 'model' not found in dependency '{up }'",
                "nothing is ever sent",
            ],
        },
        Scene {
            name: "framework",
            first: vec![pipeline("acorn").replace("plain", "fancy")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "it is not created: spec.framework.name: \"fancy\" is none of the frameworks of Provider ml/forge",
            ],
        },
        Scene {
            name: "namespace",
            first: vec![experiment("one").replace("birch", "alder")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "error constructing workflow",
                "namespace \"alder\": not among the Provider's allowedNamespaces",
            ],
        },
        Scene {
            name: "no Provider",
            first: vec![experiment("one").replace("ml/forge", "ml/other")],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &["(none)", "Provider ml/other is in none of the files"],
        },
        Scene {
            name: "other Provider",
            first: vec![
                experiment("one"),
                PROVIDER
                    .replace("forge", "other")
                    .replace("apiVersion", "---\napiVersion"),
            ],
            update: vec![experiment("two").replace("ml/forge", "ml/other")],
            arguments: &["--delete"],
            answers: vec![created("e")],
            exit: 1,
            requests: &["POST /resource/experiment"],
            says: &[
                "Failed     the provider has changed",
                "bound to Provider ml/forge",
            ],
        },
        Scene {
            name: "long name",
            first: vec![experiment("one").replace("plot", &"x".repeat(64))],
            update: vec![],
            arguments: &[],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  operation progress unknown",
                "owner.name is longer than 63 characters",
            ],
        },
        Scene {
            name: "compiler fails",
            first: vec![pipeline("acorn")],
            update: vec![],
            arguments: &["--compiled", "echo no >&2; exit 3"],
            answers: vec![created("never")],
            exit: 1,
            requests: &[],
            says: &[
                "Failed  operation failed",
                "the pipeline is not compiled: command \"echo no >&2; exit 3\": exit status: 3",
                ": no\n",
            ],
        },
    ];
    for scene in &scenes {
        play(scene);
    }
}
