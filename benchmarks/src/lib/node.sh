# A node in the network and mount namespaces that this process was given for it: guests behind taps, their wiring, and
# tapmeta. Sourced by the parts of side-by-side, cold-start and growth that run inside; wants what command.sh exports.
#
#   guest-SERVER 10.0.0.N ── tap ─┐                      ┌─ namespace of SERVER, DNAT :80 → :9697, SERVER
#                                 ├─ bridge 10.0.0.1     │
#                                 └── nftables ── veth ──┘
# shellcheck shell=sh disable=SC2154 # variables from the command
set -eu
scripts=$root/netns-scripts
peers=${TAPMETA_PEERS:-$root/benchmarks/target/peers}
LD_LIBRARY_PATH=$peers/usr/lib/$(uname -m)-linux-gnu
export TAPMETA_JAVA_HOME="$jdk" LC_ALL=C LD_LIBRARY_PATH
# The guests ask the node, not a proxy of ours.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
# shellcheck source=../../../netns-scripts/lib/setup.sh
. "$scripts/lib/setup.sh"
# shellcheck source=publish.sh
. "$root/benchmarks/src/lib/publish.sh"

work='' running='' pid=''

# end PID...: each, and at the latest after five seconds. None of them has anything to lose.
end() {
  for ending in "$@"; do
    kill -TERM "$ending" 2>/dev/null || :
  done
  tries=0
  for ending in "$@"; do
    while kill -0 "$ending" 2>/dev/null; do
      tries=$((tries + 1))
      [ "$tries" -ne 100 ] || kill -KILL "$ending" 2>/dev/null || :
      sleep 0.05
    done
  done
}

# clean_up: whatever ends this run. The namespaces end with this process.
clean_up() {
  trap '' HUP INT PIPE TERM
  trap - EXIT
  # shellcheck disable=SC2086 # several
  end $running
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

work=$(mktemp -d "/tmp/tapmeta-$program.XXXXXX")
chmod 755 "$work"
mount -t tmpfs -o mode=755 tmpfs /run
ip link set dev lo up
ip link add name bridge type bridge
ip link set dev bridge up
ip addr add 10.0.0.1/24 dev bridge
# A table of the kernel's own size would be full of closed connections within seconds, and what is measured is no server.
sysctl -q -w net.netfilter.nf_conntrack_max=1048576 2>/dev/null || :

# record MAC TAP [NUMBER]: the instance behind a tap, of the size that Nova's own tend to have.
record() {
  cat <<RECORD
{"uuid": "5f0c1c1e-7d0a-4c59-9a86-$(printf %012x "${3:-1}")", "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
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

# configure PORT: the daemon's file. One guest asks for all, and what is measured is not its budget.
configure() {
  cat >"$work/$server/tapmeta.yaml" <<CONFIG
attachments:
  directory: $work/$server/attachments
sources:
  directory: $work/$server/instances
passwords:
  directory: $work/$server/passwords
admin:
  listen: 127.0.0.1:$1
  socket: $work/$server/admin.sock
budget:
  connections: 100000
  connections_per_second: 1000000
  connection_burst: 1000000
  requests_per_second: 10000000
  request_burst: 10000000
  requests_per_connection: 1000000000
CONFIG
}

# start_tapmeta DIRECTORY: the application built there, with the admin side's port by $number, and what a file conf/also.yaml
# of that directory adds to its configuration.
start_tapmeta() {
  configure "$((9775 + number))"
  [ ! -r "$1/conf/also.yaml" ] || cat "$1/conf/also.yaml" >>"$work/$server/tapmeta.yaml"
  start "$1/bin/tapmeta" run --config "$work/$server/tapmeta.yaml"
}

# compiled PIDS: nanoseconds that the compilers of these JVMs have run so far.
compiled() {
  for process in $1; do
    for thread in "/proc/$process/task/"*; do
      { read -r name <"$thread/comm" && read -r ns _ <"$thread/schedstat"; } 2>/dev/null || continue
      case $name in
      C[12]\ *) echo "$ns" ;;
      esac
    done
  done | awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}

# resting SHARE: whether that many thousandths of a core for compilers are no more than a hundredth. Compilers that end take
# their time with them, which makes less than nothing, and says nothing.
resting() { [ "$1" -ge 0 ] && [ "$1" -le 10 ]; }

ask() { in_guest curl -q -s -f -m 5 "$@" "http://169.254.169.254$path"; }

# await_server: until its guest gets the document.
await_server() {
  limit=$(($(now) + 30000))
  until ask -o "$work/$server/got"; do
    kill -0 "$pid" 2>/dev/null || give_up "$server: has ended (expected: to run until the end)"
    [ "$(now)" -lt "$limit" ] || give_up "$server: no answer in 30 s (expected: $path)"
    sleep 0.05
  done
}

# pids_of PID: it and its children. Those that children start would be missed; none of these servers has any.
pids_of() {
  read -r children <"/proc/$1/task/$1/children" || :
  echo "$1 $children"
}
