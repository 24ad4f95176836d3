"""A provider service for the KFP Operator, in FastAPI."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

import metrics
from contract import Defects, Kind, NewDefinition, RawPath, Refusal, ResourceId, error
from events import Outbox
from provider import NotFound, Provider, Refused
from settings import Settings, SettingsError
from store import Store

PERIOD = 0.25  # seconds between two looks at what is due
BACKLOG = 2048  # connections that may wait to be taken
GRACE = 25  # seconds that a shutdown waits for answers; Kubernetes kills after 30

log = logging.getLogger("uvicorn.error")
router = APIRouter()


def the_provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


Backend = Annotated[Provider, Depends(the_provider)]


# Handlers without `async` run in threads, because the store blocks.


@router.post("/resource/{kind}", status_code=201)
def create(kind: Kind, definition: NewDefinition, provider: Backend) -> dict[str, str]:
    return {"id": provider.create(kind, definition)}


@router.put("/resource/{kind}/{id}")
def update(kind: Kind, id: ResourceId, definition: NewDefinition, provider: Backend) -> dict[str, str]:
    return {"id": provider.update(kind, id, definition)}


@router.delete("/resource/{kind}/{id}")
def delete(kind: Kind, id: ResourceId, provider: Backend) -> dict[str, str]:
    if not provider.delete(kind, id):
        raise Refusal(404, f"no {kind} has this id")
    return {}


@router.get("/livez")
async def livez() -> Response:
    """The process works, whatever the store does."""
    return Response(status_code=204)


@router.get("/readyz")
def readyz(provider: Backend) -> Response:
    return Response(status_code=204 if provider.ready() else 503)


async def on_refusal(request: Request, refusal: Refusal) -> Response:
    headers = {"Connection": "close"} if refusal.close else None
    return error(request, refusal.status, refusal.text, headers)


async def on_refused(request: Request, refused: Refused) -> Response:
    return error(request, 404 if isinstance(refused, NotFound) else 422, str(refused))


async def on_routing(request: Request, refusal: HTTPException) -> Response:
    """No such path, or not with this method."""
    text = f"{request.method} {request.url.path[:200]}: {refusal.detail.lower()}"
    headers = {"Allow": allowed(request)} if refusal.status_code == 405 else None
    return error(request, refusal.status_code, text, headers)


def allowed(request: Request) -> str:
    """The methods of all routes to this path. FastAPI names those of the first."""
    routes = (route for route in router.routes if isinstance(route, APIRoute))
    here = (route for route in routes if route.matches(request.scope)[0] != Match.NONE)
    return ", ".join(sorted(method for route in here for method in route.methods or ()))


async def on_disconnect(request: Request, _: Exception) -> Response:
    """Nobody reads this, but it keeps the log free of what is no defect."""
    return error(request, 400, "body: incomplete")


async def repeat(what: str, step: Callable[[], Awaitable[None]]) -> None:
    """Background work. A defect in one step must not end it."""
    while True:
        try:
            await step()
        except Exception:
            log.exception("%s failed", what)
        await asyncio.sleep(PERIOD)


def application(settings: Settings) -> FastAPI:
    """The service, not yet listening."""
    store = Store(settings.database)
    provider = Provider(store, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        outbox = Outbox(store, settings.webhook) if settings.webhook else None
        work = [asyncio.create_task(repeat("advance", lambda: run_in_threadpool(provider.advance)))]
        if outbox:
            work.append(asyncio.create_task(repeat("delivery", outbox.deliver)))
        yield
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        if outbox:
            await outbox.close()
        store.close()

    # No generated document: the published one is the contract.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.provider = provider
    app.include_router(router)
    app.add_middleware(Defects)
    app.add_middleware(RawPath)
    app.add_middleware(metrics.Metrics)
    app.exception_handler(Refusal)(on_refusal)
    app.exception_handler(Refused)(on_refused)
    app.exception_handler(HTTPException)(on_routing)
    app.exception_handler(ClientDisconnect)(on_disconnect)
    return app


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. `::` is of both families, whatever the machine's default is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, dualstack_ipv6=host == "::", backlog=BACKLOG)


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def main() -> None:
    try:
        settings = Settings.from_env()
    except SettingsError as problems:
        sys.exit(str(problems))
    config = uvicorn.Config(
        application(settings),
        host=settings.host,
        port=settings.port,
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    try:
        listener = listen(settings.host, settings.port)
        metrics_port = metrics.serve(settings.host, settings.metrics_port)
    except OSError as problem:
        ports = f"{settings.port} and {settings.metrics_port}"
        sys.exit(
            f"cannot listen on {settings.host}, ports {ports}: {problem} (hint: is another service on one of them?)"
        )
    # The loop does it only for sockets of its own. Without it, an answer on a connection that is kept waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"listening on {url(settings.host, listener.getsockname()[1])}")
    print(f"metrics on {url(settings.host, metrics_port)}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
