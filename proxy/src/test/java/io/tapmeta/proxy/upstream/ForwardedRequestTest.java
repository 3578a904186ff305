package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static io.tapmeta.proxy.upstream.UpstreamDesk.PASSWORD;
import static io.tapmeta.proxy.upstream.UpstreamDesk.PROJECT;
import static io.tapmeta.proxy.upstream.UpstreamDesk.SIGNATURE;
import static io.tapmeta.proxy.upstream.UpstreamDesk.UUID;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.upstream.MisbehavingBackend.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the backend is asked, whatever the guest sends. */
@Timeout(60)
class ForwardedRequestTest {
  @TempDir Path directory;
  private MisbehavingBackend backend;
  private UpstreamDesk desk;

  @BeforeEach
  void open() throws Exception {
    backend = MisbehavingBackend.saying("answer");
    desk = new UpstreamDesk.Plan(directory, backend).open();
  }

  @AfterEach
  void close() throws Exception {
    desk.close();
    backend.close();
  }

  @Test
  void isThisAndNothingElse() throws Exception {
    try (RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY, "User-Agent: Cloud-Init/25.1", "Accept: */*").text())
          .isEqualTo("answer");
    }
    String head = backend.request().head();
    assertThat(head).startsWith("GET " + ANY + " HTTP/1.1\r\nhost: " + backend.url().substring(7));
    assertThat(head.lines().skip(2))
        .containsExactlyInAnyOrder(
            "user-agent: Cloud-Init/25.1",
            "accept: */*",
            "X-Instance-ID: " + UUID,
            "X-Tenant-ID: " + PROJECT,
            "X-Instance-ID-Signature: " + SIGNATURE,
            "X-Forwarded-For: 127.0.0.1",
            "");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/./b/../c//d/, /a/c/d",
    "//openstack//latest, /openstack/latest",
    "/../../etc/passwd, /etc/passwd",
    "/x/%2e%2e/y, /y",
    "/a%2Fb, /a/b",
    "/with%20space, /with%20space",
    "/per%25cent, /per%25cent",
    "/100%, /100%25",
    "/%zz, /%25zz",
    "/a%0d%0aX-Evil:%201, /a%0D%0AX-Evil:%201",
    "/nul%00, /nul%00",
    "/q%3fx, /q%3Fx",
    "/f%23x, /f%23x",
    "/umlaut-%c3%bc, /umlaut-%C3%BC",
    "/semi;colon=1, /semi;colon=1",
    "/a?x=1&y=%2F..%2f#, ''",
    "/a?x=1&y=%2F../.., /a?x=1&y=%2F../..",
    "/a/?x=//, /a?x=//",
    "/a?, /a",
    "/a??b, /a??b",
    "http://169.254.169.254/abs/../olute?q, /olute?q",
  })
  void pathsGoCanonicalAndQueriesAsTheyAre(String sent, String expected) throws Exception {
    try (RawGuest guest = desk.guest()) {
      guest.ask("GET", sent);
      int status = guest.read().status();
      if (expected.isEmpty()) {
        assertThat(status).isEqualTo(400);
        assertThat(backend.requests()).isEmpty();
      } else {
        assertThat(backend.request().line()).isEqualTo("GET " + expected + " HTTP/1.1");
      }
    }
  }

  @Test
  void nobodyCanSayWhoHeIs() throws Exception {
    String forged =
        Stream.of(
                "X-Instance-ID",
                "X-Instance-Id",
                "x-instance-id",
                "X_Instance_ID",
                "X-INSTANCE-ID-SIGNATURE",
                "X_Instance_ID_Signature",
                "X-Tenant-ID",
                "X_TENANT_ID",
                "X-Project-ID",
                "X-Forwarded-For",
                "X_Forwarded_For",
                "x-forwarded-host",
                "Forwarded",
                "X-Real-IP",
                "X-Metadata-Provider",
                "X-Metadata-Provider-Signature",
                "X-OVN-Network-ID",
                "X-Neutron-Router-ID",
                "X-Neutron-Network-ID",
                "Cookie",
                "Authorization",
                "Proxy-Authorization",
                "Accept-Encoding",
                "Range",
                "If-None-Match",
                "Via",
                "TE")
            .flatMap(name -> Stream.of(name + ": forged", name + ": forged-again"))
            .collect(Collectors.joining("\r\n"));
    try (RawGuest guest = desk.guest()) {
      guest.get(
          ANY,
          forged,
          "Connection: keep-alive, X-Instance-ID, X-Tenant-ID, X-Instance-ID-Signature",
          "Connection: X-Forwarded-For, host",
          "Keep-Alive: 5");
    }
    Request request = backend.request();
    assertThat(request.headerNames())
        .containsExactlyInAnyOrder(
            "host", "x-instance-id", "x-tenant-id", "x-instance-id-signature", "x-forwarded-for");
    assertThat(request.head()).doesNotContain("forged");
    assertThat(request.header("X-Instance-ID")).containsExactly(UUID);
    assertThat(request.header("X-Tenant-ID")).containsExactly(PROJECT);
    assertThat(request.header("X-Instance-ID-Signature")).containsExactly(SIGNATURE);
    assertThat(request.header("X-Forwarded-For")).containsExactly("127.0.0.1");
  }

  @Test
  void aHeaderThatIsThereTwiceDoesNotGoOn() throws Exception {
    try (RawGuest guest = desk.guest()) {
      guest.get(ANY, "Accept: a", "Accept: b", "User-Agent: only");
    }
    assertThat(backend.request().header("Accept")).isEmpty();
    assertThat(backend.request().header("User-Agent")).containsExactly("only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\tb", "\u00fcml\u00e4ut", "\u0085", "\u00a0", "\u00ff", "a:b;c,d\"e\""})
  void whateverAHeaderMayHoldIsForwardedOrLeftOut(String value) throws Exception {
    try (RawGuest guest = desk.guest()) {
      assertThat(guest.get(ANY, "User-Agent: " + value).status()).isEqualTo(200);
      assertThat(guest.get(ANY).status()).isEqualTo(200);
    }
    assertThat(backend.requests().getFirst().headerNames())
        .contains("x-instance-id", "x-forwarded-for");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get", "M-SEARCH"})
  void anyMethodGoesOn(String method) throws Exception {
    try (RawGuest guest = desk.guest()) {
      assertThat(guest.ask(method, ANY).read().status()).isEqualTo(200);
    }
    assertThat(backend.request().line()).isEqualTo(method + " " + ANY + " HTTP/1.1");
    assertThat(backend.request().header("Content-Length")).containsExactly("0");
  }

  @Test
  void headIsAskedForAndAnsweredWithoutABody() throws Exception {
    backend.script(talk -> talk.answer(200, "12345", "Content-Type: text/plain"));
    try (RawGuest guest = desk.guest()) {
      RawGuest.Answer answer = guest.head(ANY);
      assertThat(answer.only("Content-Length")).contains("5");
      assertThat(guest.get(ANY).text()).isEqualTo("12345");
    }
    assertThat(backend.requests().getFirst().line()).isEqualTo("HEAD " + ANY + " HTTP/1.1");
    assertThat(backend.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 65_535, 65_536})
  void aBodyArrivesByteForByte(int length) throws Exception {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    try (RawGuest guest = desk.guest()) {
      guest
          .send(
              "POST "
                  + PASSWORD
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream"
                  + "\r\nContent-Length: "
                  + length
                  + "\r\n\r\n")
          .send(body);
      assertThat(guest.read().status()).isEqualTo(200);
    }
    Request request = backend.request();
    assertThat(request.line()).isEqualTo("POST " + PASSWORD + " HTTP/1.1");
    assertThat(request.body()).isEqualTo(body);
    assertThat(request.header("Content-Length")).containsExactly(Integer.toString(length));
    assertThat(request.header("Transfer-Encoding")).isEmpty();
    assertThat(request.header("Content-Type")).containsExactly("application/octet-stream");
  }

  @Test
  void aBodyTooLargeNeverLeaves() throws Exception {
    try (RawGuest guest = desk.guest()) {
      guest.send("POST " + ANY + " HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
      assertThat(guest.read().status()).isEqualTo(413);
    }
    assertThat(backend.requests()).isEmpty();
  }

  @Test
  void aBodySplitIntoSingleBytesIsOneBody() throws Exception {
    String head = "POST " + PASSWORD + " HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n";
    try (RawGuest guest = desk.guest()) {
      for (byte b : (head + "hello world").getBytes(StandardCharsets.US_ASCII)) {
        guest.send(new byte[] {b});
      }
      assertThat(guest.read().status()).isEqualTo(200);
    }
    assertThat(backend.request().body()).asString().isEqualTo("hello world");
  }

  @Test
  void aBodyInChunksGoesOnWithItsLength() throws Exception {
    try (RawGuest guest = desk.guest()) {
      guest
          .send("POST " + PASSWORD + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
          .send("5\r\nhello\r\n1\r\n")
          .send(" \r\n5\r\nworld\r\n0\r\n\r\n");
      assertThat(guest.read().status()).isEqualTo(200);
    }
    assertThat(backend.request().body()).asString().isEqualTo("hello world");
    assertThat(backend.request().header("Content-Length")).containsExactly("11");
    assertThat(backend.request().header("Transfer-Encoding")).isEmpty();
  }

  @Test
  void whoAsksForLeaveToSendGetsItHere() throws Exception {
    try (RawGuest guest = desk.guest()) {
      guest.send(
          "POST "
              + PASSWORD
              + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
              + "Content-Length: 5\r\n\r\n");
      assertThat(guest.read().status()).isEqualTo(100);
      assertThat(guest.send("hello").read().status()).isEqualTo(200);
    }
    assertThat(backend.request().body()).asString().isEqualTo("hello");
    assertThat(backend.request().header("Expect")).isEmpty();
  }

  @Test
  void aBodyOfGetIsNotARequest() throws Exception {
    String smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    try (RawGuest guest = desk.guest()) {
      guest.ask("GET", ANY, "Content-Length: " + smuggled.length()).send(smuggled);
      assertThat(guest.read().status()).isEqualTo(200);
      assertThat(guest.get("/next").status()).isEqualTo(200);
    }
    assertThat(backend.requests().stream().map(Request::line))
        .containsExactly("GET " + ANY + " HTTP/1.1", "GET /next HTTP/1.1");
    assertThat(backend.requests().getFirst().body()).isEmpty();
  }

  @Test
  void requestsInAPipelineAreAskedOneAfterTheOther() throws Exception {
    backend.script(talk -> talk.answer(200, talk.request().line()));
    try (RawGuest guest = desk.guest()) {
      guest.ask("GET", "/1").ask("GET", "/2").ask("GET", "/3");
      for (int i = 1; i <= 3; i++) {
        assertThat(guest.read().text()).isEqualTo("GET /" + i + " HTTP/1.1");
      }
    }
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void eachGuestIsAskedForAsHimself() throws Exception {
    for (int number = 0; number < 3; number++) {
      try (RawGuest guest = desk.guest(number)) {
        guest.get(ANY, "X-Instance-ID: " + UpstreamDesk.uuid(0));
      }
    }
    assertThat(
            backend.requests().stream()
                .flatMap(request -> request.header("X-Instance-ID").stream()))
        .containsExactly(UpstreamDesk.uuid(0), UpstreamDesk.uuid(1), UpstreamDesk.uuid(2));
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void documentsOfOurOwnAreNotAskedFor() throws Exception {
    try (RawGuest guest = desk.guest(UpstreamDesk.FULL)) {
      assertThat(guest.get(UpstreamDesk.META_DATA).text()).contains(UpstreamDesk.uuid(100));
      assertThat(backend.requests()).isEmpty();
      assertThat(guest.get("/unknown/to/us").text()).isEqualTo("answer");
      assertThat(guest.get(PASSWORD).text()).isEqualTo("answer");
    }
    assertThat(backend.requests()).hasSize(2);
  }
}
