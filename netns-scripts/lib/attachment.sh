# What tapmeta-attach, tapmeta-detach and tapmeta-list share: messages, names, the lock, attachment files. Sourced.
# shellcheck shell=sh disable=SC2034,SC2154 # variables for and from whoever sources this

USAGE=2 UNAVAILABLE=69 PERMISSION=77

directory=${TAPMETA_ATTACHMENTS:-/run/tapmeta/attachments}
# Names and messages are bytes to us: no locale may change what a range or a class matches.
export LC_ALL=C
# Root's umask may hide the attachment files from a daemon that runs as another user.
umask 022

# ---- messages

# one_line TEXT: values come from outside, and a tool's complaint may fill a page.
one_line() { printf %s "$1" | tr -s '[:cntrl:] ' ' ' | cut -c 1-400; }

# die STATUS MESSAGE: the one line for the operator; in a batch it begins with the line's name.
label=
die() {
  case $2 in
  "$label"*) ;;
  *) set -- "$1" "$label: $2" ;;
  esac
  printf '%s: %s\n' "${0##*/}" "$(one_line "$2")" >&2
  exit "$1"
}

# try WHO COMMAND...: a complaint of the command ends the run, as ours.
try() {
  who=$1
  shift
  complaint=$("$@" 2>&1 >/dev/null) || die $UNAVAILABLE "$who: $(printf %s "${complaint:-no reason given}" | tr '^' ' ')"
}

need_root() {
  user=
  # Asking the kernel directly saves a process; so do the loops over characters below. Each costs a VM's start 2 ms.
  while read -r key _ user _; do
    [ "$key" != Uid: ] || break
  done </proc/self/status
  [ "$user" = 0 ] || die $PERMISSION "user id $user: no rights over interfaces (expected: 0, root)"
}

# need TOOL:PACKAGE...
need() {
  for tool in "$@"; do
    command -v "${tool%:*}" >/dev/null ||
      die $UNAVAILABLE "${tool%:*}: not found (expected: in PATH, from the package ${tool#*:})"
  done
}

# ---- names

# An interface's name that is safe unquoted too: in a file name, in JSON, and for ip, nft and iptables.
is_interface() {
  case $1 in
  '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9._-]* | ????????????????*) return 1 ;;
  esac
}

