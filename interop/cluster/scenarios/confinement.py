"""The machine itself: a pod as confined as the steps are tells what it may do, and one that is not confined.

What a machine lets pass that a real one would not, nothing that runs on it finds.
"""

import json
import time

from machine.api import Api, Json
from machine.images import PIPELINE

from .operator import NAMESPACE
from .steps import Result

PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
CONFIG_MAPS = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
# Everything is told in the termination log, as one line of NAME=VALUE for each.
SCRIPT = """
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status | sed 's/[[:space:]].*//'; }
groups() { sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status | sed 's/[[:space:]]*$//'; }
writes() { if touch "$1/x" 2>/dev/null; then echo yes; else echo no; fi; }
{
  echo "uid=$(id -u) gid=$(id -g) groups=$(groups)"
  echo "bounding=$(status CapBnd) effective=$(status CapEff) noNewPrivileges=$(status NoNewPrivs)"
  echo "root=$(writes /) tmp=$(writes /tmp) scratch=$(writes /scratch) config=$(writes /config) key=$(cat /config/key)"
  echo "first=$(cat /proc/1/comm) address=$(if [ -e /sys/class/net/pods ]; then echo shared; else echo own; fi)"
} >/dev/termination-log
"""
SAYS = {
    "confined": (
        "uid=1000 gid=3000 groups=2000\n"
        "bounding=0000000000000000 effective=0000000000000000 noNewPrivileges=1\n"
        "root=no tmp=no scratch=yes config=no key=value\n"
        "first=sh address=own\n"
    ),
    "root": (
        "uid=0 gid=0 groups=\n"
        "bounding=00000000a80425fb effective=00000000a80425fb noNewPrivileges=0\n"
        "root=yes tmp=yes scratch=yes config=no key=value\n"
        "first=sh address=own\n"
    ),
}
PATIENCE = 120


def run(api: Api) -> list[Result]:
    api.create(CONFIG_MAPS, {"metadata": {"name": "early"}, "data": {"key": "value"}})
    strict: Json = {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    user: Json = {"runAsNonRoot": True, "runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000}
    pods = {"confined": pod("confined", user, strict), "root": pod("root", {}, {"runAsUser": 0})}
    forbidden = pod("forbidden", {"runAsNonRoot": True}, {"runAsUser": 0})
    for one in [*pods.values(), forbidden, pod("late", user, strict, "late")]:
        api.create(PODS, one)
    return [
        *(ended(api, name, SAYS[name]) for name in pods),
        waits(api, "forbidden", "CreateContainerConfigError"),
        late(api),
    ]


def pod(name: str, security: Json, own: Json, config: str = "early") -> Json:
    container: Json = {
        "name": "main",
        "image": PIPELINE,
        "command": ["/bin/sh", "-c", SCRIPT],
        "securityContext": own,
        "volumeMounts": [
            {"name": "scratch", "mountPath": "/scratch"},
            {"name": "config", "mountPath": "/config", "readOnly": True},
        ],
    }
    volumes: list[Json] = [{"name": "scratch", "emptyDir": {}}, {"name": "config", "configMap": {"name": config}}]
    spec: Json = {"restartPolicy": "Never", "securityContext": security, "containers": [container], "volumes": volumes}
    return {"metadata": {"name": f"confinement-{name}"}, "spec": spec}


def ended(api: Api, name: str, says: str) -> Result:
    began = time.monotonic()
    state = until(api, name, "terminated")
    said = state.get("message", json.dumps(state))
    complaints = [] if said == says else [f"says {said!r}, not {says!r}"]
    return Result(f"the machine, a pod {name}", complaints, time.monotonic() - began)


def waits(api: Api, name: str, reason: str) -> Result:
    began = time.monotonic()
    state = until(api, name, "waiting", reason)
    api.delete(f"{PODS}/confinement-{name}")
    wrong = [] if state.get("reason") == reason else [f"{state}, not {reason}"]
    return Result(f"the machine, a pod {name}", wrong, time.monotonic() - began)


def late(api: Api) -> Result:
    """What a pod names may come after it."""
    waiting = until(api, "late", "waiting", "ContainerCreating")
    api.create(CONFIG_MAPS, {"metadata": {"name": "late"}, "data": {"key": "value"}})
    result = ended(api, "late", SAYS["confined"])
    came = waiting.get("reason") == "ContainerCreating"
    return result if came else Result(result.label, [f"{waiting}, not ContainerCreating"], result.seconds)


def until(api: Api, name: str, kind: str, reason: str = "") -> Json:
    """The state of the container, once it is of that kind."""
    limit = time.monotonic() + PATIENCE
    state: Json = {}
    while time.monotonic() < limit:
        statuses = api.get(f"{PODS}/confinement-{name}")["status"].get("containerStatuses", [])
        state = statuses[0]["state"] if statuses else {}
        if kind in state and (not reason or state[kind].get("reason") == reason):
            found: Json = state[kind]
            return found
        time.sleep(0.2)
    return state
