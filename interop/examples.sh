#!/usr/bin/env bash
# The jobs of examples/ci are what GitHub and GitLab accept, and do in the image of their Containerfile, step by step, what they
# promise: a good provider passes, a broken one does not, and both leave their reports. KFP_CONFORMANCE and KFP_EMBEDDED name
# the binaries; without them, they are built. interop/python-provider.sh runs the rest of examples/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

((EUID == 0)) || fail "examples: jobs run as root in their containers (hint: run this as root)"
need buildah buildah
need bwrap bubblewrap
venv examples interop/examples/requirements.txt
build_runner
build_embedded

# A file that nothing runs would be found out by whoever copies it.
run="Containerfile README.md github.yml gitlab-ci.yml provider.toml"
there=$(git ls-files --cached --others --exclude-standard examples | grep -v '^examples/python/' | sed 's#^examples/ci/##' | sort | tr '\n' ' ')
[[ ${there% } == "$run" ]] || fail "examples: there is '$there', and run is '$run'"

"$VENV/bin/check-jsonschema" --builtin-schema vendor.github-workflows examples/ci/github.yml >&2
"$VENV/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci examples/ci/gitlab-ci.yml >&2

# The image, in a storage of its own. Nothing is pulled: the shell and the tools of this machine stand for its base, and what
# stands for the kit's image has the programs where that has them.
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
cat >"$folder/storage.conf" <<CONF
[storage]
driver = "vfs"
runroot = "$folder/run"
graphroot = "$folder/graph"
CONF
printf 'unqualified-search-registries = []\n' >"$folder/registries.conf"
export CONTAINERS_STORAGE_CONF=$folder/storage.conf CONTAINERS_REGISTRIES_CONF=$folder/registries.conf STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
base=$folder/base
mkdir -p "$base"/{usr/bin,usr/local/bin,tmp,root,proc,dev,etc}
ln -s usr/bin "$base/bin"
programs=("$(command -v bash)" "$(command -v sh)" "$(command -v env)" "$(command -v id)" "$(command -v cat)")
install -m 755 "${programs[@]}" "$base/usr/bin"
ldd "${programs[@]}" "$runner" "$embedded" | grep -o '/[^ :]*\.so[^ :]*' | sort -u | while read -r library; do
  mkdir -p "$base$(dirname "$library")"
  cp -L "$library" "$base$library"
done
made=$(buildah from scratch)
buildah copy --quiet "$made" "$base" / >/dev/null
buildah commit --quiet --rm "$made" debian:12-slim >/dev/null
made=$(buildah from scratch)
buildah copy --quiet "$made" "$runner" /usr/local/bin/kfp-conformance >/dev/null
buildah copy --quiet "$made" "$embedded" /usr/local/bin/kfp-provider-embedded >/dev/null
buildah commit --quiet --rm "$made" kfp-provider-kit:test >/dev/null
buildah bud --quiet --pull-never --build-arg KIT=kfp-provider-kit:test --tag kfp-provider-kit-ci:test examples/ci >/dev/null
root=$(buildah mount "$(buildah from --pull-never kfp-provider-kit-ci:test)")

good=$folder/good broken=$folder/broken
mkdir "$good" "$broken"
cp examples/ci/provider.toml "$good"
# It reports no runs, so that each of its events would be waited for.
sed -e 's#^start = .*#start = "kfp-conformance mock --deployed --break delete-404-with-provider-error"#' \
  -e 's#^wait = .*#wait = "1s"\nquiet = "1s"\nclosed = "1s"\nslow = "1s"#' examples/ci/provider.toml >"$broken/provider.toml"
grep -q '^start = .*mock' "$broken/provider.toml" || fail "examples/ci/provider.toml: has no start to replace"

# job FLAVOUR FILE REPOSITORY: runs the jobs of a file. Their artifacts are in $folder/FLAVOUR-REPOSITORY/artifacts.
job() {
  local name=$1-$(basename "$3")
  "$VENV/bin/python" interop/examples/ci.py "$1" "$2" "$3" "$folder/$name" interop/examples/inside "$root" >"$WORK/examples-$name.txt" 2>&1
}
verdicts=()
for flavour in github gitlab; do
  file=examples/ci/$flavour.yml report=conformance-report
  [[ $flavour == gitlab ]] && file=examples/ci/gitlab-ci.yml report=conformance
  job "$flavour" "$file" "$good" || { cat "$WORK/examples-$flavour-good.txt" >&2 && fail "$file: a good provider does not pass"; }
  if job "$flavour" "$file" "$broken"; then
    cat "$WORK/examples-$flavour-broken.txt" >&2
    fail "$file: a broken provider passes"
  fi
  for repository in good broken; do
    [[ -s $folder/$flavour-$repository/artifacts/$report/report.html ]] || { cat "$WORK/examples-$flavour-$repository.txt" >&2 && fail "$file: no report of the $repository provider"; }
  done
  grep -q '"delete.unknown-id.operator-safe"' "$folder/$flavour-broken/artifacts/$report/report.json" || fail "$file: failed for another reason"
  verdicts+=("$flavour: $(sed -n 's/^VERDICT *//p' "$WORK/examples-$flavour-good.txt" | tail -n 1)")
done
grep -q 'summary: [1-9]' "$WORK/examples-github-good.txt" || fail "examples/ci/github.yml: no summary"
printf '%s; %s\n' "${verdicts[@]}"
