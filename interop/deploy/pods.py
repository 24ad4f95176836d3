"""The pods that Argo and the operator make of what deploy/ holds, held against what the API server asks of their volumes.

A schema sees each member alone, and Argo's validator never looks at a pod: that two mounts share a path shows only when the
pod is put together, which is when the API server refuses it.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
# Argo's own, in each of its pods.
ARGO_CONTAINERS = ["init", "wait", "main"]
ARGO_VOLUMES = ["var-run-argo", "tmp-dir-argo"]
ARGO_MOUNTS = [{"name": "var-run-argo", "mountPath": "/var/run/argo"}]
ARTIFACTS = "input-artifacts"


def pods(resource: Json) -> Iterator[tuple[str, Json]]:
    """Each pod that comes of a resource: a place to name in a complaint, and containers with volumes."""
    spec = resource.get("spec", {})
    match resource["kind"]:
        case "WorkflowTemplate" | "Workflow":
            yield from argo_pods(spec)
        case "CronWorkflow":
            yield from argo_pods(spec.get("workflowSpec", {}))
        case "Provider":
            yield "the provider's pod", provider_pod(spec)


def argo_pods(spec: Json) -> Iterator[tuple[str, Json]]:
    for template in spec.get("templates", []):
        if "container" in template or "script" in template:
            yield f"template {template['name']}", argo_pod(spec, template)


def argo_pod(spec: Json, template: Json) -> Json:
    """As Argo's controller does it: the artifacts become mounts, and mirrored mounts are appended, whatever is there."""
    artifacts = [
        {"name": ARTIFACTS, "mountPath": artifact["path"]}
        for artifact in template.get("inputs", {}).get("artifacts", [])
        if "path" in artifact and not inside_a_mount(artifact["path"], template)
    ]
    own = template.get("container") or template["script"]
    main = {**own, "name": "main", "volumeMounts": own.get("volumeMounts", []) + artifacts}
    volumes = [*spec.get("volumes", []), *template.get("volumes", [])]
    others = [*template.get("initContainers", []), *template.get("sidecars", [])]
    return {
        "reserved": ARGO_CONTAINERS[:2],
        "containers": [with_argo(main), *(with_argo(mirrored(container, main)) for container in others)],
        "volumes": volumes + [{"name": name} for name in [*ARGO_VOLUMES, *([ARTIFACTS] if artifacts else [])]],
    }


def inside_a_mount(path: str, template: Json) -> bool:
    """Such an artifact is written into the volume that is there, and gets no mount."""
    container = template.get("container") or template["script"]
    mounts = (mount["mountPath"].rstrip("/") for mount in container.get("volumeMounts", []))
    return any(path == mount or path.startswith(f"{mount}/") for mount in mounts)


def mirrored(container: Json, main: Json) -> Json:
    mounts = container.get("volumeMounts", [])
    if container.get("mirrorVolumeMounts"):
        mounts = mounts + main["volumeMounts"]
    return {**container, "volumeMounts": mounts}


def with_argo(container: Json) -> Json:
    return {**container, "volumeMounts": container.get("volumeMounts", []) + ARGO_MOUNTS}


def provider_pod(spec: Json) -> Json:
    container = {
        "name": "provider-service",
        "image": spec["serviceImage"],
        "volumeMounts": spec.get("podTemplateVolumeMounts", []),
    }
    return {"reserved": [], "containers": [container], "volumes": spec.get("podTemplateVolumes", [])}


def pod_complaints(pod: Json) -> Iterator[str]:
    volumes = [volume["name"] for volume in pod["volumes"]]
    names = pod["reserved"] + [container["name"] for container in pod["containers"]]
    yield from (f"{name}: two volumes of that name" for name in twice(volumes))
    yield from (f"{name}: two containers of that name" for name in twice(names))
    for name in {*volumes, *names}:
        if not DNS_LABEL.fullmatch(name):
            yield f"{name}: no name for a volume or container"
    for container in pod["containers"]:
        for complaint in container_complaints(container, set(volumes)):
            yield f"container {container['name']}: {complaint}"


def container_complaints(container: Json, volumes: set[str]) -> Iterator[str]:
    if not container.get("image"):
        yield "no image"
    mounts = container.get("volumeMounts", [])
    for path in twice([mount["mountPath"] for mount in mounts]):
        yield f"mountPath {path}: must be unique (hint: with mirrorVolumeMounts, those of the main container count too)"
    for mount in mounts:
        if mount["name"] not in volumes:
            yield f"mountPath {mount['mountPath']}: no volume {mount['name']}"
        if ":" in mount["mountPath"]:
            yield f"mountPath {mount['mountPath']}: must not contain ':'"
        sub = mount.get("subPath", "")
        if sub.startswith("/") or ".." in sub.split("/"):
            yield f"subPath {sub}: must stay inside of the volume"


def twice(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
