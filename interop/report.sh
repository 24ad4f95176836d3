#!/usr/bin/env bash
# The pages in a real browser. report.html: filters, deep links, keyboard, both themes, phone, paper, many results; a
# comparison; /docs of a service. No complaint, no request, nothing that axe finds fault with. Pictures are left in
# target/interop. KFP_CONFORMANCE and KFP_EMBEDDED name the binaries; without them, they are built.
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
cp interop/report/*.js "$tools"

build_runner
start_mock "$runner" "$tools/mock.url"
"$runner" --url "$URL" --seed 3 --out "$tools/before" >"$tools/run.txt" || { cat "$tools/run.txt" >&2 && fail "the mock without faults has some"; }
cleanup
start_mock "$runner" "$tools/mock.url" delete-404-with-provider-error trailing-bytes text-plain
"$runner" --url "$URL" --seed 3 --out "$tools/out" >"$tools/run.txt" && fail "the mock's faults were not found"
[[ -f $tools/out/report.html ]] || { cat "$tools/run.txt" >&2 && fail "no report"; }
cleanup
"$runner" compare "$tools/before" "$tools/out" --html "$tools/diff.html" >/dev/null && fail "the comparison sees no difference"
report=$(cd "$tools" && node check.js "$tools/out/report.html" "$tools/diff.html" "$WORK" "$(command -v chromium)")

build_embedded
start "$tools/service.log" env -i SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 "$embedded" --in-memory
wait_for_http "$tools/service.log" /livez
docs=$(cd "$tools" && node docs.js "$URL" "$WORK" "$(command -v chromium)")
printf '%s; %s\n' "$report" "$docs"
