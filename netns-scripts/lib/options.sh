# The words of tapmeta-attach's command line, or of a line of its batch. Sourced after attachment.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables for the other files

# accept_mac MAC: adds it to $macs, in lower case, as JSON.
accept_mac() {
  hex='[0-9A-Fa-f][0-9A-Fa-f]'
  # shellcheck disable=SC2254 # a pattern
  case $1 in
  # The lowest bit of the first byte marks a group; no frame comes from one.
  ?[13579BDFbdf]*) ;;
  $hex:$hex:$hex:$hex:$hex:$hex)
    macs="$macs${macs:+, }\"$(printf %s "$1" | tr A-F a-f)\""
    return
    ;;
  esac
  die "$USAGE" "--mac: $1 (expected: the MAC of an interface, as fa:16:3e:5a:01:37)"
}

# read_options WORD...: $wanted, $mode, $netns, $inner, $network, $macs, $ipv6, $batch, $no_wait.
read_options() {
  wanted='' mode=netns netns='' inner='' network=null macs='' ipv6='' batch='' no_wait=''
  while [ $# -gt 0 ]; do
    case $1 in
    --mode=* | --netns=* | --interface=* | --network=* | --mac=*)
      option=${1%%=*}
      value=${1#*=}
      shift
      set -- "$option" "$value" "$@"
      ;;
    esac
    case $1 in
    --mode | --netns | --interface | --network | --mac) [ $# -ge 2 ] || die "$USAGE" "$1: no value (expected: $1 VALUE)" ;;
    esac
    case $1 in
    --mode)
      case $2 in
      netns | shared | adopt) mode=$2 ;;
      *) die "$USAGE" "--mode: $2 (expected: netns, shared or adopt)" ;;
      esac
      shift
      ;;
    --netns)
      is_name "$2" || die "$USAGE" "--netns: $2 (expected: a name of at most 128 letters, digits, . _ : @ -)"
      netns=$2
      shift
      ;;
    --interface)
      { is_interface "$2" && [ "$2" != lo ]; } || die "$USAGE" "--interface: $2 (expected: 1 to 15 letters, digits, . _ -)"
      inner=$2
      shift
      ;;
    --network)
      case $2 in
      '' | *[!\ -~]* | *[\'\"\\]*) die "$USAGE" "--network: $2 (expected: printable ASCII without quotes and backslashes)" ;;
      esac
      network="\"$2\""
      shift
      ;;
    --mac)
      accept_mac "$2"
      shift
      ;;
    --no-ipv6) ipv6=no ;;
    --ipv6) ipv6=yes ;;
    --no-wait) no_wait=yes ;;
    --batch)
      batch=-
      case ${2--} in
      - | [!-]*) [ $# -lt 2 ] || { batch=$2 && shift; } ;;
      esac
      ;;
    -h | --help)
      [ -z "$label" ] || die "$USAGE" "$1: in a batch (expected: TAP [option]...)"
      usage
      exit
      ;;
    -*) die "$USAGE" "$1: unknown option (expected: one of ${0##*/} --help)" ;;
    *)
      [ -z "$wanted" ] || die "$USAGE" "$1: a second tap (expected: one, here $wanted)"
      wanted=$1
      ;;
    esac
    shift
  done
  [ -z "$batch" ] || {
    [ -z "$wanted" ] || die "$USAGE" "$wanted: with --batch (expected: in the batch's lines)"
    return
  }
  [ -n "$wanted" ] || die "$USAGE" 'TAP: missing (expected: tapmeta-attach TAP)'
  check_mode
}

own_address_decides="with --mode adopt (expected: nothing, as the namespace decides)"

# check_mode: whether the options go together, and the defaults of each mode.
check_mode() {
  case $mode in
  adopt)
    is_name "$wanted" || die "$USAGE" "TAP: $wanted (expected: a name of at most 128 letters, digits, . _ : @ -)"
    [ -n "$netns" ] || die "$USAGE" '--netns: missing (expected: with --mode adopt, the namespace to adopt)'
    [ -n "$inner" ] || die "$USAGE" '--interface: missing (expected: with --mode adopt, the interface of the guests)'
    [ "$network" != null ] || die "$USAGE" '--network: missing (expected: with --mode adopt, the network of the guests)'
    case $ipv6 in
    '') ;;
    no) die "$USAGE" "--no-ipv6: $own_address_decides" ;;
    *) die "$USAGE" "--ipv6: $own_address_decides" ;;
    esac
    return
    ;;
  shared)
    [ -z "$netns" ] || die "$USAGE" "--netns: $netns (expected: nothing in mode shared, which has no namespace)"
    [ "${inner:-$wanted}" = "$wanted" ] || die "$USAGE" "--interface: $inner (expected: $wanted, or nothing, in mode shared)"
    inner=$wanted
    ;;
  esac
  inner=${inner:-md0}
  { is_interface "$wanted" && [ "$wanted" != lo ]; } || die "$USAGE" "TAP: $wanted (expected: the name of a tap or veth, 1 to 15 letters, digits, . _ -)"
}
