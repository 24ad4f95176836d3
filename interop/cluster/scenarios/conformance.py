"""deploy/conformance, as its README has it: four shards, one verdict, for a provider that conforms and one that does not."""

import io
import json
import subprocess
import tarfile
import urllib.request

from machine.api import Json
from machine.layout import NODE, STORE_PORT

from .fakes import Fake, accepting
from .operator import NAMESPACE
from .running import Cluster, messages, seconds
from .steps import Result

PATIENCE = 2400


def run(cluster: Cluster) -> list[Result]:
    """The embedded provider by `once.yaml`, whose gaps are the hooks that are not there; and, as a person starts it, one that
    gives one id to everything."""
    conforming = create_once()
    broken = Fake(accepting("always-the-same"))
    judged = {
        conforming: ("CONFORMANT_WITH_GAPS", "the embedded provider"),
        cluster.submit(by_hand(f"http://{NODE}:{broken.port}")): ("NOT_CONFORMANT", "one id for everything"),
    }
    finished = cluster.finished(judged, PATIENCE)
    return [
        Result(f"provider-conformance, {label}", complaints(finished[name], verdict), seconds(finished[name]))
        for name, (verdict, label) in judged.items()
    ]


def create_once() -> str:
    command = ["kubectl", "create", f"--namespace={NAMESPACE}", "--filename=deploy/conformance/once.yaml", "--output=json"]
    created = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    name: str = json.loads(created)["metadata"]["name"]
    return name


def by_hand(url: str) -> Json:
    parameters = [{"name": "provider-url", "value": url}, {"name": "profile", "value": "smoke"}]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "provider-conformance-", "namespace": NAMESPACE},
        "spec": {"workflowTemplateRef": {"name": "provider-conformance"}, "arguments": {"parameters": parameters}},
    }


def complaints(workflow: Json, verdict: str) -> list[str]:
    found = []
    outputs = workflow["status"].get("outputs", {}).get("parameters", [])
    got = next((one.get("value") for one in outputs if one["name"] == "verdict"), None)
    if got != verdict:
        found.append(f"verdict {got!r}, not {verdict!r}: {workflow['status']['phase']}, {messages(workflow)[:1500]}")
    shards = [node for node in workflow["status"]["nodes"].values() if node.get("templateName") == "shard"]
    if len(shards) != 4:
        found.append(f"{len(shards)} shards, not 4")
    return found + report_complaints(workflow)


def report_complaints(workflow: Json) -> list[str]:
    """The artifact is the folder of the merged report."""
    merge = [node for node in workflow["status"]["nodes"].values() if node.get("templateName") == "merge"]
    artifacts = [one for node in merge for one in node.get("outputs", {}).get("artifacts", []) if one["name"] == "report"]
    if not artifacts:
        return ["no report was stored"]
    url = f"http://{NODE}:{STORE_PORT}{artifacts[0]['artifactory']['url']}"
    with urllib.request.urlopen(url) as answer, tarfile.open(fileobj=io.BytesIO(answer.read())) as folder:
        files = {name.removeprefix("report/") for name in folder.getnames()}
    missing = {"report.html", "verdict.txt"} - files
    return [f"no {name} in the report" for name in sorted(missing)]
