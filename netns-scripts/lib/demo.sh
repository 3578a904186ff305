# The demo node of quickstart, in the network and mount namespaces that this process was given for it:
# sh demo.sh JDK ONCE
# shellcheck shell=sh
set -eu
program=quickstart
export TAPMETA_JAVA_HOME="$1" LC_ALL=C
once=$2
# The VMs ask the node, not a proxy of ours.
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

library=${0%/*}
scripts=${library%/*}
root=${scripts%/*}
# shellcheck source=setup.sh
. "$library/setup.sh"
# shellcheck source=demo-node.sh
. "$library/demo-node.sh"
# shellcheck source=demo-round.sh
. "$library/demo-round.sh"
# shellcheck source=demo-show.sh
. "$library/demo-show.sh"

daemon='' work=''
# clean_up: whatever ends this run. All else ends with these namespaces.
clean_up() {
  trap '' HUP INT PIPE TERM
  trap - EXIT
  stop_daemon
  [ -z "$work" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

work=$(mktemp -d /tmp/tapmeta-quickstart.XXXXXX)
make_node
start_daemon
for guest in $guests; do
  add_guest "$guest"
done
round
show
measured

if [ -z "$once" ]; then
  things_to_try
  trap 'echo; echo "Taking it down"' HUP INT TERM
  wait "$daemon" || :
  running=yes
  kill -0 "$daemon" 2>/dev/null || running=
  trap '' HUP INT PIPE TERM
  [ -n "$running" ] || {
    tail -n 5 "$work/daemon.log" >&2
    die "$UNAVAILABLE" 'tapmeta: has ended (expected: to run until Ctrl-C)'
  }
fi

remove_guests
conclude
[ "$wrong" -eq 0 ]
