"""A server of sockets: keeps the part of each request that counts, and answers as the first part of the path says."""

import os
import socket
import struct
import sys

ANSWERS = {
    "200-empty": (200, b""),
    "204": (204, b""),
    "302": (302, b""),
    "404": (404, b'{"id":"old","providerError":"gone"}\n'),
    "501": (501, b'{"providerError":"no runs"}'),
    "502-page": (502, b"<html>\n"),
}


def read(connection):
    """The head's lines and the body; an interim answer is given to who waits for it."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        body += connection.recv(65536)
    return lines[0], headers, body


def answer(connection, name):
    if name == "dropped":
        return
    if name == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    if name == "half":
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id":')
        return
    status, body = ANSWERS.get(name, (int(name) if name.isdigit() else 200, b'{ "id" : "new" }'))
    length = b"" if status == 204 else b"Content-Length: %d\r\n" % len(body)
    connection.sendall(b"HTTP/1.1 %d Status\r\nLocation: /x\r\n%sConnection: close\r\n\r\n%s" % (status, length, body))


def main(folder):
    os.makedirs(folder)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    count = 0
    while True:
        connection, _ = listener.accept()
        with connection:
            line, headers, body = read(connection)
            count += 1
            kept = "\n".join([line, *(f"{name}: {headers.get(name)}" for name in ("content-type", "content-length", "transfer-encoding"))])
            with open(os.path.join(folder, f".{count}"), "wb") as file:
                file.write(kept.encode() + b"\n\n" + body)
            os.rename(os.path.join(folder, f".{count}"), os.path.join(folder, str(count)))
            answer(connection, line.split(" ")[1].split("/")[1])


main(sys.argv[1])
