"""Reads deploy/ as others would: Argo's schema with unknown members refused, hera, and the CRD of Provider; and the pods
that come of it as the API server would.

    check.py ARGO_SCHEMA CRDS FILE...
"""

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema
import yaml
from hera.workflows import models
from pods import pod_complaints, pods

Json = dict[str, Any]

ARGO = "io.argoproj.workflow.v1alpha1."
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
HERA = {
    "WorkflowTemplate": models.WorkflowTemplate,
    "Workflow": models.Workflow,
    "CronWorkflow": models.CronWorkflow,
}


def closed(schema: Any) -> Any:
    """The same schema without room for members that it does not name: misspelt ones."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        result["additionalProperties"] = False
    return result


def argo_validators(path: pathlib.Path) -> dict[str, jsonschema.Draft202012Validator]:
    document = closed(json.loads(path.read_text()))
    # Kubernetes takes a number there as well; the schema has forgotten it.
    document["definitions"][INT_OR_STRING]["type"] = ["string", "integer"]
    return {
        kind: jsonschema.Draft202012Validator(
            {
                "definitions": document["definitions"],
                "$ref": f"#/definitions/{ARGO}{kind}",
            }
        )
        for kind in HERA
    }


def provider_validator(crds: pathlib.Path) -> jsonschema.Draft4Validator:
    """The schema of the version that is stored, with what Kubernetes checks for every resource left to it."""
    crd = yaml.safe_load((crds / "pipelines.kubeflow.org_providers.yaml").read_text())
    versions = {version["name"]: version for version in crd["spec"]["versions"]}
    schema = closed(versions["v1beta1"]["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {"type": "object"}
    return jsonschema.Draft4Validator(schema)


def resources(path: pathlib.Path) -> Iterator[Json]:
    yield from (document for document in yaml.safe_load_all(path.read_text()) if document)


def complaints(validator: Any, resource: Json) -> Iterator[str]:
    for error in validator.iter_errors(resource):
        yield f"{error.json_path}: {error.message}"


def check(argo: dict[str, Any], provider: Any, resource: Json) -> Iterator[str]:
    kind = resource["kind"]
    if kind in argo:
        yield from complaints(argo[kind], resource)
        # Raises on what it cannot read.
        HERA[kind].model_validate(resource)
    elif kind == "Provider":
        yield from complaints(provider, resource)
    elif kind not in KUBERNETES:
        yield f"{kind}: a kind that nothing here checks"
    for place, pod in pods(resource):
        yield from (f"{place}: {complaint}" for complaint in pod_complaints(pod))


# Their form is left to `kubectl apply`; what they refer to is checked below.
KUBERNETES = {
    "ConfigMap",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "Service",
    "ServiceAccount",
}


def dangling(found: list[Json]) -> Iterator[str]:
    """References between resources that nothing else resolves."""
    names = {(resource["kind"], resource["metadata"].get("name")) for resource in found}
    for resource in found:
        for kind, name in references(resource):
            if (kind, name) not in names:
                yield f"{resource['kind']} {resource['metadata'].get('name')}: no {kind} {name}"


def references(resource: Json) -> Iterator[tuple[str, str]]:
    spec = resource.get("spec", {})
    match resource["kind"]:
        case "Provider":
            yield "ServiceAccount", spec["serviceAccount"]
            for volume in spec.get("podTemplateVolumes", []):
                yield (
                    "PersistentVolumeClaim",
                    volume["persistentVolumeClaim"]["claimName"],
                )
        case "RoleBinding":
            yield "Role", resource["roleRef"]["name"]
            for subject in resource["subjects"]:
                yield subject["kind"], subject["name"]
        case "WorkflowTemplate":
            if account := spec.get("serviceAccountName"):
                yield "ServiceAccount", account
            for volume in spec.get("volumes", []):
                yield "ConfigMap", volume["configMap"]["name"]


def main(schema: str, crds: str, files: list[str]) -> int:
    argo = argo_validators(pathlib.Path(schema))
    provider = provider_validator(pathlib.Path(crds))
    bad: list[str] = []
    found: list[Json] = []
    for file in files:
        for resource in resources(pathlib.Path(file)):
            found.append(resource)
            bad += [f"{file}: {complaint}" for complaint in check(argo, provider, resource)]
    bad += dangling(found)
    for complaint in bad:
        print(complaint, file=sys.stderr)
    print(f"{len(found)} resources, {len(bad)} complaints")
    return 1 if bad or not found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
