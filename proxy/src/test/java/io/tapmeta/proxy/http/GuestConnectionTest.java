package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.config.Configuration.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and responses on one connection. What has to wait is in {@link HeldRequestTest}. */
class GuestConnectionTest extends OneGuest {
  private static final String USER_DATA = "/openstack/latest/user_data";

  @Test
  void aDocumentIsAnswered() {
    String response = guest.get(USER_DATA);
    assertThat(head(response))
        .matches(
            """
            HTTP/1.1 200 OK\r
            Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r
            Content-Type: text/plain; charset=UTF-8\r
            Content-Length: 10\r
            ETag: "[0-9a-f]{32}"\r
            \r
            """);
    assertThat(body(response)).isEqualTo("#!/bin/sh\n");
    assertThat(guest.isOpen()).isTrue();
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "served")).isOne();
    assertThat(node.requests()).isOne();
  }

  @Test
  void aConnectionServesOneRequestAfterAnother() {
    for (int i = 0; i < 100; i++) {
      String response = guest.get("/openstack");
      assertThat(status(response)).isEqualTo(200);
      assertThat(response).doesNotContain("Connection:");
    }
    assertThat(guest.isOpen()).isTrue();
    assertThat(node.loop().connectionCount()).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "HTTP/1.1, -, true, -",
        "HTTP/1.1, close, false, close",
        "HTTP/1.1, keep-alive, true, -",
        "HTTP/1.0, -, false, close",
        "HTTP/1.0, keep-alive, true, keep-alive",
        "HTTP/1.0, close, false, close"
      })
  void theConnectionIsKeptAsVersionAndHeaderSay(
      String version, String header, boolean stays, String told) {
    String request =
        "GET /openstack "
            + version
            + "\r\n"
            + HOST
            + (header == null ? "" : "Connection: " + header + "\r\n")
            + "\r\n";
    String response = guest.send(request);
    assertThat(status(response)).isEqualTo(200);
    assertThat(response).startsWith("HTTP/1.1 ");
    if (told == null) {
      assertThat(head(response)).doesNotContain("Connection:");
    } else {
      assertThat(head(response)).contains("\r\nConnection: " + told + "\r\n");
    }
    assertThat(guest.isOpen()).isEqualTo(stays);
    assertThat(node.loop().connectionCount()).isEqualTo(stays ? 1 : 0);
  }

  @Test
  void requestsInOneSegmentAreAnsweredInOrder() {
    String three =
        request("/openstack/latest/user_data")
            + request("/latest/meta-data/instance-id")
            + request("/no/such/path")
            + request("/latest/meta-data/ami-launch-index");
    List<String> responses = responses(guest.send(three));
    assertThat(responses).extracting(GuestChannel::status).containsExactly(200, 200, 404, 200);
    assertThat(responses)
        .extracting(GuestChannel::body)
        .containsExactly("#!/bin/sh\n", "i-0000002a", "Not Found\n", "2");
  }

  @Test
  void nothingIsAnsweredAfterAnAnswerThatCloses() {
    String closing = "GET /openstack HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
    assertThat(responses(guest.send(closing + request("/latest")))).hasSize(1);
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void nothingIsAnsweredAfterARefusalThatCloses() {
    List<String> responses = responses(guest.send("GET /a b HTTP/1.1\r\n\r\n" + request("/")));
    assertThat(responses).extracting(GuestChannel::status).containsExactly(400);
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void howRequestsAreSplitDoesNotMatter() {
    String text =
        request(USER_DATA)
            + "HEAD /latest HTTP/1.1\r\n"
            + HOST
            + "\r\n"
            + "GET /latest HTTP/1.1\r\n"
            + HOST
            + "Content-Length: 5\r\n\r\n12345"
            + request("/nothing")
            + "GET /latest HTTP/1.0\r\n\r\n";
    String whole = undated(guest.send(text));
    for (int pieces = 1; pieces <= 200; pieces++) {
      Random random = new Random(pieces);
      GuestChannel another = node.guest();
      StringBuilder parts = new StringBuilder();
      for (int from = 0; from < text.length(); ) {
        // The first round goes byte by byte.
        int to = Math.min(text.length(), from + 1 + (pieces == 1 ? 0 : random.nextInt(60)));
        parts.append(another.send(text.substring(from, to)));
        from = to;
      }
      assertThat(undated(parts.toString())).isEqualTo(whole);
      assertThat(another.isOpen()).isFalse();
      assertThat(another.usedMemory()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          GET /a b HTTP/1.1\\r\\n                                | 400
          GET / HTTP/1.1\\r\\n\\r\\n                             | 400
          GET / HTTP/1.1\\nHost: a\\n\\n                         | 400
          GET /%ff HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n             | 400
          GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n                | 400
          GET openstack HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n        | 400
          GET http://example.org/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400
          GET / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 65537\\r\\n\\r\\n | 413
          GET / HTTP/1.1\\r\\nHost: a\\r\\nExpect: tea\\r\\n\\r\\n | 417
          PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n               | 505
          """)
  void whatCannotBeTrustedIsRefusedAndTheConnectionClosed(String request, int status) {
    String response = guest.send(request.replace("\\r", "\r").replace("\\n", "\n"));
    assertThat(responses(response)).hasSize(1);
    assertThat(status(response)).isEqualTo(status);
    assertThat(head(response))
        .contains("\r\nConnection: close\r\n")
        .contains("\r\nContent-Type: text/plain; charset=UTF-8\r\n");
    assertThat(body(response)).matches("[A-Z][A-Za-z ]+\n");
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void aRequestLineWithoutEndIsRefused() {
    String response = guest.send("GET /" + "a".repeat(10_000));
    assertThat(status(response)).isEqualTo(414);
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void aHeadWithoutEndIsRefused() {
    String response =
        guest.send("GET / HTTP/1.1\r\n" + HOST + ("X: " + "a".repeat(1000) + "\r\n").repeat(20));
    assertThat(status(response)).isEqualTo(431);
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void aTlsHelloIsRefused() {
    assertThat(status(guest.sendBytes(new byte[] {0x16, 3, 1, 2, 0, 1, 0}))).isEqualTo(400);
  }

  @Test
  void settingsAreInForceFromTheNextRequest() {
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    Limits tight = limits(Duration.ofSeconds(10), Duration.ofSeconds(30), 3);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, tight));
    String response =
        guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n\r\n");
    assertThat(status(response)).isEqualTo(413);
  }

  @Test
  void countsAreKeptByTreeAndOutcome() {
    List<String> paths = new ArrayList<>();
    paths.add("/openstack");
    paths.add("/latest/meta-data/ami-id");
    paths.add("/nocloud/meta-data");
    paths.add("/openstack/nothing");
    paths.add("/elsewhere");
    paths.forEach(guest::get);
    guest.send("GET /%ff HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "served")).isOne();
    assertThat(node.count("tapmeta.requests", "api", "ec2", "outcome", "served")).isOne();
    assertThat(node.count("tapmeta.requests", "api", "nocloud", "outcome", "served")).isOne();
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "unknown_path"))
        .isOne();
    assertThat(node.count("tapmeta.requests", "api", "other", "outcome", "unknown_path")).isOne();
    assertThat(node.count("tapmeta.requests", "api", "other", "outcome", "malformed")).isOne();
    assertThat(node.requests()).isEqualTo(6);
  }
}
