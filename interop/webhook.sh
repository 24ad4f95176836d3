#!/usr/bin/env bash
# The webhook of the rehearsal and of the runner answers connections byte for byte as the operator's handler does under
# Go's net/http and encoding/json: those of the table, and random ones. With --write, the table in the tests is made anew.
# SEED and COUNT choose the random ones.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_go
oracle=$WORK/webhook-oracle
(cd interop/webhook && go build -o "$oracle" .)

table=operator/tests/webhook/table.jsonl
"$oracle" table >"$WORK/webhook.jsonl"
if [[ ${1:-} == --write ]]; then
  cp "$WORK/webhook.jsonl" "$table"
fi
cmp "$WORK/webhook.jsonl" "$table" || fail "$table: Go answers otherwise (hint: interop/webhook.sh --write, and look at what has changed)"

seed=${SEED:-$RANDOM}
echo "seed $seed"
"$oracle" random "${COUNT:-3000}" "$seed" >"$WORK/webhook-random.jsonl"
cat "$WORK/webhook.jsonl" "$WORK/webhook-random.jsonl" | cargo run -q -p kfp-operator-sim --example webhook
