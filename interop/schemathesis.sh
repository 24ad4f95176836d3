#!/usr/bin/env bash
# schemathesis knows nothing of this contract but the effective document, which it takes from the embedded provider, and
# finds nothing wrong with the answers: all of its default checks, three seeds, each on a provider of its own.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

venv schemathesis interop/schemathesis/requirements.txt
cargo build -q -p kfp-provider-embedded
provider=$PWD/target/debug/kfp-provider-embedded
out=$WORK/schemathesis-runs
rm -rf "$out" && mkdir -p "$out"
cp interop/schemathesis/{schemathesis.toml,hooks.py} "$out" # it looks for both, and puts files of its own, where it runs

# judge SEED: one provider, one run of schemathesis; fails if either has something to complain of.
judge() {
  local log=$out/provider-$1.log result=0
  trap cleanup EXIT # this is a process of its own
  start "$log" env -i SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 "$provider" --in-memory
  wait_for_http "$log" /livez
  cd "$out"
  "$VENV/bin/schemathesis" run "$URL/openapi.json" --seed "$1" --no-color || result=1
  if grep '"level":"\(error\|critical\)"' "$log"; then
    result=1
  fi
  return "$result"
}

declare -A running
for seed in 1 2 3; do
  (judge "$seed") >"$out/seed-$seed.txt" 2>&1 &
  running[$seed]=$!
done
failed=0
for seed in 1 2 3; do
  wait "${running[$seed]}" || { failed=1 && cat "$out/seed-$seed.txt"; }
done
((failed == 0)) || fail "schemathesis: failures, see $out"
requests=0
for seed in 1 2 3; do
  requests=$((requests + $(sed -n 's/^ *\([0-9]*\) generated.*/\1/p' "$out/seed-$seed.txt")))
done
echo "nothing found in $requests cases, seeds 1 to 3"
