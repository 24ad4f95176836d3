#!/usr/bin/env bash
# junit.xml read back by another parser: it has the numbers of report.json, element by element. KFP_CONFORMANCE names the
# runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

venv junit "$PWD/interop/junit/requirements.txt"
build_runner
out=$WORK/junit-out
start_mock "$runner" "$WORK/junit.url" delete-404-with-provider-error utf8-broken html-error-page
"$runner" --url "$URL" --seed 3 --out "$out" >"$out.txt" && fail "the mock's faults were not found"
"$VENV/bin/python" interop/junit/check.py "$out"
