# The inside of side-by-side: for each server a guest behind a tap, the wiring, and the server in the namespace that the
# wiring made.
# shellcheck shell=sh disable=SC2154 # variables from side-by-side
set -eu
# shellcheck source=../lib/node.sh
. "$root/benchmarks/src/lib/node.sh"

start_nginx() {
  mkdir -p "$work/$server/www${path%/*}"
  cp "$work/document" "$work/$server/www$path"
  cat >"$work/$server/nginx.conf" <<CONFIG
daemon off;
worker_processes 1;
pid $work/$server/pid;
error_log stderr warn;
events { worker_connections 6000; multi_accept on; }
http {
  access_log off;
  default_type application/json;
  sendfile off;
  open_file_cache max=16 inactive=1h;
  open_file_cache_valid 1h;
  keepalive_requests 1000000000;
  keepalive_timeout 60s;
  client_body_temp_path $work/$server/body;
  proxy_temp_path $work/$server/proxy;
  fastcgi_temp_path $work/$server/fastcgi;
  uwsgi_temp_path $work/$server/uwsgi;
  scgi_temp_path $work/$server/scgi;
  server {
    listen 169.254.169.254:9697 backlog=4096;
    root $work/$server/www;
  }
}
CONFIG
  start_inside "$nginx" -e stderr -p "$work/$server" -c "$work/$server/nginx.conf"
}

start_haproxy() {
  cat >"$work/$server/haproxy.cfg" <<CONFIG
global
  nbthread 1
  maxconn 6000
defaults
  mode http
  timeout client 60s
  timeout http-keep-alive 60s
frontend metadata
  bind 169.254.169.254:9697 backlog 4096
  http-request return status 200 content-type application/json file $work/document
CONFIG
  start_inside "$haproxy" -db -f "$work/$server/haproxy.cfg"
}

start_floor() { start_inside "$programs/floor" 169.254.169.254 9697 "$work/answer"; }

# without_seed FILE: what two answers with fresh seeds have in common.
without_seed() { sed 's/"random_seed": "[^"]*"//' "$1"; }

# ---- all servers

# The bytes that everybody serves are tapmeta's own.
case $servers in tapmeta*) ;; *) servers="tapmeta $servers" ;; esac
all='' number=0
for server in $servers; do
  [ "$server" != tapmeta ] || [ "$number" -eq 0 ] || continue
  all="$all $server"
  number=$((number + 1))
  add_guest "$number"
  case $server in
  tapmeta) start_tapmeta "$application" ;;
  *) "start_$server" ;;
  esac
  await_server
  if [ "$server" = tapmeta ]; then
    cp "$work/tapmeta/got" "$work/document"
    # curl shows the answer as it came when it is told to include the head.
    ask -i -o "$work/answer"
  fi
  printf '%s\n' "$(pids_of "$pid")" >"$work/$server/pids"
done
for other in $also; do
  server=${other%%=*}
  case " $all " in *" $server "*) give_up "--also: $server (expected: another name)" ;; esac
  all="$all $server"
  number=$((number + 1))
  add_guest "$number"
  start_tapmeta "${other#*=}"
  await_server
  printf '%s\n' "$(pids_of "$pid")" >"$work/$server/pids"
done

# The same daemon and the same guest, by the other address.
if [ -n "$ipv6" ]; then
  all="$all tapmeta-ipv6"
  ln -s tapmeta "$work/tapmeta-ipv6"
  ln -s guest-tapmeta /run/netns/guest-tapmeta-ipv6
fi

for server in $all; do
  size=$(wc -c <"$work/$server/got")
  [ "$size" -eq "$(wc -c <"$work/document")" ] ||
    give_up "$server: $size bytes (expected: $(wc -c <"$work/document"), as tapmeta)"
  case $server in
  nginx | haproxy | floor)
    without_seed "$work/document" >"$work/seedless"
    without_seed "$work/$server/got" | cmp -s - "$work/seedless" || give_up "$server: other bytes (expected: tapmeta's)"
    ;;
  esac
done

# ---- measuring

