"""The images of the cluster: folders, put together from programs of this machine."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .layout import Layout

KIT = "registry.example/kfp-provider-kit:0.1.0"
COMPILER = "registry.example/compiler-plain:1.0.0"
PIPELINE = "registry.example/pipeline:1"
APPLETS = "sh cat chmod cp grep head id ls sed sleep touch tr".split()
PASSWD = "root:x:0:0::/:/bin/sh\nkfp:x:1000:1000::/tmp:\n"


@dataclass(frozen=True)
class Image:
    """What its configuration says, beside the folder that is its root."""

    root: Path
    entrypoint: tuple[str, ...] = ()
    user: int = 0
    group: int = 0
    env: tuple[tuple[str, str], ...] = (("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),)
    workdir: str = "/"


@dataclass(frozen=True)
class Programs:
    """`kit` is the program of the image; `compiler` a folder with what the framework's image brings."""

    kit: Path
    argoexec: Path
    busybox: Path
    compiler: Path


def build(layout: Layout, programs: Programs, argo_version: str) -> dict[str, Image]:
    kit = kit_root(layout.images / "kit", programs.kit)
    argoexec = root(layout.images / "argoexec")
    shutil.copy(programs.argoexec, argoexec / "bin" / "argoexec")
    shell = shell_root(layout.images / "shell", programs.busybox)
    framework = shell_root(layout.images / "framework", programs.busybox)
    shutil.copytree(programs.compiler, framework / "compiler")
    return {
        KIT: Image(
            kit,
            ("/usr/local/bin/kfp-provider-embedded", "--data", "/data/provider.redb"),
            1000,
            1000,
            (("PATH", "/usr/local/bin"),),
            "/tmp",
        ),
        f"argoexec:{argo_version}": Image(argoexec, ("argoexec",)),
        COMPILER: Image(framework, ("/compiler/entrypoint.sh",), 1000, 1000),
        PIPELINE: Image(shell, ("/bin/sh",), 1000, 1000),
    }


def root(path: Path) -> Path:
    for folder in ("bin", "etc", "usr/local/bin"):
        (path / folder).mkdir(parents=True)
    (path / "tmp").mkdir()
    (path / "tmp").chmod(0o1777)
    (path / "etc/passwd").write_text(PASSWD)
    (path / "etc/group").write_text("root:x:0:\nkfp:x:1000:\n")
    return path


def kit_root(path: Path, program: Path) -> Path:
    """As deploy/image/build makes it, with a dynamic program and therefore the libraries that it names."""
    root(path)
    target = path / "usr/local/bin/kfp-provider-kit"
    shutil.copy(program, target)
    for name in ("kfp-conformance", "kfp-provider", "kfp-provider-embedded"):
        (target.parent / name).symlink_to("kfp-provider-kit")
    listed = subprocess.run(["ldd", str(program)], check=False, capture_output=True, text=True).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        copy = path / library.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    data = path / "data"
    data.mkdir()
    os.chown(data, 1000, 1000)
    return path


def shell_root(path: Path, busybox: Path) -> Path:
    root(path)
    shutil.copy(busybox, path / "bin/busybox")
    for applet in APPLETS:
        (path / "bin" / applet).symlink_to("busybox")
    return path

