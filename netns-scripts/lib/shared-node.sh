# What all taps in mode shared have in common in the namespace of the node. Sourced after rules.sh.
#
#   guest ── TAP ── mark, zone ── DNAT 169.254.169.254:80 → :9697 ── routed by the mark to this node ── the socket of TAP
#
# The node's own traffic with 169.254.169.254, which may be a cloud's metadata service too, has no mark and stays as it is.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

route_table=43518 preference=1690

# base_shared: $base.
# - "from": the rest that a guest says to the addresses is dropped, and goes neither to the node nor out of it.
# - "strict": as the kernel's source check by the route back to the sender; see shared.sh.
# - "translate": ahead of all of iptables, as NAT is decided by the first chain that has an opinion.
# - "forward": without the route, which comes last and goes first, what is translated must not leave the node.
# - "input": as in a namespace of netns: while nobody listens a SYN is dropped, not refused.
base_shared() {
  base="table arp tapmeta {
  set taps { type ifname; }
  chain input { type filter hook input priority -100; }
}
table inet tapmeta {
  set taps { type ifname; }
  map zones { typeof iifname : ct zone; }
  map owners { typeof ct zone : iifname; }
  set strict_0 { type ifname; }
  set strict_1 { type ifname; }
  chain from { }
  chain prerouting { type filter hook prerouting priority raw; }
  chain translate { type nat hook prerouting priority -110; }
  chain input { type filter hook input priority -10; }
  chain forward { type filter hook forward priority -10; }
  chain output { type filter hook output priority raw; }
}
flush chain arp tapmeta input
flush chain inet tapmeta from
flush chain inet tapmeta prerouting
flush chain inet tapmeta translate
flush chain inet tapmeta input
flush chain inet tapmeta forward
flush chain inet tapmeta output
table arp tapmeta {
  chain input {
    iifname @taps arp saddr ip $address counter drop
    iifname @taps arp daddr ip $address meta mark set meta mark and $mark_rest or $mark
  }
}
table inet tapmeta {
  chain from {
    ip daddr $address tcp dport 80 ct zone set iifname map @zones meta mark set meta mark and $mark_rest or $mark counter accept
    ip6 daddr $address6 tcp dport 80 ct zone set iifname map @zones meta mark set meta mark and $mark_rest or $mark counter accept
    ip6 daddr $address6 meta l4proto ipv6-icmp accept
    ip daddr $address counter drop
    ip saddr $address counter drop
    ip6 daddr $address6 counter drop
    ip6 saddr $address6 counter drop
    iifname @strict_0 ip saddr != 0.0.0.0 fib saddr . iif oif missing counter drop
    iifname @strict_1 ip saddr != 0.0.0.0 fib saddr . iif oif missing counter drop
  }
  chain prerouting { iifname @taps jump from; }
  chain translate {
    meta mark and $mark_mask != $mark return
    iifname @taps ip daddr $address tcp dport 80 counter dnat ip to $address:$port
    iifname @taps ip6 daddr $address6 tcp dport 80 counter dnat ip6 to [$address6]:$port
  }
  chain input {
    meta mark and $mark_mask != $mark return
    iifname != @taps return
    tcp dport $port socket wildcard 0 accept
    tcp dport $port tcp flags & (fin | syn | rst | ack) == syn counter drop
  }
  chain forward { iifname @taps meta mark and $mark_mask == $mark counter drop; }
  chain output {
    ip saddr $address tcp sport $port ct zone set oifname map @zones
    ip6 saddr $address6 tcp sport $port ct zone set oifname map @zones
  }
}"
}

# after_shared: the firewall's leave, and the route, each where it is not there yet; then the chain that says so.
after_shared() {
  let_in iptables
  [ ! -e /proc/net/if_inet6 ] || let_in ip6tables
  said=$(ip rule add preference $preference fwmark "$mark/$mark_mask" lookup $route_table 2>&1) || case $said in
  *'File exists'*) ;;
  *) die "$UNAVAILABLE" "ip rule: $said" ;;
  esac
  try ip ip route replace local "$address" dev lo table $route_table
  try nft nft add chain inet tapmeta ready
}

# let_in TABLES: a firewall made with iptables may drop what it does not know. Where there is none, none is begun.
let_in() {
  # Asked for one table, it would make that table.
  saved=$("$1-save" 2>&1) || die "$UNAVAILABLE" "$1-save: ${saved:-no reason given}"
  case $saved in
  *' --comment tapmeta-shared '*) ;;
  *'*filter'*) try "$1" "$1" -w 10 -I INPUT 1 -m mark --mark "$mark/$mark_mask" -m conntrack --ctstate DNAT \
    -m comment --comment tapmeta-shared -j ACCEPT ;;
  esac
}

# unshare_node: with the last tap. What says that all is there goes first, so that whoever comes after an end in the middle
# makes it again.
unshare_node() {
  nft delete chain inet tapmeta ready 2>/dev/null || :
  for tables in iptables ip6tables; do
    saved=$("$tables-save" 2>/dev/null) || :
    case $saved in
    *' --comment tapmeta-shared '*) try "$tables" "$tables" -w 10 -D INPUT -m mark --mark "$mark/$mark_mask" \
      -m conntrack --ctstate DNAT -m comment --comment tapmeta-shared -j ACCEPT ;;
    esac
  done
  ip rule del preference $preference fwmark "$mark/$mark_mask" lookup $route_table 2>/dev/null || :
  ip route flush table $route_table 2>/dev/null || :
  try nft nft -f - <<END
table arp tapmeta
delete table arp tapmeta
table inet tapmeta
delete table inet tapmeta
END
}
