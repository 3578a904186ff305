# The table or the JSON of cold-start: medians over the starts. Reads "START HOW NAME VALUE", and "START HOW hundred N P50
# P99 MOST".

$3 == "hundred" {
  value["p50 " $4, $2, $1] = $5; value["p99 " $4, $2, $1] = $6; value["most " $4, $2, $1] = $7
  if ($4 > hundreds) hundreds = $4
  next
}
{ value[$3, $2, $1] = $4 }

# sorted NAME HOW: the starts' values in order[1..starts]; the median.
function median(name, how,    i, j, v) {
  for (i = 1; i <= starts; i++) {
    v = value[name, how, i] + 0
    for (j = i; j > 1 && order[j - 1] > v; j--) order[j] = order[j - 1]
    order[j] = v
  }
  return starts % 2 ? order[(starts + 1) / 2] : (order[starts / 2] + order[starts / 2 + 1]) / 2
}
function span(name, how,    m) {
  m = median(name, how)
  return sprintf("%.0f [%.0f–%.0f]", m, order[1], order[starts])
}

END {
  split("listening first early cpu", names, " ")
  split("exec → listening, ms;exec → first answer, ms;exec → answer of a guest who asked before, ms;CPU until the first answer, ms", texts, ";")
  if (form == "json") print_json(); else print_table()
}

function print_table(    i, h) {
  printf "%s. Medians of %d starts each [least–most]; requests in µs, p50 / p99 / longest.\n\n", machine, starts
  print "| | with the AOT cache | without |"
  print "|---|---|---|"
  for (i = 1; i in names; i++) printf "| %s | %s | %s |\n", texts[i], span(names[i], "aot"), span(names[i], "plain")
  for (h = 1; h <= hundreds; h++)
    printf "| requests %d to %d | %s | %s |\n", 100 * h - 99, 100 * h, hundred(h, "aot"), hundred(h, "plain")
}
function hundred(h, how) {
  return sprintf("%.0f / %.0f / %.0f", median("p50 " h, how), median("p99 " h, how), median("most " h, how))
}

function print_json(    i, h, n, how, m) {
  printf "{\"machine\": \"%s\", \"starts\": %d, \"results\": [", machine, starts
  split("aot plain", how, " ")
  for (n = 1; n <= 2; n++) {
    printf "%s\n {\"aot_cache\": %s", (n > 1 ? "," : ""), n == 1 ? "true" : "false"
    for (i = 1; i in names; i++) {
      m = median(names[i], how[n])
      printf ", \"%s_ms\": {\"median\": %.0f, \"min\": %.0f, \"max\": %.0f}", names[i], m, order[1], order[starts]
    }
    printf ",\n  \"hundreds\": ["
    for (h = 1; h <= hundreds; h++)
      printf "%s{\"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f}", (h > 1 ? ", " : ""), \
        median("p50 " h, how[n]), median("p99 " h, how[n]), median("most " h, how[n])
    printf "]}"
  }
  print "]}"
}
