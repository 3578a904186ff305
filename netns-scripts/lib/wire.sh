# A namespace for one tap, and a veth into it. Sourced after attachment.sh.
#
#   guest ── TAP ── steering ── host end ══ IF │ namespace, DNAT 169.254.169.254:80 → :9697, where the daemon listens
#
# The host end's alias says whom it serves: "tapmeta TAP INDEX NETNS IF". It goes with the veth, so it cannot be stale.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

address=169.254.169.254
# The same in every namespace: a guest that moves to another node keeps a valid ARP entry.
inner_mac=02:a9:fe:a9:fe:01

# look: what the kernel has: $tap_index and $tap_mtu, empty without the tap; $pair_* of the host end, empty without one.
look() {
  tap_index='' tap_mtu='' tap_rest='' pair='' pair_flags='' pair_mtu='' pair_index='' pair_netns='' pair_alias=''
  seen=$(
    ip -o -force -batch - 2>/dev/null <<END
link show dev $tap
link show dev $host_end
END
  ) || :
  while read -r index name flags _ mtu rest; do
    name=${name%:}
    case ${name%%@*} in
    "$tap") tap_index=${index%:} tap_mtu=$mtu tap_rest=$rest ;;
    "$host_end") pair=$rest pair_flags=$flags pair_mtu=$mtu pair_index=${index%:} ;;
    esac
  done <<END
$seen
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

# wired NETNS IF: whether the veth is up, has its index, ends in that namespace, and was made for the tap as it is plugged now. A tap
# that was plugged anew under its old name has another index, and deserves a new life of its attachment.
wired() {
  case "$pair_alias $pair_netns $pair_index $pair_flags" in
  "tapmeta $tap $tap_index $1 $2 $1 $((tap_index ^ index_bit)) "*[\<,]UP[,\>]*) ;;
  *) return 1 ;;
  esac
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
ours() { [ "$pair_netns" = "$1" ] || ! ip -n "$1" -o link show 2>/dev/null | grep -q '@if[0-9]'; }

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
