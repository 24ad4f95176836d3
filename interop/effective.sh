#!/usr/bin/env bash
# General tools load the effective document: openapi-generator's validator has no complaint, and Prism makes a service of
# it that takes what the operator sends. KFP_CONFORMANCE names the runner's binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need node nodejs
need npm npm
need java default-jre-headless
need curl curl
tools=$WORK/effective
stamp=$(sha256sum interop/effective/*.json; node --version)
if [[ ! -f $tools/stamp || $(<"$tools/stamp") != "$stamp" ]]; then
  rm -rf "$tools" && mkdir -p "$tools"
  cp interop/effective/*.json "$tools"
  # What the packages would do at their installation, such as reporting it, is of no use here.
  (cd "$tools" && npm install --silent --no-audit --no-fund --ignore-scripts >&2)
  printf '%s\n' "$stamp" >"$tools/stamp"
fi

document=$tools/openapi.json
runner=(cargo run -q -p kfp-conformance --)
[[ -n ${KFP_CONFORMANCE:-} ]] && runner=("$KFP_CONFORMANCE")
"${runner[@]}" document --effective >"$document"

(cd "$tools" && node_modules/.bin/openapi-generator-cli validate --recommend --input-spec "$document") >"$tools/validate.txt" 2>&1 ||
  { cat "$tools/validate.txt" && fail "openapi-generator: not valid"; }
grep -q '^No validation issues detected' "$tools/validate.txt" || { cat "$tools/validate.txt" && fail "openapi-generator: not without warnings"; }

log=$tools/prism.log
start "$log" "$tools/node_modules/.bin/prism" mock --host 127.0.0.1 --port 0 "$document"
deadline=$((SECONDS + 60))
until url=$(sed -n 's/.*Prism is listening on \(http[^ ]*\).*/\1/p' "$log") && [[ -n $url ]]; do
  if ! kill -0 "$SERVER" 2>/dev/null || ((SECONDS >= deadline)); then
    cat "$log" >&2
    fail "prism: does not start"
  fi
  sleep 0.1
done

# answers STATUS METHOD PATH [BODY]: what Prism, which knows the document only, makes of a request.
answers() {
  local status
  status=$(curl --silent --max-time 30 --output "$tools/answer" --write-out '%{http_code}' --request "$2" "$url$3" \
    ${4:+--header 'Content-Type: application/json' --data-binary "@$4"})
  [[ $status == "$1" ]] || { cat "$tools/answer" "$log" >&2 && fail "prism: $status to $2 $3 ${4:-}, expected $1"; }
}

answers 204 GET /livez
for type in pipeline run runschedule experiment; do
  for sample in "tests/samples/$type"-{minimal,typical}.json; do
    answers 201 POST "/resource/$type" "$sample"
    answers 200 PUT "/resource/$type/x" "$sample"
  done
  answers 200 DELETE "/resource/$type/x"
done
# The right body of the wrong type: what no tool could tell from one path for all types.
answers 422 POST /resource/pipeline tests/samples/run-typical.json
answers 422 POST /resource/experiment tests/samples/pipeline-typical.json
echo "openapi-generator finds it valid; Prism takes what the operator sends"
