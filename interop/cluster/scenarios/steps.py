"""The steps: each case as a workflow of its own, all of them at once."""

import json
import re
from dataclasses import dataclass

from machine.api import Json
from machine.layout import NODE, TOKEN

from .cases import Case, answers, cases
from .fakes import Fake, Request
from .operator import RESTRICTED, Start, provider_output, workflow
from .running import Cluster, messages, seconds

SERVICES = f"/api/v1/namespaces/{RESTRICTED}/services"
SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{RESTRICTED}/endpointslices"
FAKES, NOBODY = "provider-fakes-x7k2p", "provider-nobody-4qz9w"
# The longest is the one that no provider answers, after 290 s; the others share two cores.
PATIENCE = 1500


@dataclass(frozen=True)
class Result:
    label: str
    complaints: list[str]
    seconds: float


@dataclass(frozen=True)
class Trial:
    """A case, with a provider of its own where somebody is to listen."""

    case: Case
    fake: Fake | None

    def start(self) -> Start:
        name, port = (FAKES, self.fake.port) if self.fake else (f"provider-{self.case.provider}-4qz9w", 8080)
        host = f"{name}.{RESTRICTED}:{port}"
        return Start(self.case.operation, "d", host, self.case.definition, self.case.id)


def run(cluster: Cluster) -> list[Result]:
    known = answers()
    trials = [Trial(case, Fake(known[case.provider]) if case.provider in known else None) for case in cases()]
    serve(cluster, [trial.fake.port for trial in trials if trial.fake])
    # Those that wait longest go first.
    trials.sort(key=lambda trial: trial.case.provider != "hanging")
    names = {cluster.submit(workflow(trial.start())): trial for trial in trials}
    finished = cluster.finished(names, PATIENCE)
    return [Result(str(trial.case), complaints(trial, finished[name]), seconds(finished[name])) for name, trial in names.items()]


def serve(cluster: Cluster, numbers: list[int]) -> None:
    """A Service of which we tell where it leads, and one that leads nowhere."""
    ports = [{"name": f"port-{number}", "port": number, "protocol": "TCP"} for number in numbers]
    cluster.api.create(SERVICES, {"metadata": {"name": FAKES}, "spec": {"ports": ports}})
    slice: Json = {
        "metadata": {"name": FAKES, "labels": {"kubernetes.io/service-name": FAKES}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [NODE], "conditions": {"ready": True}}],
        "ports": ports,
    }
    cluster.api.create(SLICES, slice)
    nobody: Json = {"metadata": {"name": NOBODY}, "spec": {"selector": {"app": "nobody"}, "ports": [{"port": 8080}]}}
    cluster.api.create(SERVICES, nobody)


def complaints(trial: Trial, workflow: Json) -> list[str]:
    found = output_complaints(trial.case, workflow)
    if trial.fake:
        requests = trial.fake.requests
        if len(requests) != trial.case.requests:
            found.append(f"{len(requests)} requests, not {trial.case.requests}")
        for request in requests:
            found += request_complaints(trial.case, request)
    return found


def output_complaints(case: Case, workflow: Json) -> list[str]:
    text = provider_output(workflow)
    if case.expected is None:
        return [] if text is None else [f"an output where there should be none: {text[:200]}"]
    if text is None:
        return [f"{workflow['status']['phase']}, no output: {messages(workflow)[:1000]}"]
    try:
        read = json.loads(text)
    except ValueError:
        return [f"the output is not JSON: {text[:200]}"]
    found = []
    if read.get("id", "") != case.expected.id:
        found.append(f"id {read.get('id', '')[:200]!r}, not {case.expected.id[:200]!r}")
    error = read.get("providerError", "")
    if bool(error) != bool(case.expected.error) or not re.search(case.expected.error, error):
        found.append(f"error {error[:200]!r}, not {case.expected.error!r}")
    return found


def request_complaints(case: Case, request: Request) -> list[str]:
    method = {"create": "POST", "update": "PUT", "delete": "DELETE"}[case.operation.verb]
    kind = None if method == "DELETE" else "application/json"
    found = []
    for what, got, wanted in (
        ("method", request.method, method),
        ("target", request.target, case.target),
        ("content type", request.headers.get("content-type"), kind),
        ("body", request.body, case.body),
    ):
        if got != wanted:
            found.append(f"{what} {str(got)[:300]}, not {str(wanted)[:300]}")
    if TOKEN in str(request.headers):
        found.append("a credential of the cluster reached the provider")
    return found
