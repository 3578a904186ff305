# The table, the JSON or the plot of a series of growth. Reads "SIZE NAME VALUE".

{
  if (!($1 in seen)) { seen[$1] = 1; sizes[++n] = $1 }
  if (!(($1, $2) in value) && !($2 in known)) { known[$2] = 1; names[++n_names] = $2 }
  value[$1, $2] = $3
}

END {
  if (form == "json") print_json()
  else if (form == "svg") print_svg()
  else print_table()
}

function mib(size, name) { return sprintf("%.0f", value[size, name] / 1024) }

function thousands(number,    text) {
  text = sprintf("%d", number)
  while (match(text, /[0-9][0-9][0-9][0-9]($|,)/)) text = substr(text, 1, RSTART) "," substr(text, RSTART + 1)
  return text
}

function print_table(    i, s, held) {
  held = series == "connections"
  printf "%s.\n\n", machine
  printf "| %s | request on an open connection, µs | request on its own connection, µs | change of a record, ms | ", \
    (series == "netns" || series == "shared" ? "attachments" : series)
  printf "scrape of /metrics, ms (KiB) | a second idle, ms | resident / PSS idle, MiB | and afterwards | %s |\n", \
    held ? "heap in use, MiB | kernel memory of a connection, bytes" : "ready, ms"
  printf "|---|---|---|---|---|---|---|---|---|%s\n", held ? "---|" : ""
  for (i = 1; i <= n; i++) {
    s = sizes[i]
    printf "| %s | %.1f | %.1f | %.2f | %.2f (%.0f) | %.2f | %s / %s | %s / %s |", thousands(s), value[s, "kept"], \
      value[s, "opened"], value[s, "change"] / 1e3, value[s, "scrape"] / 1e3, value[s, "scrape_bytes"] / 1024, \
      value[s, "idle"] / 1e3, mib(s, "idle_rss"), mib(s, "idle_pss"), mib(s, "used_rss"), mib(s, "used_pss")
    if (!held) printf " %d |\n", value[s, "ready"]
    else printf " %.1f | %s |\n", value[s, "heap"] / 1048576, (s > 0 ? sprintf("%.0f", kernel(s)) : "")
  }
}

# What the server's end costs: half of what both ends have, what it alone has, and what connection tracking keeps.
function kernel(s) { return (value[s, "slab_both"] / 2 + value[s, "slab_own"] + value[s, "slab_tracked"]) / s }

function print_json(    i, j) {
  printf "{\"machine\": \"%s\", \"series\": \"%s\", \"results\": [", machine, series
  for (i = 1; i <= n; i++) {
    printf "%s\n {\"size\": %d", (i > 1 ? "," : ""), sizes[i]
    for (j = 1; j <= n_names; j++) printf ", \"%s\": %s", names[j], value[sizes[i], names[j]]
    printf "}"
  }
  print "]}"
}

# Across: the size, on a logarithmic scale. Up: times what it is at the first size.
function x(size) { return 60 + 480 * (log(size > least ? size : least) - log(least)) / (log(sizes[n]) - log(least)) }
function y(factor) { return 260 - 220 * factor / top }
function print_svg(    i, l, lines, texts, colours, f, points) {
  split("kept opened change scrape idle_pss", lines, " ")
  split("request, open connection;request, own connection;change of a record;scrape of /metrics;memory, idle", texts, ";")
  split("#1b6ca8 #2a9d55 #c8553d #8a5fbf #777777", colours, " ")
  least = sizes[1] > 0 ? sizes[1] : 10
  top = 2
  for (l = 1; l in lines; l++) for (i = 1; i <= n; i++) {
    f = value[sizes[i], lines[l]] / value[sizes[1], lines[l]]
    if (f > top) top = f
  }
  top = int(top + 1)
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 300\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<rect width=\"760\" height=\"300\" fill=\"white\"/>"
  for (f = 0; f <= top; f += top > 8 ? int(top / 4) : 1) {
    printf "<path d=\"M60 %.0fH540\" stroke=\"#ddd\"/>", y(f)
    printf "<text x=\"52\" y=\"%.0f\" text-anchor=\"end\">%d ×</text>\n", y(f) + 4, f
  }
  for (i = 1; i <= n; i++)
    printf "<text x=\"%.0f\" y=\"280\" text-anchor=\"middle\">%s</text>\n", x(sizes[i]), thousands(sizes[i])
  for (l = 1; l in lines; l++) {
    points = ""
    for (i = 1; i <= n; i++)
      points = points sprintf("%.1f,%.1f ", x(sizes[i]), y(value[sizes[i], lines[l]] / value[sizes[1], lines[l]]))
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, colours[l]
    printf "<text x=\"560\" y=\"%d\" fill=\"%s\">%s</text>\n", 40 + 20 * l, colours[l], texts[l]
  }
  printf "<text x=\"60\" y=\"20\">%s: times what it is at the first size</text>\n</svg>\n", \
    series == "netns" || series == "shared" ? "attachments, " series : series
}
