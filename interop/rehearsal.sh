#!/usr/bin/env bash
# kfp-provider rehearse refuses what the operator's published resource definitions refuse, and the embedded provider brings
# every sample to its end. KFP_PROVIDER and KFP_EMBEDDED name the binaries; without them, they are built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

published crds/pipelines.kubeflow.org_{experiments,pipelines,providers,runconfigurations,runs,runschedules}.yaml
definitions=$PUBLISHED/crds
if [[ -z ${KFP_PROVIDER:-} ]]; then
  cargo build -q -p kfp-provider-client --bin kfp-provider
  KFP_PROVIDER=$PWD/target/debug/kfp-provider
fi
if [[ -z ${KFP_EMBEDDED:-} ]]; then
  cargo build -q -p kfp-provider-embedded
  KFP_EMBEDDED=$PWD/target/debug/kfp-provider-embedded
fi
venv rehearsal-venv interop/rehearsal/requirements.txt

work=$WORK/rehearsal
rm -rf "$work" && mkdir -p "$work/mutations"
samples=operator/tests/samples/cr
"$VENV/bin/python" interop/rehearsal/mutations.py make "$definitions" "$samples" "$work/mutations"
code=0
"$KFP_PROVIDER" rehearse -f "$work/mutations" --dry-run >/dev/null 2>"$work/said" || code=$?
((code == 2)) || { tail -5 "$work/said" >&2 && fail "rehearse: exit code $code, not 2"; }
"$VENV/bin/python" interop/rehearsal/mutations.py compare "$work/mutations" "$work/said"

SERVER_PORT=0 METRICS_PORT=0 start "$work/embedded.log" "$KFP_EMBEDDED" --in-memory
deadline=$((SECONDS + 30))
until port=$(sed -n 's/.*"listening","address":"[^"]*:\([0-9]*\)".*/\1/p' "$work/embedded.log") && [[ -n $port ]]; do
  kill -0 "$SERVER" 2>/dev/null && ((SECONDS < deadline)) || { cat "$work/embedded.log" >&2 && fail "embedded provider: does not start"; }
  sleep 0.1
done
"$KFP_PROVIDER" rehearse -f "$samples" --url "127.0.0.1:$port" --delete >"$work/table" || { cat "$work/table" >&2 && fail "rehearse: not all is well"; }
tail -1 "$work/table"
