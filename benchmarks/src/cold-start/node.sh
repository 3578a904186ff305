# The inside of cold-start: one guest, and tapmeta started again and again.
# shellcheck shell=sh disable=SC2154 # variables from cold-start
set -eu
# shellcheck source=../lib/node.sh
. "$root/benchmarks/src/lib/node.sh"

# What cloud-init asks for, more or less.
documents='/openstack /openstack/latest/meta_data.json /openstack/latest/network_data.json /openstack/latest/vendor_data.json
  /openstack/latest/vendor_data2.json /latest/meta-data/ /latest/meta-data/hostname /latest/meta-data/local-ipv4'

# once HOW: one start, its lines into $work/results with "start HOW N" before them.
once() {
  case $1 in
  aot) options='' ;;
  plain) options=-XX:AOTMode=off ;;
  esac
  echo "Start $start, $1" >&2
  # shellcheck disable=SC2086 # several
  TAPMETA_JAVA_OPTS=$options "$programs/cold" "/run/netns/guest-$server" 169.254.169.254 80 1000 $documents -- \
    "$application/bin/tapmeta" run --config "$work/$server/tapmeta.yaml" >"$work/lines" 2>"$work/$server/log" ||
    give_up "start $start, $1: a request failed (expected: 1,001 good answers)"
  sed "s/^/$start $1 /" "$work/lines" >>"$work/results"
}

server=tapmeta
add_guest 1
configure 9776
start=1
while [ "$start" -le "$starts" ]; do
  once aot
  once plain
  start=$((start + 1))
done
for form in json table; do
  awk -v form="$form" -v machine="$(machine)" -v starts="$starts" -f "$root/benchmarks/src/cold-start/report.awk" \
    "$work/results" >"$work/$form"
done
publish "$work/json" "$work/table"
