#!/usr/bin/env bash
# Runs in a network namespace of its own, with IMAGE and ROOT set.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
ip link set lo up
[[ $(id -u) == 0 ]] && chown 1000:1000 "$IMAGE/data" "$IMAGE/report"

# inside [OPTION...] -- COMMAND...: runs a command of the image, as Kubernetes would: read-only root, uid 1000, no capability.
inside() {
  local options=()
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  bwrap --ro-bind "$ROOT" / --proc /proc --dev /dev --tmpfs /tmp --uid 1000 --gid 1000 \
    --unshare-user --unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL --die-with-parent --new-session \
    --clearenv --setenv PATH /usr/local/bin "${options[@]}" "$@"
}

for program in kfp-conformance kfp-provider kfp-provider-embedded; do
  inside -- "/usr/local/bin/$program" --version
  inside -- "/usr/local/bin/$program" --help >/dev/null
done

# Exactly what the operator sets.
log=$IMAGE/provider.log
start "$log" inside --bind "$IMAGE/data" /data \
  --setenv OPERATORWEBHOOK http://127.0.0.1:9/events --setenv SERVER_PORT 8080 --setenv METRICS_PORT 8081 \
  --setenv PARAMETERS_REGION eu-north-7 --setenv PIPELINEROOTSTORAGE unused --setenv PROVIDERNAME ml-platform/embedded \
  -- /usr/local/bin/kfp-provider-embedded --data /data/provider.redb
deadline=$((SECONDS + 30))
until curl --silent --fail --max-time 2 --output /dev/null http://127.0.0.1:8080/readyz; do
  ((SECONDS < deadline)) || { cat "$log" >&2; fail "the provider in the image does not answer"; }
  sleep 0.1
done

inside --bind "$IMAGE/report" /report -- /usr/local/bin/kfp-conformance --url http://127.0.0.1:8080 --out /report \
  >"$IMAGE/report.txt" 2>&1 || { cat "$IMAGE/report.txt" "$log" >&2; fail "the provider in the image does not conform"; }
grep '^VERDICT' "$IMAGE/report.txt"

# A step, as the workflow templates call it.
printf '{"name":"team-a/e","version":"1a2b3c","description":""}\n' >"$IMAGE/data/definition.json"
inside --bind "$IMAGE/data" /data -- /usr/local/bin/kfp-provider create --type=experiment --body=/data/definition.json \
  --url=127.0.0.1:8080 --output=/data/provider-output.json
grep -q '"id":"[^"]' "$IMAGE/data/provider-output.json" || fail "provider-output.json: no id: $(<"$IMAGE/data/provider-output.json")"
