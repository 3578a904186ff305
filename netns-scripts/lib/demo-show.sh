# What a round has brought, for people. Sourced by demo.sh.
# shellcheck shell=sh disable=SC2154 # variables from the other files

# Colours on a terminal that has them. The table takes what room there is, 113 columns at best.
columns=113
plain='' strong='' faint='' good='' alarm=''
if [ -t 1 ]; then
  exec 3>&1
  size=$(stty size 2>/dev/null <&3) || size=
  exec 3>&-
  size=${size#* }
  [ "${size:-0}" -lt 60 ] || [ "$size" -ge "$columns" ] || columns=$size
  if [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
    escape=$(printf '\033')
    plain="${escape}[0m" strong="${escape}[1m" faint="${escape}[2m" good="${escape}[32m" alarm="${escape}[31m"
  fi
fi

# table LEFT RIGHT: two files of rows, NAME tab VALUE.
table() {
  awk -F '\t' -v columns="$columns" -v plain="$plain" -v strong="$strong" -v faint="$faint" \
    -f "$library/side-by-side.awk" "$1" "$2"
}

# head_rows GUEST: what a guest is, before it asks.
head_rows() {
  describe "$1"
  printf '#\t%s\ntap\t%s\nMAC\t%s\naddress\t%s\n' "$1" "$tap" "$mac" "$address, behind gateway $gateway"
}

# all_rows GUEST
all_rows() {
  head_rows "$1"
  for path in $documents; do
    file=$work/$1/$(file_of "$path")
    read -r code milliseconds bytes <"$file.time"
    printf '#%s\t%s, %s ms, %s B\n' "$path" "$code" "$milliseconds" "$bytes"
    grep -v '^random_seed\.length' "$file.rows" | sed "s/^/$(file_of "$path")\//" || :
  done
}

# latencies: of all requests of the burst.
latencies() {
  for guest in $guests; do
    sed -n 's/^200 //p' "$work/$guest/burst"
  done | sort -n | awk '
    { time[NR] = $1 * 1000 }
    END { printf "median %.2f ms, 99%% within %.2f ms", time[int((NR + 1) / 2)], time[int(NR * 0.99)] }'
}

show() {
  for guest in $guests; do
    all_rows "$guest" >"$work/$guest/table"
  done
  # shellcheck disable=SC2086 # two
  set -- $guests
  printf '\n%sTwo VMs with the same address, each behind its own tap.%s' "$strong" "$plain"
  printf ' "=" stands for: the same.\n\n'
  table "$work/$1/table" "$work/$2/table"
  echo
}

measured() {
  printf '%sMeasured%s\n' "$strong" "$plain"
  printf '  %-18s ready in %d ms, %s resident when idle, %s now\n' daemon "$started_in" "$idle" "$(resident)"
  for guest in $guests; do
    read -r ready wiring <"$work/$guest/attach"
    printf '  %-18s attached and ready in %d ms, of which tapmeta-attach %d ms\n' "$guest" "$ready" "$wiring"
  done
  printf '  %-18s %d requests in %d.%02d s, both guests at once: %s\n' load $((2 * burst)) \
    $((burst_took / 1000)) $((burst_took % 1000 / 10)) "$(latencies)"
}

# conclude: the last line.
conclude() {
  if [ "$wrong" -eq 0 ]; then
    printf '%sAll right%s: %d checks, each guest got its own and nothing of the other; nothing is left behind\n' \
      "$good" "$plain" "$checks"
  else
    printf '%s%d of %d checks were wrong%s\n' "$alarm" "$wrong" "$checks" "$plain"
  fi
}

things_to_try() {
  as=${SUDO_USER:+sudo }
  describe web-1
  cat <<END

${strong}Up until Ctrl-C. From another terminal:${plain}
  cd $work
  ${faint}# as a VM${plain}
  ${as}nsenter --net=netns/web-1 curl -s $server/openstack/latest/meta_data.json
  ${as}nsenter --net=netns/db-1 curl -s $server/openstack/latest/user_data
  ${faint}# the daemon${plain}
  ${as}./tapmeta status --config tapmeta.yaml
  ${as}./tapmeta attachments --config tapmeta.yaml
  ${as}./tapmeta query --config tapmeta.yaml --tap $tap /openstack/latest/meta_data.json
  ${as}nsenter --net=netns/node curl -s http://$admin/metrics
  ${faint}# a record that changes, by rename: in force for the next request${plain}
  ${as}sh -c "sed 's/Web 1/Renamed/' instances/web-1.json >new && mv new instances/web-1.json"
END
}