# The name of a namespace or an attachment; 128 leaves room for it in an interface's alias, which has 255 bytes.
is_name() {
  case $1 in
  '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9._:@-]*) return 1 ;;
  esac
  [ ${#1} -le 128 ]
}

letters=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-:@

# name_host_end NAME: $host_end, for the veth of this tap: 10 digits of a hash, as a tap may use all 15 bytes of a name.
name_host_end() {
  rest=$1 hash=0 host_end=tm-
  while [ -n "$rest" ]; do
    tail=${rest#?}
    before=${letters%%"${rest%"$tail"}"*}
    # Below 36 to the 10th, and so that no product passes 63 bits.
    hash=$(((hash * 71 + ${#before} + 1) % 3656158440062927))
    rest=$tail
  done
  while [ ${#host_end} -lt 13 ]; do
    rest=$letters
    before=$((hash % 36))
    while [ "$before" -gt 0 ]; do
      rest=${rest#?} before=$((before - 1))
    done
    host_end=$host_end${rest%"${rest#?}"} hash=$((hash / 36))
  done
}

# name_parts TAP: all names derive from the tap's, so that it can be taken down when every record of it is lost.
name_parts() {
  tap=$1
  default_netns=tapmeta-$tap
  name_host_end "$tap"
  file=$directory/$tap.json
  # The daemon looks at *.json; in some languages that matches a leading dot.
  new_file=$directory/.$tap.new
  lock=$directory/.$tap.lock
  waiting=$directory/.$tap.waiting
}

# ---- one run at a time for each tap

# Every tap has a lock file of its own, so that many are wired side by side, and the holder removes it, so that nothing
# stays behind. Whoever waited for a file that has been removed meanwhile holds nothing, and tries again.
lock() {
  [ -d "$directory" ] || try "$directory" mkdir -p "$directory"
  [ -w "$directory" ] || die $UNAVAILABLE "$directory: not writable (expected: the directory for attachment files)"
  while :; do
    # "command", so that this shell outlives a file that it cannot open.
    { command exec 9>>"$lock"; } 2>/dev/null || no_room "$lock"
    flock -w 30 9 || die $UNAVAILABLE "$lock: held for 30 s (expected: one run at a time for $tap)"
    # shellcheck disable=SC3013 # -ef: in POSIX since 2024, in dash and busybox for long
    [ "$lock" -ef /proc/self/fd/9 ] && break
  done
  trap release EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  { [ ! -e "$new_file" ] && [ ! -e "$waiting" ]; } || rm -f "$new_file" "$waiting"
}

# claim NETNS | shared TAP | adopt NETNS IF: what the tap's name does not tell, as a namespace whose name was chosen, goes into the lock file before it is made, and before the attachment
# file that names it goes, so that the next run finds what a killed one has left.
claim() {
  { [ "$*" = "$default_netns" ] || [ -z "$*" ]; } || { echo "$*" >&9; } 2>/dev/null || {
    # Nothing is made before it is claimed, so there is nothing to be undone.
    trap release EXIT
    no_room "$lock"
  }
}
no_room() { die "$UNAVAILABLE" "$1: cannot be written (expected: room for it)"; }

# unlock: after a run that leaves nothing unfinished. release: after one that may have.
unlock() {
  trap '' HUP INT TERM
  trap - EXIT
  # The lock last: the next run drafts its own.
  rm -f "$new_file" "$lock"
}
release() { if [ -s "$lock" ]; then rm -f "$new_file"; else unlock; fi; }

# ---- attachment files: flat JSON objects, strings without escapes

# draft_attachment: the first step, so that a disk without room is met while nothing has changed.
draft_attachment() {
  [ "$mode" != netns ] || netns=${netns:-$default_netns}
  json_netns=null
  [ -z "$netns" ] || json_netns="\"$netns\""
  record="{\"name\": \"$tap\", \"tap\": \"$tap\", \"mode\": \"$mode\", \"netns\": $json_netns,
 \"interface\": \"$inner\", \"network_id\": $network, \"macs\": [$macs]}
"
  { command printf %s "$record" >"$new_file"; } 2>/dev/null || no_room "$file"
}

# write_attachment: the last step, by rename; not if it would stay as it is.
write_attachment() {
  json=
  if [ -f "$file" ]; then
    read_attachment "$file"
  elif daemon_is_there; then
    # Without the mark it is not waited for, which is all.
    { command : >"$waiting"; } 2>/dev/null || :
  fi
  [ "$json" = "$record" ] || try "$file" mv -f "$new_file" "$file"
}

# daemon_is_there: and is to be waited for. A batch is not: its guests are not about to ask, or not all at once.
daemon_is_there() {
  { [ -z "$no_wait$label" ] && [ -f "$directory/.daemon" ]; } || return 1
  read -r daemon <"$directory/.daemon" || return 1
  case $daemon in
  '' | 0* | *[!0-9]*) return 1 ;;
  esac
  kill -0 "$daemon" 2>/dev/null
}

# await_daemon: until it listens, and has taken our mark away. A guest that asks before that loses its first SYN, and a
# second until the next. The daemon takes 3 ms, and a process that sleeps takes 5, so we look often before we sleep.
# Bounded, as nothing is wrong with the wiring where the daemon takes longer.
await_daemon() {
  rounds=0
  while [ -e "$waiting" ]; do
    rounds=$((rounds + 1))
    if [ "$rounds" -gt 2060 ]; then
      rm -f "$waiting"
    elif [ "$rounds" -gt 2000 ]; then
      sleep 0.004 2>/dev/null || rm -f "$waiting"
    fi
  done
}

# read_attachment FILE: its text into $json. Without cat, as 200 files are read in one go.
read_attachment() {
  json=
  while IFS= read -r line || [ -n "$line" ]; do
    json="$json$line
"
  done <"$1"
}

# whole: whether $json is one object; else the file is half-written, and says nothing.
whole() {
  json=${json%"${json##*[![:space:]]}"}
  case $json in
  '{'*'}') ;;
  *) return 1 ;;
  esac
}

# member KEY: $value is that member of $json if it is a string, else empty.
member() {
  value=
  rest=$json
  while :; do
    case $rest in
    *"\"$1\""*) rest=${rest#*"\"$1\""} ;;
    *) return 0 ;;
    esac
    after=${rest#"${rest%%[![:space:]]*}"}
    # A key, unless the same word stands there as a value.
    case $after in
    :*) break ;;
    esac
  done
  after=${after#:}
  after=${after#"${after%%[![:space:]]*}"}
  case $after in
  \"*)
    value=${after#\"}
    value=${value%%\"*}
    ;;
  esac
}

# files_with WORD...: the attachment files in which one of these strings stands. A batch has looked for all its words.
files_with() {
  if [ -z "$spool" ]; then
    for word in "$@"; do
      set -- "$@" -e "\"$word\""
      shift
    done
    grep -slF "$@" -- "$directory"/*.json
    return
  fi
  while read -r hit; do
    for word in "$@"; do
      case $hit in
      *":\"$word\"") echo "${hit%":\"$word\""}" ;;
      esac
    done
  done <<END
$hits
END
}

# search WORD...: $hits, for files_with.
search() {
  for word in "$@"; do
    set -- "$@" -e "\"$word\""
    shift
  done
  set +f
  hits=$(grep -sHoF "$@" -- "$directory"/*.json) || :
  set -f
}
