"""Compares junit.xml with report.json, which are both in the folder named by the argument."""

import json
import sys
from collections import Counter
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped

folder = Path(sys.argv[1])
report = json.loads((folder / "report.json").read_text())
junit = JUnitXml.fromfile(str(folder / "junit.xml"))

WANTED = {"fail": Failure, "error": Error, "skip": Skipped, "unverified": Skipped}
results = {}
for one in report["results"]:
    kind = one["resource"]
    results[one["requirement"] + (f" [{kind}]" if kind else "")] = one

seen = Counter()
attachments = 0
for suite in junit:
    numbers = Counter()
    for case in suite:
        one = results.pop(case.name)
        assert case.classname == f"kfp.{suite.name}", case.classname
        kinds = [type(result) for result in case.result]
        wanted = WANTED.get(one["outcome"])
        assert kinds == ([wanted] if wanted else []), (case.name, one["outcome"], kinds)
        numbers["tests"] += 1
        numbers[wanted] += 1
        for line in (case.system_out or "").splitlines():
            if line.startswith("[[ATTACHMENT|"):
                path = Path(line.removeprefix("[[ATTACHMENT|").removesuffix("]]"))
                assert path.is_file(), path
                attachments += 1
    told = (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert told == tuple(numbers[key] for key in ("tests", Failure, Error, Skipped)), (suite.name, told, numbers)
    seen += numbers
told = (junit.tests, junit.failures, junit.errors, junit.skipped)
assert told == tuple(seen[key] for key in ("tests", Failure, Error, Skipped)), (told, seen)
assert not results, f"not in junit.xml: {list(results)[:3]}"
assert seen[Failure] and attachments, "nothing failed"
print(f"{seen['tests']} test cases, {seen[Failure]} failures, {seen[Skipped]} skipped, {attachments} attachments: as in report.json")
