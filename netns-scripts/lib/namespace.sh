# Furnishes the network namespace it runs in: sh namespace.sh INTERFACE MTU PORT yes|'' yes|'', for IPv6, and where the
# namespace was made just now. Every step may be repeated while guests are being served.
# shellcheck shell=sh
set -eu
interface=$1 mtu=$2 port=$3 with_ipv6=$4 new=$5
address=169.254.169.254 address6=fe80::a9fe:a9fe address6_ec2=fd00:ec2::254

# INPUT, in order. Only what came to port 80 has been translated, so the daemon's own port is no second entrance.
# While nobody listens a SYN is dropped, not refused: the guest's TCP asks again after 1 s, whereas cloud-init takes
# a refusal for "no metadata service here" and boots without its configuration.
# Everything else is refused at once; an INVALID segment only dropped, as a reset would end a healthy connection.
# In a new namespace the rules are only added, to no chain that is named, as "-n" leaves it: then nothing is replaced, and
# iptables-restore, which waits for the kernel to have freed what it replaces, is done in 3 ms and not in 25.
flush=-n tables='*filter' nat='*nat'
if [ -z "$new" ]; then
  flush='' tables='*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]' nat='*nat
:PREROUTING ACCEPT [0:0]'
fi

# input DISCOVERY ECHO REFUSAL: $rules, the table "filter", with what differs between IPv4 and IPv6, and the head of "nat".
input() {
  rules="$tables
-A FORWARD -j DROP
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
$1
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport $port -m conntrack --ctstate DNAT -m socket --nowildcard -j ACCEPT
-A INPUT -p tcp -m tcp --dport $port --syn -m conntrack --ctstate DNAT -j DROP
$2
-A INPUT -p tcp -j REJECT --reject-with tcp-reset
-A INPUT -p udp -j REJECT --reject-with $3
-A INPUT -j DROP
COMMIT
$nat"
}

# translate FROM TO: adds to $rules the way to the daemon for what comes to port 80 of that address.
translate() {
  rules="$rules
-A PREROUTING -i $interface -d $1 -p tcp -m tcp --dport 80 -j DNAT --to-destination $2:$port"
}

# restore PROGRAM: $rules, in a process of its own, beside what this one does.
restore() {
  # shellcheck disable=SC2086 # a word or none
  "$1" $flush -w 10 <<END &
$rules
COMMIT
END
}

restore6=
if [ -n "$with_ipv6" ]; then
  # Neighbour discovery is nobody's connection.
  input '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT' \
    '-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -m limit --limit 20/second -j ACCEPT' icmp6-port-unreachable
  translate "$address6" "[$address6]"
  translate "$address6_ec2" "[$address6]"
  restore ip6tables-restore
  restore6=$!
fi
input '' '-A INPUT -p icmp -m icmp --icmp-type echo-request -m limit --limit 20/second -j ACCEPT' icmp-port-unreachable
translate "$address" "$address"
restore iptables-restore
restore4=$!

# refused PROGRAM: after one that ended with an error, and may have given no reason or not its name.
refused() {
  echo "$1: ended with status $?" >&2
  exit 1
}

# put VALUE KEY...: sysctls below net/. A key that this kernel does not have is passed over. From within its folder, of which
# each is entered once: the kernel looks for it among those of all namespaces.
folder=
put() {
  value=$1
  shift
  for key in "$@"; do
    if [ "${key%%/*}" != "$folder" ]; then
      folder=
      cd "/proc/sys/net/${key%%/*}" 2>/dev/null || continue
      folder=${key%%/*}
    fi
    key=${key#*/}
    [ ! -e "$key" ] || echo "$value" >"$key"
  done
}

# neigh FAMILY: the guest is one hop away: what is not answered in 250 ms is asked again. When a VM comes back with another
# MAC on the same tap, the old one is given up after 2 s; the usual 9 s is about as long as cloud-init waits.
neigh() {
  put 250 "$1/neigh/$interface/retrans_time_ms"
  put 500 "$1/neigh/$interface/base_reachable_time_ms"
  put 1 "$1/neigh/$interface/delay_first_probe_time" "$1/neigh/$interface/ucast_solicit"
  put 3 "$1/neigh/$interface/mcast_resolicit"
}

