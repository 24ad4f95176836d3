#!/usr/bin/env bash
# kfp-provider rehearse reads files as kubectl does: the reader of Kubernetes (k8s.io/apimachinery and sigs.k8s.io/yaml, at the
# version of the operator's cluster) and ours get the same documents out of chosen and of random texts, or both refuse them.
# YAML_TEXTS is how many random texts there are, YAML_SEED chooses others.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v go >/dev/null || fail "go: not found (hint: install Go 1.26 or newer, for the reader of Kubernetes)"
cargo build -q -p kfp-operator-sim --example manifest
(cd interop/yaml && go build -o "$WORK/yaml" .)
"$WORK/yaml" target/debug/examples/manifest "${YAML_TEXTS:-30000}" "${YAML_SEED:-1}" \
  operator/tests/samples/cr/*.yaml deploy/*/*.yaml openapi.yaml

# A comparison that misses a reader that is wrong would miss everything.
cat >"$WORK/wrong-reader" <<'EOF'
#!/usr/bin/env bash
while read -r -N 4 -d '' _; do echo; done
EOF
chmod +x "$WORK/wrong-reader"
if "$WORK/yaml" "$WORK/wrong-reader" 1 1 >"$WORK/yaml-wrong.txt" 2>&1; then
  fail "interop/yaml: takes a reader for right that reads nothing"
fi
