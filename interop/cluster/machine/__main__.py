"""The machine: all of the cluster under one process, the first of its namespaces. When it ends, nothing is left.

    python3 -m machine STATE ARGO_VERSION KIT COMPILER BUSYBOX NAME=BINARY...
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import images, network, store
from .components import Components, Dead
from .kubelet import Kubelet
from .layout import API_PORT, NODE, STORE_PORT, TOKEN, Layout
from .names import Names
from .pod import Machine

KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{{name: cluster, cluster: {{server: "https://{node}:{port}", certificate-authority: {ca}}}}}]
users: [{{name: admin, user: {{token: {token}}}}}]
contexts: [{{name: admin, context: {{cluster: cluster, user: admin, namespace: argo}}}}]
current-context: admin
"""
ARGO = f"""apiVersion: v1
kind: Namespace
metadata: {{name: argo}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: workflow-controller-configmap, namespace: argo}}
data:
  # Argo's own containers ask for nothing of the kind by themselves, and are refused where nothing less is let in.
  executor: |
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: {{drop: [ALL]}}
  artifactRepository: |
    artifactory:
      repoURL: http://{NODE}:{STORE_PORT}/artifacts
      usernameSecret: {{name: artifact-store, key: username}}
      passwordSecret: {{name: artifact-store, key: password}}
"""


def main(arguments: list[str]) -> int:
    state, argo_version, kit, compiler, busybox, *rest = arguments
    binaries = {name: Path(path) for name, path in (one.split("=", 1) for one in rest)}
    layout = Layout(Path(state))
    components = Components(layout, binaries, argo_version, {})
    threading.excepthook = give_up
    # As the first process of its namespace, it would not be ended by a signal that it does not handle.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(layout.memory)], check=True)
    network.create_bridge()
    for folder in (layout.keys, layout.logs / "pods", layout.pods, layout.claims):
        folder.mkdir(parents=True, exist_ok=True)
    layout.keys.chmod(0o700)
    try:
        run(layout, components, images.Programs(Path(kit), binaries["argoexec"], Path(busybox), Path(compiler)))
    except Dead as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(layout: Layout, components: Components, programs: images.Programs) -> None:
    components.etcd()
    components.apiserver()
    built = images.build(layout, programs, components.argo_version)
    api = components.connect()
    config = KUBECONFIG.format(node=NODE, port=API_PORT, ca=layout.ca, token=TOKEN)
    layout.kubeconfig.touch(mode=0o600)
    layout.kubeconfig.write_text(config)
    components.controller_manager()
    names = Names(api, layout.hosts)
    kubelet = Kubelet(Machine(api, layout, built, names))
    store.serve(layout.memory / "store")
    for task in (names.follow, kubelet.run):
        threading.Thread(target=task, daemon=True).start()
    components.kubectl("create", "--validate=false", f"--filename={components.binaries['argo-crds']}")
    argo = layout.state / "argo.yaml"
    argo.write_text(ARGO)
    components.kubectl("create", "--validate=false", f"--filename={argo}")
    components.argo()
    layout.ready.touch()
    while True:
        components.check()
        time.sleep(1)


def give_up(failure: threading.ExceptHookArgs) -> None:
    """A machine of which a part has failed would only let others wait."""
    sys.excepthook(failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
