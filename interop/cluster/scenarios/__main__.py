"""Puts deploy/ into the cluster, tries it, and tells what came of it.

    interop/cluster/enter python3 -m scenarios STATE
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from machine.api import Api, Json, Refused
from machine.layout import API_PORT, NODE, TOKEN, Layout

from . import confinement, conformance, provider, steps
from .operator import NAMESPACE, RESTRICTED
from .running import Cluster

PROVIDERS = "/apis/pipelines.kubeflow.org/v1beta1/namespaces/{}/providers"
# Enough of the operator's definition for the API server to keep a Provider.
DEFINITION: Json = {
    "metadata": {"name": "providers.pipelines.kubeflow.org"},
    "spec": {
        "group": "pipelines.kubeflow.org",
        "scope": "Namespaced",
        "names": {"kind": "Provider", "plural": "providers", "singular": "provider"},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
PATIENCE = 60


def main(state: str) -> int:
    began = time.monotonic()
    api = Api(NODE, API_PORT, TOKEN, str(Layout(Path(state)).ca))
    prepare(api)
    deploy_provider(api)
    tried = failed = 0
    parts: list[Callable[[], list[steps.Result]]] = [
        lambda: confinement.run(api),
        lambda: steps.run(Cluster(api, RESTRICTED)),
        lambda: conformance.run(Cluster(api, NAMESPACE)),
    ]
    for part in parts:
        for result in part():
            tried, failed = tried + 1, failed + bool(result.complaints)
            print(f"{'FAIL' if result.complaints else 'ok  '} {result.seconds:6.1f} s  {result.label}", flush=True)
            for complaint in result.complaints:
                print(f"       {complaint}", flush=True)
    print(f"{tried} tried, {failed} failed, {time.monotonic() - began:.0f} s")
    return 1 if failed or not tried else 0


def prepare(api: Api) -> None:
    api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION)
    wait_for(api, PROVIDERS.format("default"))
    create_namespace(api, NAMESPACE, "baseline")
    create_namespace(api, RESTRICTED, "restricted")
    apply("deploy/workflows", RESTRICTED)
    for part in ("workflows", "provider", "conformance"):
        apply(f"deploy/{part}", NAMESPACE)


def create_namespace(api: Api, name: str, level: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": level}
    api.create("/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}})
    wait_for(api, f"/api/v1/namespaces/{name}/serviceaccounts/default")
    secret: Json = {"metadata": {"name": "artifact-store"}, "stringData": {"username": "argo", "password": "argo"}}
    api.create(f"/api/v1/namespaces/{name}/secrets", secret)


def apply(folder: str, namespace: str) -> None:
    """The command of the README of deploy/."""
    command = ["kubectl", "apply", f"--namespace={namespace}", f"--kustomize={folder}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def deploy_provider(api: Api) -> None:
    """The operator's part. Ready when the Service of the README leads to its pod."""
    embedded = api.get(f"{PROVIDERS.format(NAMESPACE)}/embedded")
    api.create(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", provider.deployment(embedded))
    selector = "labelSelector=kubernetes.io/service-name%3Dprovider-embedded"
    wait_for(api, f"/apis/discovery.k8s.io/v1/namespaces/{NAMESPACE}/endpointslices?{selector}", has_endpoint)


def has_endpoint(slices: Json) -> bool:
    endpoints = [endpoint for slice in slices["items"] for endpoint in slice.get("endpoints") or []]
    return any(endpoint["conditions"].get("ready") for endpoint in endpoints)


def wait_for(api: Api, path: str, enough: Callable[[Json], bool] = lambda answer: True) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if enough(api.get(path)):
                return
        except Refused as error:
            # Not there, or "storage is (re)initializing".
            if error.status not in (404, 429):
                raise
        if time.monotonic() > until:
            raise TimeoutError(f"{path}: not as expected after {PATIENCE} s")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
