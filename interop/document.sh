#!/usr/bin/env bash
# openapi.yaml says what the operator's project publishes, in other words: as a contract, it has the digest of the published
# document. Where that document itself lies beside the repository, it is held against the digest, too, and a difference is told.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

published=../shared/upstream/openapi.yaml
cargo build -q -p openapi-codegen --bin openapi-codegen
codegen=target/debug/openapi-codegen

# same FILE: whether it is the published contract.
same() {
  [[ $("$codegen" contract "$1" | sha256sum) == "$(digest_of openapi.yaml)  -" ]]
}

if [[ -f $published ]]; then
  same "$published" || fail "$published: not the document of interop/published.txt (hint: has a newer one been published?)"
  "$codegen" compare openapi.yaml "$published"
fi
same openapi.yaml || fail "openapi.yaml: not the published contract (hint: openapi-codegen compare tells the difference)"

# A comparison that passes everything would say nothing.
sed 's/operationId: createResource/operationId: createResources/' openapi.yaml >"$WORK/openapi.yaml"
if same "$WORK/openapi.yaml"; then fail "a document with another operation has the same digest"; fi
echo "openapi.yaml is the published contract"
