"""What the contract asks for and FastAPI does otherwise. The README says what and why."""

import asyncio
import logging
import re
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models import MODELS
from provider import Definition

LONGEST_BODY = 32 << 20
LONGEST_SILENCE = 10.0  # seconds between two parts of a body
LONGEST_TEXT = 32_768  # of a condition in Kubernetes, where the operator puts it
LONGEST_QUOTE = 200  # of what a client sent

log = logging.getLogger("uvicorn.error")

ONE_RESOURCE = re.compile(r"/resource/[^/]+/([^/]+)")


class Refusal(Exception):
    """An answer other than success. `close` if the rest of the body is not wanted."""

    def __init__(self, status: int, text: str, *, close: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.close = close


class RawPath:
    """Lets routes match the path as it was sent, so that `%2F` does not end a segment."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": _raw_path(scope)}
        await self.app(scope, receive, send)


class Defects:
    """Answers 500 in JSON when a handler fails, and leaves the connection usable.

    A handler for `Exception` would not do: Starlette raises again after it, and uvicorn then
    closes the connection under the client's next request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            log.exception("%s %s failed", scope["method"], scope["path"])
            answer = error(Request(scope), 500, "the provider failed (hint: its log says why)")
            await answer(scope, receive, send)


def error(request: Request, status: int, text: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The one shape of all errors.

    An error about a resource carries the resource's id, which the operator forgets otherwise. A
    DELETE of what is not there answers `{}`, which is how the operator learns that it is gone.
    """
    resource = ONE_RESOURCE.fullmatch(_raw_path(request.scope))
    body = {"providerError": text[:LONGEST_TEXT]}
    if resource and request.method == "DELETE" and status == 404:
        body = {}
    elif resource:
        body = {"id": unquote(resource[1]), **body}
    return JSONResponse(body, status, headers)


def _raw_path(scope: Scope) -> str:
    path: bytes = scope["raw_path"]
    return path.decode("latin-1")


def known_kind(request: Request, kind: str) -> str:
    """The resource type. An unknown one is a malformed POST, but not found elsewhere."""
    kind = unquote(kind)
    if kind not in MODELS:
        known = ", ".join(MODELS)
        status = 400 if request.method == "POST" else 404
        raise Refusal(status, f"type: unknown: {_quote(kind)} (hint: one of {known})")
    return kind


Kind = Annotated[str, Depends(known_kind)]


def decoded_id(id: str) -> str:
    """The id, decoded here and nowhere else. What is not UTF-8 was never issued."""
    return unquote(id)


ResourceId = Annotated[str, Depends(decoded_id)]


async def read_body(request: Request) -> bytes:
    """The body, if it says that it is JSON, is not too long and does not stop coming."""
    types = request.headers.getlist("content-type")
    if len(types) != 1 or types[0].partition(";")[0].strip().lower() != "application/json":
        raise Refusal(400, "content type: not application/json")
    too_long = Refusal(400, f"body: longer than {LONGEST_BODY} bytes", close=True)
    if int(request.headers.get("content-length", "0")) > LONGEST_BODY:
        raise too_long
    body = bytearray()
    parts = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(LONGEST_SILENCE):
                part = await anext(parts, None)
        except TimeoutError:
            raise Refusal(400, f"body: incomplete after {LONGEST_SILENCE:g} s of silence", close=True) from None
        if part is None:
            return bytes(body)
        body += part
        if len(body) > LONGEST_BODY:
            raise too_long


def read_definition(kind: Kind, body: Annotated[bytes, Depends(read_body)]) -> Definition:
    """The definition that the type asks for: not JSON is 400, other JSON is 422.

    Not `async`: FastAPI then runs it in a thread, where a long body does not hold up the probes.
    """
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        raise Refusal(400, f"body: not JSON: {problem}") from None
    try:
        return Definition(MODELS[kind].model_validate(value), body)
    except ValidationError as problems:
        raise Refusal(422, _summary(kind, problems)) from None


NewDefinition = Annotated[Definition, Depends(read_definition)]


def _summary(kind: str, problems: ValidationError) -> str:
    """What is wrong where, for a person who looks at the resource in the cluster."""
    first = problems.errors(include_url=False, include_context=False)[:5]
    return f"{kind}: " + "; ".join(map(_problem, first))


def _problem(problem: ErrorDetails) -> str:
    where = ".".join(map(str, problem["loc"])) or "body"
    what = problem["msg"].removeprefix("Value error, ")
    text = f"{where}: {what[:1].lower()}{what[1:]}"
    return text if problem["type"] == "missing" else f"{text}, not {_quote(problem['input'])}"


def _quote(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"
