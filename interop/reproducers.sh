#!/usr/bin/env bash
# Every reproducer sees its defect on a provider that has it, and does not see it on one that is right; and scripts are
# POSIX, whichever shell and awk read them. KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need curl curl
need mawk mawk
need dash dash
need busybox busybox
need shellcheck shellcheck
build_runner

# Ways that curl does not know by itself, ids in need of encoding, bodies beyond ASCII and beyond 4 MiB.
faults=(put-error-without-id trailing-bytes utf8-broken id-with-dollar content-length-too-small livez-body-on-204
  large-refused-with-html unicode-refused ids-joined-with-dash)
out=$WORK/reproducers
start_mock "$runner" "$WORK/reproducers.url" "${faults[@]}"
"$runner" --url "$URL" --seed 3 --out "$out" >"$out.txt" && fail "the mock's faults were not found"
scripts=("$out"/repro/*.sh)
[[ -f ${scripts[0]} ]] || fail "no script"
# One of each kind: the script of another type differs in its bodies only, and reading one takes seconds.
read=("$out"/repro/*-pipeline.sh)
# Functions are called by name in others (SC2317), variables are set for the scripts that need them (SC2034), and awk's
# dollars are in single quotes (SC2016); a request beside others has a folder of its own (SC2030, SC2031).
shellcheck --shell=sh --exclude=SC2016,SC2030,SC2031,SC2034,SC2317 "${read[@]}" || fail "shellcheck: see above"
for tools in dash:mawk busybox:busybox bash:mawk; do
  tool=$WORK/tools-${tools/:/-}
  rm -rf "$tool" && mkdir -p "$tool"
  ln -s "$(command -v "${tools#*:}")" "$tool/awk"
  case ${tools%:*} in
    busybox) shell=(busybox sh) ;;
    bash) shell=(bash --posix) ;;
    *) shell=("${tools%:*}") ;;
  esac
  for script in "${read[@]}"; do
    PATH=$tool:$PATH "${shell[@]}" "$script" "$URL" >"$WORK/reproducer.txt" 2>&1 || {
      cat "$WORK/reproducer.txt" >&2
      fail "$tools: $script does not see its defect"
    }
  done
done
cleanup
SERVER=

"$runner" selftest --reproducers >"$WORK/reproducers.list" || {
  grep -v '^ok ' "$WORK/reproducers.list" >&2
  fail "reproducers: see above"
}
printf '%d scripts by shellcheck and in three shells; all faults: %s\n' "${#read[@]}" "$(tail -n 1 "$WORK/reproducers.list")"
