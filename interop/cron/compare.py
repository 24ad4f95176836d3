"""Cron texts with moments on standard input: fails if one of them means other times in the Python example.

compare.py FOLDER-OF-THE-EXAMPLE
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

sys.path.insert(0, sys.argv[1])

from cron import Cron  # noqa: E402


def times(line: dict) -> list[int]:
    try:
        cron = Cron.parse(line["text"])
    except ValueError:
        return []
    if not line["text"].startswith(("TZ=", "CRON_TZ=")):
        cron = replace(cron, zone=ZoneInfo(line["zone"]))  # the example itself knows no setting, and takes UTC
    found: list[int] = []
    now: datetime | None = datetime.fromtimestamp(line["after"], UTC)
    while len(found) < 3 and (now := cron.next_after(now)):
        found.append(int(now.timestamp()))
    return found


texts = wrong = 0
for text in sys.stdin:
    line = json.loads(text)
    texts += 1
    found = times(line)
    if found != (line["next"] or []):
        wrong += 1
        print(line, found)
print(f"{texts} texts, {wrong} understood differently")
sys.exit(wrong > 0 or texts == 0)
