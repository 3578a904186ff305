package io.tapmeta.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request that must not be taken for what it looks like, and what becomes of it.
 *
 * @param id which of the catalogue's cases it belongs to
 * @param status of the only answer
 * @param closes true where the connection ends with it
 */
public record HostileCase(String id, String what, String request, int status, boolean closes) {
  private static final String HOST = "Host: 169.254.169.254\r\n";
  private static final String GET = "GET /latest/x HTTP/1.1\r\n" + HOST;
  private static final String POST = "POST /openstack/latest/password HTTP/1.1\r\n" + HOST;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  @Override
  public String toString() {
    return id + ": " + what;
  }

  /** All of them. */
  public static Stream<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    framing(all);
    versions(all);
    lines(all);
    chunks(all);
    headers(all);
    targets(all);
    sizes(all);
    return all.stream();
  }

  private static void framing(List<HostileCase> all) {
    String smuggled = "5\r\nhello\r\n0\r\n\r\n";
    bad(
        all,
        "S1",
        "CL.TE",
        POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG");
    bad(
        all,
        "S1",
        "TE.CL",
        POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + smuggled);
    bad(all, "S1", "TE on GET", GET + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    bad(
        all,
        "S1",
        "TE on PUT",
        "PUT / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked , x\r\n\r\n");
    for (String coding :
        List.of(
            "chunked, identity",
            "identity, chunked",
            "identity",
            "xchunked",
            "chunkedx",
            "gzip, chunked",
            "chunked;q=1",
            "\"chunked\"",
            "chunked,",
            "",
            "chunked chunked",
            "\u000bchunked",
            "chun\0ked")) {
      bad(
          all,
          "S1",
          "TE: " + shown(coding),
          POST + "Transfer-Encoding: " + coding + "\r\n\r\n" + smuggled);
    }
    bad(
        all,
        "S1",
        "two TE",
        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled);
    bad(
        all,
        "S1",
        "two TE, one identity",
        POST + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled);
    bad(all, "S2", "two CL, equal", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    bad(
        all,
        "S2",
        "two CL, different",
        POST + "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello");
    for (String length :
        List.of(
            "+5",
            "-1",
            "-0",
            "0x5",
            "5,5",
            "5, 5",
            "",
            " ",
            "5 5",
            "5;",
            "5.0",
            "1e1",
            "05",
            "00",
            "9223372036854775808",
            "18446744073709551621",
            "99999999999999999999999",
            "\u0665")) {
      bad(all, "S2", "CL: " + shown(length), POST + "Content-Length: " + length + "\r\n\r\nhello");
    }
  }

  private static void versions(List<HostileCase> all) {
    bad(
        all,
        "S3",
        "1.0 with TE and CL",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello");
    bad(all, "S3", "1.0 with TE", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    bad(all, "S3", "HTTP/0.9", "GET /\r\n");
    for (String version : List.of("HTTP/1.9", "HTTP/9.9", "HTTP/2.0", "HTTP/0.9", "HTTP/3.0")) {
      add(all, "S3", version, "GET / " + version + "\r\n" + HOST + "\r\n", 505);
    }
    for (String version :
        List.of(
            "http/1.1",
            "HTTP/1.1 ",
            "HTTP/1.10",
            "HTTP/01.1",
            "HTTP/1,1",
            "HTTPS/1.1",
            "HTTP/1",
            "ICY")) {
      bad(all, "S3", shown(version), "GET / " + version + "\r\n" + HOST + "\r\n");
    }
    add(all, "C3", "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    bad(all, "C3", "TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000");
  }

  private static void lines(List<HostileCase> all) {
    bad(all, "S4", "bare LF after the request line", "GET / HTTP/1.1\n" + HOST + "\r\n");
    bad(all, "S4", "bare LF after a header", GET + "A: b\nC: d\r\n\r\n");
    bad(all, "S4", "bare LF at the end", GET + "\n");
    bad(all, "S4", "bare LF throughout", "GET / HTTP/1.1\nHost: x\n\n");
    bad(all, "S8", "NUL in front", "\0GET / HTTP/1.1\r\n" + HOST + "\r\n");
    bad(all, "S8", "SOH in front", "\u0001GET / HTTP/1.1\r\n" + HOST + "\r\n");
    bad(all, "S8", "VT in front", "\u000bGET / HTTP/1.1\r\n" + HOST + "\r\n");
    bad(all, "S8", "space in front", " GET / HTTP/1.1\r\n" + HOST + "\r\n");
    bad(all, "S8", "two empty lines", "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
    bad(all, "S8", "1,000 empty lines", "\r\n".repeat(1000) + GET + "\r\n");
    bad(all, "S8", "an LF in front", "\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  private static void chunks(List<HostileCase> all) {
    bad(all, "S4", "bare LF after a chunk's size", CHUNKED + "5\nhello\r\n0\r\n\r\n");
    bad(all, "S4", "bare LF after a chunk", CHUNKED + "5\r\nhello\n0\r\n\r\n");
    bad(all, "S4", "bare LF in a trailer", CHUNKED + "0\r\nA: b\n\r\n");
    bad(all, "S5", "chunk extension", CHUNKED + "5;a=b\r\nhello\r\n0\r\n\r\n");
    bad(all, "S5", "chunk extension of 64 KiB", CHUNKED + "5;" + "a".repeat(65_536) + "\r\nhello");
    bad(
        all,
        "S5",
        "quoted CRLF in an extension",
        CHUNKED + "5;a=\"\r\n0\r\n\r\nGET / HTTP/1.1\r\n\"\r\n");
    for (String size :
        List.of("0x5", "-5", "+5", " 5", "5 ", "", "g", "fffffffff", "100000000000000005")) {
      bad(all, "S5", "chunk size " + shown(size), CHUNKED + size + "\r\nhello\r\n0\r\n\r\n");
    }
    add(all, "S5", "a chunk of 4 GiB", CHUNKED + "ffffffff\r\n", 413);
    bad(all, "S5", "trailers", CHUNKED + "0\r\nContent-Length: 5\r\n\r\n");
    bad(all, "S5", "longer than its size", CHUNKED + "4\r\nhello\r\n0\r\n\r\n");
  }

  private static void headers(List<HostileCase> all) {
    bad(all, "S6", "folded with a space", GET + "A: b\r\n c\r\n\r\n");
    bad(all, "S6", "folded with a tab", GET + "A: b\r\n\tc\r\n\r\n");
    bad(all, "S6", "folded at the start", "GET / HTTP/1.1\r\n Host: x\r\n\r\n");
    bad(all, "S6", "space before the colon", GET + "A : b\r\n\r\n");
    bad(all, "S6", "tab before the colon", GET + "A\t: b\r\n\r\n");
    bad(
        all,
        "S6",
        "space before TE's colon",
        POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
    bad(all, "S6", "empty name", GET + ": b\r\n\r\n");
    bad(all, "S6", "no colon", GET + "A\r\n\r\n");
    bad(all, "S6", "NUL in a name", GET + "A\0: b\r\n\r\n");
    bad(all, "S6", "beyond ASCII in a name", GET + "A\u00e9: b\r\n\r\n");
    bad(all, "S6", "a bracket in a name", GET + "A(b): c\r\n\r\n");
    bad(all, "S6", "bare CR in a value", GET + "A: b\rc\r\n\r\n");
    bad(all, "S6", "bare CR that hides a header", GET + "A: b\rContent-Length: 5\r\n\r\nhello");
    bad(all, "S6", "NUL in a value", GET + "A: b\0c\r\n\r\n");
    bad(all, "S9", "BEL in User-Agent", GET + "User-Agent: a\u0007b\r\n\r\n");
    bad(all, "S9", "DEL in Accept", GET + "Accept: a\u007fb\r\n\r\n");
    bad(all, "S6", "bare CR at the end of the head", GET + "A: b\r\n\rx");
    bad(all, "C2", "1.1 without Host", "GET / HTTP/1.1\r\n\r\n");
    bad(all, "C2", "two Hosts", "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n");
    bad(all, "C2", "two different Hosts", "GET / HTTP/1.1\r\n" + HOST + "Host: x\r\n\r\n");
    bad(all, "C2", "two Hosts in 1.0", "GET / HTTP/1.0\r\n" + HOST + HOST + "\r\n");
    for (String host :
        List.of("a b", "a/b", "a@b", "a\\b", "a?b", "a#b", "a\tb", "\u00e9", "<a>", "a\"b")) {
      bad(all, "C2", "Host: " + shown(host), "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
    add(all, "C4", "Expect: tea", GET + "Expect: tea\r\n\r\n", 417);
    add(all, "C4", "Expect: 100-continue, tea", GET + "Expect: 100-continue, tea\r\n\r\n", 417);
  }

  private static void targets(List<HostileCase> all) {
    for (String target :
        List.of(
            "/a b",
            "/a\tb",
            "/a\0b",
            "/a\u007fb",
            "/a\rb",
            "/a\nb",
            "/\u00e9",
            "/a#b",
            "/\u001b[2J")) {
      bad(all, "S9", "target " + shown(target), "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (String target :
        List.of(
            "/%ff", "/%c0%ae%c0%ae/", "/%c0%af", "/%e0%80%af", "/%ed%a0%80", "/%f8%80%80%80%af")) {
      bad(
          all,
          "P1",
          "overlong or no UTF-8: " + target,
          "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (String target :
        List.of(
            "http://example.org/",
            "http://169.254.169.254.example.org/",
            "http://example.org@169.254.169.254/",
            "http://169.254.169.254@example.org/",
            "http://user:secret@169.254.169.254/",
            "http://169.254.169.254:8080/",
            "http://169.254.169.254%00.example.org/",
            "https://169.254.169.254/",
            "ftp://169.254.169.254/",
            "http:/169.254.169.254/",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://[::ffff:169.254.169.254]/",
            "169.254.169.254:80",
            "*",
            "openstack",
            "\\openstack")) {
      bad(all, "P2", "target " + target, "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }
    for (String host :
        List.of(
            "", "example.org", "[fe80::a9fe:a9fe]", "169.254.169.254:8080", "a@169.254.169.254")) {
      bad(
          all,
          "P2",
          "a whole URL of ours, and Host: " + host,
          "GET http://169.254.169.254/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
    bad(all, "P2", "OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
    for (String target : List.of("example.org:443", "169.254.169.254:80", "/", "http://a/")) {
      String line = "CONNECT " + target;
      all.add(open("P2", line, line + " HTTP/1.1\r\n" + HOST + "\r\n", 405));
    }
    all.add(open("P2", "TRACE", "TRACE /openstack HTTP/1.1\r\n" + HOST + "\r\n", 405));
    all.add(
        open(
            "P2",
            "TRACE of a URL",
            "TRACE http://169.254.169.254/ HTTP/1.1\r\n" + HOST + "\r\n",
            405));
  }

  private static void sizes(List<HostileCase> all) {
    for (int kibi : new int[] {8, 64, 1024}) {
      String line = "GET /" + "a".repeat(kibi * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n";
      add(all, "P5", "a request line of " + kibi + " KiB", line, 414);
    }
    add(all, "P5", "a method of 1 MiB", "A".repeat(1 << 20) + " / HTTP/1.1\r\n", 400);
    add(all, "P5", "10,000 headers", GET + "A: b\r\n".repeat(10_000) + "\r\n", 431);
    add(all, "P5", "101 headers", GET + "A: b\r\n".repeat(100) + "\r\n", 431);
    add(all, "P5", "a header of 1 MiB", GET + "A: " + "b".repeat(1 << 20) + "\r\n\r\n", 431);
    add(all, "P5", "a name of 1 MiB", GET + "b".repeat(1 << 20) + ": a\r\n\r\n", 431);
    add(all, "P5", "a body of 64 KiB and one byte", POST + "Content-Length: 65537\r\n\r\n", 413);
    add(all, "S7", "a body of 10 GiB", GET + "Content-Length: 10737418240\r\n\r\n", 413);
  }

  private static void bad(List<HostileCase> all, String id, String what, String request) {
    add(all, id, what, request, 400);
  }

  private static void add(
      List<HostileCase> all, String id, String what, String request, int status) {
    all.add(new HostileCase(id, what, request, status, true));
  }

  private static HostileCase open(String id, String what, String request, int status) {
    return new HostileCase(id, what, request, status, false);
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      shown.append(c > ' ' && c < 0x7f ? String.valueOf(c) : "\\x%02x".formatted((int) c));
    }
    return shown.isEmpty() ? "nothing" : shown.toString();
  }
}
