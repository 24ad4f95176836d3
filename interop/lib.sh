# What the scripts of this folder share. To be sourced; leaves the caller in the root of the repository.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."
WORK=$PWD/target/interop
mkdir -p "$WORK"

# Nothing here may leave this machine through a proxy, or meet one on the way to loopback.
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# need COMMAND PACKAGE: installs what a fresh machine may lack.
need() {
  command -v "$1" >/dev/null && return
  command -v apt-get >/dev/null || fail "$1: not found (hint: install it)"
  apt-get update -q >&2 && apt-get install -y -q --no-install-recommends "$2" >&2
}

# digest_of FILE: the SHA-256 that published.txt has for it.
digest_of() {
  awk -v file="$1" '$1 == file { print $2; found = 1 } END { exit !found }' interop/published.txt
}

# published FILE...: sets PUBLISHED to a folder with these files as others publish them: ../shared/upstream if it has them,
# else downloaded. Either way they are the ones of published.txt, byte for byte.
published() {
  local file address
  PUBLISHED=../shared/upstream
  for file; do [[ -f $PUBLISHED/$file ]] || PUBLISHED=$WORK/published; done
  for file; do
    if [[ ! -f $PUBLISHED/$file ]]; then
      need curl curl
      address=$(awk -v file="$file" '$1 == file { print $3 }' interop/published.txt)
      curl --silent --show-error --fail --location --create-dirs --output "$PUBLISHED/$file.part" "$address" ||
        fail "$file: cannot be downloaded from $address (hint: put it into ../shared/upstream)"
      mv "$PUBLISHED/$file.part" "$PUBLISHED/$file"
    fi
    [[ $(sha256sum <"$PUBLISHED/$file") == "$(digest_of "$file")  -" ]] ||
      fail "$PUBLISHED/$file: not the file of interop/published.txt (hint: remove it, or correct the digest)"
  done
}

# venv NAME REQUIREMENTS...: sets VENV to a virtual environment with exactly that in it.
venv() {
  local stamp name=$1
  shift
  need python3 python3
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3: older than 3.11 (hint: put a newer one first in PATH)"
  python3 -c 'import ensurepip' 2>/dev/null || need_venv
  VENV=$WORK/$name
  stamp=$(python3 --version; sha256sum -- "$@")
  [[ -f $VENV/stamp && $(<"$VENV/stamp") == "$stamp" ]] && return
  rm -rf "$VENV"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install -q --disable-pip-version-check "${@/#/--requirement=}"
  printf '%s\n' "$stamp" >"$VENV/stamp" # last: an installation that was cut short does not count
}

need_venv() {
  apt-get update -q >&2 && apt-get install -y -q --no-install-recommends python3-venv >&2
}

# need_go: Go in PATH, 1.21 or newer, which fetches by itself the version that a go.mod asks for.
need_go() {
  local version
  if command -v go >/dev/null; then
    version=$(go env GOVERSION)
    [[ $version =~ ^go1\.([0-9]+) && ${BASH_REMATCH[1]} -ge 21 ]] || fail "$version: too old (hint: put Go 1.21 or newer first in PATH)"
    return
  fi
  venv go interop/go-requirements.txt
  export PATH=$VENV/bin:$PATH
}

# build_runner: builds the runner, unless KFP_CONFORMANCE names its binary. Sets runner.
build_runner() {
  runner=${KFP_CONFORMANCE:-}
  [[ -n $runner ]] && return
  cargo build -q -p kfp-conformance
  runner=target/debug/kfp-conformance
}

# build_embedded: builds the embedded provider, unless KFP_EMBEDDED names its binary. Sets embedded.
build_embedded() {
  embedded=${KFP_EMBEDDED:-}
  [[ -n $embedded ]] && return
  cargo build -q -p kfp-provider-embedded
  embedded=$PWD/target/debug/kfp-provider-embedded
}

# start LOG COMMAND...: runs a server until this script ends; its output goes to the file LOG. Sets SERVER.
SERVER=
start() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 &
  SERVER=$!
}

cleanup() {
  [[ -z $SERVER ]] && return
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start_mock RUNNER FILE FAULT...: serves the provider that is broken in these ways; its first line goes to FILE. Sets URL.
start_mock() {
  local runner=$1 file=$2 fault deadline=$((SECONDS + 30)) faults=()
  shift 2
  for fault; do faults+=(--break "$fault"); done
  : >"$file"
  start "$file" "$runner" mock "${faults[@]}"
  until URL=$(head -n 1 "$file") && [[ $URL == http* ]]; do
    if ! kill -0 "$SERVER" 2>/dev/null || ((SECONDS >= deadline)); then
      cat "$file" >&2
      fail "mock: does not start"
    fi
    sleep 0.1
  done
}

# wait_for_http LOG PATH: waits until the server has written `listening on URL`, or the line of a provider that is made
# with the kit, and answers there with success. Sets URL.
wait_for_http() {
  local deadline=$((SECONDS + 30))
  need curl curl
  until URL=$(sed -n -e 's/^listening on //p' -e 's#.*"message":"listening","address":"\([^"]*\)".*#http://\1#p' "$1") && [[ -n $URL ]] &&
    curl --silent --fail --max-time 2 --output /dev/null "$URL$2"; do
    if ! kill -0 "$SERVER" 2>/dev/null || ((SECONDS >= deadline)); then
      cat "$1" >&2
      fail "$2: no answer from the server"
    fi
    sleep 0.1
  done
}
