#!/usr/bin/env bash
# What deploy/ holds is what Kubernetes, Argo and the operator accept: kustomize builds it, Argo's schema with unknown members
# refused and hera read it, Argo's own validator resolves it, and the Provider fits its CRD. The schema and the CRD
# are no part of this repository: they are expected beside it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

upstream=../shared/upstream
if [[ ! -d $upstream ]]; then
  [[ ${CI:-} == true ]] && fail "$upstream: missing, and CI has to validate (hint: put the operator's CRDs and Argo's schema there)"
  echo "$upstream: missing, so nothing was validated"
  exit 0
fi
need kubectl kubernetes-client
command -v go >/dev/null || fail "go: not found (hint: install Go 1.26 or newer, for Argo's validator)"
venv deploy interop/deploy/requirements.txt

built=$WORK/deploy
mkdir -p "$built"
for part in workflows conformance provider; do
  kubectl kustomize "deploy/$part" >"$built/$part.yaml"
  if grep -En '(image|serviceImage): kfp-provider-kit$' "$built/$part.yaml"; then
    fail "deploy/$part: an image that kustomize does not set"
  fi
done
"$VENV/bin/python" interop/deploy/check.py "$upstream/argo-workflows.schema.json" "$upstream/crds" \
  "$built"/*.yaml deploy/conformance/once.yaml

# A check that misses a misspelt member would miss everything.
sed 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' deploy/workflows/common.yaml >"$built/misspelt"
if "$VENV/bin/python" interop/deploy/check.py "$upstream/argo-workflows.schema.json" "$upstream/crds" \
  "$built/misspelt" >"$built/misspelt.txt" 2>&1; then
  fail "interop/deploy/check.py: lets a misspelt member pass"
fi

(cd interop/argo && go build -o "$WORK/argo-validate" .)
"$WORK/argo-validate" deploy/workflows/{common,simple,compiled,delete}.yaml \
  deploy/conformance/{template,weekly,once}.yaml
