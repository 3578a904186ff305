package io.tapmeta.proxy.http;

import static io.tapmeta.proxy.http.GuestChannel.HOST;
import static io.tapmeta.proxy.http.GuestChannel.body;
import static io.tapmeta.proxy.http.GuestChannel.head;
import static io.tapmeta.proxy.http.GuestChannel.responses;
import static io.tapmeta.proxy.http.GuestChannel.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tapmeta.proxy.config.Configuration.Limits;
import io.tapmeta.proxy.document.Instances;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and responses on one connection. What has to wait is in {@link HeldRequestTest}. */
@ExtendWith(NoLeaks.class)
class GuestConnectionTest {
  private static final String USER_DATA = "/openstack/latest/user_data";

  @TempDir Path temp;
  private GuestNode node;
  private GuestChannel guest;

  @BeforeEach
  void connect() {
    node = GuestNode.serving(temp);
    guest = node.guest();
  }

  @AfterEach
  void end() {
    node.close();
  }

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
  @ValueSource(
      strings = {
        "/openstack/latest/user_data",
        "/openstack/latest",
        "/latest/meta-data/public-ipv4",
        "/no/such/path"
      })
  void headIsGetWithoutTheBody(String path) {
    String get = guest.get(path);
    String head = guest.send("HEAD " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(undated(head)).isEqualTo(undated(head(get)));
    assertThat(guest.isOpen()).isTrue();
    assertThat(body(guest.get("/openstack"))).isNotEmpty();
  }

  @Test
  void headOfASeededDocumentTellsItsLength() {
    String get = guest.get("/openstack/latest/meta_data.json");
    String head = guest.send("HEAD /openstack/latest/meta_data.json HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(undated(head)).isEqualTo(undated(head(get)));
  }

  @Test
  void everyAnswerHasAFreshSeed() {
    Pattern seed = Pattern.compile("\"random_seed\": \"([^\"]*)\"");
    Set<String> seeds = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Matcher matcher = seed.matcher(guest.get("/openstack/latest/meta_data.json"));
      assertThat(matcher.find()).isTrue();
      assertThat(Base64.getDecoder().decode(matcher.group(1))).hasSize(512);
      seeds.add(matcher.group(1));
    }
    assertThat(seeds).hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "POST", "BREW"})
  void theMethodMakesNoDifferenceToADocument(String method) {
    String response = guest.send(method + " " + USER_DATA + " HTTP/1.1\r\n" + HOST + "\r\n");
    assertThat(status(response)).isEqualTo(200);
    assertThat(body(response)).isEqualTo("#!/bin/sh\n");
  }

