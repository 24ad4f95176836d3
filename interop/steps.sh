#!/usr/bin/env bash
# kfp-provider sends what jq and curl send as the operator's workflow steps use them, and with --compat leaves what they
# leave. KFP_PROVIDER names the binary; without it, it is built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need python3 python3
need curl curl
need jq jq
if [[ -z ${KFP_PROVIDER:-} ]]; then
  cargo build -q -p kfp-provider-client --bin kfp-provider
  KFP_PROVIDER=$PWD/target/debug/kfp-provider
fi

work=$WORK/steps
rm -rf "$work" && mkdir -p "$work"
log=$work/recorder.log
start "$log" python3 interop/steps/recorder.py "$work/requests"
deadline=$((SECONDS + 30))
until port=$(sed -n 's/^listening on //p' "$log") && [[ -n $port ]]; do
  kill -0 "$SERVER" 2>/dev/null && ((SECONDS < deadline)) || { cat "$log" >&2 && fail "recorder: does not start"; }
  sleep 0.1
done

# What the operator's steps do, each in a container of its own: the id through jq, a pipeline's parts through the shell,
# and the request through curl, which alone says whether the step fails.
encode() { printf %s "$1" | jq -sRr @uri; }
combine() { printf '{"pipelineDefinition": %s, "compiledPipeline": %s}' "$(cat "$1")" "$(cat "$2")"; }
request() { # METHOD URL [BODY]
  local status
  status=$(curl --silent --request "$1" --output "$output" --write-out '%{http_code}' \
    ${3:+--header 'Content-Type: application/json' --data-binary "@$3"} "$2") || true
  [[ $status != 501 ]]
}

# theirs OPERATION TYPE BASE ID BODY; ours the same.
theirs() {
  case $1 in
    create) request POST "$3/resource/$2" "$5" ;;
    update) request PUT "$3/resource/$2/$(encode "$4")" "$5" ;;
    delete) request DELETE "$3/resource/$2/$(encode "$4")" ;;
  esac
}
ours() {
  local options=(--type "$2" --url "$3" --output "$output" "${@:6}")
  case $1 in
    create) "$KFP_PROVIDER" create "${options[@]}" --body "$5" ;;
    update) "$KFP_PROVIDER" update "${options[@]}" --id "$4" --body "$5" ;;
    delete) "$KFP_PROVIDER" delete "${options[@]}" --id "$4" ;;
  esac 2>>"$work/ours.log"
}

# last: the last request, as the recorder keeps it: request line, content type, length, body.
last() { cat "$work/requests/$(find "$work/requests" -type f -printf '%f\n' | sort -n | tail -1)"; }

# 1. The same requests.
printf '{"name":"a/b","x":"<\\u00e9>"}\n' >"$work/simple"
printf '{ "a" : 1.0, "b": 1e400 }\n\n\n' >"$work/compiled"
head -c 1500000 /dev/zero | tr '\0' x | sed 's/^/"/; s/$/"/' >"$work/large"
printf 'no JSON \xff at all' >"$work/bytes"
: >"$work/empty"
ids=(a a/b 'a b' 100% a%20b 'a+b=c,d:e@f' 'a?b#c' '"q"' '$HOME`id`\n' -n -e ... .hidden "$(printf 'x\ny')" $'\u20ac\U1f41f' "[{}]|^<>" "$(head -c 3000 /dev/zero | tr '\0' y)")
compared=0
same_request() { # OPERATION TYPE ID BODY
  output=$work/out
  theirs "$1" "$2" "127.0.0.1:$port/200" "$3" "$4" && last >"$work/theirs"
  ours "$1" "$2" "127.0.0.1:$port/200" "$3" "$4" && last >"$work/ours"
  cmp "$work/theirs" "$work/ours" || fail "$1 $2 $3 $4: not the same request"
  compared=$((compared + 1))
}
for type in pipeline run runschedule experiment; do
  for body in simple large bytes; do same_request create "$type" - "$work/$body"; done
done
for id in "${ids[@]}"; do
  same_request update run "$id" "$work/simple"
  same_request delete run "$id" -
done
for definition in simple bytes; do
  for compiled in compiled large bytes empty; do
    # What is no JSON is refused before it is sent, unless everything is to be as in the operator's steps.
    compat=()
    [[ $definition == bytes || $compiled == bytes || $compiled == empty ]] && compat=(--compat)
    combine "$work/$definition" "$work/$compiled" >"$work/combined"
    output=$work/out
    theirs create pipeline "127.0.0.1:$port/200" - "$work/combined" && last >"$work/theirs"
    "$KFP_PROVIDER" create --type pipeline --definition "$work/$definition" --compiled "$work/$compiled" \
      --url "127.0.0.1:$port/200" --output "$output" "${compat[@]}" 2>>"$work/ours.log" && last >"$work/ours"
    cmp "$work/theirs" "$work/ours" || fail "pipeline of $definition and $compiled: not the same request"
    compared=$((compared + 1))
  done
done

recorded=$(find "$work/requests" -type f | wc -l)
((recorded == 2 * compared)) || fail "$recorded requests were recorded, not $((2 * compared))"

# 2. With --compat the same output file, or the same lack of one, and the same exit code.
kept=0
for answer in 200 201 200-empty 204 302 400 404 422 500 501 502-page 503 half reset dropped; do
  for operation in create update delete; do
    for side in theirs ours; do
      output=$work/$side.out
      rm -f "$output"
      code=0
      if [[ $side == ours ]]; then
        ours "$operation" run "127.0.0.1:$port/$answer" old "$work/simple" --compat || code=$?
      else
        theirs "$operation" run "127.0.0.1:$port/$answer" old "$work/simple" || code=$?
      fi
      printf '%s\n' "$code" >"$work/$side.code"
    done
    cmp "$work/theirs.code" "$work/ours.code" || fail "$operation $answer: not the same exit code"
    if [[ -e $work/theirs.out || -e $work/ours.out ]]; then
      cmp "$work/theirs.out" "$work/ours.out" || fail "$operation $answer: not the same output"
    fi
    kept=$((kept + 1))
  done
done
echo "$compared requests are the same, $kept outputs are the same with --compat ($(jq --version), $(curl --version | head -1 | cut -d' ' -f1-2))"
