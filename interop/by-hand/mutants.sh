#!/usr/bin/env bash
# Mutation-tests the code that judges, and prints what its tests did not notice. docs/mutants.md explains the survivors.
# Takes about an hour on one core, so it is started by hand. Arguments are files; without any, all that judges.
#
# The crate is tested in a copy that has nothing but the judging modules and what they build on: all of it would take
# six times as long to compile for each mutant. The judged files are the same, and so are their tests.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

VERSION=27.1.0
command -v cargo-mutants >/dev/null || cargo install --locked --quiet cargo-mutants --version "$VERSION"
FILES=("$@")
[[ $# -gt 0 ]] || FILES=(oracle judge/{creates,expected,flakiness,mod,results,verdict}.rs config/expected.rs
  base/outcome.rs stimuli/model/history.rs)

copy=$WORK/mutants
mkdir -p "$copy/tree"
find "$copy/tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
git ls-files -z | xargs -0 cp --parents -t "$copy/tree"
cd "$copy/tree"

src=conformance/src
# Imports go down only, so the lowest layers and the judge stand without the others.
{
  echo '//! The code that judges, alone.'
  for layer in base catalogue config journal judge oracle stimuli wire; do
    echo "mod $layer;"
  done
} >$src/lib.rs
sed -i -e '/^\[\[bin\]\]/,/^$/d' -e 's/^\[features\]/autobins = false\nautotests = false\n\n[features]/' conformance/Cargo.toml

selected=()
for file in "${FILES[@]}"; do
  [[ $file == *.rs ]] || file="$file/**/*.rs"
  selected+=(--file "$src/$file")
done
small=profile.dev.package.kfp-conformance
status=0
nice -n 19 cargo mutants --in-place --output "$copy" --package kfp-conformance "${selected[@]}" \
  --timeout 120 --no-shuffle --cargo-arg=--lib \
  --cargo-arg=--config --cargo-arg=$small.opt-level=0 --cargo-arg=--config --cargo-arg=$small.debug=false \
  -- -- judge:: base::outcome:: oracle:: config::expected:: stimuli::model:: || status=$?
# 2 says that some survived, which is for people to judge.
[[ $status -eq 0 || $status -eq 2 ]] || exit "$status"
