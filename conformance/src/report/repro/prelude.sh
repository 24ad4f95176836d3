unclear() { # nothing can be said, for the reason given
  printf 'COULD NOT TELL  %s\n' "$*"
  exit 2
}
clean() { # the end: deletes what was created
  for made in $MADE; do
    curl -q -s --noproxy '*' --path-as-is --globoff --max-time 10 -o /dev/null -X DELETE "$KFP_URL$made" || :
  done
  rm -rf "$T"
}
send() { # METHOD PATH BODY OPTIONS: BODY is a function that prints it, or - for none
  status_before=$status id_before=$id path_before=$path
  method=$1 path=$2 body=$3
  shift 3
  : >"$T/body"; : >"$T/head"
  if [ "$body" != - ]; then
    "$body" >"$T/request"
    set -- --data-binary "@$T/request" "$@"
  fi
  code=0
  told=$(curl -q -s --noproxy '*' --http1.1 --path-as-is --globoff --max-time "$LIMIT" -X "$method" \
    -o "$T/body" -D "$T/head" -w '%{http_code} %{time_total} %{content_type}' "$@" "$KFP_URL$path") || code=$?
  case $code in 5 | 6 | 7 | 26 | 35 | 60) unclear "curl: exit code $code for $method $KFP_URL$path" ;; esac
  status=${told%% *} told=${told#* }
  took=${told%% *} media=${told#* }
  if [ "$code" != 0 ]; then status=none; fi
  id=$(jq -r '.id | strings, numbers | @uri' <"$T/body" 2>/dev/null | sed "s/!/%21/g; s/\\*/%2A/g; s/'/%27/g; s/(/%28/g; s/)/%29/g; q")
  case $method.$status.$id in POST.2??.?* | PUT.2??.?*) ;; *) return 0 ;; esac
  kind=${path#/resource/}
  made=/resource/${kind%%/*}/$id
  MADE="$made $MADE"
  if [ "$method" = POST ]; then printf '%s\n' "$made" >>"$T/created"; fi
}
lenient() { # the id as an older jq encodes it
  printf %s "$id" | sed "s/%21/!/g; s/%2A/*/g; s/%27/'/g; s/%28/(/g; s/%29/)/g"
}
run_of() { # COUNT CHARACTER: that many of it
  printf "%$1s" '' | tr ' ' "$2"
}
answered() { [ "$status" != none ]; }
status() { # FROM-TO...
  for range; do
    if [ "$status" != none ] && [ "$status" -ge "${range%-*}" ] && [ "$status" -le "${range#*-}" ]; then return 0; fi
  done
  return 1
}
json() { # FILTER: holds for the body
  answered && [ "$(jq "$@" <"$T/body" 2>/dev/null | head -n 1)" = true ]
}
echoed() { # the id is the one in the path
  json '.id | type == "string"' && { [ "$id" = "${path##*/}" ] || [ "$(lenient)" = "${path##*/}" ]; }
}
is_json() { case $(printf %s "$media" | tr -d ' ' | tr '[:upper:]' '[:lower:]') in application/json | application/json\;*) return 0 ;; esac; return 1; }
is_encoded() {
  grep -i -e '^content-encoding:' -e '^transfer-encoding:' "$T/head" | grep -qivE ': *(identity|chunked)?[[:space:]]*$'
}
issued_twice() { [ -s "$T/created" ] && [ -n "$(sort "$T/created" | uniq -d)" ]; }
as_recorded() { # STATUS SHAPE: the kind of the body and of each member
  shape=$(answered && jq -r '
    def kind: type | if . == "number" or . == "boolean" then "value" else . end;
    if type == "object" then "object" + ([keys[] as $k | " \($k):\(.[$k] | kind)"] | add // "")
    elif type == "array" then "array" else "value" end' <"$T/body" 2>/dev/null | head -n 1)
  [ "$status" = "$1" ] && [ "${shape:-none}" = "$2" ]
}
actual() { # the answer in one line, without what a terminal would obey
  if [ "$status" = none ]; then
    printf 'no complete answer (exit code %s of curl)' "$code"
  else
    printf '%s ' "$status"
    dd bs=300 count=1 <"$T/body" 2>/dev/null | tr '\000-\037\177' ' '
  fi
}
