#!/usr/bin/env bash
# report.har read back by another parser: it has what the journal says of the requests that show something wrong.
# KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

venv har "$PWD/interop/har/requirements.txt"
build_runner
out=$WORK/har-out
start_mock "$runner" "$WORK/har.url" delete-404-with-provider-error utf8-broken redirect-trailing-slash panic-on-deep-json
"$runner" --url "$URL" --seed 3 --out "$out" >"$out.txt" && fail "the mock's faults were not found"
"$VENV/bin/python" interop/har/check.py "$out"
