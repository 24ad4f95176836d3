"""The store of artifacts: what is PUT is there for GET, as Argo's driver for Artifactory wants it."""

import http.server
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .layout import NODE, STORE_PORT

CHUNK = 1 << 16


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder: Path

    def do_PUT(self) -> None:
        path = self.file()
        if path is None:
            return self.answer(400, b"")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.body())
        self.answer(201, b"")

    def do_GET(self) -> None:
        path = self.file()
        if path is None or not path.is_file():
            return self.answer(404, b"")
        self.answer(200, path.read_bytes())

    def file(self) -> Path | None:
        path = (self.folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        return path if path.is_relative_to(self.folder) else None

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def serve(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = type("StoreOf", (Handler,), {"folder": folder.resolve()})
    server = http.server.ThreadingHTTPServer((NODE, STORE_PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
