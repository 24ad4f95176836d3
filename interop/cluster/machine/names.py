"""The names of Services, in hosts files: each leads to an endpoint that is ready."""

import threading
from pathlib import Path

from .api import Api, Json
from .layout import NODE

SLICES = "/apis/discovery.k8s.io/v1/endpointslices"
SERVICE = "kubernetes.io/service-name"


class Names:
    """One file for each namespace, because there its own Services have a short name, too.

    A Service without endpoints leads to the node, where its port refuses connections, as a node does it for such.
    """

    def __init__(self, api: Api, folder: Path) -> None:
        self.api, self.folder = api, folder
        self.slices: dict[tuple[str, str], Json] = {}
        self.lock = threading.Lock()
        folder.mkdir()

    def follow(self) -> None:
        for change, slice in self.api.follow(SLICES):
            key = (slice["metadata"]["namespace"], slice["metadata"]["name"])
            with self.lock:
                if change == "DELETED":
                    self.slices.pop(key, None)
                else:
                    self.slices[key] = slice
                for file in self.folder.iterdir():
                    self.write(file)

    def file(self, namespace: str) -> Path:
        """The file of a namespace, which is kept up to date from now on."""
        with self.lock:
            file = self.folder / namespace
            if not file.exists():
                self.write(file)
            return file

    def write(self, file: Path) -> None:
        """In place: the file is bound into containers that run."""
        lines = ["127.0.0.1 localhost", "::1 localhost"]
        for (namespace, _), slice in sorted(self.slices.items()):
            if name := slice["metadata"].get("labels", {}).get(SERVICE):
                full = f"{name}.{namespace} {name}.{namespace}.svc {name}.{namespace}.svc.cluster.local"
                lines.append(f"{address(slice)} {full}" + (f" {name}" if namespace == file.name else ""))
        file.write_text("\n".join(lines) + "\n")


def address(slice: Json) -> str:
    for endpoint in slice.get("endpoints") or []:
        if endpoint.get("conditions", {}).get("ready") is not False:
            found: str = endpoint["addresses"][0]
            return found
    return NODE


def links(api: Api, namespace: str) -> dict[str, str]:
    """The variables that Kubernetes adds for each Service of the namespace, wanted or not."""
    env: dict[str, str] = {}
    for service in api.get(f"/api/v1/namespaces/{namespace}/services")["items"]:
        cluster_ip, ports = service["spec"].get("clusterIP"), service["spec"].get("ports", [])
        if cluster_ip in (None, "", "None") or not ports:
            continue
        name = service["metadata"]["name"].upper().replace("-", "_")
        port = ports[0]["port"]
        url = f"tcp://{cluster_ip}:{port}"
        env |= {f"{name}_SERVICE_HOST": cluster_ip, f"{name}_SERVICE_PORT": str(port), f"{name}_PORT": url}
        for one in ports:
            prefix = f"{name}_PORT_{one['port']}_TCP"
            env |= {prefix: f"tcp://{cluster_ip}:{one['port']}", f"{prefix}_ADDR": cluster_ip, f"{prefix}_PORT": str(one["port"])}
            if "name" in one:
                env[f"{name}_SERVICE_PORT_{one['name'].upper().replace('-', '_')}"] = str(one["port"])
    return env
