#!/usr/bin/env bash
# What Argo makes of braces and of signs that Go does not print in a definition is what kfp-provider rehearse says: Argo's
# own validator and substitution run on the templates of deploy/workflows. KFP_PROVIDER names the binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_go
need python3 python3
if [[ -z ${KFP_PROVIDER:-} ]]; then
  cargo build -q -p kfp-provider-client --bin kfp-provider
  KFP_PROVIDER=$PWD/target/debug/kfp-provider
fi
work=$WORK/tags
mkdir -p "$work"
(cd interop/argo && go build -o "$WORK/argo-tags" ./tags)
python3 interop/argo/tags/compare.py make "$work/resources.yaml" "$work/definitions"
"$WORK/argo-tags" deploy/workflows/common.yaml deploy/workflows/simple.yaml <"$work/definitions" >"$work/answers" 2>"$work/said" || { cat "$work/said" >&2 && fail "argo-tags: failed"; }
code=0
"$KFP_PROVIDER" rehearse -f "$work/resources.yaml" --dry-run -o json >"$work/report" || code=$?
((code <= 1)) || fail "rehearse: exit code $code"
python3 interop/argo/tags/compare.py compare "$work/answers" "$work/report"
