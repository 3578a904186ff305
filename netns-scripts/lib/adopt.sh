# Mode adopt: an existing namespace of the SDN, with many VMs behind one interface. Sourced after attachment.sh.
#
# What is changed inside is in adopted.sh. "claim" keeps where that was, as neither the namespace nor the interface can be
# told from the attachment's name.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

attach_adopt() {
  there=$(ip -n "$netns" -o link show dev "$inner" 2>&1) || {
    ip -n "$netns" -o link show dev lo >/dev/null 2>&1 ||
      die "$UNAVAILABLE" "$netns: no such network namespace (expected: the SDN's, to be adopted)"
    die "$UNAVAILABLE" "$inner: no such interface in $netns (expected: the one that guests come in by)"
  }
  check_claims
  trap undo_adopt EXIT
  claim adopt "$netns" "$inner"
  fresh=
  [ -f "$file" ] || fresh=yes
  in_adopted "$netns" attach "$inner" "$port" "$fresh"
  trap release EXIT
}

# in_adopted NETNS WORD...: what adopted.sh does with these words there.
in_adopted() {
  where=$1
  shift
  try "$where" nsenter --net="/run/netns/$where" sh "$library/adopted.sh" "$@"
}

# detach_adopt NETNS IF: nothing where the SDN has taken the namespace away.
detach_adopt() {
  ! ip -n "$1" -o link show dev lo >/dev/null 2>&1 || in_adopted "$1" detach "$2"
}

undo_adopt() {
  status=$?
  trap '' HUP INT TERM
  trap - EXIT
  # What was there before this run stays: a second attach that fails harms nothing.
  [ -z "$fresh" ] || (detach_adopt "$netns" "$inner") 2>/dev/null || exit "$status"
  rm -f "$new_file" "$waiting" "$lock"
  exit "$status"
}
