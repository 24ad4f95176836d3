"""The operator's part: the Workflow that it starts for an operation, and what it reads of it."""

import json
from dataclasses import dataclass
from typing import Any

from machine.api import Json

# Of the embedded provider and of deploy/conformance; and of the steps, where Kubernetes itself refuses a pod that is not as
# confined as can be. The pod that the operator makes of a Provider is not, so it cannot be there, too.
NAMESPACE = "ml-platform"
RESTRICTED = "ml-restricted"
OWNERS = "pipelines.kubeflow.org/owner"


@dataclass(frozen=True)
class Operation:
    """create, update or delete, of a resource of a type."""

    verb: str
    kind: str

    @property
    def template(self) -> str:
        if self.verb == "delete":
            return "delete"
        return f"{self.verb}-{'compiled' if self.kind == 'pipeline' else 'simple'}"


@dataclass(frozen=True)
class Start:
    operation: Operation
    name: str
    url: str
    definition: str = ""
    id: str = ""
    framework_image: str = "registry.example/compiler-plain:1.0.0"


def workflow(start: Start) -> Json:
    """Labels, names and parameters as the operator sets them; it sets no others."""
    operation = start.operation
    parameters = {"resource-kind": operation.kind}
    if operation.verb != "delete":
        parameters["resource-definition"] = start.definition
    if operation.verb != "create":
        parameters["resource-id"] = start.id
    if operation.template.endswith("compiled"):
        parameters["pipeline-framework-image"] = start.framework_image
    parameters |= {"provider-name": f"{RESTRICTED}/embedded", "provider-service-url": start.url}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "generateName": f"{operation.kind}-{start.name}-",
            "namespace": RESTRICTED,
            "labels": {f"{OWNERS}.kind": operation.kind, f"{OWNERS}.name": start.name, f"{OWNERS}.namespace": "team-a"},
        },
        "spec": {
            "workflowTemplateRef": {"name": operation.template},
            "arguments": {"parameters": [{"name": name, "value": value} for name, value in parameters.items()]},
        },
    }


def provider_output(workflow: Json) -> str | None:
    """What the operator reads: an output of the first node; nothing of a workflow that did not succeed."""
    if workflow["status"]["phase"] != "Succeeded":
        return None
    node = workflow["status"]["nodes"][workflow["metadata"]["name"]]
    outputs: list[Json] = node.get("outputs", {}).get("parameters", [])
    return next((one.get("value") for one in outputs if one["name"] == "provider-output"), None)


def definition(kind: str, **changes: Any) -> str:
    """A definition as Go writes it, compact, with < > & escaped."""
    common: Json = {"name": "team-a/d", "version": "1a2b3c"}
    run: Json = {
        "pipelineName": "team-a/p",
        "pipelineVersion": "v1-4d5e6f",
        "runConfigurationName": "team-a/rc",
        "experimentName": "team-a/e",
    }
    rest: Json = {
        "parameters": {"": "", "html": "<a href='x'>&</a>", "long": "ü🐟\u2028"},
        "artifacts": [{"name": "model", "path": "trainer:model:0[size > 3]"}],
        "triggerIndicator": {"type": "onChangePipeline", "source": "p", "sourceNamespace": "team-a"},
    }
    of_kind: dict[str, Json] = {
        "pipeline": {
            "image": "registry.example/pipeline:1",
            "env": [{"name": "A", "value": "1"}, {"name": "A", "value": '$HOME `id` "q" \\'}],
            "framework": {"name": "plain", "parameters": {"big": 9007199254740993, "nested": {"a": [None, 1.0, "<&>"]}}},
        },
        "run": run | rest,
        "runschedule": run | {"schedule": {"cronExpression": "0 5 * * 1", "startTime": "2027-03-01T06:00:00Z"}} | rest,
        "experiment": {"description": 'Line one\nline two\t"quoted" \\ and \'single\' %s $(id)'},
    }
    return go_json(common | of_kind[kind] | changes)


def go_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
