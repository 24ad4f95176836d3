"""One container as a process: what its pod, its image and Kubernetes' defaults say together."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import launch
from .api import Json
from .images import Image
from .layout import API_PORT, NODE, Layout
from .volumes import Unsupported, Volumes, field

# What a container runtime leaves to root.
DEFAULT_CAPABILITIES = frozenset(
    (
        "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD "
        "AUDIT_WRITE SETFCAP"
    ).split()
)
PROBES = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")


class ConfigError(Exception):
    """CreateContainerConfigError: such a container waits forever."""


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    message: Path

    def stop(self, number: signal.Signals) -> None:
        """The signal goes to the container's first process, which is the child of what holds its namespaces."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            for child in children.read_text().split():
                os.kill(int(child), number)
        except (OSError, ProcessLookupError):
            pass  # It has ended by itself.

    def exit_code(self) -> int | None:
        code = self.process.poll()
        return code if code is None or code >= 0 else 128 - code

    def last_words(self) -> str:
        return self.message.read_text(errors="replace")[:4096]


@dataclass(frozen=True)
class Surroundings:
    """What a container gets from its pod and its namespace."""

    layout: Layout
    pod: Json
    volumes: Volumes
    hosts: Path
    links: dict[str, str]


def start(around: Surroundings, container: Json, image: Image) -> Running:
    layout, pod = around.layout, around.pod
    # First, because it may refuse.
    described = describe(around, container, image)
    meta = pod["metadata"]
    folder = layout.pods / meta["uid"] / "containers" / container["name"]
    for name in ("upper", "work", "root"):
        (folder / name).mkdir(parents=True)
    message = folder / "termination-log"
    message.touch()
    message.chmod(0o666)
    described["mounts"] += [
        {"source": str(around.hosts), "target": "/etc/hosts", "readOnly": True},
        {"source": str(message), "target": container.get("terminationMessagePath", "/dev/termination-log"), "readOnly": False},
    ]
    described |= {"root": str(folder / "root"), "upper": str(folder / "upper"), "work": str(folder / "work")}
    description = folder / "description.json"
    description.write_text(json.dumps(described))
    log = layout.logs / "pods" / f"{meta['namespace']}_{meta['name']}_{container['name']}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            ["ip", "netns", "exec", meta["uid"]]
            + ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--propagation", "private"]
            + [sys.executable, "-I", launch.__file__, str(description)],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    return Running(process, message)


def describe(around: Surroundings, container: Json, image: Image) -> Json:
    for probe in PROBES:
        if probe in container:
            raise Unsupported(f"container {container['name']}: {probe}")
    security = {**around.pod["spec"].get("securityContext", {}), **container.get("securityContext", {})}
    env = environment(around.pod, container, image, around.links)
    uid, gid, groups = identity(security, image, container["name"])
    return {
        "image": str(image.root),
        "mounts": [mounted(mount, around.volumes) for mount in container.get("volumeMounts", [])],
        "readOnlyRoot": security.get("readOnlyRootFilesystem", False),
        "capabilities": sorted(capabilities(security.get("capabilities", {}))),
        "noNewPrivileges": security.get("allowPrivilegeEscalation") is False,
        "uid": uid,
        "gid": gid,
        "groups": groups,
        "cwd": container.get("workingDir") or image.workdir,
        "argv": arguments(container, image, env),
        "env": env,
    }


def identity(security: Json, image: Image, name: str) -> tuple[int, int, list[int]]:
    uid = security.get("runAsUser", image.user)
    if security.get("runAsNonRoot") and uid == 0:
        raise ConfigError(f"container {name} has runAsNonRoot and would run as root")
    gid = security.get("runAsGroup", image.group if "runAsUser" not in security else 0)
    groups = [*security.get("supplementalGroups", []), *([security["fsGroup"]] if "fsGroup" in security else [])]
    return uid, gid, groups


def capabilities(wanted: Json) -> set[str]:
    dropped = set(wanted.get("drop", []))
    kept = set() if "ALL" in dropped else set(DEFAULT_CAPABILITIES) - dropped
    return kept | set(wanted.get("add", []))


def mounted(mount: Json, volumes: Volumes) -> Json:
    sub = mount.get("subPath")
    source = volumes.sub_path(mount["name"], sub) if sub else volumes.path(mount["name"])
    return {"source": str(source), "target": mount["mountPath"], "readOnly": mount.get("readOnly", False)}


def environment(pod: Json, container: Json, image: Image, links: dict[str, str]) -> dict[str, str]:
    env = {**dict(image.env), "HOSTNAME": pod["metadata"]["name"], **links}
    env |= {"KUBERNETES_SERVICE_HOST": NODE, "KUBERNETES_SERVICE_PORT": str(API_PORT)}
    for one in container.get("env", []):
        source = one.get("valueFrom")
        if source is None:
            env[one["name"]] = expand(one.get("value", ""), env)
        elif "fieldRef" in source:
            env[one["name"]] = field(pod, source["fieldRef"]["fieldPath"])
        elif "configMapKeyRef" not in source or not source["configMapKeyRef"].get("optional"):
            raise Unsupported(f"container {container['name']}: env {one['name']} from {', '.join(source)}")
    if container.get("envFrom"):
        raise Unsupported(f"container {container['name']}: envFrom")
    return env


def arguments(container: Json, image: Image, env: dict[str, str]) -> list[str]:
    command = container.get("command") or list(image.entrypoint)
    return [expand(word, env) for word in [*command, *container.get("args", [])]]


def expand(text: str, env: dict[str, str]) -> str:
    """$(NAME) stands for a variable that is known, $$ for one sign."""
    result, rest = "", text
    while rest:
        before, sign, rest = rest.partition("$")
        result += before
        if not sign:
            break
        name, closed, after = rest[1:].partition(")")
        if rest.startswith("$"):
            result, rest = result + "$", rest[1:]
        elif rest.startswith("(") and closed and name in env:
            result, rest = result + env[name], after
        else:
            result += "$"
    return result
