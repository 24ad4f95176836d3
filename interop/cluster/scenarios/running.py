"""Workflows in the cluster: started, waited for, and what is left of them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from machine.api import Api, Json

WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/{}/workflows"
FINAL = ("Succeeded", "Failed", "Error")


@dataclass(frozen=True)
class Cluster:
    api: Api
    namespace: str

    def submit(self, workflow: Json) -> str:
        name: str = self.api.create(WORKFLOWS.format(self.namespace), workflow)["metadata"]["name"]
        return name

    def finished(self, names: Iterable[str], patience: float) -> dict[str, Json]:
        """The workflows once they have all come to an end; fails with those that have not."""
        left, found = set(names), {}
        until = time.monotonic() + patience
        while left:
            if time.monotonic() > until:
                raise TimeoutError(f"not finished after {patience:.0f} s: {', '.join(sorted(left))}")
            time.sleep(1)
            for workflow in self.api.get(WORKFLOWS.format(self.namespace))["items"]:
                name = workflow["metadata"]["name"]
                if name in left and workflow.get("status", {}).get("phase") in FINAL:
                    found[name] = workflow
                    left.discard(name)
        return found


def seconds(workflow: Json) -> float:
    began, ended = (datetime.fromisoformat(workflow["status"][name]) for name in ("startedAt", "finishedAt"))
    return (ended - began).total_seconds()


def messages(workflow: Json) -> str:
    """What Argo says of it and of its nodes."""
    status = workflow["status"]
    said = [status.get("message", "")] + [node.get("message", "") for node in status.get("nodes", {}).values()]
    return "; ".join(dict.fromkeys(text for text in said if text))
