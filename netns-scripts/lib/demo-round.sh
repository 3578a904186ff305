# One round: each guest fetches its documents, and what they say is checked against its record. Sourced by demo.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

server=http://169.254.169.254
documents='/openstack /openstack/latest/ /openstack/latest/meta_data.json /openstack/latest/network_data.json
 /openstack/latest/user_data /openstack/latest/vendor_data.json /openstack/latest/vendor_data2.json
 /latest/meta-data/hostname /latest/meta-data/local-ipv4'
burst=3000

# ---- right or wrong

checks=0 wrong=0

# expect WHAT IS WANTED
expect() {
  checks=$((checks + 1))
  [ "$2" != "$3" ] || return 0
  wrong=$((wrong + 1))
  printf '%sWRONG%s %s: %s (expected: %s)\n' "$alarm" "$plain" "$1" "${2:-nothing}" "${3:-nothing}"
}

# leaf NAME: what the document in $rows says there.
leaf() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$rows"; }

# says NAME WANTED
says() { expect "$guest ${path##*/} $1" "$(leaf "$1")" "$2"; }

# check GUEST: every answer against the record.
check() {
  guest=$1
  describe "$guest"
  for path in $documents; do
    rows=$work/$guest/$(file_of "$path").rows
    expect "$guest $path status" "$(cut -d ' ' -f 1 "${rows%.rows}.time")" 200
    case $path in
    */meta_data.json)
      says uuid "$uuid"
      says hostname "$hostname"
      says name "$title"
      says project_id "$project"
      says availability_zone "$zone"
      says meta.role "$role"
      says "public_keys.$key_name" "$key\\n"
      says 'keys[0].data' "$key\\n"
      says random_seed.length 684
      ;;
    */network_data.json)
      says 'links[0].id' "$tap"
      says 'links[0].vif_id' "$port"
      says 'links[0].ethernet_mac_address' "$mac"
      says 'links[0].mtu' 1450
      says 'networks[0].network_id' "$network"
      says 'networks[0].ip_address' "$address"
      says 'networks[0].routes[0].gateway' "$gateway"
      ;;
    */user_data)
      printf %s "$user_data" >"$work/$guest/wanted"
      differs=$(cmp "$work/$guest/wanted" "${rows%.rows}.body" 2>&1) || :
      expect "$guest user_data" "$differs" ''
      ;;
    */vendor_data.json) says owner "$role team" ;;
    */vendor_data2.json) says static.owner "$role team" ;;
    */meta-data/hostname) says text "$hostname" ;;
    */meta-data/local-ipv4) says text "$address" ;;
    */latest/)
      for name in meta_data.json user_data vendor_data.json network_data.json vendor_data2.json; do
        expect "$guest $path" "$(leaf text | tr ' ' '\n' | grep -Fx "$name")" "$name"
      done
      ;;
    *) expect "$guest $path" "$(leaf text | sed 's/ .* / /')" '2012-08-10 latest' ;;
    esac
  done

  # What is the other's alone must be nowhere in these answers.
  for other in $guests; do
    [ "$other" != "$guest" ] || continue
    describe "$other"
    for mine in "$uuid" "$project" "$title" "$hostname" "$port" "$tap" "$mac" "$network" "$key" "$user_data"; do
      expect "$guest: answers with a value of $other, $(printf %s "$mine" | head -n 1)" \
        "$(cat "$work/$guest"/*.body | grep -cF -e "$(printf %s "$mine" | tail -n 1)")" 0
    done
  done
}

# ---- asking

file_of() { printf %s "$1" | tr / _; }

# fetch GUEST: one request, one connection for each document, as cloud-init does. Leaves FILE.body, FILE.time (status,
# milliseconds, bytes) and FILE.rows (the leaves, or the lines).
fetch() {
  for path in $documents; do
    still_runs
    file=$work/$1/$(file_of "$path")
    : >"$file.body"
    in_guest "$1" curl -q -s -m 15 -o "$file.body" -w '%{http_code} %{time_total} %{size_download}\n' "$server$path" |
      awk '{ printf "%s %.1f %d\n", $1, $2 * 1000, $3 }' >"$file.time"
    case $path in
    *.json) awk -f "$library/flatten.awk" "$file.body" | awk -F '\t' -v OFS='\t' '
      { print }
      $1 == "random_seed" { print "random_seed.length", length($2) }' ;;
    */user_data) awk -v OFS='\t' '{ print "line " NR, $0 }' "$file.body" ;;
    *) printf 'text\t%s\n' "$(tr -s '\n' ' ' <"$file.body" | sed 's/^ //; s/ $//')" ;;
    esac >"$file.rows"
  done
}

# ask_often GUEST: becomes curl, which asks over one connection, gives up at the first failure, and ends with this run. A
# fragment is curl's own business, the server does not see it.
ask_often() {
  exec setpriv --pdeathsig KILL nsenter --net="/run/netns/$1" \
    curl -q -s -m 15 --fail-early -w '\n%{http_code} %{time_total}\n' \
    "$server/openstack/latest/meta_data.json#[1-$burst]" >"$work/$1/burst"
}

# ask_at_once: both guests, many times. Each answer is looked at.
ask_at_once() {
  still_runs
  before=$(now)
  asking=
  for guest in $guests; do
    ask_often "$guest" &
    asking="$asking $!"
  done
  for each in $asking; do
    wait "$each" || :
  done
  burst_took=$(($(now) - before))
  for guest in $guests; do
    describe "$guest"
    own=$(grep -cF -e "{\"uuid\": \"$uuid\"" "$work/$guest/burst") || :
    expect "$guest: its own answer, of $burst" "$own" "$burst"
    answered=$(grep -c '^200 ' "$work/$guest/burst") || :
    expect "$guest: status 200, of $burst" "$answered" "$burst"
  done
}

# resident: how much memory the daemon keeps.
resident() { awk '$1 == "VmRSS:" { printf "%d MiB", $2 / 1024 + 0.5 }' "/proc/$daemon/status" 2>/dev/null || :; }

round() {
  idle=$(resident)
  for guest in $guests; do
    fetch "$guest"
  done
  ask_at_once
  for guest in $guests; do
    check "$guest"
  done
}