# load MODE CONNECTIONS SECONDS WARM-UP: what load prints for $server.
load() {
  read -r pids <"$work/$server/pids"
  address=169.254.169.254
  [ "$server" != tapmeta-ipv6 ] || address=fe80::a9fe:a9fe%eth0
  # shellcheck disable=SC2086 # several
  in_guest taskset -c "$client_core" "$programs/load" "$address" 80 "$path" "$1" "$2" "$3" "$4" "$server_core" $pids
}

# ask_each SECONDS WARM-UP: $server in every mode, with every number of connections.
ask_each() {
  for mode in $modes; do
    for count in $connections; do
      load "$mode" "$count" "$1" "$2" >/dev/null || give_up "$server: failed under load ($mode, $count)"
    done
  done
}

# settle: a daemon runs for weeks, and its compilers for the first minute, on the core on which it is measured here. So
# requests are sent until they rest, or for a minute. What a start costs is cold-start's to say.
settle() {
  began=$(now)
  read -r pids <"$work/$server/pids"
  while :; do
    before=$(compiled "$pids") since=$(now)
    ask_each 0.9 0.1
    share=$((($(compiled "$pids") - before) / ($(now) - since) / 1000))
    if resting "$share"; then break; fi
    [ $(($(now) - began)) -lt 60000 ] || break
  done
  echo "$server: compilers take $share of 1,000, after $((($(now) - began) / 1000)) s more" >&2
}

echo "Warming up:$all" >&2
for server in $all; do
  # Only what runs on a JVM gets faster.
  case $server in
  nginx | haproxy | floor) ask_each 0.1 0.2 ;;
  *)
    ask_each 0.1 "$warm_up"
    [ -n "$quick" ] || settle
    ;;
  esac
done

round=1
while [ "$round" -le "$rounds" ]; do
  echo "Round $round of $rounds" >&2
  for mode in $modes; do
    for count in $connections; do
      for server in $all; do
        line=$(load "$mode" "$count" "$seconds" 0.1) || give_up "$server: failed under load ($mode, $count)"
        echo "$round $mode $count $server $line" >>"$work/results"
      done
    done
  done
  # The next round begins with another server, so that no one always comes after the same.
  # shellcheck disable=SC2086 # several
  set -- $all
  first=$1
  shift
  all="$* $first"
  round=$((round + 1))
done

# right MODE: whether $server, asked so, gives what it gave at first. Another build of tapmeta has another tap in its
# document; the others have tapmeta's bytes.
right() {
  case $1 in
  keep-alive) set -- "http://169.254.169.254$path" -o /dev/null ;;
  server-closes) set -- -H 'Connection: close' ;;
  client-closes) set -- ;;
  esac
  ask "$@" -o "$work/$server/again" && without_seed "$work/$server/again" >"$work/again" &&
    without_seed "$work/$server/got" | cmp -s - "$work/again"
}
status=0
for server in $all; do
  for mode in $modes; do
    right "$mode" || {
      echo "side-by-side: $server: another answer ($mode; expected: the same as at first, but for the seed)" >&2
      status=1
    }
  done
  read -r pids <"$work/$server/pids"
  # shellcheck disable=SC2086 # several
  for pid in $pids; do
    awk -v server="$server" '/^Pss:/ { print server, $2 }' "/proc/$pid/smaps_rollup" >>"$work/memory"
  done
done

for form in json table summary; do
  awk -v form="$form" -v bytes="$(wc -c <"$work/document")" -v path="$path" -v seconds="$seconds" -v machine="$(machine)" \
    -f "$parts/report.awk" "$work/memory" "$work/results" >"$work/$form"
done
awk '
  $6 > 0 { print "side-by-side: " $4 ", " $2 ", " $3 " at once: " $6 " failures (expected: none)"; bad = 1 }
  $5 == 0 { print "side-by-side: " $4 ", " $2 ", " $3 " at once: no answer (expected: some)"; bad = 1 }
  END { exit bad }' "$work/results" >&2 || status=1
if [ -n "$quick" ]; then
  [ "$status" -eq 0 ] || exit "$status"
  echo "All answers right:$all; $modes; $connections at once" >"$work/summary"
elif [ -z "$json" ]; then
  { cat "$work/table" && echo; } >&3
fi
publish "$work/json" "$work/summary"
[ "$status" -eq 0 ]
