#!/usr/bin/env bash
# The provider in examples/python keeps the contract: its own tests, then the conformance runner, with no MUST failed.
# KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

example=$PWD/examples/python
runner=(cargo run -q -p kfp-conformance --)
[[ -n ${KFP_CONFORMANCE:-} ]] && runner=("$KFP_CONFORMANCE")
venv python-provider "$example/requirements.txt" "$example/requirements-dev.txt"

(
  cd "$example"
  "$VENV/bin/ruff" check --quiet --no-cache .
  "$VENV/bin/ruff" format --quiet --no-cache --check .
  "$VENV/bin/mypy" --cache-dir "$VENV/mypy" --no-error-summary .
  "$VENV/bin/python" -m unittest --quiet
)

# Only these variables: those of the machine must not reach the provider.
log=$WORK/python-provider.log
start "$log" env -i PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 \
  "$VENV/bin/python" "$example/app.py"
wait_for_http "$log" /livez

report=$WORK/python-provider
if ! "${runner[@]}" --url "$URL" --gate both --out "$report" >"$report.txt" 2>&1; then
  cat "$report.txt" "$log" >&2
  fail "examples/python: not conformant"
fi
if grep -q '^ERROR\|Traceback' "$log"; then
  cat "$log" >&2
  fail "examples/python: a defect was logged"
fi
grep '^VERDICT' "$report.txt"
