#!/usr/bin/env bash
# Instructions per request. Fetches valgrind if it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
  apt-get update -q && apt-get install -y -q --no-install-recommends valgrind
fi
cargo run -q --release -p kfp-bench -- instructions
