#!/usr/bin/env bash
# What deploy/ holds is what Kubernetes, Argo and the operator accept: kustomize builds it, Argo's schema with unknown members
# refused and hera read it, Argo's own validator resolves it, the Provider fits its CRD, and the API server would take the
# pods that come of it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

published argo-workflows.schema.json crds/pipelines.kubeflow.org_providers.yaml
need kubectl kubernetes-client
need_go
venv deploy interop/deploy/requirements.txt

built=$WORK/deploy
mkdir -p "$built"
for part in workflows conformance provider; do
  kubectl kustomize "deploy/$part" >"$built/$part.yaml"
  if grep -En '(image|serviceImage): kfp-provider-kit$' "$built/$part.yaml"; then
    fail "deploy/$part: an image that kustomize does not set"
  fi
done
"$VENV/bin/python" interop/deploy/check.py "$PUBLISHED/argo-workflows.schema.json" "$PUBLISHED/crds" \
  "$built"/*.yaml deploy/conformance/once.yaml

# A check that misses a mistake would miss everything: each of these is made in a copy, and has to be found.
mistake() { # NAME FILE SED COMPLAINT
  sed "$3" "$2" >"$built/$1"
  cmp -s "$2" "$built/$1" && fail "$1: $3 changes nothing in $2"
  if "$VENV/bin/python" interop/deploy/check.py "$PUBLISHED/argo-workflows.schema.json" "$PUBLISHED/crds" \
    "$built/$1" >"$built/$1.txt" 2>&1; then
    fail "interop/deploy/check.py: lets $1 pass"
  fi
  grep -qF "$4" "$built/$1.txt" || { cat "$built/$1.txt" >&2; fail "$1: not told as '$4'"; }
}
common=deploy/workflows/common.yaml provider=deploy/provider/provider.yaml
conformance=deploy/conformance/template.yaml
mistake misspelt $common 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' "'readOnlyRootFileSystem' was unexpected"
mistake mirrored-twice $common 's|^\( *\)- {name: shared, mountPath: /shared}|&\n\1- {name: compiled, mountPath: /compiled}|' \
  'container compile: mountPath /compiled: must be unique'
mistake mirrored-artifact $common 's|mountPath: /shared}|mountPath: /resource-definition.json}|' \
  'container compile: mountPath /resource-definition.json: must be unique'
mistake no-volume $conformance 's|{name: report, mountPath: /report}|{name: reports, mountPath: /report}|' \
  'mountPath /report: no volume reports'
mistake mounted-twice $conformance 's|mountPath: /etc/provider-conformance,|mountPath: /report,|' \
  'container main: mountPath /report: must be unique'
mistake argo-path $common 's#mountPath: /shared}#mountPath: /var/run/argo}#' 'mountPath /var/run/argo: must be unique'
mistake taken-name $common 's/- name: compiler$/- name: init/' 'init: two containers of that name'
mistake provider-volume $provider 's/^    - name: data$/    - name: dat/;0,/name: dat$/s//name: data/' 'mountPath /data: no volume dat'

(cd interop/argo && go build -o "$WORK/argo-validate" .)
"$WORK/argo-validate" deploy/workflows/{common,simple,compiled,delete}.yaml \
  deploy/conformance/{template,weekly,once}.yaml
