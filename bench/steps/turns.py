"""turns.py KFP_PROVIDER HOST:PORT FOLDER ROUNDS: each step by either side in turn, from start to exit; a table."""

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

program, address, folder, rounds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])

# What the operator's steps do, in the shell of their containers, here in one process for what are several there.
CURL = "curl --silent --output out.json --write-out %{http_code}"
JSON = "--header 'Content-Type: application/json' --data-binary"
ENCODED = "$(printf %s \"$ID\" | jq -sRr @uri)"
COMBINED = (
    "printf '{\"pipelineDefinition\": %s, \"compiledPipeline\": %s}' \"$(cat definition.json)\" \"$(cat compiled.json)\" "
    ">body.json; "
)


def steps(ids):
    """Name, containers of the operator's template and of ours, the shell's line, our arguments, the id."""
    ours = [f"--url={address}", "--output=out.json"]
    yield (
        "create an experiment", 1, 1,
        f"{CURL} --request POST {JSON} @simple.json http://{address}/resource/experiment",
        ["create", "--type=experiment", "--body=simple.json", *ours], "",
    )
    yield (
        "update an experiment", 2, 1,
        f"{CURL} --request PUT {JSON} @simple.json http://{address}/resource/experiment/{ENCODED}",
        ["update", "--type=experiment", "--body=simple.json", f"--id={ids['experiment']}", *ours], ids["experiment"],
    )
    yield (
        "delete a resource that does not exist", 2, 1,
        f"{CURL} --request DELETE http://{address}/resource/experiment/{ENCODED}",
        ["delete", "--type=experiment", "--id=gone/forever", *ours], "gone/forever",
    )
    parts = ["--definition=definition.json", "--compiled=compiled.json"]
    yield (
        "create a pipeline, 64 KiB", 4, 3,
        f"{COMBINED}{CURL} --request POST {JSON} @body.json http://{address}/resource/pipeline",
        ["create", "--type=pipeline", *parts, *ours], "",
    )
    yield (
        "update a pipeline, 64 KiB", 5, 3,
        f"{COMBINED}{CURL} --request PUT {JSON} @body.json http://{address}/resource/pipeline/{ENCODED}",
        ["update", "--type=pipeline", *parts, f"--id={ids['pipeline']}", *ours], ids["pipeline"],
    )


def files():
    definition = '{"name":"team/p","version":"v1-1a2b3c","image":"x","framework":{"name":"plain","parameters":{}}}\n'
    (folder / "simple.json").write_text('{"name":"team/e","version":"1a2b3c","description":""}\n')
    (folder / "definition.json").write_text(definition)
    (folder / "compiled.json").write_text('{\n  "root": "' + "x" * 65_536 + '"\n}\n')


def create(kind, *options):
    command = [program, "create", f"--type={kind}", *options, f"--url={address}", "--output=id.json"]
    subprocess.run(command, cwd=folder, check=True)
    found = re.fullmatch(r'\{"id":"([^"]*)"\}', (folder / "id.json").read_text())
    return found[1]


def environment(resource_id):
    return {"PATH": os.environ["PATH"], "ID": resource_id}


def turn(command, resource_id):
    """Wall time and processor time of a command and its children, in milliseconds."""
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, env=environment(resource_id), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command}: exit code {child.returncode}")
    return wall * 1000, (used.ru_utime + used.ru_stime) * 1000


def instructions(command, resource_id):
    """In millions, of the command and all that it starts."""
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=yes"]
    said = subprocess.run(
        [*counter, *command], cwd=folder, env=environment(resource_id), capture_output=True, text=True, check=False
    ).stderr
    return sum(map(int, re.findall(r"Collected : (\d+)", said))) / 1e6


def spread(values):
    tenths = statistics.quantiles(values, n=10)
    return f"{statistics.median(values):.1f} ({tenths[0]:.1f}-{tenths[-1]:.1f})"


def main():
    files()
    ids = {
        "experiment": create("experiment", "--body=simple.json"),
        "pipeline": create("pipeline", "--definition=definition.json", "--compiled=compiled.json"),
    }
    print(
        "| step | containers | shell: wall, ms | ours: wall, ms | ours / shell | shell: processor, ms | ours: processor, ms"
        " | shell: 10⁶ instructions | ours: 10⁶ instructions |\n|---|---|---|---|---|---|---|---|---|"
    )
    for name, theirs, fewer, line, arguments, resource_id in steps(ids):
        contenders = (["/bin/sh", "-c", line], [program, *arguments])
        walls, processors = ([], []), ([], [])
        for number in range(rounds):
            for side in (0, 1) if number % 2 else (1, 0):
                wall, processor = turn(contenders[side], resource_id)
                walls[side].append(wall)
                processors[side].append(processor)
        ratio = statistics.median(mine / shell for shell, mine in zip(*walls, strict=True))
        counts = [f"{instructions(command, resource_id):.1f}" for command in contenders]
        cells = [
            name, f"{theirs} → {fewer}", *map(spread, walls), f"{ratio:.2f}", *map(spread, processors), *counts,
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


main()
