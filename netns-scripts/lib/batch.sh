# Many attachments in one run. Sourced after attachment.sh.
#
# Every line is a process that does what a run of its own would, except that it hands its rules in (rules.sh) and waits.
# When all lines of a chunk have handed in or ended, their rules are loaded in one transaction, and they go on. Where that
# fails, each line loads its own, so that one bad line does not spoil the others.
# shellcheck shell=sh disable=SC2034,SC2154 # variables from and for the other files

chunk_size=32

# run_batch COMMAND FILE: the function COMMAND for each line of FILE, or of standard input where that is "-". Exits.
run_batch() {
  command=$1
  [ "$2" = - ] || { [ -f "$2" ] && [ -r "$2" ]; } || die "$USAGE" "--batch: $2 (expected: a file that can be read, or -)"
  [ "$2" = - ] || exec <"$2"
  [ -d "$directory" ] || try "$directory" mkdir -p "$directory"
  spools=$(mktemp -d) || exit "$UNAVAILABLE"
  trap 'rm -rf "$spools"' EXIT
  trap 'stop 129' HUP
  trap 'stop 130' INT
  trap 'stop 143' TERM
  # No pattern of a line may match a file.
  set -f
  carriage_return=$(printf '\r')
  failures=0 chunk=0 children=''
  begin_chunk
  while read -r line || [ -n "$line" ]; do
    case $line in
    '' | "$carriage_return" | '#'*) continue ;;
    esac
    # shellcheck disable=SC2086 # words
    line_names $line
    # Lines that are about the same thing go one after the other; so do those whose tap does not come first.
    for name in $line_names; do
      case $names in
      *" $name "*) finish_chunk ;;
      esac
    done
    names="$names$line_names " lines="$lines$line
" size=$((size + 1))
    [ "$size" -lt "$chunk_size" ] || finish_chunk
  done
  finish_chunk
  spool=
  "finish_$command"
  [ "$failures" -eq 0 ] || exit "$UNAVAILABLE"
  exit 0
}

# line_names WORD...: $line_names, what only one line may be about.
line_names() {
  case $1 in
  -*) line_names=- ;;
  *) line_names="$1 tapmeta-$1" ;;
  esac
  while [ $# -gt 0 ]; do
    case $1 in
    --netns) line_names="$line_names ${2-}" ;;
    --netns=*) line_names="$line_names ${1#*=}" ;;
    esac
    shift
  done
}

# stop STATUS: each line takes back what it has begun.
stop() {
  trap '' HUP INT TERM
  # shellcheck disable=SC2086 # several
  [ -z "$children" ] || kill -TERM $children 2>/dev/null || :
  exec 7>&-
  wait
  exit "$1"
}

begin_chunk() { names=' ' lines='' size=0; }

# finish_chunk: all its lines at once. Fd 4 ends when none of them holds fd 5 any more, fd 6 when we let go of fd 7.
finish_chunk() {
  [ "$size" -gt 0 ] || return 0
  chunk=$((chunk + 1)) number=0 children=''
  spool=$spools/$chunk
  mkdir "$spool"
  mkfifo "$spool/arrived" "$spool/go"
  exec 5<>"$spool/arrived" 7<>"$spool/go"
  exec 4<"$spool/arrived" 6<"$spool/go"
  # shellcheck disable=SC2086 # several
  "prepare_$command" $names
  while read -r words; do
    [ -n "$words" ] || continue
    number=$((number + 1))
    # shellcheck disable=SC2086 # words
    run_line $words </dev/null &
    children="$children $!"
  done <<END
$lines
END
  exec 5>&-
  read -r _ <&4 || :
  (load_chunk) 2>/dev/null && : >"$spool/loaded"
  exec 7>&- 4<&-
  for child in $children; do
    wait "$child" || failures=$((failures + 1))
  done
  exec 6<&-
  rm -rf "$spool"
  begin_chunk
}

# run_line WORD...: in a process of its own. Its complaints begin with the line's first word.
run_line() {
  trap - HUP INT TERM EXIT
  exec 7>&- 4<&-
  label=${1%"$carriage_return"}
  case $* in
  *"$carriage_return") die "$USAGE" "$label: a carriage return ends the line (expected: a line feed alone)" ;;
  esac
  "read_$command" "$@"
  "$command"
}

# load_chunk: what has been handed in, of each kind after what that kind has in common.
load_chunk() {
  set +f
  rules='' links='' bases=''
  for kind in netns shared removal; do
    set -- "$spool"/*."$kind"
    [ -e "$1" ] || continue
    rules="$rules
$(cat "$@")"
    bases="$bases $kind"
  done
  set -- "$spool"/*.links
  [ ! -e "$1" ] || links=$(cat "$@")
  lock_rules
  all=
  for kind in $bases; do
    "base_$kind"
    all="$all
$base"
  done
  base=$all
  run_rules
  for kind in $bases; do
    "after_$kind"
  done
}
