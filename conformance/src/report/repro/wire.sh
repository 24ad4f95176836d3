asked() { # METHOD PATH BODY: a request as bytes
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: curl\r\nAccept: */*\r\n' "$1" "$PREFIX$2" "$AUTHORITY"
  if [ -n "$3" ]; then printf 'Content-Type: application/json\r\nContent-Length: %s\r\n' "${#3}"; fi
  printf '\r\n%s' "$3"
}
hung_up() { # after one of the questions there is no second answer, and nobody said that there would be none
  nothing=/resource/pipeline/kc-$RUN-keepalive
  for question in "DELETE $nothing" "POST /resource/pipeline {" "PUT $nothing {" "GET /no-such-path"; do
    method=${question%% *} rest=${question#* }
    path=${rest%% *} json=
    case $rest in *' {') json='{' ;; esac
    asked "$method" "$path" "$json" >"$T/first"
    asked DELETE "$nothing" '' >"$T/second"
    code=0
    { cat "$T/first"; sleep 1; cat "$T/second"; sleep 2; } |
      curl -q -s -N --noproxy '*' --max-time 2 -o "$T/answer" "telnet://$AUTHORITY" || code=$?
    [ -s "$T/answer" ] || unclear "no answer (exit code $code of curl)"
    sed '/^.$/q' <"$T/answer" >"$T/head"
    status=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head")
    tail -c "+$(($(wc -c <"$T/head") + 1))" "$T/answer" >"$T/body"
    scan
    note_id
    case $(header connection | tr '[:upper:]' '[:lower:]') in *close*) continue ;; esac
    case $(header transfer-encoding) in
      *chunked*) answers=$(awk '{ n += gsub(/HTTP\/1\.[01] [0-9]/, "") } END { print n + 0 }' "$T/answer") ;;
      *)
        length=$(header content-length)
        if [ "$status" = 204 ]; then length=0; fi
        case $(tail -c "+$((${length:-0} + 1))" "$T/body" | dd bs=7 count=1 2>/dev/null) in HTTP/1.) answers=2 ;; *) answers=1 ;; esac
        ;;
    esac
    if [ "$answers" -lt 2 ]; then return 0; fi
  done
  return 1
}
upload() { # METHOD PATH BODY HEADERS: half a body, a probe, and then nothing more
  method=$1 path=$2
  "$3" >"$T/request"
  shift 3
  half=$(($(wc -c <"$T/request") / 2))
  {
    printf '%s %s HTTP/1.1\r\nHost: %s\r\n' "$method" "$PREFIX$path" "$AUTHORITY"
    printf '%s\r\n' "$@" ''
    dd bs="$half" count=1 <"$T/request" 2>/dev/null
  } >"$T/raw"
  { cat "$T/raw"; sleep 4; } | curl -q -s --noproxy '*' --max-time 4 -o /dev/null "telnet://$AUTHORITY" &
  sleep 1
  LIMIT=1
  send GET /livez -
  wait
}
blocked() { [ "$status" = none ]; }
beside() { # a request beside others: a shell of its own, with a folder of its own
  number=$((${number:-0} + 1)) method=DELETE path=$3
  mkdir "$T/$number"
  (
    trap - EXIT
    T=$T/$number
    shift
    send "$@"
    [ -s "$T/created" ] && raw id | encode '' >"$T/id"
  ) &
}
confused() { # two creates got one id, or one that deletes something else
  all=$number at=0 children=
  while [ $at -lt "$all" ]; do
    at=$((at + 1))
    status=$(cat "$T/$at/status") code=0
    cp "$T/$at/body" "$T/body"
    if [ -s "$T/$at/id" ]; then
      cat "$T/$at/id" >>"$T/ids"
      printf '\n' >>"$T/ids"
      children="$path/$(cat "$T/$at/id") $children"
    else
      MADE="$children$MADE"
      return 0
    fi
  done
  MADE="$children$MADE"
  [ "$(sort -u "$T/ids" | wc -l)" -eq "$all" ] || return 0
  for made in $children; do
    send DELETE "$made" -
    if [ "$status" = 404 ]; then return 0; fi
  done
  return 1
}