  /** What clients of EC2's second version try first, and fall back from. */
  @Test
  void tokensAreNotFound() {
    String response =
        guest.send(
            "PUT /latest/api/token HTTP/1.1\r\n"
                + HOST
                + "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\nContent-Length: 0\r\n\r\n");
    assertThat(status(response)).isEqualTo(404);
    assertThat(guest.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "TRACE http://169.254.169.254/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n"
      })
  void connectAndTraceAreRefusedAndTheConnectionGoesOn(String request) {
    String response = guest.send(request);
    assertThat(status(response)).isEqualTo(405);
    assertThat(response).contains("\r\nAllow: GET, HEAD\r\n");
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "TRACE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      })
  void aRefusedMethodWithABodyCloses(String request) {
    List<String> responses = responses(guest.send(request + request("/openstack")));
    assertThat(responses).extracting(GuestChannel::status).containsExactly(405);
    assertThat(guest.isOpen()).isFalse();
  }

  /** S7: what looks like a request inside of a body is none. */
  @Test
  void bodiesAreSkippedAndNeverReadAsRequests() {
    String smuggled = request("/latest/meta-data/instance-id");
    String text =
        "GET "
            + USER_DATA
            + " HTTP/1.1\r\n"
            + HOST
            + "Content-Length: "
            + smuggled.length()
            + "\r\n\r\n"
            + smuggled
            + request("/latest/meta-data/ami-launch-index");
    assertThat(responses(guest.send(text)))
        .extracting(GuestChannel::body)
        .containsExactly("#!/bin/sh\n", "2");
  }

  @Test
  void nothingIsAnsweredBeforeTheBodyIsThere() {
    assertThat(
            guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\n"))
        .isEmpty();
    assertThat(guest.send("123456789")).isEmpty();
    assertThat(status(guest.send("0"))).isEqualTo(200);
  }

  @Test
  void aLargeBodyIsSkippedInPiecesWithoutBeingKept() {
    guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Content-Length: 65536\r\n\r\n");
    for (int i = 0; i < 63; i++) {
      assertThat(guest.sendBytes(new byte[1024])).isEmpty();
      assertThat(guest.usedMemory()).isLessThanOrEqualTo(1024);
    }
    assertThat(status(guest.sendBytes(new byte[1024]))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET " + USER_DATA,
        "POST " + USER_DATA,
        "PUT /latest/api/token",
        "GET /openstack/latest/password"
      })
  void chunksAreRefusedWhereNoBodyBelongs(String start) {
    String response =
        guest.send(start + " HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    assertThat(status(response)).isEqualTo(400);
    assertThat(head(response)).contains("\r\nConnection: close\r\n");
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "outcome", "unwanted_body", "api", api(start)))
        .isOne();
  }

  @Test
  void whoeverExpectsToBeToldToContinueIsTold() {
    String response =
        guest.send(
            "POST "
                + USER_DATA
                + " HTTP/1.1\r\n"
                + HOST
                + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(response).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    assertThat(status(guest.send("ab"))).isEqualTo(200);
  }

  @Test
  void withoutABodyNobodyIsToldToContinue() {
    assertThat(
            guest.send(
                "GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n");
  }

  /** RFC 9110, 10.1.1: such a client does not know of interim responses. */
  @Test
  void whoSpeaksHttp10IsNeverToldToContinue() {
    String response =
        guest.send(
            "POST " + USER_DATA + " HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(response).isEmpty();
    assertThat(status(guest.send("ab"))).isEqualTo(200);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/openstack/latest/user_data",
        "HTTP://169.254.169.254:80/openstack/latest/user_data",
        "http://[fe80::a9fe:a9fe]/openstack/latest/user_data",
        "http://[FE80::A9FE:A9FE]:80/openstack/latest/user_data"
      })
  void aUrlOfOursIsAsGoodAsItsPath(String target) {
    String host = target.replaceFirst("^[^/]*//([^/]*)/.*", "$1");
    String answer = guest.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    assertThat(body(answer)).isEqualTo("#!/bin/sh\n");
  }

  @Test
  void theSamePathWrittenOtherwiseIsTheSameDocument() {
    for (String target :
        List.of(
            "//openstack/latest/user_data",
            "/openstack//latest/./user_data/",
            "/latest/../openstack/latest/user%5Fdata",
            "/openstack/latest/user_data?x=/y")) {
      assertThat(body(guest.get(target))).as(target).isEqualTo("#!/bin/sh\n");
    }
  }

  @Test
  void aGuestThatHasTheDocumentIsToldSo() {
    String tag = head(guest.get(USER_DATA)).replaceAll("(?s).*ETag: (\"[^\"]*\").*", "$1");
    for (String method : List.of("GET", "HEAD")) {
      String response =
          guest.send(
              method
                  + " "
                  + USER_DATA
                  + " HTTP/1.1\r\n"
                  + HOST
                  + "If-None-Match: "
                  + tag
                  + "\r\n\r\n");
      assertThat(status(response)).isEqualTo(304);
      assertThat(head(response)).contains("\r\nETag: " + tag + "\r\n");
      assertThat(body(response)).isEmpty();
    }
    String other =
        guest.send("GET " + USER_DATA + " HTTP/1.1\r\n" + HOST + "If-None-Match: \"x\"\r\n\r\n");
    assertThat(status(other)).isEqualTo(200);
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "not_modified"))
        .isEqualTo(2);
  }

  @Test
  void aSeededDocumentIsNeverTheOneTheGuestHas() {
    String response =
        guest.send(
            "GET /openstack/latest/meta_data.json HTTP/1.1\r\n"
                + HOST
                + "If-None-Match: *\r\n\r\n");
    assertThat(status(response)).isEqualTo(200);
  }

  @Test
  void aChangedRecordIsInForceForTheNextRequest() {
    assertThat(body(guest.get("/latest/meta-data/hostname"))).isEqualTo("web-1.novalocal");
    node.publish(Instances.with("\"hostname\": \"renamed\""));
    assertThat(body(guest.get("/latest/meta-data/hostname"))).isEqualTo("renamed");
  }

  @Test
  void aRecordThatGoesMakesTheGuestUnknown() {
    node.publish();
    String response = guest.get(USER_DATA);
    assertThat(status(response)).isEqualTo(404);
    assertThat(guest.isOpen()).isTrue();
    assertThat(node.count("tapmeta.identity.refused", "reason", "unknown")).isOne();
  }

  @Test
  void unknownPathsAndUnknownGuestsLookTheSame() {
    String path = guest.get("/no/such/path");
    GuestChannel stranger = node.guest(node.plug(), "fa:16:3e:ff:ff:ff");
    assertThat(undated(stranger.get(USER_DATA))).isEqualTo(undated(path));
  }

  @Test
  void twoRecordsForOnePortAreAnsweredAsUnknown() {
    node.publish(Instances.full(), Instances.with("\"name\": \"twin\""));
    assertThat(status(guest.get(USER_DATA))).isEqualTo(404);
    assertThat(node.count("tapmeta.identity.refused", "reason", "ambiguous")).isOne();
  }

  @Test
  void theGuestsAddressStandsInForAMissingOne() {
    node.publish(Instances.with("\"name\": \"x\""));
    assertThat(body(guest.get("/latest/meta-data/local-ipv4"))).isEqualTo("10.0.0.5");
    assertThat(body(node.guest().get("/latest/meta-data/local-ipv4"))).isEqualTo("10.0.0.6");
  }

  @Test
  void anAddressIsShownWithoutItsZone() {
    node.publish(Instances.with("\"name\": \"x\""));
    GuestChannel v6 =
        new GuestChannel(GuestChannel.from("fe80::5%1"), node.loop(), node.plug(), Instances.MAC);
    assertThat(body(v6.get("/latest/meta-data/local-ipv4"))).doesNotContain("%").contains("fe80");
    v6.finish();
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
  void aConnectionThatIdlesTooLongIsClosedInSilence() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), nano(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.sweep()).isEmpty();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void aConnectionOnWhichNothingEverComesIsClosedInSilence() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    GuestChannel silent = node.guest();
    assertThat(guest.sweep()).isEmpty();
    assertThat(silent.received()).isEmpty();
    assertThat(silent.isOpen()).isFalse();
  }

