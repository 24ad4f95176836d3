"""Becomes the program of a container. Started in the namespaces of the container, with the path of a description.

Nothing of this package is imported: the file is run by itself.
"""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
# In the order of their numbers.
CAPABILITIES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE "
    "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN "
    "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE "
    "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split()
DEVICES = ("null", "zero", "full", "random", "urandom")


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl {option} {value}: {os.strerror(error)}")


def place(root: str, path: str) -> str:
    """Where a path of the container is before it is the root; links of the image lead to inside of it."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    where = root
    while parts:
        step = os.path.join(where, parts.pop(0))
        if os.path.islink(step):
            target = os.readlink(step)
            where = root if target.startswith("/") else where
            parts = [part for part in target.split("/") if part not in ("", ".")] + parts
        else:
            where = step
    return where


def bind(root: str, source: str, target: str, read_only: bool) -> None:
    where = Path(place(root, target))
    if os.path.isdir(source):
        where.mkdir(parents=True, exist_ok=True)
    else:
        where.parent.mkdir(parents=True, exist_ok=True)
        where.touch()
    mount("--bind", source, str(where))
    if read_only:
        mount("-o", "remount,bind,ro", str(where))


def prepare(root: str, container: Json) -> None:
    layers = f"lowerdir={container['image']},upperdir={container['upper']},workdir={container['work']}"
    mount("-t", "overlay", "overlay", "-o", layers, root)
    for folder in ("proc", "dev", "sys"):
        os.makedirs(f"{root}/{folder}", exist_ok=True)
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{root}/dev")
    for device in DEVICES:
        bind(root, f"/dev/{device}", f"/dev/{device}", read_only=False)
    os.mkdir(f"{root}/dev/shm", 0o1777)
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    for one in sorted(container["mounts"], key=lambda one: str(one["target"])):
        bind(root, one["source"], one["target"], one["readOnly"])
    if container["readOnlyRoot"]:
        mount("-o", "remount,bind,ro", root)


def confine(container: Json) -> None:
    allowed = container["capabilities"]
    for number, name in enumerate(CAPABILITIES):
        if name not in allowed:
            prctl(PR_CAPBSET_DROP, number)
    os.setgroups(container["groups"])
    os.setresgid(container["gid"], container["gid"], container["gid"])
    os.setresuid(container["uid"], container["uid"], container["uid"])
    if container["noNewPrivileges"]:
        prctl(PR_SET_NO_NEW_PRIVS, 1)


def main(description: str) -> None:
    container: Json = json.loads(Path(description).read_text())
    root = container["root"]
    prepare(root, container)
    os.chroot(root)
    os.chdir("/")
    confine(container)
    os.umask(0o022)
    try:
        os.chdir(container["cwd"])
        os.execvpe(container["argv"][0], container["argv"], container["env"])
    except OSError as error:
        # What a runtime says of a program that is not there.
        print(f"{container['argv'][0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127 if isinstance(error, FileNotFoundError) else 126)


if __name__ == "__main__":
    main(sys.argv[1])
