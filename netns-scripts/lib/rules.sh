# Loading nftables rules, one tap's at a time or a batch's together. Sourced after attachment.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

# load_rules KIND: $rules of this tap, after what all taps of that kind share; "$links" are lines for ip.
load_rules() {
  "base_$1"
  if [ "$1" = netns ]; then
    # What all taps share is there already, as a rule, and then costs nothing.
    [ -z "$made" ] || ! steered_elsewhere || ! run_locked "$rules" 2>/dev/null || return 0
    try nft run_locked "$base
$rules"
    return
  fi
  lock_rules
  run_rules
  "after_$1"
  exec 8<&-
}

# run_locked RULES: where nothing else is to be done under the lock, it need not outlive nft.
run_locked() {
  flock -F -w 60 /proc/self/ns/net nft -f - <<END
$1
END
}

base_netns() { steering_base; }
after_netns() { :; }
base_removal() { base=''; }
after_removal() { :; }

# run_rules: one transaction of $base and $rules, then $links.
run_rules() {
  try nft nft -f - <<END
$base
$rules
END
  [ -z "$links" ] || try ip ip -batch - <<END
$links
END
}

# hand_in KIND: in a batch, leaves it to the one transaction of all; true when that has gone well.
hand_in() {
  [ -n "$spool" ] || return 1
  printf '%s\n' "$rules" >"$spool/$number.$1"
  [ -z "$links" ] || printf '%s\n' "$links" >"$spool/$number.links"
  # Fd 5 says, by its end, that this line's rules are there; fd 6 ends when they are loaded, or when the batch is gone.
  exec 5>&-
  read -r _ <&6 || :
  [ -e "$spool/loaded" ]
}

# lock_rules: whoever changes the shared tables holds the network namespace itself as the lock, inside of a tap's lock,
# until fd 8 is closed. Else the last one out could take a newcomer's chains along; and nft, which starts anew whenever
# another one was faster, would get nowhere among many.
lock_rules() {
  exec 8</proc/self/ns/net
  flock -w 60 8 || die "$UNAVAILABLE" "$tap: nftables held for 60 s (expected: nft to answer at once)"
}
