#!/usr/bin/env bash
# Every provider that the documentation shows, built as it stands there and outside of the workspace, fails no MUST of the
# runner's; what is not judged needs help that a text cannot give. KFP_CONFORMANCE names the runner's binary; without it, it
# is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need python3 python3
build_runner
folder=$(mktemp -d)
trap 'cleanup; rm -rf "$folder"' EXIT
names=$(python3 interop/readme/extract.py . "$folder/projects")
for name in $names; do
  project=$folder/projects/$name
  CARGO_TARGET_DIR=$PWD/target cargo build -q --manifest-path "$project/Cargo.toml"
  log=$WORK/$name.log
  # Only these variables: those of the machine must not reach the provider.
  start "$log" env -i PARAMETERS_FOLDER="$folder/$name" SERVER_PORT=0 METRICS_PORT=0 "target/debug/$name"
  wait_for_http "$log" /readyz
  report=$WORK/readme-$name
  if ! "$runner" --config "$project/provider.toml" --url "$URL" --gate both --out "$report" >"$report.txt" 2>&1; then
    cat "$report.txt" "$log" >&2
    fail "$name: not conformant"
  fi
  if grep -q '"level":"\(error\|critical\)"' "$log"; then
    cat "$log" >&2
    fail "$name: a defect was logged"
  fi
  cleanup
  python3 - "$report/report.json" "$project/provider.toml" <<'PYTHON'
import json, sys, tomllib
results = json.load(open(sys.argv[1]))["results"]
unsupported = tomllib.load(open(sys.argv[2], "rb"))["provider"]["unsupported"]
supported = {"pipeline", "run", "runschedule", "experiment"} - set(unsupported)
judged = {r.get("resource") for r in results if r["requirement"] == "create.201.status" and r["outcome"] == "pass"}
assert supported and supported <= judged, f"of {supported}, only {judged} could be created"
# What takes help: a hook, a second process, a webhook.
HELP = {"unsupported", "disabled"}
open_ = [r for r in results if r["outcome"] in ("skip", "unverified") and r.get("reason") not in HELP]
bare = [f"{r['requirement']} {r.get('resource')}: {r.get('reason')}" for r in open_
        if not any(word in str(r.get("reason")) for word in ("hook", "events", "replica", "container", "slow", "fixture", "prerequisite"))]
sys.exit(f"not judged, and not for want of help: {bare}" if bare else 0)
PYTHON
  printf '%s: %s\n' "$name" "$(sed -n 's/^VERDICT *//p' "$report.txt")"
done
