#!/bin/sh
# A compiler, as the operator's workflows call it. Its output has the definition that it saw, who it was, and as many bytes
# of filler as the definition asks for; "compile": "fail" lets it fail.
set -eu
[ "$#" = 4 ] && [ "$1" = --output_file ] && [ "$3" = --pipeline_config ] || { echo "compile.sh: called as $*" >&2; exit 2; }
bytes=$(sed -n 's/.*"fillerBytes":\([0-9]*\).*/\1/p' "$4")
if grep -q '"compile":"fail"' "$4"; then echo "compile.sh: as the definition wants it" >&2; exit 3; fi
{
  printf '{"uid":%s,"definition":' "$(id -u)"
  cat "$4"
  printf ',"filler":"'
  head -c "${bytes:-0}" /dev/zero | tr '\0' x
  printf '"}\n'
} >"$2"
