# The node, its two guests and the daemon. Sourced by demo.sh.
#
#   web-1 10.0.0.5 ── tap0d1fa6a8-94 ─┐            this network namespace is the node's
#                                     ├─ bridge    10.0.0.1
#   db-1  10.0.0.5 ── tap6e20c9b7-1d ─┘
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

guests='web-1 db-1'
address=10.0.0.5 gateway=10.0.0.1
admin=127.0.0.1:9775

# describe GUEST: sets what its record says.
describe() {
  case $1 in
  web-1)
    uuid=5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11 project=f3a91c0de4b24d0b8f3cbb6a1d2e7c40
    title='Web 1' role=web zone=az-east
    port=0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01 network=7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d
    tap=tap0d1fa6a8-94 mac=fa:16:3e:5a:01:37
    key_name=ops-key key='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHq8Vb2mUoY0n3dKfXz1tRwE5sLcJ7aGiP4yT6hQkWvN ops'
    user_data='#!/bin/sh
echo "the web server" >/etc/motd
'
    ;;
  db-1)
    uuid=c84e2d70-19b6-4f3a-b0d5-61a7e93f2c58 project=0e6b7d9f52a84c31a7f0d3c85b194e26
    title='Database' role=db zone=az-east
    port=6e20c9b7-1d34-4a8f-9c52-b7e08d3f6a45 network=d95f1e08-3c6a-47b2-8e14-a0b7c2f95d63
    tap=tap6e20c9b7-1d mac=fa:16:3e:c3:8e:04
    key_name=dba-key key='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBn5Zt9cDe2WqLx8RjG0vYf3uHs6MaKpO1iN4bTwE7yC dba'
    # Without an end of line: the bytes are the guest's own.
    user_data='#cloud-config
{"write_files": [{"path": "/etc/motd", "content": "the database"}]}'
    ;;
  esac
  hostname=$1.novalocal
}

# record: what the control plane would write down for the guest described.
record() {
  cat <<END
{
  "uuid": "$uuid",
  "project_id": "$project",
  "name": "$title",
  "hostname": "$hostname",
  "availability_zone": "$zone",
  "meta": {"role": "$role"},
  "keys": [{"name": "$key_name", "type": "ssh", "data": "$key\n"}],
  "user_data": "$(printf %s "$user_data" | base64 -w 0)",
  "vendor_data": {"owner": "$role team"},
  "ports": [{
    "id": "$port",
    "tap": "$tap",
    "mac": "$mac",
    "vif_type": "bridge",
    "mtu": 1450,
    "network_id": "$network",
    "subnets": [{
      "cidr": "10.0.0.0/24", "ip_address": "$address", "gateway_ip": "$gateway", "dns_nameservers": ["10.0.0.2"]
    }]
  }]
}
END
}

# A network namespace without a name, and a /run where nobody else sees the names of the others.
make_node() {
  mount -t tmpfs -o mode=755 tmpfs /run
  ip link set dev lo up
  ip link add name bridge type bridge
  ip link set dev bridge up
  ip addr add "$gateway/24" dev bridge

  export TAPMETA_ATTACHMENTS="$work/attachments"
  mkdir "$work/attachments" "$work/instances" "$work/netns"
  cat >"$work/tapmeta.yaml" <<END
attachments:
  directory: $work/attachments
sources:
  directory: $work/instances
admin:
  listen: $admin
  socket: $work/admin.sock
END
  chmod 755 "$work"
  ln -s "$application/bin/tapmeta" "$work/tapmeta"
  # For nsenter, from outside, as long as this process lives.
  ln -s "/proc/$$/ns/net" "$work/netns/node"
}

ask_admin() { curl -q -s -m 5 "http://$admin$1"; }

# give_up MESSAGE
give_up() {
  [ ! -s "$work/daemon.log" ] || tail -n 5 "$work/daemon.log" >&2
  die "$UNAVAILABLE" "$1"
}

still_runs() { kill -0 "$daemon" 2>/dev/null || give_up 'tapmeta: has ended (expected: to run until the end)'; }

# wait_for TEXT SECONDS: until /readyz says so, asked that often.
wait_for() {
  limit=$(($(now) + 20000))
  until ask_admin /readyz | grep -qF -e "$1"; do
    still_runs
    [ "$(now)" -lt "$limit" ] || give_up "tapmeta: not ready in 20 s (expected: /readyz to say $1)"
    sleep "$2"
  done
}

start_daemon() {
  started=$(now)
  setpriv --pdeathsig TERM "$application/bin/tapmeta" run --config "$work/tapmeta.yaml" \
    </dev/null >"$work/daemon.log" 2>&1 &
  daemon=$!
  wait_for '"ready": true' 0.05
  started_in=$(($(now) - started))
}

# stop_daemon: it drains, or is made to end.
stop_daemon() {
  [ -n "$daemon" ] && kill -TERM "$daemon" 2>/dev/null || return 0
  tries=0
  while kill -0 "$daemon" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -ne 200 ] || kill -KILL "$daemon" 2>/dev/null || :
    sleep 0.05
  done
  wait "$daemon" 2>/dev/null || :
  daemon=
}

# add_guest GUEST: its record, a VM with a tap on the bridge, and, timed, the attachment.
attached=0
add_guest() {
  describe "$1"
  mkdir "$work/$1"
  record >"$work/instances/.$1"
  mv "$work/instances/.$1" "$work/instances/$1.json"

  ip netns add "$1"
  ln -s "/proc/$$/root/run/netns/$1" "$work/netns/$1"
  ip link add name "$tap" type veth peer name eth0 address "$mac" netns "$1"
  ip link set dev "$tap" master bridge up
  ip -n "$1" link set dev lo up
  ip -n "$1" link set dev eth0 up
  ip -n "$1" addr add "$address/24" dev eth0
  ip -n "$1" route add default via "$gateway"

  before=$(now)
  "$scripts/tapmeta-attach" "$tap" || give_up "tapmeta-attach $tap: refused (expected: $1 attached)"
  wired=$(now)
  attached=$((attached + 1))
  wait_for "\"listening\": $attached," 0.01
  echo "$(($(now) - before)) $((wired - before))" >"$work/$1/attach"
}

in_guest() {
  where=$1
  shift
  nsenter --net="/run/netns/$where" "$@"
}

# remove_guests: the way back, which leaves nothing of tapmeta's in the node.
remove_guests() {
  for guest in $guests; do
    describe "$guest"
    "$scripts/tapmeta-detach" "$tap" || wrong=$((wrong + 1))
  done
  left=$({
    # The daemon's own sign that it is there goes with the daemon.
    ls -A -I .daemon "$TAPMETA_ATTACHMENTS"
    nft list ruleset
    ip netns list
    ip -o link show | cut -d : -f 2
  } | grep -vE '^(web-1|db-1)( |$)|^ (lo|bridge|tap[^@]*@.*)$' || :)
  expect "the node after tapmeta-detach" "$left" ''
}
