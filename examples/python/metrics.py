"""Prometheus metrics on a port of their own."""

import time

from prometheus_client import Histogram, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models import MODELS

SECONDS = Histogram("provider_request_seconds", "Time to answer.", ["method", "type", "status"])
METHODS = {"GET", "POST", "PUT", "DELETE"}


def serve(host: str, port: int) -> int:
    """Starts the listener, in a thread that ends with the process. Returns its port."""
    server, _ = start_http_server(port, host)
    return int(server.server_port)


class Metrics:
    """Times requests. Labels come from fixed sets: clients must not be able to make up new ones."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        parts = scope["path"].split("/")
        kind = parts[2] if len(parts) > 2 and parts[1] == "resource" and parts[2] in MODELS else ""
        method = scope["method"] if scope["method"] in METHODS else "other"

        status = 500  # unless there is an answer

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            SECONDS.labels(method, kind, str(status)).observe(time.perf_counter() - start)
