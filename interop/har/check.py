"""Compares report.har with journal.ndjson, which are both in the folder named by the argument."""

import base64
import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from haralyzer import HarEntry, HarParser

folder = Path(sys.argv[1])
journal = [json.loads(line) for line in (folder / "journal.ndjson").read_text().splitlines()]
start = journal[0]
known = {record["seq"]: record for record in journal if record["record"] == "exchange"}
report = json.loads((folder / "report.json").read_text())
wanted = {
    shown["seq"]
    for result in report["results"]
    if result["outcome"] in ("fail", "flaky", "warn")
    for shown in result["evidence"]
}

archive = HarParser.from_file(str(folder / "report.har"))
assert (archive.version, archive.creator["name"]) == ("1.2", "kfp-conformance"), archive.creator
begun = datetime.fromisoformat(start["started"])
seen, entries = Counter(), []
for one in archive.har_data["entries"]:
    entry = HarEntry(one)
    seq = int(one["comment"].split()[0].removeprefix("#"))
    entries.append(seq)
    exchange = known[seq]
    sent, answered = exchange["request"], exchange.get("response")

    after = entry.startTime - begun
    assert abs(after - timedelta(milliseconds=exchange["atMs"])) < timedelta(milliseconds=1), (seq, after)
    assert abs(sum(one["timings"].values()) - entry.time) < 0.002, (seq, one["timings"], entry.time)

    assert (entry.request.method, entry.request.url) == (sent["method"], start["target"]["url"] + sent["target"]), seq
    pairs = [[header["name"], header["value"]] for header in entry.request.headers]
    assert pairs == sent["headers"], seq
    assert entry.request.bodySize == sent.get("body", {"bytes": 0})["bytes"], seq

    if answered is None:
        assert entry.response.status == 0 and one["_error"] == exchange["failure"], seq
        seen["without an answer"] += 1
        continue
    assert entry.response.status == answered["status"], seq
    content = one["response"]["content"]
    body = base64.b64decode(content["text"]) if content.get("encoding") == "base64" else content["text"].encode()
    assert (len(body), sha256(body).hexdigest()) == (answered["body"]["bytes"], answered["body"]["sha256"]), seq
    seen["not UTF-8" if "encoding" in content else "text"] += 1
    seen["redirects"] += bool(entry.response.redirectURL)

assert entries == sorted(wanted), set(entries) ^ wanted
missing = [kind for kind in ("text", "not UTF-8", "redirects", "without an answer") if not seen[kind]]
assert not missing, f"nothing of this sort: {missing}"
print(f"{len(entries)} entries ({', '.join(f'{count} {kind}' for kind, count in seen.items())}): as in the journal")
