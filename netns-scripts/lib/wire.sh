# A namespace for one tap, and a veth into it. Sourced after attachment.sh.
#
#   guest ── TAP ── steering ── host end ══ IF │ namespace, DNAT 169.254.169.254:80 → :9697, where the daemon listens
#
# The host end's alias says whom it serves: "tapmeta TAP INDEX NETNS IF". It goes with the veth, so it cannot be stale.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

address=169.254.169.254
# The same in every namespace: a guest that moves to another node keeps a valid ARP entry.
inner_mac=02:a9:fe:a9:fe:01

# look: what the kernel has: $tap_index, $tap_mtu, $tap_master and $tap_bridge ("yes" for one), empty without the tap;
# $pair_* of the host end, empty without one. As JSON, as otherwise ip looks into every namespace that has a name for that
# of the other end.
look() {
  tap_index='' tap_mtu='' tap_master='' tap_bridge='' pair_index='' pair_peer='' pair_mtu='' pair_up='' pair_alias=''
  seen=$(
    ip -j -force -batch - 2>/dev/null <<END
link show dev $tap
link show dev $host_end
link show dev $tap type bridge
END
  ) || :
  while read -r json; do
    member ifname
    case $value in
    "$tap")
      [ -z "$tap_index" ] || tap_bridge=yes
      number ifindex
      tap_index=$value
      number mtu
      tap_mtu=$value
      member master
      tap_master=$value
      ;;
    "$host_end")
      number ifindex
      pair_index=$value
      number link_index
      pair_peer=$value
      number mtu
      pair_mtu=$value
      case ${json%%]*} in
      *'"UP"'*) pair_up=yes ;;
      esac
      member ifalias
      pair_alias=$value
      ;;
    esac
  done <<END
$seen
END
}

# number KEY: $value is that member of $json, of a link, if it is a number, else empty.
number() {
  value=
  case $json in
  *"\"$1\":"*) value=${json#*"\"$1\":"} value=${value%%[!0-9]*} ;;
  esac
}

# need_tap: after look.
need_tap() {
  [ -n "$tap_index" ] || die "$UNAVAILABLE" "$tap: no such interface (expected: a tap or veth in this network namespace)"
  [ -z "$tap_bridge" ] || die "$UNAVAILABLE" "$tap: a bridge (expected: a tap or veth, such as its port of the one guest)"
}

# ends_in NETNS: whether the veth does; each end names the other's index. $there is what links that namespace has.
ends_in() {
  there=$(ip -n "$1" -j link show 2>/dev/null) || :
  case $there in
  *"\"ifindex\":$pair_peer,\"link_index\":$pair_index,"*) ;;
  *) return 1 ;;
  esac
}

# wired NETNS IF: whether the veth is up, has its index, ends in that namespace, and was made for the tap as it is plugged
# now. A tap that was plugged anew under its old name has another index, and deserves a new life of its attachment.
wired() {
  [ "$pair_alias $pair_index $pair_up" = "tapmeta $tap $tap_index $1 $2 $((tap_index ^ index_bit)) yes" ] && ends_in "$1"
}

# names: the namespaces that this tap may have.
names() {
  # shellcheck disable=SC2086 # the alias is five words
  set -- $pair_alias
  printf '%s\n' "$default_netns" "${4-}"
  # What other modes have written there has more than one word.
  while read -r word more; do
    [ -n "$more" ] || printf '%s\n' "$word"
  done <"$lock"
}

# ours NETNS: whether our veth ends in it, or none does, as in one half-made; so does none in the plain file, no namespace
# at all, that an interrupted "ip netns add" leaves. Any other namespace serves another tap, or another node.
ours() {
  ends_in "$1" || case $there in
  *'"link_index":'*) return 1 ;;
  esac
}

# make_pair NETNS IF. The alias comes last: a pair without it is half-made.
make_pair() {
  # Without an address of its own the host says nothing on this link. Below 1,280 bytes there is no IPv6 to be told so.
  mute=
  [ ! -e /proc/net/if_inet6 ] || [ "$tap_mtu" -lt 1280 ] || mute='addrgenmode none'
  try ip ip -batch - <<END
netns add $1
link add name $host_end index $((tap_index ^ index_bit)) mtu $tap_mtu type veth peer name $2 address $inner_mac mtu $tap_mtu netns $1
link set dev $host_end $mute up
link set dev $host_end alias "tapmeta $tap $tap_index $1 $2"
END
}

# furnish NETNS IF PORT: $made is "yes" for a namespace that nobody uses yet; what stands inside the namespace; may be repeated under traffic.
furnish() {
  try "$1" nsenter --net="/run/netns/$1" sh "$library/namespace.sh" "$2" "$tap_mtu" "$3" "$with_ipv6" "$made"
}

# unpair: takes away every namespace that this tap may have, then the veth: its alias, which knows a namespace's name, has
# to outlive that namespace; and a listener of the daemon would keep the veth after the namespace has lost its name.
unpair() {
  # Nothing is there before a first attach.
  [ -n "$pair_index" ] || [ -s "$lock" ] || [ -e "/run/netns/$default_netns" ] || return 0
  leaving='' lines=''
  for name in $(names); do
    if [ -e "/run/netns/$name" ] && ours "$name"; then
      leaving="$leaving $name"
      lines="${lines}netns del $name
"
    fi
  done
  # It may go with its namespace.
  [ -z "$pair_index" ] || lines="${lines}link del dev $host_end
link show dev $host_end"
  [ -n "$lines" ] || return 0
  left=$(
    ip -o -force -batch - 2>/dev/null <<END
$lines
END
  ) || :
  for name in $leaving; do
    [ ! -e "/run/netns/$name" ] || try ip ip netns del "$name"
  done
  [ -z "$left" ] || die "$UNAVAILABLE" "$host_end: cannot be deleted (expected: the veth of $tap)"
}
