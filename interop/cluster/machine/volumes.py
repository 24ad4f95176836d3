"""The volumes of a pod, as folders of this machine."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .api import Api, Json
from .layout import Layout


class Unsupported(Exception):
    """What the pod asks for and this machine has not."""


@dataclass
class Volumes:
    api: Api
    layout: Layout
    pod: Json
    folder: Path

    def path(self, name: str) -> Path:
        """The folder of a volume, made at the first use. Raises Refused while something that it names is not there."""
        path = self.folder / name
        if path.exists() or path.is_symlink():
            return path
        volume = next(volume for volume in self.pod["spec"]["volumes"] if volume["name"] == name)
        if claim := volume.get("persistentVolumeClaim"):
            return self._own(self._claim(claim["claimName"]))
        for kind, fill in self._sources().items():
            if kind in volume:
                content = fill(volume[kind])
                path.mkdir(parents=True)
                path.chmod(0o777)
                self._write(path, content, volume[kind].get("defaultMode", 0o644))
                return self._own(path)
        raise Unsupported(f"volume {name}: of a kind that this machine has not ({', '.join(volume)})")

    def sub_path(self, name: str, sub: str) -> Path:
        path = self.path(name) / sub
        if not path.exists():
            path.mkdir(parents=True)
            path.chmod(0o777)
            self._own(path)
        return path

    def _sources(self) -> dict[str, Callable[[Json], dict[str, bytes]]]:
        return {
            "emptyDir": lambda source: {},
            "configMap": self._config_map,
            "secret": lambda source: self._secret({"name": source["secretName"], **source}),
            "projected": self._projected,
        }

    def _config_map(self, source: Json) -> dict[str, bytes]:
        found = self.api.get(self._in_namespace(f"configmaps/{source['name']}"))
        content = {key: text.encode() for key, text in found.get("data", {}).items()}
        content |= {key: base64.b64decode(text) for key, text in found.get("binaryData", {}).items()}
        return _items(content, source)

    def _secret(self, source: Json) -> dict[str, bytes]:
        found = self.api.get(self._in_namespace(f"secrets/{source['name']}"))
        return _items({key: base64.b64decode(text) for key, text in found.get("data", {}).items()}, source)

    def _projected(self, volume: Json) -> dict[str, bytes]:
        content: dict[str, bytes] = {}
        for source in volume["sources"]:
            match source:
                case {"serviceAccountToken": token}:
                    content[token["path"]] = self._token(token).encode()
                case {"configMap": one}:
                    content |= self._config_map(one)
                case {"secret": one}:
                    content |= self._secret(one)
                case {"downwardAPI": one}:
                    content |= {item["path"]: field(self.pod, item["fieldRef"]["fieldPath"]).encode() for item in one["items"]}
                case _:
                    raise Unsupported(f"a projected volume of {', '.join(source)}")
        return content

    def _token(self, source: Json) -> str:
        """A real one, of the pod's own account: what its Role does not allow is refused."""
        meta = self.pod["metadata"]
        account = self.pod["spec"]["serviceAccountName"]
        bound = {"kind": "Pod", "apiVersion": "v1", "name": meta["name"], "uid": meta["uid"]}
        spec: Json = {"expirationSeconds": source.get("expirationSeconds", 3600), "boundObjectRef": bound, "audiences": []}
        answer = self.api.create(self._in_namespace(f"serviceaccounts/{account}/token"), {"spec": spec})
        token: str = answer["status"]["token"]
        return token

    def _claim(self, name: str) -> Path:
        """Any claim gets a folder that everybody may write to, as provisioners of local volumes make it."""
        namespace = self.pod["metadata"]["namespace"]
        self.api.get(self._in_namespace(f"persistentvolumeclaims/{name}"))
        path: Path = self.layout.claims / namespace / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o777)
        return path

    def _in_namespace(self, path: str) -> str:
        return f"/api/v1/namespaces/{self.pod['metadata']['namespace']}/{path}"

    def _write(self, folder: Path, content: dict[str, bytes], mode: int) -> None:
        for name, text in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
            path.chmod(mode)
            self._own(path)

    def _own(self, path: Path) -> Path:
        """fsGroup: its group owns the volume, and what is made in it."""
        group = self.pod["spec"].get("securityContext", {}).get("fsGroup")
        if group is not None:
            os.chown(path, -1, group)
            mode = path.stat().st_mode
            path.chmod(mode | (0o2770 if path.is_dir() else 0o040))
        return path


def _items(content: dict[str, bytes], source: Json) -> dict[str, bytes]:
    if not (items := source.get("items")):
        return content
    return {item["path"]: content[item["key"]] for item in items}


def field(pod: Json, path: str) -> str:
    """What a fieldRef stands for."""
    meta, spec, status = pod["metadata"], pod["spec"], pod["status"]
    fields = {
        "metadata.name": meta["name"],
        "metadata.namespace": meta["namespace"],
        "metadata.uid": meta["uid"],
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.podIP": status.get("podIP", ""),
        "status.hostIP": status.get("hostIP", ""),
    }
    if path not in fields:
        raise Unsupported(f"the field {path}")
    value: str = fields[path]
    return value
