#!/usr/bin/env bash
# kfp-provider rehearse reads files as kubectl does: the reader of Kubernetes (k8s.io/apimachinery and sigs.k8s.io/yaml, at the
# version of the operator's cluster) and ours get the same documents out of chosen and of random texts, or both refuse them.
# YAML_TEXTS is how many random texts there are, YAML_SEED chooses others.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_go
cargo build -q -p kfp-operator-sim --example manifest
(cd interop/yaml && go build -o "$WORK/yaml" .)

# A comparison that misses a reader that is wrong would miss everything.
need python3 python3
cat >"$WORK/wrong-reader" <<'EOF'
#!/usr/bin/env python3
import sys
while length := sys.stdin.buffer.read(4):
    sys.stdin.buffer.read(int.from_bytes(length, "big"))
    print(flush=True)
EOF
chmod +x "$WORK/wrong-reader"
if "$WORK/yaml" "$WORK/wrong-reader" 1 1 >"$WORK/yaml-wrong.txt" 2>&1; then
  fail "interop/yaml: takes a reader for right that reads nothing"
fi
grep -q 'kubectl reads' "$WORK/yaml-wrong.txt" || fail "interop/yaml: $(tail -1 "$WORK/yaml-wrong.txt")"

"$WORK/yaml" target/debug/examples/manifest "${YAML_TEXTS:-30000}" "${YAML_SEED:-1}" \
  operator/tests/samples/cr/*.yaml deploy/*/*.yaml openapi.yaml
