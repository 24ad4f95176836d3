"""Where everything is: addresses, and the folders of a cluster."""

from dataclasses import dataclass
from pathlib import Path

# The bridge of the pods. Whatever is no pod listens here too: the API server, the store, the fakes of a test.
NODE = "10.244.0.1"
NODE_NAME = "machine"
PODS = "10.244.{}.{}"
SERVICES = "10.96.0.0/16"
API_PORT = 6443
STORE_PORT = 9100
TOKEN = "cluster-admin"


@dataclass(frozen=True)
class Layout:
    """`state` is on disk and outlives the cluster; `memory` is a tmpfs that only the cluster sees and that ends with it."""

    state: Path

    @property
    def memory(self) -> Path:
        return self.state / "memory"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def kubeconfig(self) -> Path:
        return self.state / "kubeconfig"

    @property
    def ca(self) -> Path:
        return self.keys / "apiserver.crt"

    @property
    def images(self) -> Path:
        return self.memory / "images"

    @property
    def pods(self) -> Path:
        return self.memory / "pods"

    @property
    def claims(self) -> Path:
        return self.memory / "claims"

    @property
    def hosts(self) -> Path:
        return self.memory / "hosts"

    @property
    def ready(self) -> Path:
        return self.state / "ready"
