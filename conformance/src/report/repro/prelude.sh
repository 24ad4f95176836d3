unclear() { # nothing can be said, for the reason given
  printf 'COULD NOT TELL  %s\n' "$*"
  exit 2
}
clean() { # the end
  sweep
  rm -rf "$T"
}
sweep() { # deletes what was created
  for made in $MADE $(cat "$T"/[0-9]*/made 2>/dev/null); do
    curl -q -s --noproxy '*' --path-as-is --globoff --max-time 10 -o /dev/null -X DELETE "$KFP_URL$made" || :
  done
}
send() { # METHOD PATH BODY OPTIONS: BODY is a function that prints it, or - for none
  if [ -s "$T/status" ]; then mv "$T/status" "$T/status.before"; cp "$T/members" "$T/members.before"; fi
  method=$1 path=$2 body=$3
  shift 3
  : >"$T/request"; : >"$T/body"; : >"$T/head"
  if [ "$body" != - ]; then
    "$body" >"$T/request"
    set -- --data-binary "@$T/request" "$@"
  fi
  code=0
  told=$(curl -q -s --noproxy '*' --http1.1 --path-as-is --globoff --max-time "$LIMIT" -X "$method" \
    -o "$T/body" -D "$T/head" -w '%{http_code} %{time_total}' "$@" "$KFP_URL$path") || code=$?
  case $code in 5 | 6 | 7 | 26 | 35 | 60) unclear "curl: exit code $code for $method $KFP_URL$path" ;; esac
  status=${told%% *} took=${told##* }
  if [ "$code" != 0 ]; then status=none; fi
  scan
  printf '%s\n' "$status" >"$T/status"
  printf '%s %s %s %s\n' "$method" "$path" "$(cksum <"$T/request")" "$status" >>"$T/log"
  note_id
}
note_id() { # remembers what was created, to delete it at the end
  case $method.$status in POST.2?? | PUT.2??) ;; *) return 0 ;; esac
  kind=${path#/resource/}
  kind=${kind%%/*}
  new=$(raw id | encode '')
  if [ -n "$new" ]; then
    MADE="/resource/$kind/$new $MADE"
    printf '/resource/%s/%s ' "$kind" "$new" >>"$T/made"
    if [ "$method" = POST ]; then printf '%s/%s\n' "$kind" "$new" >>"$T/created"; fi
  fi
}
cut_short() { # METHOD PATH BODY BYTES HEADERS: drops the connection in the middle of the body
  method=$1 path=$2 bytes=$4
  "$3" >"$T/request"
  shift 4
  {
    printf '%s %s HTTP/1.1\r\nHost: %s\r\n' "$method" "$PREFIX$path" "$AUTHORITY"
    printf '%s\r\n' "$@" ''
    dd bs=1 count="$bytes" <"$T/request" 2>/dev/null
  } >"$T/raw"
  { cat "$T/raw"; sleep 1; } | curl -q -s --noproxy '*' --max-time 1 -o /dev/null "telnet://$AUTHORITY" || :
}
raw_send() { # METHOD PATH BODY HEADERS: curl carries the bytes, but looks at nothing
  method=$1 path=$2 body=$3
  shift 3
  : >"$T/request"
  if [ "$body" != - ]; then "$body" >"$T/request"; fi
  {
    printf '%s %s HTTP/1.1\r\nHost: %s\r\n' "$method" "$PREFIX$path" "$AUTHORITY"
    printf '%s\r\n' "$@" ''
    cat "$T/request"
  } >"$T/raw"
  code=0
  { cat "$T/raw"; sleep 2; } | curl -q -s -N --noproxy '*' --max-time 2 -o "$T/answer" "telnet://$AUTHORITY" || code=$?
  case $code in 0 | 28) ;; *) unclear "curl: exit code $code for telnet://$AUTHORITY" ;; esac
  sed '/^.$/q' <"$T/answer" >"$T/head"
  status=$(sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head")
  length=$(header content-length)
  excess=$(($(wc -c <"$T/answer") - $(wc -c <"$T/head")))
  tail -c "$excess" "$T/answer" >"$T/body"
  took=2
  scan
  printf '%s\n' "$status" >"$T/status"
  note_id
}
read_on() { # after a send that read on until the connection closed: what came
  [ -s "$T/head" ] || unclear 'no answer'
  status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/head" | tail -n 1)
  length=$(header content-length)
  excess=$(wc -c <"$T/body")
}
has_excess() { # bytes after the end of the answer, or a length where none may be
  [ -n "${excess:-}" ] || read_on
  case $(header transfer-encoding) in
    *chunked*)
      [ -n "$length" ] || unclear 'the answer is chunked'
      return 0
      ;;
  esac
  case $status in 204 | 304) allowed=0 ;; *) allowed=${length:-$excess} ;; esac
  [ "$excess" -ne "$allowed" ] || { [ "$status" = 204 ] && [ "${length:-0}" != 0 ]; }
}
left_open() { # curl was told to read on until the connection closes, and that took too long
  read_on
  [ "$code" = 28 ]
}
scan() { # takes the JSON of the answer apart: its kind, then one line per member
  tr '\n\r\t\000' '    ' <"$T/body" | LC_ALL=C awk '
    { s = s $0 }
    function member() { if (key != "") { v = substr(s, from, i - from); gsub(/^ +| +$/, "", v); print key "\t" v }; key = "" }
    END {
      n = length(s); i = 1; depth = 0; kind = "none"; state = 0
      if (substr(s, 1, 3) == "\357\273\277") i = 4
      for (; i <= n; i++) {
        c = substr(s, i, 1)
        if (quoted) {
          if (escaped) escaped = 0
          else if (c == "\\") escaped = 1
          else if (c == "\"") {
            quoted = 0
            if (depth == 1 && kind == "object" && key == "") key = substr(s, start + 1, i - start - 1)
            if (depth == 0) { kind = "value"; ended = 1 }
          }
          continue
        }
        if (c == " ") { if (bare) { bare = 0; ended = 1 } ; continue }
        if (ended) { trailing = 1; break }
        if (c == "\"") { quoted = 1; start = i }
        else if (c == "{" || c == "[") { if (depth == 0) kind = (c == "{") ? "object" : "array"; depth++ }
        else if (c == "}" || c == "]") { if (depth == 1) member(); depth--; if (depth <= 0) ended = 1 }
        else if (c == "," && depth == 1) member()
        else if (c == ":" && depth == 1 && key != "") from = i + 1
        else if (depth == 0) {
          if (c !~ /[-0-9a-z]/) { kind = "none"; break }
          if (!bare) { if (substr(s, i) !~ /^(true|false|null|-?[0-9])/) { kind = "none"; break }; bare = 1; kind = "value" }
        }
      }
      if (kind == "object" && !ended) kind = "none"
      if (kind == "array" && !ended) kind = "none"
      print "kind\t" kind > FILE
      print "trailing\t" (trailing ? 1 : 0) > FILE
    }' FILE="$T/kind" - >"$T/members"
}
raw() { # NAME: the JSON of a member, nothing if it is absent
  awk -F '\t' -v name="$1" '$1 == name { v = $2 } END { printf "%s", v }' "$T/members"
}
encode() { # KEPT: the string or number of JSON on standard input, percent-encoded but for what is kept
  LC_ALL=C awk -v kept="$1" '
    function byte(b,   c) {
      c = sprintf("%c", b)
      if (b > 0 && index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~" kept, c)) printf "%s", c
      else printf "%%%02X", b
    }
    function character(p) {
      if (p < 128) byte(p)
      else if (p < 2048) { byte(192 + int(p / 64)); byte(128 + p % 64) }
      else if (p < 65536) { byte(224 + int(p / 4096)); byte(128 + int(p / 64) % 64); byte(128 + p % 64) }
      else { byte(240 + int(p / 262144)); byte(128 + int(p / 4096) % 64); byte(128 + int(p / 64) % 64); byte(128 + p % 64) }
    }
    function hex(t,   j, v) { v = 0; for (j = 1; j <= 4; j++) v = v * 16 + index("0123456789abcdef", tolower(substr(t, j, 1))) - 1; return v }
    BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
    {
      s = $0
      if (substr(s, 1, 1) == "\"") s = substr(s, 2, length(s) - 2)
      else if (s !~ /^-?[0-9]/) exit
      for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        if (c != "\\") { byte(code[c]); continue }
        c = substr(s, ++i, 1)
        if (c == "n") byte(10)
        else if (c == "t") byte(9)
        else if (c == "r") byte(13)
        else if (c == "b") byte(8)
        else if (c == "f") byte(12)
        else if (c != "u") byte(code[c])
        else {
          p = hex(substr(s, i + 1, 4)); i += 4
          if (p >= 55296 && p < 56320 && substr(s, i + 1, 2) == "\\u") { p = 65536 + (p - 55296) * 1024 + hex(substr(s, i + 3, 4)) - 56320; i += 6 }
          character(p)
        }
      }
    }'
}
run_of() { # COUNT CHARACTER: that many of it
  printf "%$1s" '' | tr ' ' "$2"
}
header() { # NAME: the value of a header of the final answer
  tr -d '\r' <"$T/head" | awk -v name="$1" '
    /^HTTP\// { v = "" }
    { at = index($0, ":"); if (at && tolower(substr($0, 1, at - 1)) == name) { v = substr($0, at + 1); sub(/^[ \t]+/, "", v) } }
    END { printf "%s", v }'
}
answered() { [ "$status" != none ]; }
status() { # FROM-TO...
  for range; do
    if [ "$status" != none ] && [ "$status" -ge "${range%-*}" ] && [ "$status" -le "${range#*-}" ]; then return 0; fi
  done
  return 1
}
is_object() { answered && grep -q '^kind.object' "$T/kind"; }
trailing() { grep -q '^trailing.1' "$T/kind"; }
member() { case $(raw "$1") in '' | null | '""') return 1 ;; esac; }
text() { case $(raw "$1" | tr -d ' ') in '""' | '') return 1 ;; \"*) return 0 ;; esac; return 1; }
other_kind() { case $(raw "$1") in '' | null | \"*) return 1 ;; esac; }
echoed() {
  case $(raw id) in \"*) ;; *) return 1 ;; esac
  [ "$(raw id | encode '')" = "${path##*/}" ] || [ "$(raw id | encode "!*'()")" = "${path##*/}" ]
}
is_json() { case $(header content-type | tr -d ' ' | tr '[:upper:]' '[:lower:]') in application/json | application/json\;*) return 0 ;; esac; return 1; }
encoded_body() {
  case $(header transfer-encoding) in '' | chunked) ;; *) return 0 ;; esac
  case $(header content-encoding) in '' | identity) return 1 ;; esac
}
bad_text() {
  if [ "$(od -An -tx1 -N3 "$T/body" | tr -d ' \n')" = efbbbf ]; then return 0; fi
  ! iconv -f UTF-8 -t UTF-8 <"$T/body" >/dev/null 2>&1
}
odd_keys() {
  awk -F '\t' '{ k = tolower($1); if ((k == "id" && $1 != "id") || (k == "providererror" && $1 != "providerError") || seen[$1]++) odd = 1 } END { exit !odd }' "$T/members"
}
bytes_from() { [ "$(wc -c <"$T/body")" -ge "$1" ]; }
longer_than() { # LIMIT: characters, each escape of the JSON counted as one
  [ "$(raw providerError | encode '' | sed 's/%[89AB][0-9A-F]//g; s/%../x/g' | wc -c)" -gt "$1" ]
}
wordless() {
  case $(raw providerError) in \"*) ;; *) return 1 ;; esac
  [ "$(raw providerError | sed 's/\\[nrt]/ /g' | tr ' ' '\n' | LC_ALL=C grep -c '[A-Za-z]')" -lt 2 ]
}
contains() { # TEXT...: the body has one of them
  for part; do
    if grep -qF -e "$part" "$T/body"; then return 0; fi
  done
  return 1
}
unsafe_id() {
  case $(raw id) in \"*) ;; *) return 1 ;; esac
  case $(raw id | encode '') in *%22* | *%24* | *%60* | *%5C* | *%[01]? | *%[01]?* | *%7F* | *%C2%[89]* | *%7B%7B* | -n | -e | -ne | -en) return 0 ;; esac
  return 1
}
dot_id() { case $(raw id) in '"."' | '".."') return 0 ;; esac; return 1; }
edge_blanks() { case $(raw id | encode '') in %20* | %09* | %0?* | *%20 | *%09 | *%0? | %C2%A0* | *%C2%A0) return 0 ;; esac; return 1; }
id_over() { [ "$(raw id | encode '' | wc -c)" -gt "$1" ]; }
slower_than() { awk -v took="$took" -v limit="$1" 'BEGIN { exit !(took * 1000 > limit) }'; }
one_id() { [ -s "$T/created" ] && [ -n "$(sort "$T/created" | uniq -d)" ]; }
other_id_before() { tail -n 2 "$T/log" | awk '{ p[NR] = $2 } END { exit !(NR == 2 && p[1] != p[2]) }'; }
status_differs() { [ "$(cat "$T/status.before")" != "$status" ]; }
answer_differs() {
  status_differs || [ "$(raw id)" != "$(awk -F '\t' '$1 == "id" { v = $2 } END { printf "%s", v }' "$T/members.before")" ]
}
wavers() {
  awk '{ key = $1 " " $2 " " $3 " " $4; if (key in seen && seen[key] != $5) odd = 1; seen[key] = $5 } END { exit !odd }' "$T/log"
}
shape() { # the kind of the body and of each member
  printf '%s' "$(sed -n 's/^kind.//p' "$T/kind")"
  awk -F '\t' '{ k = substr($2, 1, 1); w = "value"; if (k == "\"") w = "string"; if (k == "{") w = "object"; if (k == "[") w = "array"; if ($2 == "null") w = "null"; printf " %s:%s", $1, w }' "$T/members"
}
as_recorded() { [ "$status" = "$1" ] && [ "$(shape)" = "$2" ]; }
actual() { # the answer in one line, without what a terminal would obey
  if [ "$status" = none ]; then
    printf 'no complete answer (exit code %s of curl)' "$code"
  else
    printf '%s ' "$status"
    dd bs=300 count=1 <"$T/body" 2>/dev/null | tr '\000-\037\177' ' '
  fi
}
