# The tables, the summary, or the JSON of a run: medians over the rounds, and ratios to nginx within each round.
# Reads "SERVER KB" lines of memory, then "ROUND MODE CONNECTIONS SERVER" and what load prints.

NF == 2 { memory[$1] += $2; next }
{
  case_ = $2 " " $3
  if (!(case_ in seen)) { seen[case_] = 1; cases[++n_cases] = case_ }
  if (!($4 in known)) { known[$4] = 1; servers[++n_servers] = $4 }
  rounds = $1
  key = case_ " " $4
  per_cpu[key, $1] = $8 > 0 ? $5 / $8 : 0
  cpu[key, $1] = $5 > 0 ? $8 * 1e6 / $5 : 0
  rate[key, $1] = $5 / $7
  busy[key, $1] = $9 / $7
  softirq[key, $1] = $9 > 0 ? $10 / $9 : 0
  p50[key, $1] = $11; p99[key, $1] = $12; p999[key, $1] = $13
  failures[key] += $6
}

# sorted VALUES KEY: the rounds' values of a key in order[1..rounds].
function sorted(values, key,    i, j, v) {
  for (i = 1; i <= rounds; i++) {
    v = values[key, i] + 0
    for (j = i; j > 1 && order[j - 1] > v; j--) order[j] = order[j - 1]
    order[j] = v
  }
}
function median(values, key) {
  sorted(values, key)
  return rounds % 2 ? order[(rounds + 1) / 2] : (order[rounds / 2] + order[rounds / 2 + 1]) / 2
}

# against VALUES CASE SERVER PEER: fills ratio[] with what it is a round.
function against(values, case_, server, peer,    i) {
  for (i = 1; i <= rounds; i++)
    ratio["r", i] = values[case_ " " peer, i] > 0 ? values[case_ " " server, i] / values[case_ " " peer, i] : 0
}
function span(    m) {
  m = median(ratio, "r")
  return sprintf("%.2f [%.2f–%.2f]", m, order[1], order[rounds])
}
function json_span(    m) {
  m = median(ratio, "r")
  return sprintf("{\"median\": %.3f, \"min\": %.3f, \"max\": %.3f}", m, order[1], order[rounds])
}

END {
  if (form == "json") print_json()
  else if (form == "summary") print_summary()
  else print_table()
}

function names_of(case_,    parts) {
  split(case_, parts, " ")
  return parts[1] ", " parts[2] (parts[2] == 1 ? " client" : " clients")
}
function memory_line(    s) {
  printf "\nMemory after the load (PSS):"
  for (s = 1; s <= n_servers; s++) printf "%s %s %.1f MB", (s > 1 ? "," : ""), servers[s], memory[servers[s]] * 1024 / 1e6
  print "."
}

# A row for each case and each build of tapmeta.
function print_summary(    c, s, key, builds, peers, peer) {
  split("nginx haproxy floor", peer, " ")
  for (s = 1; s <= n_servers; s++) if (servers[s] !~ /^(nginx|haproxy|floor|tapmeta)$/) builds++
  for (s = 1; s in peer; s++) if (peer[s] in known) peers = peers (peers ? "; " : "") peer[s]
  printf "%s. %s, %d bytes; %d rounds of %s s.\n\n", machine, path, bytes, rounds, seconds
  printf "| |%s CPU µs/request (%s) | against nginx | against floor | p99 against nginx |%s\n", \
    builds ? " build |" : "", peers, builds ? " requests per CPU-second, against tapmeta |" : ""
  printf "|---|%s---|---|---|---|%s\n", builds ? "---|" : "", builds ? "---|" : ""
  for (c = 1; c <= n_cases; c++) for (s = 1; s <= n_servers; s++) if (servers[s] !~ /^(nginx|haproxy|floor)$/) {
    key = cases[c] " " servers[s]
    printf "| %s |%s %.1f ", names_of(cases[c]), builds ? " " servers[s] " |" : "", median(cpu, key)
    print_peers(cases[c], peer)
    if ("nginx" in known) { against(per_cpu, cases[c], servers[s], "nginx"); printf "| %s ", span() } else printf "| "
    if ("floor" in known) { against(per_cpu, cases[c], servers[s], "floor"); printf "| %s ", span() } else printf "| "
    if ("nginx" in known) { against(p99, cases[c], servers[s], "nginx"); printf "| %s |", span() } else printf "| |"
    if (builds) { against(per_cpu, cases[c], servers[s], "tapmeta"); printf " %s |", span() }
    print ""
  }
  memory_line()
}
function print_peers(case_, peer,    s, before) {
  for (s = 1; s in peer; s++) if (peer[s] in known) {
    printf "%s%.1f", before ? "; " : "(", median(cpu, case_ " " peer[s])
    before = 1
  }
  if (before) printf ") "
}

