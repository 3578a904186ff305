# Where results go. Sourced by node.sh; wants $root, $json and $keep.
# shellcheck shell=sh disable=SC2154 # variables from the command

# machine: what the figures were taken on.
machine() {
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  echo "$(nproc) cores, ${model:-$(uname -m)}, Linux $(uname -r | cut -d - -f 1)"
}

# publish JSON TABLE: the files, to descriptor 3 whichever is asked for; with --keep NAME the JSON also to
# benchmarks/results, and the table to between "<!-- NAME -->" and "<!-- end -->" in whichever text has that.
publish() {
  if [ -n "$json" ]; then cat "$1" >&3; else cat "$2" >&3; fi
  [ -n "$keep" ] || return 0
  results=$root/benchmarks/results
  mkdir -p "$results"
  cp "$1" "$results/$keep.json"
  chown -f --reference="$root" "$results" "$results/$keep.json" || :
  for text in "$root/benchmarks/RESULTS.md" "$root"/docs/*.md; do
    grep -qxF "<!-- $keep -->" "$text" || continue
    awk -v mark="<!-- $keep -->" -v table="$2" '
      $0 == mark { print; print ""; while ((getline line <table) > 0) print line; print ""; inside = 1 }
      $0 == "<!-- end -->" { inside = 0 }
      !inside { print }' "$text" >"$text.new"
    cat "$text.new" >"$text"
    rm -f "$text.new"
    echo "$program: ${text#"$root/"}, results/$keep.json" >&2
  done
}
