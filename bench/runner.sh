#!/usr/bin/env bash
# What judging costs. Prints Markdown: medians over the rounds, with the extremes behind them; in each round all rows take
# turns on new providers.
#
# - everything: `full` on the provider that the runner brings, with all that takes its time: events, an outage, restarts.
# - full: the same profile on a provider at a URL, where none of that is possible; so without the deliberately slow cases.
# - schemathesis: with its defaults, on the effective document.
# - cases-N: as full, with N generated bodies of each sort.
# - generated-N: valid updates, N for each type that can be updated, and little else, on a server that takes everything.
#
# ROUNDS (default 5) says how many; KFP_CONFORMANCE, KFP_PROVIDER and KFP_TRIVIAL name binaries, without them they are
# built. SMALL=1 leaves the larger N out.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../interop/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

ROUNDS=${ROUNDS:-5}
example=$PWD/examples/python
venv python-provider "$example/requirements.txt" "$example/requirements-dev.txt"
python=$VENV/bin/python
venv schemathesis interop/schemathesis/requirements.txt
schemathesis=$VENV/bin/schemathesis
if [[ -z ${KFP_CONFORMANCE:-} || -z ${KFP_PROVIDER:-} || -z ${KFP_TRIVIAL:-} ]]; then
  cargo build -q --release -p kfp-conformance -p kfp-provider-embedded
  cargo build -q --release -p kfp-conformance --example trivial
fi
runner=${KFP_CONFORMANCE:-$PWD/target/release/kfp-conformance}
embedded=${KFP_PROVIDER:-$PWD/target/release/kfp-provider-embedded}
trivial=${KFP_TRIVIAL:-$PWD/target/release/examples/trivial}
linear=(100 200 400 800 1600)
numbers=(1000 2000 4000)
[[ -z ${SMALL:-} ]] || { linear=(100 200) && numbers=(100 200); }
out=$WORK/runner
rm -rf "$out" && mkdir -p "$out"
cp interop/schemathesis/{schemathesis.toml,hooks.py} "$out"
"$runner" document --effective >"$out/openapi.json"
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
    trivial)
      start "$log" "$trivial"
      until URL=$(head -n 1 "$log") && [[ $URL == http* ]]; do
        kill -0 "$SERVER" 2>/dev/null || fail "the trivial provider does not start"
        sleep 0.1
      done
      ;;
  esac
}

stop() {
  cleanup
  SERVER=
}

# judged NAME OPTION...: a run of the profile `full`.
judged() { measured "$1" "$runner" run --profile full --seed 1 --out "$out/report-$1" "${@:2}"; }
judge() { judged "$1" --url "$URL" "${@:2}"; }

for round in $(seq "$ROUNDS"); do
  judged everything
  for name in embedded python; do
    provider "$name" && judge "full-$name" && stop
    provider "$name"
    (cd "$out" && measured "schemathesis-$name" "$schemathesis" run openapi.json --url "$URL" --seed "$round" --no-color)
    stop
  done
  for cases in "${linear[@]}"; do
    provider embedded && judge "cases-$cases" --cases "$cases" && stop
  done
  for cases in "${numbers[@]}"; do
    provider trivial && judge "generated-$cases" update.200.status --cases "$cases" && stop
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
    if not name.startswith("schemathesis"):
        requests = json.loads(report.read_text())["exchanges"]
    else:
        found = re.search(r"(\d+) generated", (out / f"{name}.txt").read_text())
        requests = int(found[1]) if found else 0
    middle = statistics.median(seconds[name])
    extremes = f"{min(seconds[name]):.2f}-{max(seconds[name]):.2f}"
    print(f"| {name} | {requests} | {middle:.2f} ({extremes}) | {requests / middle:.0f} | {max(peaks[name]):.0f} |")
PYTHON
