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

# The host end's index is the tap's with this bit changed, so that one rule for all taps leads to either from the other.
index_bit=1073741824

# steering_base: $base, what all taps share, at the head of a transaction.
# - "vlan": a tagged frame belongs to another network, that of a trunk's sub-port, and is left to it, whatever it says.
#   VLAN 0 is but a priority, and the frame as good as untagged; nobody has use for a second tag in it, except to hide.
# - "claims": frames that claim one of the addresses for their sender. An advertisement's target is the 16 bytes at bit 64.
# - "sources": every source address takes an entry of the kernel's neighbour table, which all namespaces of a node share
#   (1,024 entries by default). A guest that invents addresses must not fill it; a VM with pods may have some dozens, and
#   then one more a second. An address that was seen within the last minute is not counted again.
# - "ether daddr set": a guest that asks through its gateway writes the gateway's MAC.
steering_base() {
  base="table netdev tapmeta {
  set sources { type iface_index . ipv4_addr; size 262144; flags dynamic,timeout; timeout 1m; }
  set sources6 { type iface_index . ipv6_addr; size 262144; flags dynamic,timeout; timeout 1m; }
  set newcomers { type iface_index; size 65536; flags dynamic,timeout; timeout 1m; }
  chain claims { }
  chain into { }
  chain asked { }
  chain answered { }
}
flush chain netdev tapmeta claims
flush chain netdev tapmeta into
flush chain netdev tapmeta asked
flush chain netdev tapmeta answered
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
  chain into {
    update @sources { iif . ip saddr }
    update @sources { iif . arp saddr ip }
    update @sources6 { iif . ip6 saddr }
    ip daddr $address ether daddr set $inner_mac
    ip6 daddr { $address6, $address6_ec2 } ether daddr set $inner_mac
    fwd to iif ^ $index_bit
  }
  chain asked {
    iif . ip saddr @sources goto into
    iif . arp saddr ip @sources goto into
    iif . ip6 saddr @sources6 goto into
    update @newcomers { iif limit rate 64/minute burst 64 packets } goto into
    counter drop
  }
  chain answered { meta mark set meta mark and $mark_rest or $mark fwd to iif ^ $index_bit; }
}"
}

# steering: $rules of this tap. At its ingress, which comes before the bridge, every frame for the metadata addresses
# turns off into the namespace, not just TCP to port 80: none of them may ever reach a neighbour on the bridge. The
# namespace refuses what it does not serve.
# - "priority -100": ahead of an SDN's own filter at the tap (0), which may deny what it does not know.
# - The counters tell how far a guest got.
# - The namespace's reports of the groups that it is in are of no use to the guest.
# One transaction exchanges the rules and leaves the hooks: a frame meets the old rules or the new ones. What does not
# depend on the tap stands once, in a table that all share, as before any change nft asks the kernel about all tables,
# chains and sets, and about all interfaces where a rule has a name of one; and the kernel checks the whole table.
steering() {
  rules=''
  steer from ingress "$tap" accept
  add from 'jump claims'
  add from "ip daddr $address counter jump asked"
  add from "arp daddr ip $address counter jump asked"
  steer to ingress "$host_end" drop
  add to "ip saddr $address counter jump answered"
  add to "arp saddr ip $address counter jump answered"
  if [ -n "$with_ipv6" ]; then
    solicitation='icmpv6 type nd-neighbor-solicit @th,64,128'
    add from "ip6 daddr $address6 counter jump asked"
    add from "ip6 daddr $address6_ec2 counter jump asked"
    add from "$solicitation $bits6 counter jump asked"
    add from "$solicitation $bits6_ec2 counter jump asked"
    add to 'icmpv6 type mld2-listener-report drop'
    add to "ip6 saddr $address6 counter jump answered"
    add to "ip6 saddr $address6_ec2 counter jump answered"
  fi
  ! may_guard || {
    steer claims egress "$tap" accept
    add claims "meta mark and $mark_mask != $mark jump claims"
  }
}

# steer CHAIN HOOK INTERFACE POLICY: adds the chain of this tap to $rules, empty.
steer() {
  rules="${rules}add chain netdev tapmeta $1_$tap { type filter hook $2 device \"$3\" priority -100; policy $4; }
flush chain netdev tapmeta $1_$tap
"
}

# add CHAIN RULE: to $rules, for the chain of this tap.
add() {
  rules="${rules}add rule netdev tapmeta $1_$tap $2
"
}

# unsteer: takes this tap's chains out of the table, and the table away with the last ones.
unsteer() {
  unsteering
  ! hand_in removal || return 0
  # In one transaction, where the kernel does not refuse. It takes long to refuse one, so it is not asked for nothing.
  steered_elsewhere || ! run_locked "$rules$no_table" 2>/dev/null || return 0
  try nft run_locked "$rules"
}

# steered_elsewhere: whether another tap is attached in mode netns, as far as the files tell. None is read beyond the first.
steered_elsewhere() {
  for other in "$directory"/*.json; do
    [ -f "$other" ] || continue
    read_attachment "$other"
    member mode
    [ "$value" != netns ] || return 0
  done
  return 1
}

# no_table: the kernel refuses where a tap's chain still leads to what all share.
no_table='add table netdev tapmeta
add chain netdev tapmeta asked
delete chain netdev tapmeta asked
delete table netdev tapmeta'
unsteer_node() { run_locked "$no_table" 2>/dev/null || :; }

# unsteering: $rules. Added first, so that there is something to delete: kernels before 6.16 drop the chain of an
# interface that goes. Without a hook in the text, this leaves a chain as it is. In this form, a line each, nft need not
# know what is there. The sets are of earlier releases.
unsteering() {
  base='' rules='add table netdev tapmeta
'
  for chain in from to claims; do
    rules="${rules}add chain netdev tapmeta ${chain}_$tap
delete chain netdev tapmeta ${chain}_$tap
"
  done
  for set in 'sources ipv4' 'sources6 ipv6'; do
    rules="${rules}add set netdev tapmeta ${set% *}_$tap { type ${set#* }_addr; size 64; flags dynamic,timeout; timeout 1m; }
delete set netdev tapmeta ${set% *}_$tap
"
  done
}
