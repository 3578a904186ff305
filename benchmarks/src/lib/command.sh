# What side-by-side, cold-start and growth share before they enter a node: options, programs, the way in. Sourced; wants
# $program, the name in messages, and $root, the checkout.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for whoever sources this

# number OPTION VALUE LEAST MOST
number() {
  awk -v value="$2" -v least="$3" -v most="$4" \
    'BEGIN { exit !(value ~ /^[0-9]+(\.[0-9]+)?$/ && value >= least && value <= most) }' ||
    die 2 "$1: $2 (expected: $3 to $4)"
}

# numbers OPTION LIST LEAST MOST
numbers() {
  for one in $2; do number "$1" "$one" "$3" "$4"; done
}

# words OPTION LIST ALLOWED...
words() {
  option=$1 list=$2
  shift 2
  for word in $list; do
    case " $* " in
    *" $word "*) ;;
    *) die 2 "$option: $word (expected: some of $*)" ;;
    esac
  done
}

# kept OPTION NAME: where --keep puts things.
kept() {
  case $2 in
  '' | *[!a-z0-9-]*) die 2 "$1: $2 (expected: a name of lower-case letters, digits and dashes)" ;;
  esac
}

# prepare TOOL:PACKAGE...: what every node needs, and these.
prepare() {
  set -- ip:iproute2 nft:nftables iptables:iptables curl:curl awk:mawk cc:gcc taskset:util-linux prlimit:util-linux \
    flock:util-linux nsenter:util-linux setpriv:util-linux unshare:util-linux "$@"
  up_to_date || set -- "$@" mvn:maven
  provide "$@"
  echo '#include <stdio.h>' | cc -E - >/dev/null 2>&1 || {
    apt install --no-install-recommends libc6-dev || complain 'apt-get install libc6-dev'
  }
}

# compile FILE...: each C file as a program of its name in $programs.
compile() {
  programs=$root/benchmarks/target/programs
  mkdir -p "$programs"
  for source in "$@"; do
    name=${source##*/}
    cc -O2 -Wall -o "$programs/${name%.c}" "$source" ||
      die "$UNAVAILABLE" "$name: not compiled (expected: a C compiler)"
  done
}

# enter SCRIPT: becomes it, in network and mount namespaces that end with this process: they have no other holder than
# it and its children. Results go to descriptor 3.
enter() {
  export program root programs jdk json keep server_core client_core
  exec unshare --mount --propagation private --net sh "$1"
}

# On a machine of one core, both run there; the figures then say little.
keep='' json='' client_core=0 server_core=1
[ "$(nproc)" -gt 1 ] || server_core=0
