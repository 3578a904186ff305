# The leaves of one JSON document, a line each: PATH, a tab, VALUE. Strings keep their escapes, so a line stays a line.

{ text = text $0 "\n" }

END {
  value("")
  if (next_token() != "") fault()
}

# value PATH: reads one.
function value(path,    token, key, n) {
  token = next_token()
  if (token == "{") {
    token = next_token()
    if (token == "}") return leaf(path, "{}")
    for (;;) {
      key = unquoted(token)
      if (next_token() != ":") fault()
      value(path == "" ? key : path "." key)
      token = next_token()
      if (token == "}") return
      if (token != ",") fault()
      token = next_token()
    }
  }
  if (token == "[") {
    if (text ~ /^[ \t\r\n]*\]/) {
      next_token()
      return leaf(path, "[]")
    }
    for (n = 0; ; n++) {
      value(path "[" n "]")
      token = next_token()
      if (token == "]") return
      if (token != ",") fault()
    }
  }
  if (token ~ /^[]}:,]?$/) fault()
  leaf(path, token ~ /^"/ ? unquoted(token) : token)
}

function leaf(path, what) { print path "\t" what }

function unquoted(token) {
  if (token !~ /^"/) fault()
  return substr(token, 2, length(token) - 2)
}

# next_token: a punctuation mark, a string, or a run of anything else; empty at the end.
function next_token(    token) {
  sub(/^[ \t\r\n]+/, "", text)
  if (!match(text, /^("([^"\\]|\\.)*"|[][{}:,]|[^][{}:," \t\r\n]+)/)) return ""
  token = substr(text, 1, RLENGTH)
  text = substr(text, RLENGTH + 1)
  return token
}

function fault() {
  print "(not JSON)\t" substr(text, 1, 40)
  exit 1
}
