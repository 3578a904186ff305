# Whom a tap, a namespace and an interface belong to. Sourced after attachment.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

# check_claims: exactly one attachment may claim a tap, or a namespace made for one; the daemon could not tell which is
# meant. Attachments that adopt may share a namespace, on different interfaces.
check_claims() {
  if [ -f "$file" ]; then
    read_attachment "$file"
    member mode
    other_mode=$value
    member tap
    if whole; then
      [ "$other_mode $value" = "$mode $tap" ] ||
        die "$UNAVAILABLE" "$tap: attached in mode $other_mode for $value (expected: tapmeta-detach $tap first)"
      member netns
      other_netns=$value
      member interface
      [ "$mode" != adopt ] || [ "$other_netns $value" = "$netns $inner" ] ||
        die "$UNAVAILABLE" "$tap: attached to $value in $other_netns (expected: tapmeta-detach $tap first)"
      [ "$mode" != netns ] || claim "$other_netns"
    fi
  fi
  # A namespace that bears its tap's own name is told by "ours" from another's, and the daemon refuses a tap's second
  # attachment; looking into all files would cost more with every one.
  [ "$netns" != "$default_netns" ] || return 0
  [ "$mode" != shared ] || return 0
  while read -r other; do
    { [ "$other" != "$file" ] && [ -f "$other" ]; } || continue
    read_attachment "$other"
    whole || continue
    other=${other##*/}
    other=${other%.json}
    member tap
    [ "$value" != "$tap" ] || die "$UNAVAILABLE" "$tap: attached as $other (expected: tapmeta-detach $other first)"
    member netns
    [ "${value:-none}" = "${netns:-}" ] || continue
    member mode
    [ "$mode $value" = 'adopt adopt' ] ||
      die "$UNAVAILABLE" "$netns: the namespace of $other (expected: one for $tap alone)"
    member interface
    [ "$value" != "$inner" ] ||
      die "$UNAVAILABLE" "$inner: in $netns adopted as $other (expected: tapmeta-detach $other first)"
  done <<END
$(files_with "$tap" ${netns:+"$netns"})
END
}
