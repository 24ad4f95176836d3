"""Run completion events: an outbox in the store, emptied at least once."""

import logging
import random
import time

import httpx
from starlette.concurrency import run_in_threadpool

from store import Store

PATIENCE = 10  # attempts, where the operator says that the event itself is wrong
LONGEST_WAIT = 300.0

log = logging.getLogger("uvicorn.error")


class Outbox:
    """Sends what the store holds, byte for byte, to exactly one URL."""

    def __init__(self, store: Store, url: str) -> None:
        self._store = store
        self._url = url
        self._client = httpx.AsyncClient(timeout=30, trust_env=False, follow_redirects=False)

    async def deliver(self) -> None:
        """Sends every event that is due, one after the other."""
        while event := await run_in_threadpool(self._next):
            await run_in_threadpool(self._settle, *event[::2], await self._send(event[1]))

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, body: bytes) -> int | None:
        """The status of the answer, or None without one."""
        try:
            # The operator compares the header byte for byte.
            answer = await self._client.post(self._url, content=body, headers={"Content-Type": "application/json"})
        except httpx.HTTPError as error:
            log.warning("event: %s: %r", self._url, error)
            return None
        return answer.status_code

    def _next(self) -> tuple[int, bytes, int] | None:
        with self._store.transaction() as db:
            row = db.execute(
                "SELECT id, body, attempts FROM event WHERE due <= ? ORDER BY due LIMIT 1", (time.time(),)
            ).fetchone()
        return tuple(row) if row else None

    def _settle(self, id_: int, attempts: int, status: int | None) -> None:
        """200: taken. 410: nobody waits for it any more. Anything else: again, later and later."""
        hopeless = status is not None and 400 <= status < 500 and attempts + 1 >= PATIENCE
        if hopeless:
            log.error("event %d: given up: the operator answers %d", id_, status)
        with self._store.transaction() as db:
            if status in (200, 410) or hopeless:
                db.execute("DELETE FROM event WHERE id = ?", (id_,))
            else:
                wait = min(2.0 ** min(attempts, 10), LONGEST_WAIT) * random.uniform(0.5, 1.5)
                db.execute("UPDATE event SET due = ?, attempts = attempts + 1 WHERE id = ?", (time.time() + wait, id_))
