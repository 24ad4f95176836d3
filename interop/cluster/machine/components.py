"""The programs of the control plane, and Argo's controller."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .api import Api, Refused
from .layout import API_PORT, NODE, SERVICES, TOKEN, Layout

CONTROLLERS = (
    "deployment-controller",
    "replicaset-controller",
    "endpointslice-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "serviceaccount-controller",
    "root-ca-certificate-publisher-controller",
)
PATIENCE = 120


class Dead(Exception):
    """A program ended that should run forever."""


@dataclass
class Components:
    layout: Layout
    binaries: dict[str, Path]
    argo_version: str
    running: dict[str, subprocess.Popen[bytes]]

    def start(self, name: str, *arguments: str, env: dict[str, str] | None = None) -> None:
        log = (self.layout.logs / f"{name}.log").open("ab")
        command = [str(self.binaries[name]), *arguments]
        self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env)

    def check(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                log = self.layout.logs / f"{name}.log"
                raise Dead(f"{name}: ended with {process.returncode} (hint: {log} says why)")

    def wait_until(self, what: str, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise Dead(f"{what}: not there after {PATIENCE} s (hint: see {self.layout.logs})")
            time.sleep(0.1)

    def etcd(self) -> None:
        data = self.layout.memory / "etcd"
        url = "http://127.0.0.1:2379"
        urls = (f"--listen-client-urls={url}", f"--advertise-client-urls={url}")
        self.start("etcd", f"--data-dir={data}", "--unsafe-no-fsync", *urls)

    def apiserver(self) -> None:
        keys = self.layout.keys
        (keys / "tokens.csv").write_text(f"{TOKEN},admin,admin,system:masters\n")
        (keys / "tokens.csv").chmod(0o600)
        subprocess.run(["openssl", "genrsa", "-out", str(keys / "accounts.key"), "2048"], check=True, stderr=subprocess.DEVNULL)
        self.start(
            "kube-apiserver",
            "--etcd-servers=http://127.0.0.1:2379",
            f"--advertise-address={NODE}",
            f"--secure-port={API_PORT}",
            f"--cert-dir={keys}",
            f"--token-auth-file={keys}/tokens.csv",
            "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={keys}/accounts.key",
            f"--service-account-signing-key-file={keys}/accounts.key",
            f"--service-cluster-ip-range={SERVICES}",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
        )

    def connect(self) -> Api:
        """The API server makes its certificate at its start; it is ready when it says so."""
        self.wait_until("the API server's certificate", lambda: self.layout.ca.exists() and self.layout.ca.stat().st_size > 0)
        api = Api(NODE, API_PORT, TOKEN, str(self.layout.ca))
        self.wait_until("the API server", lambda: answers(api, "/api/v1/namespaces/default"))
        return api

    def controller_manager(self) -> None:
        self.start(
            "kube-controller-manager",
            f"--kubeconfig={self.layout.kubeconfig}",
            f"--controllers={','.join(CONTROLLERS)}",
            f"--root-ca-file={self.layout.ca}",
            "--leader-elect=false",
        )

    def argo(self) -> None:
        self.start(
            "workflow-controller",
            f"--kubeconfig={self.layout.kubeconfig}",
            "--namespace=argo",
            f"--executor-image=argoexec:{self.argo_version}",
            "--qps=100",
            "--burst=200",
            env={"LEADER_ELECTION_DISABLE": "true", "PATH": "/usr/bin:/bin", "HOME": "/"},
        )

    def kubectl(self, *arguments: str) -> None:
        command = ["kubectl", f"--kubeconfig={self.layout.kubeconfig}", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout, done.stderr, file=sys.stderr)
            raise Dead(f"kubectl {' '.join(arguments)}: exit code {done.returncode}")


def answers(api: Api, path: str) -> bool:
    try:
        api.get(path)
        return True
    except (OSError, Refused):
        return False