# A new namespace takes its IPv4 interface settings over from the host, where an SDN has set them for its own ends.
# The kernel combines "all" with the interface's own value, by OR or by maximum, so both are set.
put 0 ipv4/ip_forward
for conf in all "$interface"; do
  conf=ipv4/conf/$conf
  put 0 "$conf/rp_filter" "$conf/accept_local" "$conf/route_localnet" "$conf/accept_source_route"
  # A guest's redirect must not bend the route for the answers; its odd frames must not fill the host's log.
  put 0 "$conf/accept_redirects" "$conf/send_redirects" "$conf/log_martians"
  # Answer for the address on this interface, whoever asks, and ask with that address.
  put 0 "$conf/arp_filter" "$conf/arp_announce" "$conf/proxy_arp" "$conf/drop_gratuitous_arp"
  put 1 "$conf/arp_ignore"
done
neigh ipv4

# A restarting daemon hands half-open and not yet accepted connections over to the listener of its successor.
put 1 ipv4/tcp_migrate_req
# A connection made by SYN cookie has no saved SYN, so nobody could tell whose it is. Without cookies a flood costs only
# the guest that makes it: the backlog is this namespace's own, large, and forgets in 7 s who does not complete.
put 0 ipv4/tcp_syncookies
put 4096 ipv4/tcp_max_syn_backlog
put 2 ipv4/tcp_synack_retries
put 4096 core/somaxconn

# IPv6: no address but ours, and not a word that nobody has asked for; what the guest advertises is not heard.
for conf in all default "$interface"; do
  conf=ipv6/conf/$conf
  put 1 "$conf/addr_gen_mode"
  put 0 "$conf/accept_ra" "$conf/autoconf" "$conf/accept_redirects" "$conf/accept_source_route" "$conf/forwarding"
  put 0 "$conf/router_solicitations" "$conf/accept_dad" "$conf/dad_transmits" "$conf/ndisc_notify" "$conf/proxy_ndp"
done
no_ipv6=1
[ -z "$with_ipv6" ] || no_ipv6=0
put "$no_ipv6" ipv6/conf/all/disable_ipv6 "ipv6/conf/$interface/disable_ipv6"
neigh ipv6

# Before the link is up, so that nobody is refused meanwhile.
wait "$restore4" || refused iptables-restore
[ -z "$restore6" ] || wait "$restore6" || refused ip6tables-restore

# Answers go out on the link to any address, as every tap has its own namespace and guests' addresses overlap.
ipv6_lines=
# "nodad": to be there at once, and the guest's neighbours are not asked.
[ -z "$with_ipv6" ] || ipv6_lines="address replace $address6/128 dev $interface nodad
address replace $address6_ec2/128 dev $interface nodad
route replace ::/0 dev $interface"
ip -batch - <<END &
link set dev lo up
link set dev $interface mtu $mtu up
address replace $address/32 dev $interface
route replace default dev $interface src $address
$ipv6_lines
END
addressed=$!

# Now that the rules have loaded connection tracking: entries are connections per second times these timeouts, by default
# 120 s after every close. Short ones lose nothing, as the translation is a fixed one: a late segment is picked up
# ("loose") and translated as before. Only a daemon's first word after long silence needs the entry, hence an hour for
# open connections. "Liberal": a segment outside the window is TCP's to judge.
conntrack=netfilter/nf_conntrack_tcp
put 1 "${conntrack}_loose" "${conntrack}_be_liberal"
put 3600 "${conntrack}_timeout_established"
put 10 "${conntrack}_timeout_syn_sent" "${conntrack}_timeout_syn_recv"
put 30 "${conntrack}_timeout_fin_wait" "${conntrack}_timeout_close_wait" "${conntrack}_timeout_last_ack"
put 2 "${conntrack}_timeout_time_wait" "${conntrack}_timeout_close"
wait "$addressed"