function print_table(    c, s, key) {
  printf "%s. %s, %d bytes; %d rounds of %s s.\n", machine, path, bytes, rounds, seconds
  print "The CPU time is user and system time of the server's processes; most work of the client's packets is charged to"
  print "the client's core, and the same for all. Ratios are of the same round: median [least–most]."
  for (c = 1; c <= n_cases; c++) {
    printf "\n%s\n\n", names_of(cases[c])
    print "| server | requests per CPU-second | CPU µs/request | against nginx | against floor | requests/s | p50 µs | p99 µs | p99 against nginx | core busy, softirq of it |"
    print "|---|---|---|---|---|---|---|---|---|---|"
    for (s = 1; s <= n_servers; s++) {
      key = cases[c] " " servers[s]
      printf "| %s | %.0f | %.1f ", servers[s], median(per_cpu, key), median(cpu, key)
      if ("nginx" in known) { against(per_cpu, cases[c], servers[s], "nginx"); printf "| %s ", span() } else printf "| "
      if ("floor" in known) { against(per_cpu, cases[c], servers[s], "floor"); printf "| %s ", span() } else printf "| "
      printf "| %.0f | %.0f | %.0f ", median(rate, key), median(p50, key), median(p99, key)
      if ("nginx" in known) { against(p99, cases[c], servers[s], "nginx"); printf "| %s ", span() } else printf "| "
      printf "| %.0f %%, %.0f %% |\n", 100 * median(busy, key), 100 * median(softirq, key)
    }
  }
  memory_line()
}

function print_json(    c, s, key, parts) {
  printf "{\"machine\": \"%s\", \"path\": \"%s\", \"bytes\": %d, \"rounds\": %d, \"seconds\": %s, \"results\": [", \
    machine, path, bytes, rounds, seconds
  for (c = 1; c <= n_cases; c++) for (s = 1; s <= n_servers; s++) {
    split(cases[c], parts, " ")
    key = cases[c] " " servers[s]
    printf "%s\n {\"mode\": \"%s\", \"connections\": %d, \"server\": \"%s\", \"failures\": %d", \
      (c + s > 2 ? "," : ""), parts[1], parts[2], servers[s], failures[key]
    printf ", \"requests_per_cpu_second\": %.0f, \"cpu_us_per_request\": %.2f, \"requests_per_second\": %.0f", \
      median(per_cpu, key), median(cpu, key), median(rate, key)
    printf ", \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f", median(p50, key), median(p99, key), median(p999, key)
    printf ", \"core_busy\": %.3f, \"softirq_of_busy\": %.3f", median(busy, key), median(softirq, key)
    if ("nginx" in known) { against(per_cpu, cases[c], servers[s], "nginx"); printf ", \"against_nginx\": %s", json_span() }
    if ("floor" in known) { against(per_cpu, cases[c], servers[s], "floor"); printf ", \"against_floor\": %s", json_span() }
    if ("nginx" in known) { against(p99, cases[c], servers[s], "nginx"); printf ", \"p99_against_nginx\": %s", json_span() }
    printf "}"
  }
  printf "],\n \"memory_kib\": {"
  for (s = 1; s <= n_servers; s++) printf "%s\"%s\": %d", (s > 1 ? ", " : ""), servers[s], memory[servers[s]]
  print "}}"
}
