"""The network of the pods: one namespace and one address each, on a bridge that the node has an address of, too."""

import itertools
import subprocess
import threading

from .layout import NODE, PODS

_numbers = itertools.count(2)
_lock = threading.Lock()


def batch(*lines: str) -> None:
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def create_bridge() -> None:
    """Its hardware address is fixed: else it would be the lowest of the pods', and change under who has it in a cache."""
    batch("link set lo up", "link add pods address 02:00:0a:f4:00:01 type bridge")
    batch(f"addr add {NODE}/16 dev pods", "link set pods up")


def join(name: str) -> str:
    """Makes the namespace of a pod; its address."""
    with _lock:
        number = next(_numbers)
    address = PODS.format(number // 250, number % 250 + 2)
    subprocess.run(["ip", "netns", "add", name], check=True)
    batch(f"link add pod{number} type veth peer name eth0 netns {name}", f"link set pod{number} master pods up")
    subprocess.run(
        ["ip", "-n", name, "-batch", "-"],
        input=f"link set lo up\naddr add {address}/16 dev eth0\nlink set eth0 up\n",
        text=True,
        check=True,
    )
    return address


def leave(name: str) -> None:
    subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)
