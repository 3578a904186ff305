package io.tapmeta.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random request heads: good ones, and good ones spoiled. The same seed gives the same heads. */
final class RequestHeads {
  private static final String[] METHODS = {
    "GET", "HEAD", "POST", "PUT", "OPTIONS", "X-!#$%&'*+.^_`|~"
  };
  private static final String[] TARGETS = {
    "/",
    "/openstack",
    "/openstack/latest/meta_data.json",
    "/latest/meta-data/?x=1",
    "/a%20b",
    "*",
    "http://169.254.169.254/openstack",
    "/~!$&'()*+,;=:@[]{}|^`\"<>\\"
  };
  private static final String[] HEADERS = {
    "Accept: */*",
    "accept-encoding:gzip, deflate",
    "User-Agent: Cloud-Init/26.1",
    "X-Empty:",
    "X-Blank: \t ",
    "X-Bytes: caf\u00e9 \u0080\u00ff",
    "X-Forwarded-For: 10.0.0.9",
    "If-None-Match: \"x\"",
    "Connection: close",
    "Connection: keep-alive",
    "CONNECTION: Keep-Alive, Upgrade",
    "Connection: foo,close ,bar",
    "Connection: ,, keep-alive\t,",
    "Connection:",
    "Upgrade: h2c",
    "Expect: 100-continue",
    "Content-Length: 0",
    "Content-Length: 5",
    "content-length:\t17 ",
    "Transfer-Encoding: chunked"
  };
  private static final String[] POISON = {
    "\r",
    "\n",
    "\r\n",
    "\n\n",
    "\0",
    "\t",
    " ",
    "  ",
    ":",
    ": ",
    ",",
    "\u000b",
    "\u007f",
    "\u00a0",
    "\u00ff",
    "HTTP/1.0",
    "HTTP/2.0",
    "Host: b\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 7\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: 0x5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: \r\n",
    "Content-Length: 05\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    " folded\r\n",
    "Expect: 200-ok\r\n",
    "#",
    "\r\n\r\n"
  };

  private final Random random;

  RequestHeads(long seed) {
    this.random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** One that has to be accepted. */
  String good() {
    boolean http10 = random.nextInt(4) == 0;
    List<String> lines = new ArrayList<>();
    boolean length = false;
    for (int n = random.nextInt(8); n > 0; n--) {
      String line = any(HEADERS);
      boolean framing = line.startsWith("Trans") || line.regionMatches(true, 0, "content-", 0, 8);
      // One framing header at most, and no transfer coding in 1.0.
      if (!framing || !length && !(http10 && line.startsWith("Trans"))) {
        lines.add(line);
        length |= framing;
      }
    }
    if (!http10 || random.nextBoolean()) {
      lines.add(random.nextInt(lines.size() + 1), "hOsT: 169.254.169.254");
    }
    String start = random.nextInt(10) == 0 ? "\r\n" : "";
    StringBuilder head = new StringBuilder(start);
    head.append(any(METHODS)).append(' ').append(any(TARGETS));
    head.append(http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    lines.forEach(line -> head.append(line).append("\r\n"));
    return head.append("\r\n").toString();
  }

  /** A good one with a few changes, which may leave it good. */
  String spoiled() {
    StringBuilder head = new StringBuilder(good());
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(head.length());
      switch (random.nextInt(5)) {
        case 0 -> head.insert(at, any(POISON));
        case 1 -> head.setCharAt(at, (char) random.nextInt(256));
        case 2 -> head.deleteCharAt(at);
        case 3 -> {
          // Whole lines are what smuggling is made of.
          int line = head.indexOf("\r\n", at);
          head.insert(line < 0 ? at : line + 2, any(POISON));
        }
        default -> {
          int end = Math.min(head.length(), at + 1 + random.nextInt(12));
          head.insert(random.nextInt(head.length()), head.substring(at, end));
        }
      }
    }
    return head.toString();
  }

  private String any(String[] of) {
    return of[random.nextInt(of.length)];
  }
}
