# What the commands of this folder share. To be sourced; leaves the caller in the root of the repository.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
state=${KFP_CLUSTER_STATE:-$WORK/cluster}

# machine: the process that the cluster hangs on, if it runs.
machine() {
  local pid
  pid=$(cat "$state/pid" 2>/dev/null) || return 0
  [[ $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) == *"-m machine $state "* ]] && printf '%s\n' "$pid"
  return 0
}

# first: the first process of the cluster's namespaces, if it runs.
first() {
  local pid
  pid=$(machine)
  [[ -z $pid ]] || tr -d ' ' <"/proc/$pid/task/$pid/children"
}
