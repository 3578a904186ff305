# What growth measures at each size; lines of "SIZE NAME VALUE" in $work/results. Sourced by node.sh.
# shellcheck shell=sh disable=SC2154 # variables from node.sh

CHANGES=100 SCRAPES=100

note() { echo "$size $1 $2" >>"$work/results"; }

# cpu: nanoseconds that the daemon's threads have run, but for those that compile: they go on for a while after a start,
# whatever is asked, and then no more.
cpu() {
  for thread in "/proc/$pid/task/"*; do
    { read -r name <"$thread/comm" && read -r ns _ <"$thread/schedstat"; } 2>/dev/null || continue
    case $name in
    C[12]\ *) ;;
    *) echo "$ns" ;;
    esac
  done | awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}

# cost NAME TIMES SINCE: microseconds for each.
cost() { note "$1" "$(awk -v from="$3" -v to="$(cpu)" -v times="$2" 'BEGIN { printf "%.2f", (to - from) / times / 1e3 }')"; }

# memory NAME: resident and proportional size, in KiB.
memory() {
  note "$1_rss" "$(awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")"
  note "$1_pss" "$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")"
}

idle() {
  from=$(cpu)
  sleep 2
  cost idle 2 "$from"
}

# requests NAME MODE: for a second, once the compilers rest, or after 20.
requests() {
  tries=0
  while [ "$tries" -lt 20 ]; do
    tries=$((tries + 1)) before=$(compiled "$pid")
    load "$1" "$2" 1 >/dev/null
    if resting $((($(compiled "$pid") - before) / 1000000)); then break; fi
  done
  from=$(cpu)
  line=$(load "$1" "$2" 1)
  cost "$1" "${line%% *}" "$from"
  # shellcheck disable=SC2086 # requests, failures, seconds, CPU seconds, busy, softirq, p50, p99, p99.9
  set -- "$1" $line
  note "$1_p50" "$8"
  note "$1_p99" "$9"
}
load() {
  said=$(in_guest taskset -c "$client_core" "$programs/load" 169.254.169.254 80 "$path" "$2" 8 "$3" 0.001 "$server_core" "$pid") ||
    give_up "$size, $1: requests failed"
  case $said in
  *' 0 '*) echo "$said" ;;
  *) give_up "$size, $1: $said (expected: no failures)" ;;
  esac
}

# change N: another hostname for the guest that asks, as a source would write it.
change() {
  sed "s/web-1\\.novalocal/web-$1.novalocal/" "$work/record" >"$work/$server/next"
  mv "$work/$server/next" "$instances/instance.json"
  sleep 0.005
}

# changes FROM TO, and until the last of them is seen.
changes() {
  at=$1
  while [ "$at" -le "$2" ]; do
    change "$at"
    at=$((at + 1))
  done
  until in_guest curl -q -s -m 5 http://169.254.169.254/latest/meta-data/hostname | grep -q "^web-$2\\."; do sleep 0.01; done
}

scrape() { curl -q -s -f -m 20 "http://127.0.0.1:$((9775 + number))/metrics?[1-$1]" -o "$2"; }

# measure: all of it, at $size.
measure() {
  echo "$each: $size" >&2
  cp "$instances/instance.json" "$work/record"
  note ready "$ready"
  sleep 1
  memory idle
  idle
  requests kept keep-alive
  requests opened client-closes
  changes 1 100
  from=$(cpu)
  changes 101 $((100 + CHANGES))
  cost change "$CHANGES" "$from"
  cp "$work/record" "$instances/instance.json"
  scrape 200 /dev/null
  from=$(cpu)
  scrape "$SCRAPES" "$work/metrics"
  cost scrape "$SCRAPES" "$from"
  note scrape_bytes "$(wc -c <"$work/metrics")"
  memory used
}

# live: bytes of the heap in use after a collection.
live() {
  "$jdk/bin/jcmd" "$pid" GC.run >/dev/null 2>&1 || :
  scrape 1 "$work/metrics"
  note heap "$(awk '/^jvm_memory_used_bytes.*area="heap"/ { sum += $NF } END { printf "%.0f", sum }' "$work/metrics")"
}

# slab: what the kernel holds for sockets, in bytes: of both ends, and what only the server's has.
slab() {
  awk '
    $1 ~ /^(TCP|sock_inode_cache|filp|dentry|tcp_bind2?_bucket|request_sock_TCP)$/ { both += $2 * $4 }
    $1 ~ /^(eventpoll_epi|eventpoll_pwq|ep_head)$/ { own += $2 * $4 }
    $1 ~ /^nf_conntrack$/ { tracked += $2 * $4 }
    END { printf "%.0f %.0f %.0f\n", both, own, tracked }' /proc/slabinfo
}

descriptors() { find "/proc/$pid/fd" -mindepth 1 | wc -l; }

# connections: all of it with so many idle ones of another guest. Once before, so that all rows begin alike.
connections() {
  size=0
  measure
  rm "$work/results"
  before=$(($(descriptors) + 2))
  for size in $sizes; do
    # shellcheck disable=SC2046 # three
    set -- $(slab)
    holding=
    if [ "$size" -gt 0 ]; then
      nsenter --net=/run/netns/guest-other "$programs/hold" 169.254.169.254 80 "$path" "$size" >"$work/held" 2>&1 &
      holding=$!
      running="$running $holding"
      until grep -q '^held' "$work/held"; do
        kill -0 "$holding" 2>/dev/null || give_up "$size connections: $(cat "$work/held")"
        sleep 0.05
      done
    fi
    live
    # shellcheck disable=SC2046 # three
    set -- "$@" $(slab)
    note slab_both "$(($4 - $1))"
    note slab_own "$(($5 - $2))"
    note slab_tracked "$(($6 - $3))"
    measure
    [ -z "$holding" ] || end "$holding"
    until [ "$(descriptors)" -le "$before" ]; do sleep 0.1; done
  done
}
