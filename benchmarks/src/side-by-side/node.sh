# The node of side-by-side, in the network and mount namespaces that this process was given for it: a bridge, and for
# each server a guest behind a tap, the wiring, and the server in the namespace that the wiring made.
#
#   guest-SERVER 10.0.0.N ── tap ─┐                      ┌─ namespace of SERVER, DNAT :80 → :9697, SERVER
#                                 ├─ bridge 10.0.0.1     │
#                                 └── nftables ── veth ──┘
# shellcheck shell=sh disable=SC2154 # variables from side-by-side
set -eu
scripts=$root/netns-scripts
library=$root/benchmarks/target/peers/usr/lib/$(uname -m)-linux-gnu
export TAPMETA_JAVA_HOME="$jdk" LC_ALL=C LD_LIBRARY_PATH="$library"
# The guests ask the node, not a proxy of ours.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
# shellcheck source=../../../netns-scripts/lib/setup.sh
. "$scripts/lib/setup.sh"

work='' running=''
# clean_up: whatever ends this run. The namespaces end with this process.
clean_up() {
  trap '' HUP INT PIPE TERM
  trap - EXIT
  for pid in $running; do
    kill -TERM "$pid" 2>/dev/null || :
  done
  # Some drain first; none of them has anything to lose.
  tries=0
  for pid in $running; do
    while kill -0 "$pid" 2>/dev/null; do
      tries=$((tries + 1))
      [ "$tries" -ne 100 ] || kill -KILL "$pid" 2>/dev/null || :
      sleep 0.05
    done
  done
  [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

give_up() {
  [ ! -s "$work/$server/log" ] || tail -n 5 "$work/$server/log" >&2
  die "$UNAVAILABLE" "$1"
}

work=$(mktemp -d /tmp/tapmeta-side-by-side.XXXXXX)
chmod 755 "$work"
mount -t tmpfs -o mode=755 tmpfs /run
ip link set dev lo up
ip link add name bridge type bridge
ip link set dev bridge up
ip addr add 10.0.0.1/24 dev bridge
# A table of the kernel's own size would be full of closed connections within seconds, and what is measured is no server.
sysctl -q -w net.netfilter.nf_conntrack_max=1048576 2>/dev/null || :

# record MAC TAP: the instance behind every tap, of the size that Nova's own tend to have.
record() {
  cat <<RECORD
{"uuid": "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11", "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
 "name": "Web 1", "hostname": "web-1.novalocal", "availability_zone": "az-east",
 "meta": {"role": "web", "team": "shop", "cost-centre": "4711", "backup": "daily"},
 "keys": [{"name": "ops-key", "type": "ssh", "data": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ$(printf %0520d 0)= ops\n"}],
 "devices": [{"type": "nic", "mac": "$1", "bus": "pci", "address": "0000:00:03.0", "tags": ["mgmt"]}],
 "ports": [{"id": "0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01", "tap": "$2", "mac": "$1", "vif_type": "bridge", "mtu": 1450,
   "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d",
   "subnets": [{"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1"}]}]}
RECORD
}

in_guest() { nsenter --net="/run/netns/guest-$server" "$@"; }

# add_guest NUMBER: of $server, and the wiring of its tap.
add_guest() {
  guest=guest-$server tap=tap$1 mac=fa:16:3e:5a:01:$(printf %02x "$1")
  mkdir -p "$work/$server/attachments" "$work/$server/instances"
  record "$mac" "$tap" >"$work/$server/instances/instance.json"
  ip netns add "$guest"
  ip link add name "$tap" type veth peer name eth0 address "$mac" netns "$guest"
  ip link set dev "$tap" master bridge up
  ip -n "$guest" link set dev lo up
  ip -n "$guest" link set dev eth0 up
  ip -n "$guest" addr add "10.0.0.$((1 + $1))/24" dev eth0
  ip -n "$guest" route add default via 10.0.0.1
  # A guest that opens tens of thousands of connections a second would run out of ports.
  in_guest sysctl -q -w net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1
  in_guest sysctl -q -w net.ipv4.tcp_tw_reuse_delay=100 2>/dev/null || :
  TAPMETA_ATTACHMENTS="$work/$server/attachments" "$scripts/tapmeta-attach" "$tap" || give_up "$tap: not attached"
}

# start COMMAND...: as $server, on its core.
start() {
  setpriv --pdeathsig TERM taskset -c "$server_core" "$@" </dev/null >"$work/$server/log" 2>&1 &
  pid=$!
  running="$running $pid"
}

# start_inside COMMAND...: in the namespace of $server. Only tapmeta stands outside of it, and goes in by itself.
start_inside() { start nsenter --net="/run/netns/tapmeta-tap$number" "$@"; }

start_tapmeta() {
  cat >"$work/$server/tapmeta.yaml" <<CONFIG
attachments:
  directory: $work/$server/attachments
sources:
  directory: $work/$server/instances
admin:
  listen: 127.0.0.1:$((9775 + number))
  socket: $work/$server/admin.sock
CONFIG
  # One guest asks for all, and what is measured is not its budget.
  cat >>"$work/$server/tapmeta.yaml" <<CONFIG
budget:
  connections: 10000
  connections_per_second: 1000000
  connection_burst: 1000000
  requests_per_second: 10000000
  request_burst: 10000000
  requests_per_connection: 1000000000
CONFIG
  start "$1/bin/tapmeta" run --config "$work/$server/tapmeta.yaml"
}

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

ask() { in_guest curl -q -s -f -m 5 "$@" "http://169.254.169.254$path"; }

# await_server: until its guest gets the document.
await_server() {
  limit=$(($(now) + 20000))
  until ask -o "$work/$server/got"; do
    kill -0 "$pid" 2>/dev/null || give_up "$server: has ended (expected: to run until the end)"
    [ "$(now)" -lt "$limit" ] || give_up "$server: no answer in 20 s (expected: $path)"
    sleep 0.05
  done
}

# pids_of PID: it and its children. Those that children start would be missed; none of these servers has any.
pids_of() {
  read -r children <"/proc/$1/task/$1/children" || :
  echo "$1 $children"
}

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

for server in $all; do
  size=$(wc -c <"$work/$server/got")
  [ "$size" -eq "$(wc -c <"$work/document")" ] ||
    give_up "$server: $size bytes (expected: $(wc -c <"$work/document"), as tapmeta)"
done

# ---- measuring

# load MODE CONNECTIONS SECONDS WARM-UP: what load prints for $server.
load() {
  read -r pids <"$work/$server/pids"
  # shellcheck disable=SC2086 # several
  in_guest taskset -c "$client_core" "$programs/load" 169.254.169.254 80 "$path" "$1" "$2" "$3" "$4" "$server_core" $pids
}

echo "Warming up:$all" >&2
for server in $all; do
  # Only what runs on a JVM gets faster.
  case $server in
  nginx | haproxy | floor) warming=0.2 ;;
  *) warming=$warm_up ;;
  esac
  for mode in $modes; do
    for count in $connections; do
      load "$mode" "$count" 0.1 "$warming" >/dev/null || give_up "$server: failed under load ($mode, $count)"
    done
  done
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

for server in $all; do
  read -r pids <"$work/$server/pids"
  # shellcheck disable=SC2086 # several
  for pid in $pids; do
    awk -v server="$server" '/^Pss:/ { print server, $2 }' "/proc/$pid/smaps_rollup" >>"$work/memory"
  done
done

model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
awk -v json="$json" -v bytes="$(wc -c <"$work/document")" -v path="$path" -v seconds="$seconds" \
  -v machine="$(nproc) cores, ${model:-$(uname -m)}, Linux $(uname -r | cut -d - -f 1)" \
  -f "$parts/report.awk" "$work/memory" "$work/results" >&3
awk '$6 > 0 { print "side-by-side: " $4 ", " $2 ": " $6 " failures (expected: none)"; bad = 1 } END { exit bad }' \
  "$work/results" >&2
