#!/usr/bin/env bash
# report.html in a real browser: filters, deep links, keyboard, both themes, phone, paper, many results; no complaint and
# no request. Pictures are left in target/interop. KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need node nodejs
need npm npm
need chromium chromium
tools=$WORK/report
stamp=$(sha256sum interop/report/package.json; node --version)
if [[ ! -f $tools/stamp || $(<"$tools/stamp") != "$stamp" ]]; then
  rm -rf "$tools" && mkdir -p "$tools"
  cp interop/report/package.json "$tools"
  (cd "$tools" && npm install --silent --no-audit --no-fund --ignore-scripts >&2)
  printf '%s\n' "$stamp" >"$tools/stamp"
fi
cp interop/report/check.js "$tools"

build_runner
start_mock "$runner" "$tools/mock.url" delete-404-with-provider-error trailing-bytes text-plain
"$runner" --url "$URL" --seed 3 --out "$tools/out" >"$tools/run.txt" && fail "the mock's faults were not found"
[[ -f $tools/out/report.html ]] || { cat "$tools/run.txt" >&2 && fail "no report"; }
(cd "$tools" && node check.js "$tools/out/report.html" "$WORK" "$(command -v chromium)")
