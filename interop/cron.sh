#!/usr/bin/env bash
# The cron texts of the embedded provider and of the Python example mean what they mean to robfig/cron, to which the operator's
# documentation refers: which are refused, and the next times. A table and random texts; SEED and COUNT choose the latter.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_go
venv python-provider examples/python/requirements.txt examples/python/requirements-dev.txt
oracle=$WORK/cron-oracle
(cd interop/cron && go build -o "$oracle" .)

seed=${SEED:-$RANDOM}
echo "seed $seed"
"$oracle" "${COUNT:-3000}" "$seed" >"$WORK/cron.jsonl"
PYTHONDONTWRITEBYTECODE=1 "$VENV/bin/python" interop/cron/compare.py examples/python <"$WORK/cron.jsonl"
cargo run -q -p kfp-provider-embedded --example cron <"$WORK/cron.jsonl"
