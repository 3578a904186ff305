# The inside of growth, for the series $each: the node, and tapmeta at every size of it.
# shellcheck shell=sh disable=SC2154 # variables from growth
set -eu
# shellcheck source=../lib/node.sh
. "$root/benchmarks/src/lib/node.sh"
# shellcheck source=measure.sh
. "$parts/growth/measure.sh"

server=tapmeta loops=2 path=/openstack/latest/meta_data.json number=1
attachments=$work/$server/attachments instances=$work/$server/instances
# As many descriptors as packaging gives the daemon, or as there may be here.
prlimit --pid $$ --nofile=262144:262144 2>/dev/null || :
room=$(awk '/^Max open files/ { print $5 }' /proc/self/limits)
prlimit --pid $$ --nofile="$room"

# run JAVA-OPTION...: the daemon, from now on $pid; $ready, how long it took to say so, in ms.
run() {
  configure "$((9775 + number))"
  printf 'guest:\n  event_loops: %s\n  limits:\n    idle_timeout: 600s\n' "$loops" >>"$work/$server/tapmeta.yaml"
  started=$(now)
  TAPMETA_JAVA_OPTS="${TAPMETA_JAVA_OPTS-} $*" start "$application/bin/tapmeta" run --config "$work/$server/tapmeta.yaml"
  await_server
  limit=$((started + 120000))
  until admin readyz -o "$work/readyz"; do
    [ "$(now)" -lt "$limit" ] || give_up "tapmeta: not ready in 120 s: $(cat "$work/readyz")"
    sleep 0.02
  done
  ready=$(($(now) - started))
}
admin() { curl -q -s -f -m 20 "http://127.0.0.1:$((9775 + number))/$1" "$2" "$3"; }

# sizes COUNT...: those that are not beyond $most.
sizes() {
  sizes=''
  for size in "$@"; do
    [ "$size" -gt "$most" ] || sizes="$sizes $size"
  done
}

# add_routed_guest: the one who asks, on a tap that is an interface of the node's own.
add_routed_guest() {
  tap=tap1 mac=fa:16:3e:5a:01:01
  mkdir -p "$attachments" "$instances"
  record "$mac" "$tap" >"$instances/instance.json"
  ip netns add "guest-$server"
  ip link add name "$tap" type veth peer name eth0 address "$mac" netns "guest-$server"
  ip addr add 10.1.0.1/32 dev "$tap"
  ip link set dev "$tap" up
  ip -n "guest-$server" link set dev lo up
  ip -n "guest-$server" link set dev eth0 up
  ip -n "guest-$server" addr add 10.1.0.5/24 dev eth0
  ip -n "guest-$server" route add default via 10.1.0.1
  in_guest sysctl -q -w net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1
  TAPMETA_ATTACHMENTS="$attachments" "$scripts/tapmeta-attach" "$tap" --mode shared --no-wait || give_up "$tap: not attached"
}

# more FROM TO MODE: taps of those numbers, attached, and a record for each.
more() {
  [ "$1" -le "$2" ] || return 0
  awk -v from="$1" -v to="$2" 'BEGIN {
    for (i = from; i <= to; i++) printf "tuntap add dev grow%d mode tap\nlink set grow%d up\n", i, i }' | ip -batch -
  awk -v from="$1" -v to="$2" -v mode="$3" 'BEGIN { for (i = from; i <= to; i++) printf "grow%d --mode %s\n", i, mode }' |
    TAPMETA_ATTACHMENTS="$attachments" "$scripts/tapmeta-attach" --batch - >&2 || give_up "attachments: not made"
  records "$1" "$2"
}

# records FROM TO: a file for each, all like the guest's but for the uuid, the MAC and the tap, in the order of the pattern.
records() {
  record MAC TAP 0 | tr '\n' ' ' | sed 's/%/%%/g; s/000000000000/%012x/; s/MAC/%s/g; s/TAP/%s/' >"$work/pattern"
  awk -v from="$1" -v to="$2" -v directory="$instances" '{
    for (i = from; i <= to; i++) {
      mac = sprintf("fa:16:3f:%02x:%02x:%02x", int(i / 65536), int(i / 256) % 256, i % 256)
      file = directory "/record-" i ".json"
      printf $0 "\n", i + 65536, mac, "grow" i, mac >file
      close(file)
    } }' "$work/pattern"
}

attachments_of() {
  mode=$1
  shift
  sizes "$@"
  there=1
  for size in $sizes; do
    more "$((there + 1))" "$size" "$mode"
    there=$size
    run
    measure
    end "$pid"
  done
}

case $each in
netns)
  add_guest 1
  attachments_of netns 1 10 100 200 1000
  ;;
shared)
  add_routed_guest
  attachments_of shared 10 100 1000 4000
  ;;
records)
  add_guest 1
  sizes 100 1000 10000 100000
  there=1
  for size in $sizes; do
    records "$((there + 1))" "$size"
    there=$size
    run -Xmx1g
    measure
    end "$pid"
  done
  ;;
connections)
  server=other
  add_guest 2
  cp "$work/other/attachments/"* "$work/other/instances/instance.json" "$work"
  server=tapmeta
  add_guest 1
  mv "$work/tap2.json" "$attachments/"
  mv "$work/instance.json" "$instances/other.json"
  # Half of the descriptors are for connections, a loop gets its share, and one guest three quarters of that. One loop
  # serves all, then.
  loops=1 room=$((room * 3 / 8 - 100))
  [ "$most" -le "$room" ] || most=$room
  sizes 0 100 1000 5000 7000 20000
  run
  connections
  end "$pid"
  ;;
esac
for form in json table svg; do
  awk -v form="$form" -v series="$each" -v machine="$(machine)" -f "$parts/growth/report.awk" "$work/results" >"$work/$form"
done
if [ -n "$keep" ]; then
  keep=growth-$each
  cp "$work/svg" "$root/docs/$keep.svg"
  chown -f --reference="$root" "$root/docs/$keep.svg" || :
fi
publish "$work/json" "$work/table"
