"""The provider itself, knowing nothing of HTTP.

It plays the orchestrator too: runs end after a few seconds. Put calls of yours where `due` is.
"""

import json
import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from models import Resource, Run, RunSchedule
from settings import Settings
from store import Store

RUN_SECONDS = 5.0
FIRED = "fired"  # the kind of runs that a schedule started; no request can name them


class Refused(Exception):
    """The definition cannot be realised."""


class NotFound(Refused):
    """There is no resource of this kind with this id."""


@dataclass(frozen=True)
class Definition:
    """A definition, read and as it came."""

    resource: Resource
    body: bytes


class Provider:
    """Pipelines, runs, run schedules and experiments in a store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def create(self, kind: str, definition: Definition) -> str:
        """Returns the id.

        A name has one id, so that a create whose answer was lost can be repeated; a run that was
        created twice runs once.
        """
        resource, now = definition.resource, time.time()
        with self._store.transaction() as db:
            if kind == "run" and isinstance(resource, Run) and not _pipeline(db, resource):
                raise Refused(f"pipelineName: no pipeline {resource.pipeline_name!r} (hint: create the pipeline first)")
            row = db.execute(
                """INSERT INTO resource (id, kind, name, body, started, due) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (kind, name) DO UPDATE SET
                    due = CASE WHEN body = excluded.body THEN due ELSE excluded.due END,
                    started = CASE WHEN body = excluded.body THEN started ELSE excluded.started END,
                    body = excluded.body
                RETURNING id""",
                (f"{kind}-{uuid4().hex}", kind, resource.name, definition.body, now, _due(kind, resource, now)),
            ).fetchone()
        return str(row["id"])

    def update(self, kind: str, id_: str, definition: Definition) -> str:
        """Replaces the definition. Returns the id, which stays the same."""
        resource, now = definition.resource, time.time()
        with self._store.transaction() as db:
            if not db.execute("SELECT 1 FROM resource WHERE kind = ? AND id = ?", (kind, id_)).fetchone():
                raise NotFound(f"no {kind} has the id {id_!r}")
            if kind == "run":
                raise Refused("updating a run is not supported (hint: create another run)")
            try:
                db.execute(
                    "UPDATE resource SET name = ?, body = ?, due = ? WHERE id = ?",
                    (resource.name, definition.body, _due(kind, resource, now), id_),
                )
            except sqlite3.IntegrityError as error:
                raise Refused(f"name: another {kind} is called {resource.name!r}") from error
        return id_

    def delete(self, kind: str, id_: str) -> bool:
        """Forgets the resource, also a run that has not ended. Returns whether there was one."""
        with self._store.transaction() as db:
            gone = db.execute("DELETE FROM resource WHERE kind = ? AND id = ?", (kind, id_))
        return gone.rowcount > 0

    def ready(self) -> bool:
        """Whether the store works."""
        try:
            with self._store.transaction() as db:
                return db.execute("SELECT 1").fetchone() is not None
        except sqlite3.Error:
            return False

    def advance(self) -> None:
        """Starts the runs that schedules are due to start, and ends the runs that are due to end.

        A firing that was missed while the process was down is made up for once.
        """
        now = time.time()
        with self._store.transaction() as db:
            for row in db.execute("SELECT * FROM resource WHERE due <= ?", (now,)).fetchall():
                if row["kind"] == "runschedule":
                    self._fire(db, row, now)
                else:
                    self._finish(db, row, now)

    def _fire(self, db: sqlite3.Connection, row: sqlite3.Row, now: float) -> None:
        schedule = RunSchedule.model_validate_json(row["body"])
        db.execute(
            "INSERT INTO resource (id, kind, name, body, started, due) VALUES (?, ?, ?, ?, ?, ?)",
            (f"run-{uuid4().hex}", FIRED, f"{row['id']}@{now}", row["body"], now, now + RUN_SECONDS),
        )
        due = _due("runschedule", schedule, now)
        db.execute("UPDATE resource SET due = ? WHERE id = ?", (due, row["id"]))

    def _finish(self, db: sqlite3.Connection, row: sqlite3.Row, now: float) -> None:
        run = Run.model_validate_json(row["body"])
        if row["kind"] == FIRED:
            db.execute("DELETE FROM resource WHERE id = ?", (row["id"],))
        else:
            db.execute("UPDATE resource SET due = NULL WHERE id = ?", (row["id"],))
        event = self._event(db, row, run, now)
        # Without either name the operator could not use it.
        if self._settings.webhook and (event["runName"] or event["runConfigurationName"]):
            body = json.dumps({key: value for key, value in event.items() if value != ""}).encode()
            db.execute("INSERT INTO event (body, due) VALUES (?, ?)", (body, now))

    def _event(self, db: sqlite3.Connection, row: sqlite3.Row, run: Run, now: float) -> dict[str, Any]:
        succeeded = _pipeline(db, run) and run.parameters.get("fail") != "yes"
        return {
            "status": "succeeded" if succeeded else "failed",
            "pipelineName": run.pipeline_name,
            "runConfigurationName": run.run_configuration_name,
            "runName": "" if row["kind"] == FIRED else run.name,
            "runId": row["id"],
            "runStartTime": _text(row["started"]),
            "runEndTime": _text(now),
            "pipelineComponents": self._components(row["id"], run) if succeeded else [],
            "provider": self._settings.provider_name or "",
        }

    def _components(self, id_: str, run: Run) -> list[dict[str, Any]]:
        """Pretends that the run produced the first of each list of artifacts that it declares."""
        components: dict[str, set[str]] = defaultdict(set)
        for artifact in run.artifacts:
            component, name = artifact.path.partition("[")[0].split(":")[:2]
            components[component].add(name)
        root = f"{self._settings.root_storage.rstrip('/')}/{id_}"
        return [
            {
                "name": component,
                "componentArtifacts": [
                    {"name": name, "artifacts": [{"uri": f"{root}/{component}/{name}", "metadata": {}}]}
                    for name in sorted(names)
                ],
            }
            for component, names in sorted(components.items())
        ]


def _pipeline(db: sqlite3.Connection, run: Run) -> bool:
    found = db.execute("SELECT 1 FROM resource WHERE kind = 'pipeline' AND name = ?", (run.pipeline_name,))
    return found.fetchone() is not None


def _due(kind: str, resource: Resource, now: float) -> float | None:
    if kind == "run":
        return now + RUN_SECONDS
    if isinstance(resource, RunSchedule):
        due = resource.schedule.next_after(datetime.fromtimestamp(now, UTC))
        return due.timestamp() if due else None
    return None


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
