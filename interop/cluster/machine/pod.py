"""The life of one pod: its init containers one after another, then its containers together, and what is told of them."""

import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass, field

from . import container as containers
from . import network
from .api import Api, Json, Refused
from .images import Image
from .layout import NODE, NODE_NAME, Layout
from .names import Names, links
from .volumes import Unsupported, Volumes

TICK = 0.05


class Ended(Exception):
    """The pod ends before its containers have: it is deleted, or its time is over."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


@dataclass
class Container:
    """A container of the pod's specification and what became of it."""

    spec: Json
    state: Json = field(default_factory=lambda: {"waiting": {"reason": "PodInitializing"}})
    running: containers.Running | None = None
    restarts: int = 0

    def status(self, init: bool) -> Json:
        done = init and self.state.get("terminated", {}).get("exitCode") == 0
        return {
            "name": self.spec["name"],
            "image": self.spec["image"],
            "imageID": self.spec["image"],
            "restartCount": self.restarts,
            "ready": done or "running" in self.state,
            "started": "running" in self.state,
            "state": self.state,
        }

    def waits(self, reason: str, message: str = "") -> None:
        self.state = {"waiting": {"reason": reason, "message": message}}

    def started(self, running: containers.Running) -> None:
        self.running = running
        self.state = {"running": {"startedAt": now()}}

    def ended(self) -> bool:
        """Whether it has come to its end since the last look."""
        if self.running is None or "running" not in self.state or (code := self.running.exit_code()) is None:
            return False
        words = self.running.last_words()
        self.state = {
            "terminated": {
                "exitCode": code,
                "reason": "Completed" if code == 0 else "Error",
                "startedAt": self.state["running"]["startedAt"],
                "finishedAt": now(),
                **({"message": words} if words else {}),
            }
        }
        return True

    @property
    def exit_code(self) -> int | None:
        code: int | None = self.state.get("terminated", {}).get("exitCode")
        return code


@dataclass(frozen=True)
class Machine:
    """What all pods share."""

    api: Api
    layout: Layout
    images: dict[str, Image]
    names: Names


