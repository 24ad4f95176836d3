"""The Deployment that the operator makes of a Provider, with the defaults of its chart."""

import json

from machine.api import Json

ENV = {
    "OPERATORWEBHOOK": "http://kfp-operator-runcompletion-webhook-service.kfp-operator-system:80/events",
    "SERVER_PORT": "8080",
    "METRICS_PORT": "8081",
}
RESOURCES = {"requests": {"cpu": "250m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}}


def deployment(provider: Json) -> Json:
    name, namespace, spec = provider["metadata"]["name"], provider["metadata"]["namespace"], provider["spec"]
    labels = {"app": f"provider-{name}"}
    own = {f"PARAMETERS_{key.upper()}": text(value) for key, value in spec.get("parameters", {}).items()}
    own |= {"PIPELINEROOTSTORAGE": spec["pipelineRootStorage"], "PROVIDERNAME": f"{namespace}/{name}"}
    env = [{"name": key, "value": value} for key, value in [*ENV.items(), *sorted(own.items())]]
    container = {
        "name": "provider-service",
        "image": spec["serviceImage"],
        "env": env + spec.get("podTemplateEnv", []),
        "ports": [{"containerPort": 8080}, {"containerPort": 8081}],
        "resources": RESOURCES,
        "securityContext": {"allowPrivilegeEscalation": False},
        "volumeMounts": spec.get("podTemplateVolumeMounts", []),
    }
    pod = {
        "serviceAccountName": spec["serviceAccount"],
        "securityContext": {"runAsNonRoot": True},
        "containers": [container],
        "volumes": spec.get("podTemplateVolumes", []),
    }
    owner = {"apiVersion": provider["apiVersion"], "kind": "Provider", "name": name, "uid": provider["metadata"]["uid"]}
    return {
        "metadata": {"generateName": f"provider-{name}-", "labels": labels, "ownerReferences": [{**owner, "controller": True}]},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }


def text(value: object) -> str:
    """A parameter as a variable: a string as it is, nothing for null, JSON for the rest."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
