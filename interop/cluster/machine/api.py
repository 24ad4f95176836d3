"""Calls to the API server."""

import http.client
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

MERGE = "application/merge-patch+json"


class Refused(Exception):
    """The API server's own words."""

    def __init__(self, method: str, path: str, status: int, message: str) -> None:
        super().__init__(f"{method} {path}: {status} {message}")
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Api:
    host: str
    port: int
    token: str
    ca: str
    tls: ssl.SSLContext = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tls", ssl.create_default_context(cafile=self.ca))

    def _send(self, method: str, path: str, body: Json | None, content_type: str, timeout: float) -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=self.tls)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return connection.getresponse()

    def call(self, method: str, path: str, body: Json | None = None, content_type: str = "application/json") -> Json:
        with self._send(method, path, body, content_type, 60) as response:
            text = response.read().decode()
        if response.status >= 300:
            raise Refused(method, path, response.status, _message(text))
        answer: Json = json.loads(text)
        return answer

    def get(self, path: str) -> Json:
        return self.call("GET", path)

    def create(self, path: str, body: Json) -> Json:
        return self.call("POST", path, body)

    def merge(self, path: str, body: Json) -> Json:
        return self.call("PATCH", path, body, MERGE)

    def delete(self, path: str) -> None:
        self.call("DELETE", path)

    def follow(self, path: str) -> Iterator[tuple[str, Json]]:
        """What is there and what becomes of it, forever: each as the kind of change and the object."""
        while True:
            listed = self.get(path)
            for item in listed["items"]:
                yield "ADDED", item
            try:
                yield from self._watch(path, listed["metadata"]["resourceVersion"])
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)  # The connection ended; what was missed is in the next list.

    def _watch(self, path: str, version: str) -> Iterator[tuple[str, Json]]:
        query = f"{path}?watch=1&resourceVersion={version}&timeoutSeconds=600"
        with self._send("GET", query, None, "application/json", 660) as response:
            for line in response:
                event: Json = json.loads(line)
                if event["type"] == "ERROR":
                    return
                yield event["type"], event["object"]


def _message(text: str) -> str:
    try:
        message: str = json.loads(text)["message"]
        return message
    except (ValueError, KeyError, TypeError):
        return text[:500]
