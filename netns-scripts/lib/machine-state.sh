# What a well-behaved run leaves as it was. Sourced.
# shellcheck shell=sh

# machine_state MARK: the machine as lines, one for each thing. MARK is an environment variable, NAME=VALUE, and every
# process that has it is of interest. What changes by itself, such as a counter, is left out.
machine_state() {
  ip -o link show | awk '{ sub(/:$/, "", $2); print "interface", $2 }'
  ip netns list | awk '{ print "namespace", $1 }'
  for family in -4 -6; do
    ip "$family" rule list | sed "s/^/rule $family /"
    ip "$family" -o addr show scope global | awk '{ print "address", $2, $4 }'
    ip "$family" route show table all | sed "s/ expires [0-9a-z]*//; s/^/route $family /"
  done
  nft list ruleset | sed 's/packets [0-9]* bytes [0-9]*//; s/^/nft /'
  for save in iptables-save ip6tables-save; do
    "$save" 2>/dev/null | sed "/^#/d; s/\[[0-9:]*\]//; s/^/$save /"
  done
  # Others come and go in these folders as they like.
  find /run /tmp -xdev -maxdepth 2 2>/dev/null |
    grep -E '^/tmp/tapmeta-quickstart|^/run/.*(tapmeta|netns|xtables)' | sort | sed 's/^/file /'
  sysctl -a 2>/dev/null | grep -E '^net\.(ipv4\.ip_forward|ipv[46]\.conf\.)' | sed 's/^/sysctl /'
  grep -l -z -x -F -e "$1" /proc/[0-9]*/environ 2>/dev/null | while read -r process; do
    echo "process $(tr '\0' ' ' <"${process%/environ}/cmdline")"
  done
}
