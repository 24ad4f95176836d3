#!/usr/bin/env bash
# openapi.yaml says what the operator's project publishes, in other words. The published document is no part of this
# repository: it is expected beside it. Where it is missing, there is nothing to compare, except in CI.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

published=../shared/upstream/openapi.yaml
if [[ ! -f $published ]]; then
  [[ ${CI:-} == true ]] && fail "$published: missing, and CI has to compare (hint: put the published document there)"
  echo "$published: missing, so nothing was compared"
  exit 0
fi

cargo run -q -p openapi-codegen -- compare openapi.yaml "$published"
echo "openapi.yaml is the published contract"
