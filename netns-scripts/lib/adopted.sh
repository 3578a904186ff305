# Runs inside an adopted network namespace:
#   sh adopted.sh attach INTERFACE PORT [yes], the last if nothing of ours may be there yet
#   sh adopted.sh detach INTERFACE
# Adds DNAT for what comes in by that interface, and takes only that away.
# shellcheck shell=sh
set -eu
address=169.254.169.254 address6=fe80::a9fe:a9fe
route_table=43518 preference=1690
interface=$2

# ours: $taken, the interfaces of this namespace that are attached.
ours() { taken=$(nft list set inet tapmeta interfaces 2>/dev/null) || taken=; }

# local_rule ACTION, local_rule6 ACTION: where no interface has the address, as in a router's namespace, what this one brings
# for it is for the node; a rule and a table of our own, so that the SDN's stay as they are.
local_rule() { ip rule "$1" preference $preference iif "$interface" to $address/32 lookup $route_table 2>/dev/null; }
local_rule6() { ip -6 rule "$1" preference $preference iif "$interface" to $address6/128 lookup $route_table 2>/dev/null; }

# local_route6 ACTION: one for each interface, as the kernel looks for a link-local address only where it came in.
local_route6() { ip -6 route "$1" local $address6 dev "$interface" table $route_table 2>/dev/null; }

case $1 in
attach)
  port=$3
  if [ -n "$4" ] && ss -Hltn "sport = :$port" | grep -qE "(\*|0\.0\.0\.0|\[::\]|$address):$port "; then
    echo "port $port is taken there (expected: another TAPMETA_PORT, and the same guest.port)" >&2
    exit 1
  fi
  [ ! -e /proc/sys/net/ipv4/tcp_migrate_req ] || echo 1 >/proc/sys/net/ipv4/tcp_migrate_req
  has6=
  if [ -z "$(ip -6 -o address show to $address6 2>/dev/null)" ]; then
    local_route6 del || :
    local_rule6 del || :
    # Neither is to be had where IPv6 is off.
    if local_route6 append && local_rule6 add; then has6=yes; fi
  elif [ -n "$(ip -6 -o address show dev "$interface" to $address6)" ]; then
    has6=yes
  fi
  [ -z "$has6" ] || has6="
add element inet tapmeta interfaces6 { \"$interface\" }"
  if [ -z "$(ip -4 -o address show to $address)" ]; then
    ip route replace local $address dev lo table $route_table
    local_rule del || :
    local_rule add
  fi
  # - "priority -110": NAT is decided by the first chain that has an opinion, and this one comes before all of iptables,
  #   however often the SDN writes its rules anew.
  # - "syn": connections that somebody else has open stay with him.
  # - "input": while the daemon does not listen a SYN is dropped, not refused: cloud-init gives up on a refusal.
  nft -f - <<END
table inet tapmeta {
  set interfaces { type ifname; }
  set interfaces6 { type ifname; }
  chain prerouting { type nat hook prerouting priority -110; }
  chain input { type filter hook input priority -10; }
}
flush chain inet tapmeta prerouting
flush chain inet tapmeta input
table inet tapmeta {
  chain prerouting {
    iifname @interfaces ip daddr $address tcp dport 80 tcp flags & (fin | syn | rst | ack) == syn counter dnat ip to $address:$port
    iifname @interfaces6 ip6 daddr $address6 tcp dport 80 tcp flags & (fin | syn | rst | ack) == syn counter dnat ip6 to [$address6]:$port
  }
  chain input {
    ct status & dnat == 0 return
    iifname != @interfaces return
    tcp dport != $port return
    socket wildcard 0 accept
    ip daddr $address tcp flags & (fin | syn | rst | ack) == syn counter drop
    ip6 daddr $address6 tcp flags & (fin | syn | rst | ack) == syn counter drop
  }
}
add element inet tapmeta interfaces { "$interface" }
add element inet tapmeta interfaces6 { "$interface" }
delete element inet tapmeta interfaces6 { "$interface" }$has6
END
  ;;
detach)
  local_rule del || :
  local_rule6 del || :
  local_route6 del || :
  ours
  case $taken in
  *"\"$interface\""*) ;;
  *'"'*) exit 0 ;;
  *)
    # What an interrupted run has left.
    ip route flush table $route_table 2>/dev/null || :
    nft list table inet tapmeta >/dev/null 2>&1 || exit 0
    ;;
  esac
  left=$(printf '%s\n' "$taken" | grep -o '"[^"]*"' | grep -cvxF "\"$interface\"") || :
  if [ "$left" = 0 ]; then
    nft delete table inet tapmeta
    ip route flush table $route_table 2>/dev/null || :
  else
    nft -f - <<END
add element inet tapmeta interfaces6 { "$interface" }
delete element inet tapmeta interfaces6 { "$interface" }
delete element inet tapmeta interfaces { "$interface" }
END
  fi
  ;;
esac
