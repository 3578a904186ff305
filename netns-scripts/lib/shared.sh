# Mode shared: a routed tap, served in the current namespace. Sourced after rules.sh, steering.sh and netns.sh.
#
# What all taps share is in shared-node.sh. A tap itself is but elements of nftables maps and sets, whose cost does not
# grow with their number: its name among "taps", and its own zone of connection tracking, so that guests of the same
# address and port are told apart. The socket of the daemon, bound to the tap, sends the answers out there.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

attach_shared() {
  look
  need_tap
  [ -z "$tap_master" ] ||
    die "$UNAVAILABLE" "$tap: a port of $tap_master (expected: in mode shared a routed tap; else mode netns)"
  choose_ipv6
  netns=''
  check_claims
  fresh=
  [ -f "$file" ] || fresh=yes
  trap undo_shared EXIT
  claim shared "$tap"
  # The index is unique in the namespace, and so the zone, unless the node has seen more interfaces than there are zones.
  zone=$(((tap_index - 1) % 65535 + 1))
  sharing
  hand_in shared || join_shared || (load_rules shared) 2>/dev/null || {
    choose_zone
    sharing
    load_rules shared
  }
  [ -z "$strict" ] || echo 2 >"/proc/sys/net/ipv4/conf/$tap/rp_filter"
  trap release EXIT
}

# join_shared: a new tap among others finds what they share, as a rule. "ready" is the last of it to be made.
join_shared() {
  [ ! -f "$file" ] || return 1
  run_locked "flush chain inet tapmeta ready
$rules" 2>/dev/null || return 1
  [ -z "$links" ] || try ip ip -batch - <<END
$links
END
}

# sharing: $rules and $links of this tap. The kernel's source check, by the route back to the sender, would refuse all
# guests but one of the same address. Where it is strict, "from" checks instead, all but the metadata address, and the
# kernel's is loosened; and that passes nobody on an interface without an address, hence one that no route leads to.
sharing() {
  rules="add element arp tapmeta taps { \"$tap\" }
add element inet tapmeta taps { \"$tap\" }
add element inet tapmeta owners { $zone : \"$tap\" }
add element inet tapmeta zones { \"$tap\" : $zone }"
  # A sysctl gives its first byte only to a shell that reads byte by byte, and then the end, which is no failure here.
  read -r all </proc/sys/net/ipv4/conf/all/rp_filter || :
  read -r own <"/proc/sys/net/ipv4/conf/$tap/rp_filter" || :
  strict='' links=''
  case $all$own in
  00) ;;
  *2*) links="address replace $(tap_address) dev $tap scope host" ;;
  *)
    strict=yes
    links="address replace $(tap_address) dev $tap scope host"
    rules="$rules
add element inet tapmeta strict_$own { \"$tap\" }"
    ;;
  esac
  [ -z "$with_ipv6" ] || links="$links
address replace $address6/128 dev $tap nodad"
}

# tap_address: as the whole of 127.0.0.0/8 is the node's own anyway, it changes no route.
tap_address() { echo "127.169.$((zone / 256)).$((zone % 256))/32"; }

# choose_zone: another one, as this tap has one from its last life, which goes, or another tap has this one.
choose_zone() {
  shared_state "$tap"
  wanted_zone=$zone
  unsharing
  # It has this one already, so that it is something else that was refused; its guest may be talking.
  [ "$zone" != "$wanted_zone" ] || return 0
  unloosen
  zone=$wanted_zone base='' links=''
  if [ -n "$rules" ]; then
    lock_rules
    run_rules
    exec 8<&-
  fi
  zones=$(nft list map inet tapmeta owners 2>/dev/null) || return 0
  while :; do
    case $zones in
    *[!0-9]"$zone : "*) zone=$((zone % 65535 + 1)) ;;
    *) return 0 ;;
    esac
  done
}

