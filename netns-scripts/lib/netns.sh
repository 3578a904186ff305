# Mode netns: a namespace for this tap alone. Sourced after wire.sh and steering.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

# choose_ipv6: $with_ipv6 is "yes" or empty, by what is wanted and what the kernel and the tap have.
choose_ipv6() {
  with_ipv6='' lacking=
  if [ ! -e /proc/net/if_inet6 ]; then
    lacking='the kernel has no IPv6'
  elif [ "$tap_mtu" -lt 1280 ]; then
    lacking="$tap has an MTU of $tap_mtu, below 1280"
  elif [ "$mode" = shared ]; then
    disabled=
    [ ! -e "/proc/sys/net/ipv6/conf/$tap" ] || read -r disabled <"/proc/sys/net/ipv6/conf/$tap/disable_ipv6" || :
    [ "$disabled" = 0 ] || lacking="$tap has IPv6 disabled"
  fi
  [ -z "$lacking" ] || [ "$ipv6" != yes ] || die "$UNAVAILABLE" "--ipv6: $lacking (expected: IPv6, or without --ipv6)"
  [ -n "$lacking" ] || [ "$ipv6" = no ] || with_ipv6=yes
}

attach_netns() {
  look
  need_tap
  choose_ipv6
  check_claims
  # Everything that can be written over under traffic is written over. The namespace and the veth are made anew only when
  # they are not whole.
  made=
  if wired "$netns" "$inner"; then
    [ "$pair_mtu" = "$tap_mtu" ] || try ip ip link set dev "$host_end" mtu "$tap_mtu"
  else
    if [ -e "/run/netns/$netns" ]; then
      { names | grep -qxF -e "$netns" && ours "$netns"; } ||
        die "$UNAVAILABLE" "$netns: exists, not made for $tap (expected: --netns with a free name)"
    fi
    trap undo_netns EXIT
    claim "$netns"
    # A new life of the attachment: the daemon leaves the old one now, and meets the new file as another.
    [ ! -e "$file" ] || try "$file" rm -f "$file"
    unpair
    make_pair "$netns" "$inner"
    made=yes
  fi
  # Side by side. A link that is not up yet keeps a new guest waiting, where half of the rules would refuse it.
  furnish "$netns" "$inner" "$port" &
  furnished=$!
  steering
  hand_in netns || load_rules netns
  wait "$furnished"
  [ -z "$made" ] || settle
}

# settle: the host end came up before the other one, and passes nothing on until the kernel's watch over links has noticed
# that, which a busy node may leave for later: the guest's first segment would be lost, and the next comes after a second.
# Asked for the link, the kernel (6.8) looks at once. Beside what is left to do; a batch's guests are not about to ask.
settle() {
  if [ -z "$label" ]; then
    ip -j link show dev "$host_end" >/dev/null 2>&1 &
  fi
}

# undo_netns: what this run has begun to make goes again, whatever ends it. Further signals change nothing, and the tool
# that refused may refuse here too: that was said already.
undo_netns() {
  status=$?
  trap '' HUP INT TERM
  trap - EXIT
  spool=''
  wait
  exec 8<&-
  rm -f "$file" "$new_file" "$waiting"
  look
  (unsteer) 2>/dev/null || :
  (unpair) && rm -f "$lock"
  exit "$status"
}

detach_netns() {
  look
  [ -n "$attachment$pair_index" ] || [ -s "$lock" ] || [ -e "/run/netns/$default_netns" ] || echo "$wanted: nothing is attached"
  unsteer
  unpair
}