class Pod:
    def __init__(self, machine: Machine, pod: Json) -> None:
        self.api, self.layout, self.images, self.pod = machine.api, machine.layout, machine.images, pod
        self.hosts = machine.names.file(pod["metadata"]["namespace"])
        meta, spec = pod["metadata"], pod["spec"]
        self.path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        self.name, self.uid, self.namespace = meta["name"], meta["uid"], meta["namespace"]
        self.folder = self.layout.pods / self.uid
        self.inits = [Container(one) for one in spec.get("initContainers", [])]
        self.mains = [Container(one) for one in spec["containers"]]
        self.always = spec.get("restartPolicy", "Always") == "Always"
        self.deleted = threading.Event()
        self.started = time.monotonic()

    def run(self) -> None:
        try:
            self.begin()
            for one in self.inits:
                if not self.run_init(one):
                    return self.tell("Failed")
            for one in self.mains:
                self.launch(one)
            self.tell("Running")
            self.watch()
            self.tell("Failed" if any(one.exit_code for one in self.mains) else "Succeeded")
        except Ended as end:
            self.kill()
            if not self.deleted.is_set():
                self.tell("Failed", reason=end.reason, message=end.message)
        except (Unsupported, Refused, OSError) as error:
            print(f"pod {self.namespace}/{self.name}: {error}", file=sys.stderr, flush=True)
            self.kill()
            self.tell("Failed", reason="MachineError", message=str(error)[:1000])
        finally:
            network.leave(self.uid)
            shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self) -> None:
        target = {"apiVersion": "v1", "kind": "Node", "name": NODE_NAME}
        if not self.pod["spec"].get("nodeName"):
            self.api.create(f"{self.path}/binding", {"metadata": {"name": self.name}, "target": target})
        self.pod["spec"]["nodeName"] = NODE_NAME
        self.folder.mkdir(parents=True)
        self.pod["status"] |= {"podIP": network.join(self.uid), "hostIP": NODE, "startTime": now()}
        volumes = Volumes(self.api, self.layout, self.pod, self.folder / "volumes")
        linked = links(self.api, self.namespace) if self.pod["spec"].get("enableServiceLinks", True) else {}
        self.around = containers.Surroundings(self.layout, self.pod, volumes, self.hosts, linked)
        self.started = time.monotonic()
        self.tell("Pending")

    def run_init(self, one: Container) -> bool:
        self.launch(one)
        while not one.ended():
            self.pause()
        if one.exit_code == 0:
            return True
        print(f"pod {self.namespace}/{self.name}: init container {one.spec['name']}: exit code {one.exit_code}", flush=True)
        return False

    def launch(self, one: Container) -> None:
        """Starts a container. Like a kubelet, it waits for what is not there yet, and for what may never come."""
        while True:
            try:
                if (image := self.images.get(one.spec["image"])) is None:
                    self.wait_for(one, "ErrImagePull", f"{one.spec['image']}: not found")
                    continue
                return one.started(containers.start(self.around, one.spec, image))
            except containers.ConfigError as error:
                self.wait_for(one, "CreateContainerConfigError", str(error))
            except Refused as error:
                if error.status != 404:
                    raise
                self.wait_for(one, "ContainerCreating", error.message)

    def wait_for(self, one: Container, reason: str, message: str) -> None:
        if one.state.get("waiting", {}).get("message") != message:
            one.waits(reason, message)
            self.tell("Pending")
        for _ in range(10):
            self.pause()

    def watch(self) -> None:
        while any("terminated" not in one.state for one in self.mains):
            self.pause()
            ended = [one for one in self.mains if one.ended()]
            for one in ended:
                if self.always:
                    self.restart(one)
            if ended and any("terminated" not in one.state for one in self.mains):
                self.tell("Running")

    def restart(self, one: Container) -> None:
        for _ in range(20):
            self.pause()
        one.restarts += 1
        shutil.rmtree(self.folder / "containers" / one.spec["name"], ignore_errors=True)
        self.launch(one)

    def pause(self) -> None:
        limit = self.pod["spec"].get("activeDeadlineSeconds")
        if self.deleted.wait(TICK):
            raise Ended("Deleted", "the pod is deleted")
        if limit is not None and time.monotonic() - self.started > limit:
            raise Ended("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")

    def kill(self) -> None:
        """SIGTERM, some time to end, SIGKILL."""
        left = [one.running for one in self.inits + self.mains if one.running and one.running.exit_code() is None]
        for running in left:
            running.stop(signal.SIGTERM)
        until = time.monotonic() + min(self.pod["spec"].get("terminationGracePeriodSeconds", 30), 10)
        while time.monotonic() < until and any(running.exit_code() is None for running in left):
            time.sleep(TICK)
        for running in left:
            running.process.kill()
            running.process.wait()
        for one in self.inits + self.mains:
            one.ended()

    def tell(self, phase: str, **more: str) -> None:
        ready = "True" if phase == "Running" and all("running" in one.state for one in self.mains) else "False"
        status = {
            "phase": phase,
            "initContainerStatuses": [one.status(init=True) for one in self.inits],
            "containerStatuses": [one.status(init=False) for one in self.mains],
            "conditions": [{"type": kind, "status": ready, "lastTransitionTime": now()} for kind in ("Ready", "ContainersReady")],
            **more,
        }
        for name in ("podIP", "hostIP", "startTime"):
            if name in self.pod["status"]:
                status[name] = self.pod["status"][name]
        if address := status.get("podIP"):
            status["podIPs"] = [{"ip": address}]
        try:
            self.api.merge(f"{self.path}/status", {"status": status})
        except Refused as error:
            if error.status != 404:
                print(f"pod {self.namespace}/{self.name}: {error}", file=sys.stderr, flush=True)
