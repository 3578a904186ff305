# Steering by nftables at a tap of mode netns. Sourced after wire.sh.
#
#   guest ── TAP ── from_TAP ──▶ host end ══ IF │ namespace
#                ◀── to_TAP ────               │
#   neighbours ── claims_TAP ──▶ TAP: nobody but the namespace speaks for the metadata addresses
#
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

# Marks, on their way out at the tap, the answers that come from the namespace. Only eight bits, as others mark too.
mark=0xa9 mark_mask=0xff mark_rest=0xffffff00
address6=fe80::a9fe:a9fe
# EC2's; translated to the other, so that the daemon need not know of it.
address6_ec2=fd00:ec2::254
bits6=0xfe8000000000000000000000a9fea9fe bits6_ec2=0xfd000ec2000000000000000000000254

# may_guard: whether the kernel has the egress hook, since 5.16. Without it neighbours on the bridge are not kept from
# answering; the rest is as it is.
may_guard() {
  read -r _ _ release _ </proc/version
  major=${release%%.*}
  minor=${release#*.}
  minor=${minor%%[!0-9]*}
  [ "$major" -gt 5 ] || { [ "$major" -eq 5 ] && [ "$minor" -ge 16 ]; }
}

# steering_base: $base, what all taps share, at the head of a transaction.
# - "vlan": a tagged frame belongs to another network, that of a trunk's sub-port, and is left to it, whatever it says.
#   VLAN 0 is but a priority, and the frame as good as untagged; nobody has use for a second tag in it, except to hide.
# - "claims": frames that claim one of the addresses for their sender. An advertisement's target is the 16 bytes at bit 64.
steering_base() {
  base="table netdev tapmeta {
  chain claims { }
}
flush chain netdev tapmeta claims
table netdev tapmeta {
  chain claims {
    vlan id != 0 accept
    ether type 8021ad @ll,116,12 != 0 accept
    meta protocol { 8021q, 8021ad } counter drop
    arp saddr ip $address counter drop
    ip saddr $address counter drop
    ip6 saddr { $address6, $address6_ec2 } counter drop
    icmpv6 type nd-neighbor-advert @th,64,128 $bits6 counter drop
    icmpv6 type nd-neighbor-advert @th,64,128 $bits6_ec2 counter drop
  }
}"
}

# steering: $rules of this tap. At its ingress, which comes before the bridge, every frame for the metadata addresses
# turns off into the namespace, not just TCP to port 80: none of them may ever reach a neighbour on the bridge. The
# namespace refuses what it does not serve.
# - "ether daddr set": a guest that asks through its gateway writes the gateway's MAC.
# - "sources": every source address takes an entry of the kernel's neighbour table, which all namespaces of a node share
#   (1,024 entries by default). A guest that invents addresses must not fill it; a VM with pods may have some dozens.
# - "priority -100": ahead of an SDN's own filter at the tap (0), which may deny what it does not know.
# - The counters tell how far a guest got; the last rules of "from" count what was over that limit.
# One transaction exchanges the rules and leaves the hooks: a frame meets the old rules or the new ones. All taps share
# one table, as nft asks the kernel about every table that there is before it changes any.
steering() {
  guest='' over='' answers='' guard='' exchange=''
  to_namespace="counter fwd to \"$host_end\"" to_guest="meta mark set meta mark and $mark_rest or $mark counter fwd to \"$tap\""
  if [ -n "$with_ipv6" ]; then
    ours="ip6 daddr { $address6, $address6_ec2 }"
    asked='icmpv6 type nd-neighbor-solicit @th,64,128'
    known="update @sources6_$tap { ip6 saddr }"
    guest="$ours $known ether daddr set $inner_mac $to_namespace
    $asked $bits6 $known $to_namespace
    $asked $bits6_ec2 $known $to_namespace"
    over="$ours counter drop
    $asked $bits6 counter drop
    $asked $bits6_ec2 counter drop"
    # The namespace's reports of the groups that it is in are of no use to the guest.
    answers="icmpv6 type mld2-listener-report drop
    ip6 saddr { $address6, $address6_ec2 } $to_guest"
  fi
  if may_guard; then
    guard="chain claims_$tap { type filter hook egress device \"$tap\" priority -100; policy accept; }"
    exchange="flush chain netdev tapmeta claims_$tap
add rule netdev tapmeta claims_$tap meta mark and $mark_mask != $mark jump claims"
  fi
  rules="table netdev tapmeta {
  set sources_$tap { type ipv4_addr; size 64; flags dynamic,timeout; timeout 1m; }
  set sources6_$tap { type ipv6_addr; size 64; flags dynamic,timeout; timeout 1m; }
  chain from_$tap { type filter hook ingress device \"$tap\" priority -100; policy accept; }
  chain to_$tap { type filter hook ingress device \"$host_end\" priority -100; policy drop; }
  $guard
}
flush chain netdev tapmeta from_$tap
flush chain netdev tapmeta to_$tap
$exchange
table netdev tapmeta {
  chain from_$tap {
    jump claims
    ip daddr $address update @sources_$tap { ip saddr } ether daddr set $inner_mac $to_namespace
    arp daddr ip $address update @sources_$tap { arp saddr ip } $to_namespace
    $guest
    ip daddr $address counter drop
    arp daddr ip $address counter drop
    $over
  }
  chain to_$tap {
    ip saddr $address $to_guest
    arp saddr ip $address $to_guest
    $answers
  }
}"
}

# unsteer: takes this tap's chains out of the table, and the table away with the last ones.
unsteer() {
  unsteering
  ! hand_in removal || return 0
  lock_rules
  chains=$(nft list chains netdev 2>&1) || die "$UNAVAILABLE" "nft: $chains"
  case $(printf '%s\n' "$chains" | steered_beside "$tap") in
  none) try nft nft delete table netdev tapmeta ;;
  some) run_rules ;;
  esac
  exec 8<&-
}

# steered_beside [TAP]: empty without the table, else "none" or "some" other taps in nft's list of chains.
steered_beside() {
  awk -v tap="${1-}" '
    $1 == "table" { table = $3 }
    table != "tapmeta" { next }
    { left = left ? left : "none" }
    $1 == "chain" && $2 ~ /_/ && (!tap || $2 != "from_" tap && $2 != "to_" tap && $2 != "claims_" tap) { left = "some" }
    END { print left }'
}

# unsteering: $rules. Added first, so that there is something to delete: kernels before 6.16 drop the chain of an
# interface that goes. Without a hook in the text, this leaves a chain as it is.
unsteering() {
  base=''
  rules="table netdev tapmeta {
  set sources_$tap { type ipv4_addr; size 64; flags dynamic,timeout; timeout 1m; }
  set sources6_$tap { type ipv6_addr; size 64; flags dynamic,timeout; timeout 1m; }
  chain from_$tap { }
  chain to_$tap { }
  chain claims_$tap { }
}
delete chain netdev tapmeta from_$tap
delete chain netdev tapmeta to_$tap
delete chain netdev tapmeta claims_$tap
delete set netdev tapmeta sources_$tap
delete set netdev tapmeta sources6_$tap"
}
