package io.tapmeta.proxy.vendor;

import static io.tapmeta.proxy.vendor.TargetServer.reply;
import static io.tapmeta.proxy.vendor.VendorRecords.plain;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of one call, whatever the target does. */
class TargetCallTest {
  private static final String EMPTY = "{\"static\": {}, \"t\": {}}";

  @Test
  void aGoodAnswerBecomesTheTargetsMember() {
    check(
        exchange -> reply(exchange, 200, "{\"b\":[1,2.0],\"a\":\"ü\"}"),
        "{\"static\": {}, \"t\": {\"b\": [1, 2.0], \"a\": \"\\u00fc\"}}",
        TargetOutcome.ANSWERED);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204})
  void anEmptyBodyIsAnEmptyObject(int status) {
    check(exchange -> reply(exchange, status, ""), EMPTY, TargetOutcome.ANSWERED);
  }

  @ParameterizedTest
  @ValueSource(ints = {304, 400, 401, 404, 418, 500, 503, 599})
  void aStatusThatIsNoSuccessIsAnEmptyObject(int status) {
    check(exchange -> reply(exchange, status, ""), EMPTY, TargetOutcome.STATUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{oops", "<html>", "{} trailing", "\u0000"})
  void badJsonIsAnEmptyObject(String body) {
    check(exchange -> reply(exchange, 200, body), EMPTY, TargetOutcome.MALFORMED);
  }

  @Test
  void anAnswerOfTheLargestSizeIsTaken() {
    String text = "\"" + "x".repeat(TargetCall.MAX_ANSWER_BYTES - 2) + "\"";
    check(
        exchange -> reply(exchange, 200, text),
        "{\"static\": {}, \"t\": " + text + "}",
        TargetOutcome.ANSWERED);
  }

  @Test
  void aLargerAnswerIsNotReadToItsEnd() {
    check(
        exchange -> reply(exchange, 200, "\"" + "x".repeat(TargetCall.MAX_ANSWER_BYTES) + "\""),
        EMPTY,
        TargetOutcome.BROKEN);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    HttpHandler endless =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          byte[] part = new byte[64 * 1024];
          try {
            while (true) {
              out.write(part);
            }
          } catch (IOException _) {
            exchange.close();
          }
        };
    check(endless, EMPTY, TargetOutcome.BROKEN);
  }

  @Test
  void anAnswerThatBreaksOffIsAnEmptyObject() {
    HttpHandler half =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          exchange.close();
        };
    check(half, EMPTY, TargetOutcome.BROKEN);
  }

  @Test
  void aTargetThatHangsIsGivenUp() {
    try (TargetServer server = TargetServer.hanging()) {
      check(server, Settings.target("t", server.url()), EMPTY, TargetOutcome.TIMEOUT);
    }
  }

  @Test
  void aTargetThatDribblesIsGivenUp() {
    HttpHandler dribble =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            while (true) {
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
              Thread.onSpinWait();
            }
          } catch (IOException _) {
            exchange.close();
          }
        };
    try (TargetServer server = TargetServer.of(dribble);
        VendorDesk desk =
            new VendorDesk(
                Settings.target("t", server.url()).with("dynamic_read_timeout", "100ms"))) {
      assertThat(desk.document(plain())).isEqualTo(EMPTY);
      desk.settled(1);
      // Either limit may strike first.
      assertThat(desk.counted.outcomes()).isSubsetOf(TargetOutcome.TIMEOUT, TargetOutcome.BROKEN);
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (VendorDesk desk = new VendorDesk(Settings.target("t", "http://127.0.0.1:" + port + "/"))) {
      assertThat(desk.document(plain())).isEqualTo(EMPTY);
      desk.settled(1);
      assertThat(desk.counted.outcomes()).containsExactly(TargetOutcome.UNREACHABLE);
    }
  }

  /** As a target that closes its idle connections does at the wrong moment. */
  @Test
  void aConnectionThatEndsWithoutAWordIsTriedOnceMore() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        VendorDesk desk =
            new VendorDesk(
                Settings.target("t", "http://127.0.0.1:" + listener.getLocalPort() + "/"))) {
      var document = desk.ask(VendorRecords.record(plain(), 1));
      listener.accept().close();
      try (Socket second = listener.accept()) {
        second
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n7"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(VendorDesk.body(VendorDesk.await(document)))
            .isEqualTo("{\"static\": {}, \"t\": 7}");
      }
    }
  }

  @Test
  void butOnlyOnceMore() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        VendorDesk desk =
            new VendorDesk(
                Settings.target("t", "http://127.0.0.1:" + listener.getLocalPort() + "/"))) {
      var document = desk.ask(VendorRecords.record(plain(), 1));
      listener.accept().close();
      listener.accept().close();
      assertThat(VendorDesk.body(VendorDesk.await(document))).isEqualTo(EMPTY);
      desk.settled(1);
      assertThat(desk.counted.outcomes()).containsExactly(TargetOutcome.BROKEN);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectedCallStaysAPostWithItsBody(int status) {
    HttpHandler redirecting =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/")) {
            exchange.getResponseHeaders().add("Location", "/there/?a=b");
            reply(exchange, status, "");
          } else {
            reply(exchange, 200, "1");
          }
        };
    try (TargetServer server = TargetServer.of(redirecting)) {
      check(
          server,
          Settings.target("t", server.url()),
          "{\"static\": {}, \"t\": 1}",
          TargetOutcome.ANSWERED);
      assertThat(server.received()).hasSize(2);
      TargetServer.Received first = server.received().getFirst();
      TargetServer.Received second = server.received().getLast();
      assertThat(second.path()).isEqualTo("/there/?a=b");
      assertThat(second.method()).isEqualTo("POST");
      assertThat(second.body()).isEqualTo(first.body());
      assertThat(second.headers().get("Content-Type")).containsExactly("application/json");
    }
  }

  @Test
  void redirectsHaveAnEnd() {
    AtomicInteger hops = new AtomicInteger();
    check(
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/" + hops.incrementAndGet());
          reply(exchange, 302, "");
        },
        EMPTY,
        TargetOutcome.STATUS);
    assertThat(hops).hasValue(6);
  }

  @ParameterizedTest
  @CsvSource({"ftp://localhost/", "'http://a b/'", "'::'", "mailto:x", "http:///x"})
  void aRedirectToWhereNobodyCanGoIsAnEmptyObject(String location) {
    check(
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          reply(exchange, 302, "");
        },
        EMPTY,
        TargetOutcome.STATUS);
  }

  @Test
  void aRedirectWithoutALocationIsAnEmptyObject() {
    check(exchange -> reply(exchange, 301, ""), EMPTY, TargetOutcome.STATUS);
  }

  @Test
  void tlsIsTrustedThroughTheBundle() throws Exception {
    try (TargetServer server = TargetServer.tls("{\"a\": 1}")) {
      check(
          server,
          Settings.target("t", server.url("https", "/"))
              .with("dynamic_ssl_certfile", resource("authority.pem")),
          "{\"static\": {}, \"t\": {\"a\": 1}}",
          TargetOutcome.ANSWERED);
    }
  }

  @Test
  void tlsOfAStrangerIsNotTrusted() throws Exception {
    try (TargetServer server = TargetServer.tls("{\"a\": 1}")) {
      check(
          server, Settings.target("t", server.url("https", "/")), EMPTY, TargetOutcome.UNREACHABLE);
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void fromHttpsNoRedirectLeadsToHttp() throws Exception {
    try (TargetServer open = TargetServer.saying("1");
        TargetServer server =
            TargetServer.tls(
                exchange -> {
                  exchange.getResponseHeaders().add("Location", open.url());
                  reply(exchange, 307, "");
                })) {
      check(
          server,
          Settings.target("t", server.url("https", "/"))
              .with("dynamic_ssl_certfile", resource("authority.pem")),
          EMPTY,
          TargetOutcome.STATUS);
      assertThat(open.received()).isEmpty();
    }
  }

  private static String resource(String name) throws Exception {
    return Path.of(TargetCallTest.class.getResource(name).toURI()).toString();
  }

  private static void check(HttpHandler handler, String document, TargetOutcome outcome) {
    try (TargetServer server = TargetServer.of(handler)) {
      check(server, Settings.target("t", server.url()), document, outcome);
    }
  }

  private static void check(
      TargetServer server, Settings settings, String document, TargetOutcome outcome) {
    boolean hangs = outcome == TargetOutcome.TIMEOUT;
    try (VendorDesk desk =
        new VendorDesk(hangs ? settings.with("dynamic_read_timeout", "200ms") : settings)) {
      assertThat(desk.document(plain())).isEqualTo(document);
      desk.settled(1);
      assertThat(desk.counted.outcomes()).containsExactly(outcome);
      assertThat(desk.counted.incompleteCount())
          .isEqualTo(outcome == TargetOutcome.ANSWERED ? 0 : 1);
    }
    assertThat(server.received().size()).isLessThanOrEqualTo(6);
  }
}
