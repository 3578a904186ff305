# The wiring of one tap: a namespace, a veth into it, steering by nftables. Sourced after attachment.sh.
#
#   guest ── TAP ── from_TAP ──▶ host end ══ IF │ namespace, DNAT 169.254.169.254:80 → :9697,
#                ◀── to_TAP ────               │ where the daemon listens
#
# The host end's alias says whom it serves: "tapmeta TAP INDEX NETNS IF". It goes with the veth, so it cannot be stale.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

address=169.254.169.254
# The same in every namespace: a guest that moves to another node keeps a valid ARP entry.
inner_mac=02:a9:fe:a9:fe:01

# look: what the kernel has: $tap_index and $tap_mtu, empty without the tap; $pair_* of the host end, empty without one.
look() {
  tap_index='' tap_mtu='' pair='' pair_flags='' pair_mtu='' pair_netns='' pair_alias=''
  links=$(printf 'link show dev %s\n' "$tap" "$host_end" | ip -o -force -batch - 2>/dev/null) || :
  while read -r index name flags _ mtu rest; do
    name=${name%:}
    case ${name%%@*} in
    "$tap") tap_index=${index%:} tap_mtu=$mtu ;;
    "$host_end") pair=$rest pair_flags=$flags pair_mtu=$mtu ;;
    esac
  done <<END
$links
END
  # The namespace of the other end is named only as long as it has a name.
  case $pair in
  *' link-netns '*)
    pair_netns=${pair#* link-netns }
    pair_netns=${pair_netns%%[ \\]*}
    ;;
  esac
  case $pair in
  *' alias '*)
    pair_alias=${pair#* alias }
    pair_alias=${pair_alias%%\\*}
    ;;
  esac
}

# wired NETNS IF: whether the veth is up, ends in that namespace, and was made for the tap as it is plugged now. A tap
# that was plugged anew under its old name has another index, and deserves a new life of its attachment.
wired() {
  case "$pair_alias $pair_netns $pair_flags" in
  "tapmeta $tap $tap_index $1 $2 $1 "*[\<,]UP[,\>]*) ;;
  *) return 1 ;;
  esac
}

# names: the namespaces that this tap may have.
names() {
  # shellcheck disable=SC2086 # the alias is five words
  set -- $pair_alias
  printf '%s\n' "$default_netns" "${4-}"
  [ ! -s "$lock" ] || cat "$lock"
}

# ours NETNS: whether our veth ends in it, or none does, as in one half-made; so does none in the plain file, no namespace
# at all, that an interrupted "ip netns add" leaves. Any other namespace serves another tap, or another node.
ours() { [ "$pair_netns" = "$1" ] || ! ip -n "$1" -o link show 2>/dev/null | grep -q '@if[0-9]'; }

# make_pair NETNS IF. The alias comes last: a pair without it is half-made.
make_pair() {
  # Without an address of its own the host says nothing on this link. Below 1,280 bytes there is no IPv6 to be told so.
  mute=
  [ ! -e /proc/net/if_inet6 ] || [ "$tap_mtu" -lt 1280 ] || mute='addrgenmode none'
  try ip ip -batch - <<END
netns add $1
link add name $host_end mtu $tap_mtu type veth peer name $2 address $inner_mac mtu $tap_mtu netns $1
link set dev $host_end $mute up
link set dev $host_end alias "tapmeta $tap $tap_index $1 $2"
END
}

# furnish NETNS IF PORT: what stands inside the namespace; may be repeated under traffic.
furnish() {
  try "$1" nsenter --net="/run/netns/$1" sh "$library/namespace.sh" "$2" "$tap_mtu" "$3"
}

