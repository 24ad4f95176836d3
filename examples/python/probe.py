"""Tells the conformance runner what the provider's store has: probe.py DATABASE TYPE ID.

The API has no way to read, so whether a create, an update or a delete took effect can only be seen here.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path


def main(database: str, kind: str, id_: str) -> None:
    """Prints `present` or `absent`, the version that the resource has, and how many have its name."""
    # Reading only: the process that is looked at owns the file.
    db = sqlite3.connect(f"{Path(database).absolute().as_uri()}?mode=ro", uri=True)
    row = db.execute("SELECT body FROM resource WHERE kind = ? AND id = ?", (kind, id_)).fetchone()
    print("present" if row else "absent")
    if row:
        body = json.loads(row[0])
        print(f"version={body.get('pipelineDefinition', body)['version']}")
    name = os.environ.get("KFP_CONFORMANCE_NAME", "")
    count = db.execute("SELECT COUNT(*) FROM resource WHERE kind = ? AND name = ?", (kind, name)).fetchone()
    print(f"count={count[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
