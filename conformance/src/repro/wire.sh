hung_up() { # one answer only on a connection that the provider did not say it would close
  [ -s "$T/answer" ] || unclear 'no answer'
  status=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head")
  sed '1,/^.$/d' <"$T/answer" >"$T/body"
  [ "$(grep -c '^HTTP/1' "$T/answer")" -lt 2 ] || return 1
  case $(header connection | tr A-Z a-z) in *close*) return 1 ;; esac
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
start() { # a request beside others: a shell of its own, with a folder of its own
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
