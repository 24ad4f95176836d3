"""Runs each pod that the API server knows of."""

import threading
from dataclasses import dataclass, field

from .api import Api, Json, Refused
from .layout import NODE, NODE_NAME
from .pod import Machine, Pod

# Pods that come to an end run so many at a time: more would only be in each other's way.
SLOTS = 12


@dataclass
class Kubelet:
    machine: Machine
    pods: dict[str, Pod] = field(default_factory=dict)
    slots: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(SLOTS))

    @property
    def api(self) -> Api:
        return self.machine.api

    def run(self) -> None:
        self.register()
        for change, pod in self.api.follow("/api/v1/pods"):
            self.see(change, pod)

    def register(self) -> None:
        self.api.create("/api/v1/nodes", {"metadata": {"name": NODE_NAME}})
        addresses = [{"type": "InternalIP", "address": NODE}]
        conditions = [{"type": "Ready", "status": "True"}]
        self.api.merge(f"/api/v1/nodes/{NODE_NAME}/status", {"status": {"addresses": addresses, "conditions": conditions}})

    def see(self, change: str, pod: Json) -> None:
        uid = pod["metadata"]["uid"]
        known = self.pods.get(uid)
        if change == "DELETED":
            self.pods.pop(uid, None)
            if known:
                known.deleted.set()
        elif "deletionTimestamp" in pod["metadata"]:
            if known:
                known.deleted.set()
            else:
                self.forget(pod)
        elif known is None and pod["status"].get("phase") in (None, "Pending"):
            self.pods[uid] = new = Pod(self.machine, pod)
            threading.Thread(target=self.live, args=(new,), daemon=True).start()

    def live(self, pod: Pod) -> None:
        if pod.always:
            pod.run()
        else:
            with self.slots:
                pod.run()
        # A pod that has ended stays until it is deleted; one that is deleted while it runs goes when it has ended.
        pod.deleted.wait()
        self.forget(pod.pod)

    def forget(self, pod: Json) -> None:
        meta = pod["metadata"]
        options: Json = {"gracePeriodSeconds": 0, "preconditions": {"uid": meta["uid"]}}
        try:
            self.api.call("DELETE", f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}", options)
        except Refused as error:
            if error.status not in (404, 409):
                raise
