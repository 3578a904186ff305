# What is wrong with the wiring of an attachment. Sourced by tapmeta-list, after attachment.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for tapmeta-list

# What there is, asked once for all, as lines: "link NAME"; "wired TAP NETNS INTERFACE" for a veth that is up, made for
# the tap as it is plugged now, and ends in that namespace; "steered TAP" for one with its chains at both ends; "marked
# TAP" and "zoned TAP" for one in mode shared; "routed" where marked packets are for this node.
facts=$({
  ip -o link show
  nft list chains netdev
  nft list table arp tapmeta 2>/dev/null || :
  nft list table inet tapmeta 2>/dev/null || :
  ip -4 rule show preference 1690
} | awk '
  /^[0-9]+: / {
    gsub(/\\/, " ")
    name = $2
    sub(/(@.*)?:$/, "", name)
    index_of[name] = $1 + 0
    print "link " name
    for (i = 3; i < NF; i++) {
      if ($i == "link-netns") ends[name] = $(i + 1)
      if ($i == "alias" && $(i + 1) == "tapmeta") made_for[name] = $(i + 2) " " $(i + 3) " " $(i + 4) " " $(i + 5)
    }
    if ($3 ~ /[<,]UP[,>]/) up[name] = 1
  }
  /^1690:.*fwmark/ { print "routed" }
  $1 == "table" { family = $2; table = $3 }
  $1 == "chain" { chain = $2; set = "" }
  $1 == "type" && family == "netdev" && table == "tapmeta" && match($0, /"[^"]*"/) {
    hook[chain] = substr($0, RSTART + 1, RLENGTH - 2)
  }
  ($1 == "set" || $1 == "map") && $NF == "{" { set = $2 }
  set && /"/ {
    while (match($0, /"[^"]+"/)) {
      element = substr($0, RSTART + 1, RLENGTH - 2)
      $0 = substr($0, RSTART + RLENGTH)
      if (set == "taps") marks[element]++
      if (set == "zones") print "zoned", element
    }
  }
  END {
    for (tap in marks) if (marks[tap] == 2) print "marked", tap
    for (host in made_for) {
      split(made_for[host], made, " ")
      if (up[host] && index_of[made[1]] == made[2] && ends[host] == made[3]) print "wired", made[1], made[3], made[4]
      if (hook["from_" made[1]] == made[1] && hook["to_" made[1]] == host) print "steered", made[1]
    }
  }')

fact() {
  case "
$facts
" in
  *"
$1
"*) ;;
  *) return 1 ;;
  esac
}

# fault WORDS: adds to $state.
fault() { state="$state${state:+, }$1"; }

# there: whether the namespace and the interface are.
there() {
  if ! ip -n "$netns" link show dev lo >/dev/null 2>&1; then
    fault 'namespace missing'
  elif ! ip -n "$netns" link show dev "$interface" >/dev/null 2>&1; then
    fault 'interface missing'
  else
    return 0
  fi
  return 1
}

# examine: $state of the attachment in $mode, $netns, $interface and $tap.
examine() {
  state=
  case $mode in
  netns)
    fact "link $tap" || fault 'tap missing'
    fact "wired $tap $netns $interface" || ! there || fault 'interface not connected to this tap'
    fact "steered $tap" || fault 'steering missing'
    ;;
  shared)
    fact "link $tap" || fault 'tap missing'
    { fact "marked $tap" && fact "zoned $tap"; } || fault 'steering missing'
    fact routed || fault 'route missing'
    ;;
  adopt)
    if there; then
      case $(nsenter --net="/run/netns/$netns" nft list set inet tapmeta interfaces 2>/dev/null) in
      *"\"$interface\""*) ;;
      *) fault 'translation missing' ;;
      esac
    fi
    ;;
  *) fault "mode \"$mode\" unknown" ;;
  esac
  state=${state:-ok}
}
