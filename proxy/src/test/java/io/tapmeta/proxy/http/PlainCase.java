package io.tapmeta.proxy.http;

import java.util.stream.Stream;

/**
 * A request that is odd, or old, and means no harm.
 *
 * @param id which of the catalogue's cases it belongs to
 */
public record PlainCase(String id, String what, String request) {
  private static final String PATH = "/openstack/latest/user_data";
  private static final String HOST = "Host: 169.254.169.254\r\n";
  private static final String GET = "GET " + PATH + " HTTP/1.1\r\n" + HOST;

  @Override
  public String toString() {
    return id + ": " + what;
  }

  /** All of them, each for the same document. */
  public static Stream<PlainCase> all() {
    return Stream.concat(Stream.concat(heads(), hosts()), targets());
  }

  private static Stream<PlainCase> heads() {
    return Stream.of(
        of("C1", "1.0 without Host", "GET " + PATH + " HTTP/1.0\r\n\r\n"),
        of("C1", "1.0 with Host", "GET " + PATH + " HTTP/1.0\r\n" + HOST + "\r\n"),
        of(
            "P2",
            "a whole URL in 1.0, without Host",
            "GET http://169.254.169.254" + PATH + " HTTP/1.0\r\n\r\n"),
        of(
            "P2",
            "a whole URL and its Host, spelled otherwise",
            "GET http://169.254.169.254" + PATH + " HTTP/1.1\r\nHost: 169.254.169.254:80\r\n\r\n"),
        of("C2", "an empty Host", "GET " + PATH + " HTTP/1.1\r\nHost:\r\n\r\n"),
        of(
            "C3",
            "an offer of h2c",
            GET
                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n\r\n"),
        of(
            "C3",
            "an offer of a WebSocket",
            GET + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"),
        of("C4", "a part", GET + "Range: bytes=0-3\r\n\r\n"),
        of("C4", "a tag that is not this one's", GET + "If-None-Match: \"x\"\r\n\r\n"),
        of("C4", "compression", GET + "Accept-Encoding: gzip, br;q=0.1\r\n\r\n"),
        of("C4", "leave to send nothing", GET + "Expect: 100-continue\r\n\r\n"),
        of("C5", "PUT without a length", "PUT " + PATH + " HTTP/1.1\r\n" + HOST + "\r\n"),
        of(
            "C5",
            "PUT of length 0",
            "PUT " + PATH + " HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n"),
        of("S7", "a body on GET", GET + "Content-Length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\nab"),
        of("S8", "one empty line in front", "\r\n" + GET + "\r\n"),
        of("S9", "bytes beyond ASCII in a value", GET + "User-Agent: caf\u00e9\r\n\r\n"),
        of(
            "I1",
            "headers of ours",
            GET + "X-Instance-ID: 1\r\nx_instance_id: 2\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n"));
  }

  private static Stream<PlainCase> hosts() {
    return Stream.of(
            "[fe80::a9fe:a9fe]",
            "[fe80::a9fe:a9fe%25eth0]",
            "[fe80::a9fe:a9fe%eth0]",
            "[fe80::a9fe:a9fe%25ETH0]",
            "[FE80::A9FE:A9FE%25enp0s3]",
            "[fe80::a9fe:a9fe%2]:80",
            "fe80::a9fe:a9fe%25eth0",
            "169.254.169.254:80",
            "metadata.internal")
        .map(
            host ->
                of(
                    "C2",
                    "Host: " + host,
                    "GET " + PATH + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
  }

  private static Stream<PlainCase> targets() {
    return Stream.of(
            "http://169.254.169.254" + PATH,
            "http://169.254.169.254:80" + PATH,
            "HTTP://169.254.169.254" + PATH,
            "http://[fe80::a9fe:a9fe]" + PATH,
            "http://[FE80::A9FE:A9FE]:80" + PATH,
            "http://[fe80::a9fe:a9fe%25eth0]" + PATH,
            "http://[fe80::a9fe:a9fe%eth0]:80" + PATH,
            "http://[fe80::a9fe:a9fe%25ETH0]" + PATH,
            PATH + "?a=1&a=2;b",
            PATH + "/",
            "//openstack//latest/./user_data",
            "/latest/../openstack/latest/user_data",
            "/%2e%2e/openstack/latest/user%5Fdata",
            "/openstack%2Flatest%2fuser_data")
        .map(
            target ->
                of(
                    target.startsWith("/") ? "P1" : "P2",
                    target,
                    "GET " + target + " HTTP/1.1\r\n" + hostOf(target) + "\r\n"));
  }

  /** As a client writes it that was told of a proxy: what its target says. */
  private static String hostOf(String target) {
    return target.startsWith("/")
        ? HOST
        : "Host: " + target.replaceFirst("^[^/]*//([^/]*)/.*", "$1") + "\r\n";
  }

  private static PlainCase of(String id, String what, String request) {
    return new PlainCase(id, what, request);
  }
}