  @Test
  void aHeadThatDoesNotEndInTimeIsRefused() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    GuestChannel slow = node.guest();
    assertThat(slow.send("GET / HT")).isEmpty();
    guest.sweep();
    String response = slow.received();
    assertThat(status(response)).isEqualTo(408);
    assertThat(slow.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "api", "other", "outcome", "head_timeout")).isOne();
  }

  /** The time for a head runs from its first byte, whatever came on the connection before. */
  @Test
  void theHeadOfALaterRequestHasToEndInTimeToo() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(nano(), hour(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.send("GET / HT")).isEmpty();
    assertThat(guest.sweep()).startsWith("HTTP/1.1 408 ");
  }

  /** A request that begins late in the idle time is not cut off with it. */
  @Test
  void aHeadThatHasBegunIsNotIdle() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), nano(), 65_536)));
    assertThat(status(guest.get("/openstack"))).isEqualTo(200);
    assertThat(guest.send("GET /openstack HT")).isEmpty();
    assertThat(guest.sweep()).isEmpty();
    assertThat(status(guest.send("TP/1.1\r\n" + HOST + "\r\n"))).isEqualTo(200);
  }

  @Test
  void aRefusalAfterAHeadRequestHasItsBody() {
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, limits(hour(), hour(), 65_536)));
    guest.send("HEAD /openstack HTTP/1.1\r\n" + HOST + "\r\n");
    guest.send("GET / HT");
    guest.connection().expire();
    assertThat(guest.received()).endsWith("\r\n\r\nRequest Timeout\n");
  }

  @Test
  void aBodyThatDoesNotEndInTimeIsRefused() {
    Limits quick = new Limits(8192, 100, 16_384, 65_536, hour(), nano(), hour(), hour(), 32);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, quick));
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 100\r\n\r\n123456789");
    String response = guest.sweep();
    assertThat(status(response)).isEqualTo(408);
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.count("tapmeta.requests", "api", "openstack", "outcome", "body_timeout"))
        .isOne();
  }

  /** It sends without end and takes nothing: what is not read yet may not grow without end too. */
  @Test
  void aGuestThatTakesNoAnswersIsNotReadFrom() {
    writable(guest, false);
    for (int i = 0; i < 2000 && guest.channel().config().isAutoRead(); i++) {
      guest.send(request("/openstack"));
    }
    assertThat(guest.channel().config().isAutoRead()).isFalse();
    writable(guest, true);
    assertThat(guest.received()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(guest.channel().config().isAutoRead()).isTrue();
  }

  @Test
  void aGuestThatTakesNothingForTooLongIsCutOffEvenIfItSendsOn() {
    Limits impatient = new Limits(8192, 100, 16_384, 65_536, hour(), hour(), hour(), nano(), 32);
    node.loop().apply(GuestNode.settings(GuestNode.HOLD, impatient));
    writable(guest, false);
    guest.send(request("/openstack"));
    guest.sweep();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void answersGoOnWhenThereIsRoomAgain() {
    writable(guest, false);
    assertThat(guest.send(request("/latest/meta-data/ami-launch-index"))).isEmpty();
    writable(guest, true);
    assertThat(body(guest.received())).isEqualTo("2");
  }

  @Test
  void unpluggingClosesTheConnectionsOfThatPlugAlone() {
    Plug other = GuestNode.plug("tap-other", Duration.ofHours(1));
    GuestChannel neighbour = node.guest(other);
    node.loop().unplug(node.plug());
    assertThat(guest.isOpen()).isFalse();
    assertThat(neighbour.isOpen()).isTrue();
    assertThat(node.loop().connectionCount()).isOne();
  }

  /** Same name, same everything, but plugged in anew: somebody else. */
  @Test
  void aPlugIsAGenerationAndNotAName() {
    Plug again = GuestNode.plug(Instances.TAP, Duration.ofHours(1));
    GuestChannel fresh = node.guest(again);
    node.loop().unplug(node.plug());
    assertThat(guest.isOpen()).isFalse();
    assertThat(fresh.isOpen()).isTrue();
  }

  @Test
  void drainingClosesWhatIsIdle() {
    guest.get("/openstack");
    node.loop().drain();
    assertThat(guest.isOpen()).isFalse();
  }

  @Test
  void drainingLetsARequestUnderWayEndAndSaysThatItWasTheLast() {
    GuestChannel inHead = node.guest();
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\na");
    inHead.send("GET /openst");
    node.loop().drain();
    assertThat(guest.isOpen()).isTrue();
    assertThat(inHead.isOpen()).isTrue();
    for (String response :
        List.of(guest.send("b"), inHead.send("ack HTTP/1.1\r\n" + HOST + "\r\n"))) {
      assertThat(status(response)).isEqualTo(200);
      assertThat(head(response)).contains("\r\nConnection: close\r\n");
    }
    assertThat(node.loop().connectionCount()).isZero();
  }

  @Test
  void stoppingClosesEverything() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\na");
    node.loop().stop();
    assertThat(guest.isOpen()).isFalse();
    assertThat(node.loop().connectionCount()).isZero();
  }

  @Test
  void aGuestThatGoesInTheMiddleLeavesNothing() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Content-Le");
    guest.channel().close().syncUninterruptibly();
    assertThat(node.loop().connectionCount()).isZero();
    assertThat(guest.usedMemory()).isZero();
  }

  @Test
  void bytesAfterTheEndAreReleased() {
    guest.send("GET /openstack HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
    io.netty.buffer.ByteBuf late = Unpooled.directBuffer().writeBytes(new byte[] {1, 2});
    guest.connection().channelRead(guest.channel().pipeline().firstContext(), late);
    assertThat(late.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverGoesWrongClosesTheConnection(boolean io) {
    guest
        .channel()
        .pipeline()
        .fireExceptionCaught(io ? new IOException("reset") : new IllegalStateException("bug"));
    assertThat(guest.isOpen()).isFalse();
  }

  /** Fixed in size, as a slice of something larger would be. */
  @Test
  void buffersThatCannotGrowAreReleasedToo() {
    io.netty.buffer.ByteBufAllocator allocator = guest.channel().alloc();
    String text = request("/latest/meta-data/ami-launch-index");
    StringBuilder answers = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
      guest.channel().writeInbound(allocator.directBuffer(1, 1).writeByte(b));
      answers.append(guest.received());
    }
    assertThat(body(answers.toString())).isEqualTo("2");
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

  private static String api(String start) {
    return start.contains("/openstack") ? "openstack" : "ec2";
  }

  private static void writable(GuestChannel guest, boolean writable) {
    guest.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
    guest.channel().runPendingTasks();
  }

  private static String request(String target) {
    return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  private static String undated(String responses) {
    return responses.replaceAll("\r\nDate: [^\r]*\r\n", "\r\nDate: -\r\n");
  }

  private static Limits limits(Duration head, Duration idle, int body) {
    return new Limits(8192, 100, 16_384, body, head, hour(), idle, hour(), 32);
  }

  private static Duration hour() {
    return Duration.ofHours(1);
  }

  private static Duration nano() {
    return Duration.ofNanos(1);
  }
}