# steer: at the tap's ingress, which comes before the bridge, every frame for the metadata address turns off into the
# namespace, not just TCP to port 80: none of them may ever reach a neighbour on the bridge. The namespace refuses what
# it does not serve.
# - "ether daddr set": a guest that asks through its gateway writes the gateway's MAC.
# - "vlan id": a tagged frame belongs to another network, that of a trunk's sub-port.
# - "sources": every source address takes an entry of the kernel's neighbour table, which all namespaces of a node share
#   (1,024 entries by default). A guest that invents addresses must not fill it; a VM with pods may have some dozens.
# - "priority -100": ahead of an SDN's own filter at the tap (0), which may deny what it does not know.
# - The counters tell how far a guest got; the last two rules of "from" count what was over that limit.
# One transaction exchanges the rules and leaves the hooks: a frame meets the old rules or the new ones. All taps share
# one table, as nft asks the kernel about every table that there is before it changes any.
steer() {
  lock_steering
  try nft nft -f - <<END
table netdev tapmeta {
  set sources_$tap { type ipv4_addr; size 64; flags dynamic,timeout; timeout 1m; }
  chain from_$tap { type filter hook ingress device "$tap" priority -100; policy accept; }
  chain to_$tap { type filter hook ingress device "$host_end" priority -100; policy drop; }
}
flush chain netdev tapmeta from_$tap
flush chain netdev tapmeta to_$tap
table netdev tapmeta {
  chain from_$tap {
    vlan id != 0 accept
    ip daddr $address update @sources_$tap { ip saddr } ether daddr set $inner_mac counter fwd to "$host_end"
    arp daddr ip $address update @sources_$tap { arp saddr ip } counter fwd to "$host_end"
    ip daddr $address counter drop
    arp daddr ip $address counter drop
  }
  chain to_$tap {
    ip saddr $address counter fwd to "$tap"
    arp saddr ip $address counter fwd to "$tap"
  }
}
END
  exec 8<&-
}

# unsteer: takes this tap's chains out of the table, and the table away with the last ones.
unsteer() {
  lock_steering
  chains=$(nft list chains netdev 2>&1) || die "$UNAVAILABLE" "nft: $chains"
  left=$(printf '%s\n' "$chains" | awk -v tap="$tap" '
    $1 == "table" { table = $3 }
    table == "tapmeta" { left = left ? left : "table" }
    table == "tapmeta" && $1 == "chain" && $2 != "from_" tap && $2 != "to_" tap { left = "others" }
    END { print left }')
  case $left in
  table) try nft nft delete table netdev tapmeta ;;
  others)
    # Added first, so that there is something to delete: kernels before 6.16 drop the chain of an interface that goes.
    # Without a hook in the text, this leaves a chain as it is.
    try nft nft -f - <<END
table netdev tapmeta {
  set sources_$tap { type ipv4_addr; size 64; flags dynamic,timeout; timeout 1m; }
  chain from_$tap { }
  chain to_$tap { }
}
delete chain netdev tapmeta from_$tap
delete chain netdev tapmeta to_$tap
delete set netdev tapmeta sources_$tap
END
    ;;
  esac
  exec 8<&-
}

# lock_steering: whoever changes the shared table holds the network namespace itself as the lock, inside of a tap's lock,
# until fd 8 is closed. Else the last one out could take a newcomer's chains along; and nft, which starts anew whenever
# another one was faster, would get nowhere among many.
lock_steering() {
  exec 8</proc/self/ns/net
  flock -w 60 8 || die "$UNAVAILABLE" "$tap: steering held for 60 s (expected: nft to answer at once)"
}

# unpair: takes away every namespace that this tap may have, then the veth: its alias, which knows a namespace's name, has
# to outlive that namespace; and a listener of the daemon would keep the veth after the namespace has lost its name.
unpair() {
  for name in $(names); do
    if [ -e "/run/netns/$name" ] && ours "$name"; then
      try ip ip netns del "$name"
    fi
  done
  [ -n "$pair" ] || return 0
  # It may have gone with its namespace by now.
  ip link del dev "$host_end" 2>/dev/null || ! ip link show dev "$host_end" >/dev/null 2>&1 ||
    die "$UNAVAILABLE" "$host_end: cannot be deleted (expected: the veth of $tap)"
}
