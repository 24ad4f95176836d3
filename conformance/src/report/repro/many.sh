together() { # STEP...: the requests of a round, in every other attempt in the other order: curl takes its time to start
  order=
  for one; do
    if [ $((tries % 2)) = 0 ]; then order="$order $one"; else order="$one $order"; fi
  done
  for one in $order; do "$one"; done
}
send_beside() { # NUMBER METHOD PATH BODY OPTIONS: a request beside others, with a folder of its own for what comes
  mkdir -p "$T/$1"
  (
    trap - EXIT
    T=$T/$1
    shift
    send "$@"
  ) &
}
id_of() { # NUMBER KEPT: the id that came with an answer, as encode has it
  (T=$T/$1 && raw id | encode "$2")
}
all_came() { # COUNT: all of them came to an end; the last stands for all
  at=0
  while [ "$at" -lt "$1" ]; do
    [ -s "$T/$at/status" ] || unclear "request $at came to no end"
    at=$((at + 1))
  done
  show_answer $((at - 1))
}
show_answer() { # NUMBER: makes an answer the one that is told
  status=$(cat "$T/$1/status") code=28
  cp "$T/$1/body" "$T/body"
}
what_came() { # per answer its status, its shape and the first answer with the same id
  number=0
  while [ -d "$T/$number" ]; do
    printf '%s\t%s %s\n' "$(id_of "$number" '')" "$(cat "$T/$number/status")" "$(T=$T/$number && shape)"
    number=$((number + 1))
  done | awk -F '\t' '{ first = "no"; if ($1 != "") { if (!($1 in seen)) seen[$1] = NR; first = seen[$1] } printf "%s, id of %s\n", $2, first }'
}
as_played() { # RECORDED: in statuses, members and which ids are the same
  [ "$(what_came)" = "$1" ]
}
each_of() { # COUNT REQUEST: that many of the request, eight at a time
  n=0
  while [ "$n" -lt "$1" ]; do
    mkdir -p "$T/$n"
    (
      trap - EXIT
      T=$T/$n
      "$2"
    ) &
    n=$((n + 1))
    if [ $((n % 8)) = 0 ]; then wait; fi
  done
  wait
}
keep_id() { # what this request is about from now on
  id=$(raw id | encode '')
  if [ -n "$id" ]; then printf '%s\n' "$id" >"$T/id"; fi
}
watch_answer() { # notes an answer that shows the defect
  if one_shows; then : >"$T/shown"; fi
}
one_of() { # COUNT: one of the answers showed it
  number=0
  while [ "$number" -lt "$1" ]; do
    if [ -f "$T/$number/shown" ]; then
      show_answer "$number"
      return 0
    fi
    number=$((number + 1))
  done
  return 1
}
issued_twice() { # an id stands for two of what was created
  [ -n "$(sort "$T"/[0-9]*/id | uniq -d)" ]
}
once_more() { # another attempt, with new names
  sweep
  MADE=
  rm -rf "${T:?}"/[0-9]*
  RUN=$(printf '%06x' $(((0x$RUN + 7919) % 16777216)))
}
