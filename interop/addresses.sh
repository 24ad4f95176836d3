#!/usr/bin/env bash
# In a deployment, a provider made with the kit and the one in examples/python are reached by IPv4 and by IPv6, on both of their
# ports, and by IPv4 where the machine has no other; and the runner judges at an address of IPv6. KFP_CONFORMANCE and
# KFP_EMBEDDED name the binaries; without them, they are built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

need curl curl
need python3 python3
grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null || fail "::1: not there (hint: a machine that has IPv6)"
venv python-provider examples/python/requirements.txt examples/python/requirements-dev.txt
build_runner
build_embedded

# deployed NAME COMMAND...: starts it with what the operator sets. Sets URL, and port and metrics.
deployed() {
  local log=$WORK/addresses-$1.log
  shift
  start "$log" env -i PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 PROVIDERNAME=ml-platform/forge SERVER_PORT=0 METRICS_PORT=0 "$@"
  wait_for_http "$log" /readyz
  port=${URL##*:}
  metrics=$(sed -n -e 's/^metrics on .*:\([0-9]*\)$/\1/p' -e 's/.*"metrics_address":"[^"]*:\([0-9]*\)".*/\1/p' "$log")
}

reached() { # HOST
  curl --silent --fail --max-time 5 --noproxy '*' --output /dev/null "http://$1:$port/livez" &&
    curl --silent --fail --max-time 5 --noproxy '*' --output /dev/null "http://$1:$metrics/metrics"
}

kit=("$embedded" --in-memory)
python=("$VENV/bin/python" examples/python/app.py)
for name in kit python; do
  declare -n command=$name
  deployed "$name" "${command[@]}"
  for host in 127.0.0.1 '[::1]'; do reached "$host" || fail "$name: not reached at $host"; done
  "$runner" --url "http://[::1]:$port" --profile smoke --out "$WORK/addresses-$name" >"$WORK/addresses-$name.txt" 2>&1 ||
    { cat "$WORK/addresses-$name.txt" >&2 && fail "$name: not conformant at [::1]"; }
  cleanup
  deployed "$name-without" python3 interop/addresses/without_ipv6.py "${command[@]}"
  reached 127.0.0.1 || fail "$name, without IPv6: not reached at 127.0.0.1"
  # A test of the test: what it cannot see must not be there.
  reached '[::1]' && fail "$name, without IPv6: reached at [::1]"
  cleanup
done
echo "kit and Python: reached by both families, and by IPv4 where there is no other"
