#!/usr/bin/env bash
# The image holds what it should, small and without root; every command in it runs, and the provider in it, started with the
# operator's environment, passes the runner in it. No container engine: umoci unpacks, bubblewrap confines.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need buildah buildah
need umoci umoci
need bwrap bubblewrap
need ip iproute2
need curl curl
[[ -f /etc/ssl/certs/ca-certificates.crt ]] || need update-ca-certificates ca-certificates

image=$WORK/image
rm -rf "$image"
mkdir -p "$image/layout" "$image/data" "$image/report"
deploy/image/build "$image/archive.tar"
tar -xf "$image/archive.tar" -C "$image/layout"
tag=$(sed -n 's/.*"org.opencontainers.image.ref.name":"\([^"]*\)".*/\1/p' "$image/layout/index.json")
umoci unpack --rootless --image "$image/layout:$tag" "$image/bundle" 2>"$image/umoci.log" || { cat "$image/umoci.log" >&2; exit 1; }
root=$image/bundle/rootfs

bytes=$(du -sb "$root" | cut -f1)
((bytes <= 30 * 1024 * 1024)) || fail "$root: $bytes bytes, more than 30 MiB"
grep -q '"uid": *1000' "$image/bundle/config.json" || fail "$image/bundle/config.json: does not run as uid 1000"
if find "$root" -perm /6000 | grep .; then fail "$root: setuid or setgid"; fi
programs=$(cd "$root" && find . -type f -perm /111 | sort | tr '\n' ' ')
[[ $programs == "./usr/local/bin/kfp-provider-kit " ]] ||
  fail "$root: other programs than expected: $programs"

# What a container's runtime adds, and the volume of a report.
mkdir -p "$root"/{proc,dev,report}
# A network of its own: as the operator starts it, the provider listens on every address.
((EUID == 0)) && alone=(unshare --net) || alone=(unshare --net --map-root-user)
IMAGE=$image ROOT=$root "${alone[@]}" bash interop/image/inside
printf '%s bytes unpacked, %s as an archive; every command runs and the provider conforms\n' "$bytes" "$(stat -c %s "$image/archive.tar")"