# shared_state TAP...: of these taps that are shared, $shared has lines TAP ZONE STRICT, with "-" for what is not there;
# $others is how many taps there are beside them, and empty where nothing is shared.
shared_state() {
  shared='' others=''
  state=$(nft list table inet tapmeta 2>/dev/null | awk -v taps="$*" '
    BEGIN { count = split(taps, names, " "); for (i = 1; i <= count; i++) ours[names[i]] = 1 }
    $1 == "set" || $1 == "map" { which = $2 }
    $1 == "chain" { which = "" }
    which && /"/ {
      while (match($0, /"[^"]+"( : [0-9]+)?/)) {
        element = substr($0, RSTART + 1, RLENGTH - 1)
        $0 = substr($0, RSTART + RLENGTH)
        zone = element
        sub(/".*/, "", element)
        if (!(element in ours)) others += which == "taps"
        else if (which == "zones") { sub(/.*: /, "", zone); zones[element] = zone; seen[element] = 1 }
        else if (which == "taps") seen[element] = 1
        else if (which ~ /^strict_/) strict[element] = substr(which, 8)
      }
    }
    END {
      if (!NR) exit
      print "others", others + 0
      for (tap in seen) print tap, (tap in zones) ? zones[tap] : "-", (tap in strict) ? strict[tap] : "-"
    }')
  [ -n "$state" ] || return 0
  others=${state#others }
  others=${others%%[!0-9]*}
  shared=${state#*"$others"}
}

# unsharing: $rules that take this tap out, by what $shared says; empty where it is not in. $strict is the kernel's source
# check as it was.
unsharing() {
  rules='' strict=- zone=
  while read -r name its_zone was; do
    [ "$name" = "$tap" ] || continue
    strict=$was zone=${its_zone#-}
    rules="add element arp tapmeta taps { \"$tap\" }
delete element arp tapmeta taps { \"$tap\" }
add element inet tapmeta taps { \"$tap\" }
delete element inet tapmeta taps { \"$tap\" }"
    [ -z "$zone" ] || rules="$rules
delete element inet tapmeta owners { $zone : \"$tap\" }
delete element inet tapmeta zones { \"$tap\" : $zone }"
    [ "$was" = - ] || rules="$rules
delete element inet tapmeta strict_$was { \"$tap\" }"
  done <<END
$shared
END
}

# unloosen: the kernel's own source check is back before ours goes; and the addresses go. With an interface's last IPv4
# address the kernel takes its routes away too; they are the SDN's, and put back in the same breath.
unloosen() {
  { [ -n "$rules" ] && [ -e "/proc/sys/net/ipv4/conf/$tap" ]; } || return 0
  [ "$strict" = - ] || echo "$strict" >"/proc/sys/net/ipv4/conf/$tap/rp_filter"
  lines="address del $address6/128 dev $tap"
  if [ -n "$zone" ]; then
    lines="$lines
address del $(tap_address) dev $tap"
    while read -r route; do
      case $route in
      '' | local* | broadcast*) ;;
      *) lines="$lines
route add ${route%linkdown*} dev $tap" ;;
      esac
    done <<END
$(ip -4 -o route show table all dev "$tap" 2>/dev/null)
END
  fi
  ip -force -batch - >/dev/null 2>&1 <<END || :
$lines
END
}

detach_shared() {
  base='' links=''
  if [ -n "$spool" ]; then
    unsharing
    unloosen
    ! hand_in removal || return 0
  fi
  lock_rules
  shared_state "$tap"
  unsharing
  unloosen
  if [ "$others" = 0 ]; then
    unshare_node
  elif [ -n "$rules" ]; then
    run_rules
  fi
  exec 8<&-
}

undo_shared() {
  status=$?
  trap '' HUP INT TERM
  trap - EXIT
  spool=
  exec 8<&-
  rm -f "$new_file" "$waiting"
  # What was there before this run stays: a second attach that fails harms nothing.
  [ -z "$fresh" ] || (detach_shared) 2>/dev/null || exit "$status"
  rm -f "$lock"
  exit "$status"
}
