#!/usr/bin/env bash
# Every reproducer, script or replay, sees its defect on a provider that has it, and does not see it on one that is right;
# and scripts are POSIX, whichever shell reads them. KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need curl curl
need jq jq
need dash dash
need busybox busybox
need shellcheck shellcheck
build_runner

# What only a replay shows, ids in need of encoding, bodies beyond ASCII and beyond 4 MiB.
faults=(put-error-without-id trailing-bytes utf8-broken id-with-dollar content-length-too-small livez-body-on-204
  large-refused-with-html unicode-refused ids-joined-with-dash)
out=$WORK/reproducers
start_mock "$runner" "$WORK/reproducers.url" "${faults[@]}"
"$runner" --url "$URL" --seed 3 --out "$out" >"$out.txt" && fail "the mock's faults were not found"
scripts=("$out"/repro/*.sh)
[[ -f ${scripts[0]} ]] || fail "no script"
# One of each kind: the script of another type differs in its bodies only, and reading one takes seconds.
read=("$out"/repro/*-pipeline.sh)
# Not every script calls every function (SC2317) or reads every variable (SC2034), and jq's dollars are in single quotes
# (SC2016).
shellcheck --shell=sh --exclude=SC2016,SC2034,SC2317 "${read[@]}" || fail "shellcheck: see above"
for words in dash 'busybox sh' 'bash --posix'; do
  read -ra shell <<<"$words"
  for script in "${read[@]}"; do
    "${shell[@]}" "$script" "$URL" >"$WORK/reproducer.txt" 2>&1 || {
      cat "$WORK/reproducer.txt" >&2
      fail "$words: $script does not see its defect"
    }
  done
done

[[ -s $out/repro/replay.txt ]] || fail "no command for what curl cannot show"
while read -r _ _ folder id; do
  "$runner" replay "$folder" "$id" >"$WORK/replay.txt" && fail "$id: no defect by replay"
  grep -q ' 0 fixed, [1-9][0-9]* still, 0 changed, 0 not told$' <(sed 's/^/ /' "$WORK/replay.txt") || {
    cat "$WORK/replay.txt" >&2
    fail "$id: its replay does not see its defect"
  }
done < <(grep -v '^#' "$out/repro/replay.txt" | sort -u)
cleanup
SERVER=

"$runner" selftest --reproducers >"$WORK/reproducers.list" || {
  grep -v '^ok ' "$WORK/reproducers.list" >&2
  fail "reproducers: see above"
}
printf '%d scripts by shellcheck and in three shells, %d replays; all faults: %s\n' \
  "${#read[@]}" "$(grep -vc '^#' "$out/repro/replay.txt")" "$(tail -n 1 "$WORK/reproducers.list")"
