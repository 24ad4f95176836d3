#!/usr/bin/env bash
# What a workflow step costs: one process of kfp-provider and the operator's jq and curl take turns on the same provider; and
# the rehearsal of a thousand resources. Prints Markdown. ROUNDS (default 200) says how many turns; KFP_PROVIDER and
# KFP_EMBEDDED name binaries, without them they are built. Fetches valgrind, jq and curl if they are missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../interop/lib.sh"

need python3 python3
need curl curl
need jq jq
need valgrind valgrind
need time time
if [[ -z ${KFP_PROVIDER:-} || -z ${KFP_EMBEDDED:-} ]]; then
  cargo build -q --release -p kfp-provider-client -p kfp-provider-embedded --bins
fi
step=${KFP_PROVIDER:-$PWD/target/release/kfp-provider}
embedded=${KFP_EMBEDDED:-$PWD/target/release/kfp-provider-embedded}
out=$WORK/bench-steps
rm -rf "$out" && mkdir -p "$out"

# provider NAME OPTION...: starts the embedded provider and sets ADDRESS.
provider() {
  local log=$out/$1.log deadline=$((SECONDS + 30))
  : >"$log" # nothing of the one before
  start "$log" env -i SERVER_HOST=127.0.0.1 SERVER_PORT=0 METRICS_PORT=0 "$embedded" "${@:2}"
  until ADDRESS=$(sed -n 's/.*"message":"listening","address":"\([^"]*\)".*/\1/p' "$log") && [[ -n $ADDRESS ]]; do
    kill -0 "$SERVER" 2>/dev/null && ((SECONDS < deadline)) || { cat "$log" >&2 && fail "the embedded provider does not start"; }
    sleep 0.1
  done
}

stop() {
  cleanup
  SERVER=
}

provider steps --in-memory
python3 bench/steps/turns.py "$step" "$ADDRESS" "$out" "${ROUNDS:-200}"
stop

python3 bench/steps/resources.py 1000 >"$out/resources.yaml"
printf '\n| rehearsal of 1,000 resources | steps | median of 5, s | extremes, s |\n|---|---:|---:|---:|\n'
for store in memory file; do
  for ending in "" --delete; do
    for round in 1 2 3 4 5; do
      case $store in
        memory) provider rehearsal --in-memory ;;
        file) rm -f "$out/store.redb" && provider rehearsal --data "$out/store.redb" ;;
      esac
      # shellcheck disable=SC2086 # no option, or one
      command time --format %e --output "$out/seconds.$round" \
        "$step" rehearse -f "$out/resources.yaml" --url "$ADDRESS" $ending >"$out/table" ||
        { tail -5 "$out/table" >&2 && fail "rehearse: not all is well"; }
      stop
    done
    steps=$(sed -n 's/^\([0-9]*\) steps, all as they should be$/\1/p' "$out/table")
    cat "$out"/seconds.* | sort -n | paste -sd ' ' | {
      read -r -a seconds
      printf '| store in %s%s | %s | %s | %s-%s |\n' "$store" "${ending:+, with deletion}" "$steps" \
        "${seconds[2]}" "${seconds[0]}" "${seconds[4]}"
    }
  done
done
