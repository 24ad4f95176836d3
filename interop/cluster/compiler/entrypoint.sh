#!/bin/sh
# The framework's image: leaves the compiler in the folder that is its argument.
set -eu
cp /compiler/compile.sh "$1/"
