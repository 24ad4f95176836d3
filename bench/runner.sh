#!/usr/bin/env bash
# What judging costs: the `full` profile and schemathesis with its defaults take turns on the same two providers, the
# embedded one and the one in examples/python, each round on new ones. Prints Markdown: medians over the rounds.
# ROUNDS (default 5) says how many; KFP_CONFORMANCE and KFP_PROVIDER name binaries, without them they are built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../interop/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

ROUNDS=${ROUNDS:-5}
example=$PWD/examples/python
venv python-provider "$example/requirements.txt" "$example/requirements-dev.txt"
python=$VENV/bin/python
venv schemathesis interop/schemathesis/requirements.txt
schemathesis=$VENV/bin/schemathesis
if [[ -z ${KFP_CONFORMANCE:-} || -z ${KFP_PROVIDER:-} ]]; then
  cargo build -q --release -p kfp-conformance -p kfp-provider-server
fi
runner=${KFP_CONFORMANCE:-$PWD/target/release/kfp-conformance}
embedded=${KFP_PROVIDER:-$PWD/target/release/kfp-provider-embedded}
out=$WORK/runner
rm -rf "$out" && mkdir -p "$out"
cp interop/schemathesis/{schemathesis.toml,hooks.py} "$out"
cargo run -q -p kfp-conformance -- document --effective >"$out/openapi.json"
results=$out/results

# measured NAME COMMAND...: runs it and notes `NAME seconds KiB`; its output goes to a file of that name.
measured() {
  local name=$1
  shift
  python3 - "$out/$name.txt" "$results" "$name" "$@" <<'PYTHON'
import resource, subprocess, sys, time
log, results, name, *command = sys.argv[1:]
start = time.monotonic()
with open(log, "w") as output:
    subprocess.run(command, stdout=output, stderr=output, check=False)
seconds = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(results, "a") as table:
    table.write(f"{name} {seconds:.3f} {peak}\n")
PYTHON
}

# provider NAME: starts it and sets URL.
provider() {
  local log=$out/$1.log
  case $1 in
    embedded)
      start "$log" env -i SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 "$embedded" --in-memory
      until URL=$(sed -n 's/.*"message":"listening","address":"\([^"]*\)".*/http:\/\/\1/p' "$log") && [[ -n $URL ]]; do
        kill -0 "$SERVER" 2>/dev/null || fail "the embedded provider does not start"
        sleep 0.1
      done
      ;;
    python)
      start "$log" env -i PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 \
        "$python" "$example/app.py"
      wait_for_http "$log" /livez
      ;;
  esac
}

stop() {
  cleanup
  SERVER=
}

judge() { measured "$1" "$runner" --url "$URL" --profile full --seed 1 --out "$out/report-$1" "${@:2}"; }

for round in $(seq "$ROUNDS"); do
  for name in embedded python; do
    provider "$name" && judge "full-$name" && stop
    provider "$name"
    (cd "$out" && measured "schemathesis-$name" "$schemathesis" run openapi.json --url "$URL" --seed "$round" --no-color)
    stop
  done
  for cases in 100 200 400 800; do
    provider embedded && judge "cases-$cases" --cases "$cases" && stop
  done
done

python3 - "$out" <<'PYTHON'
import json, re, statistics, sys
from collections import defaultdict
from pathlib import Path
out = Path(sys.argv[1])
seconds, peaks = defaultdict(list), defaultdict(list)
for line in (out / "results").read_text().splitlines():
    name, time, peak = line.split()
    seconds[name].append(float(time))
    peaks[name].append(int(peak) / 1024)
print("| runner and provider | requests | seconds | requests per second | peak memory, MiB |\n|---|---:|---:|---:|---:|")
for name in seconds:
    report = out / f"report-{name}" / "report.json"
    if report.exists():
        requests = json.loads(report.read_text())["exchanges"]
    else:
        found = re.search(r"(\d+) generated", (out / f"{name}.txt").read_text())
        requests = int(found[1]) if found else 0
    middle = statistics.median(seconds[name])
    print(f"| {name} | {requests} | {middle:.2f} | {requests / middle:.0f} | {max(peaks[name]):.0f} |")
PYTHON
