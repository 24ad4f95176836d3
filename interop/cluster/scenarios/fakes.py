"""Providers that answer in one way each, and keep what they were sent."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from machine.layout import NODE

MIB = 1 << 20
HANGS = object()
DROPS = object()


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


# Makes status, content type and body of the answer, or says that none is to come.
Answering = Callable[[Request], object]


@dataclass
class Fake:
    """Listens from the start, on a port of its own."""

    answer: Answering
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        listener = socket.create_server((NODE, 0), backlog=64)
        self.port = listener.getsockname()[1]
        threading.Thread(target=self.serve, args=(listener,), daemon=True).start()

    def serve(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            try:
                request = self.read(stream.readline, stream.read, connection)
                self.requests.append(request)
                self.send(connection, self.answer(request), stream.read)
            except (OSError, ValueError):
                return  # It sent no request, or had enough of the answer.

    def send(self, connection: socket.socket, answer: object, some: Callable[[int], bytes]) -> None:
        if answer is HANGS:
            some(1)  # Until the client has given up.
        elif isinstance(answer, tuple):
            status, kind, body = answer
            head = f"HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)

    def read(self, line: Callable[[], bytes], some: Callable[[int], bytes], connection: socket.socket) -> Request:
        method, target, _ = line().decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while text := line().decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Request(method, target, headers, some(int(headers.get("content-length", 0))))


def accepting(id: str) -> Answering:
    """A provider as it should be, whose only resource has this id."""

    def answer(request: Request) -> object:
        if request.method == "DELETE":
            return 200, "application/json", b"{}"
        return (201 if request.method == "POST" else 200), "application/json", json.dumps({"id": id}).encode()

    return answer


def always(status: int, kind: str, body: bytes) -> Answering:
    return lambda request: (status, kind, body)
