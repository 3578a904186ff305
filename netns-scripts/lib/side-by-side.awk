# Two files of rows, NAME tab VALUE, as a table: what is the same stands there once, with "=" for the other. The part of
# a name before "/" is not shown. A name that begins with "#" is a heading.

BEGIN {
  label = 37
  width = int((columns - label - 2) / 2)
}

# Lines may have tabs in them.
{ value = substr($0, length($1) + 2) }
NR == FNR {
  names[++n] = $1
  left[$1] = value
  next
}
{
  right[$1] = value
  if ($1 in left) for (at = 1; names[at] != $1;) at++
  else insert(++at, $1)
}

END {
  for (i = 1; i <= n; i++) row(names[i])
}

# insert AT NAME: what only the right one has comes after what came before it there.
function insert(at, name,    i) {
  for (i = ++n; i > at; i--) names[i] = names[i - 1]
  names[at] = name
}

function row(name,    a, b) {
  a = name in left ? left[name] : "-"
  b = name in right ? right[name] : "-"
  if (name ~ /^#/) {
    if (i > 1) print ""
    line(substr(name, 2), strong, a, b, strong)
    return
  }
  sub(/^[^\/]*\//, "", name)
  if (a == b) printf "%s  %-" (label - 2) "s%-" width "s  =%s\n", faint, name, fit(a, 2 * width - 1), plain
  else line("  " name, "", a, b, strong)
}

function line(name, how, a, b, emphasis) {
  printf "%s%-" label "s%s", how, name, how ? plain : ""
  printf "%s%-" width "s  %s%s\n", emphasis, fit(a, width), fit(b, width), plain
}

# fit TEXT ROOM: the middle gives way.
function fit(text, room,    tail) {
  if (length(text) <= room) return text
  tail = int((room - 3) / 3)
  return substr(text, 1, room - 3 - tail) "..." substr(text, length(text) - tail + 1)
}
