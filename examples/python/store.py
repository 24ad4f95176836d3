"""SQLite: what was acknowledged is on disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL,     -- as it came, because compiled pipelines must not change on the way
    started REAL NOT NULL,
    due REAL,               -- when a run ends or a schedule fires; NULL for never
    UNIQUE (kind, name)
) STRICT;
CREATE INDEX IF NOT EXISTS resource_due ON resource (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL,
    due REAL NOT NULL,      -- when to try next
    attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


class Store:
    """One connection for the threads that FastAPI runs handlers in."""

    def __init__(self, file: str) -> None:
        self._lock = Lock()
        # Nobody else uses the file. Should somebody hold it, say so before a probe's second is over.
        self._db = sqlite3.connect(file, timeout=0.5, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; on disk when the block has ended."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self._db.close()
