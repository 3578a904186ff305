package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.upstream.MisbehavingBackend.Script;
import io.tapmeta.proxy.upstream.RawGuest.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What guests get of answers, and what becomes of the connection that brought them. */
@Timeout(60)
class StrangeAnswersTest {
  private static final int LARGE = 10 << 20;
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  @TempDir Path directory;
  private MisbehavingBackend backend;
  private UpstreamDesk desk;
  private RawGuest guest;

  @BeforeEach
  void open() throws Exception {
    backend = MisbehavingBackend.saying("answer");
    desk = new UpstreamDesk.Plan(directory, backend).deadline(Duration.ofSeconds(2)).open();
    guest = desk.guest();
  }

  @AfterEach
  void close() throws Exception {
    guest.close();
    desk.close();
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        200, 201, 206, 300, 301, 302, 307, 400, 401, 404, 405, 409, 413, 429, 500, 501, 503, 599
      })
  void statusesPassAsTheyAre(int status) throws Exception {
    backend.script(
        talk ->
            talk.answer(
                status,
                "a body",
                "Content-Type: text/html; charset=UTF-8",
                "Location: http://169.254.169.254/elsewhere",
                "Retry-After: 7",
                "WWW-Authenticate: Basic",
                "Server: secret",
                "Set-Cookie: secret",
                "X-Instance-ID: secret"));
    Answer answer = guest.get(ANY);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo("a body");
    assertThat(answer.only("Content-Type")).contains("text/html; charset=UTF-8");
    assertThat(answer.only("Location")).contains("http://169.254.169.254/elsewhere");
    assertThat(answer.only("Retry-After")).contains("7");
    assertThat(answer.head()).doesNotContain("secret");
    assertThat(backend.requests()).hasSize(1);
    guest.get(ANY);
    assertThat(backend.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void statusesWithoutABodyPassToo(int status) throws Exception {
    backend.script(talk -> talk.say("HTTP/1.1 " + status + " X\r\nETag: \"1\"\r\n\r\n"));
    for (int i = 0; i < 2; i++) {
      Answer answer = guest.get(ANY);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.only("ETag")).contains("\"1\"");
      assertThat(answer.header("Content-Length")).isEmpty();
    }
    assertThat(backend.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 600 Beyond\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 Beyond\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 099 Below\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      })
  void whatIsNoAnswerIsABadGateway(String said) throws Exception {
    backend.script(talk -> talk.say(said));
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void anEndlessHeadIsABadGateway() throws Exception {
    backend.script(
        talk -> {
          talk.say(OK);
          while (true) {
            talk.say("X-Filler: 0123456789012345678901234567890123456789\r\n");
          }
        });
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @ParameterizedTest
  @CsvSource({"GET, 102", "GET, 103", "GET, 199", "HEAD, 103", "POST, 103"})
  void aHintIsPassedOverAndItsConnectionNotUsedAgain(String method, int status) throws Exception {
    backend.script(
        talk -> {
          talk.say("HTTP/1.1 " + status + " Early Hints\r\nLink: x\r\nContent-Length: 7\r\n\r\n");
          talk.answer(200, "12345");
        });
    guest.ask(method, ANY);
    Answer answer = method.equals("HEAD") ? guest.readHead() : guest.read();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.only("Content-Length")).contains("5");
    assertThat(answer.only("Link")).isEmpty();
    assertThat(answer.text()).isEqualTo(method.equals("HEAD") ? "" : "12345");
    assertNotReused();
  }

  @Test
  void hintsWithoutEndAreABadGateway() throws Exception {
    backend.script(
        talk -> {
          while (true) {
            talk.say("HTTP/1.1 103 Early Hints\r\n\r\n");
          }
        });
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void leaveThatNobodyAskedForIsPassedOver() throws Exception {
    backend.script(
        talk -> {
          talk.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
          talk.answer(200, "a body");
        });
    assertThat(guest.get(ANY).text()).isEqualTo("a body");
    assertThat(guest.post(ANY, "x").text()).isEqualTo("a body");
    assertThat(guest.head(ANY).only("Content-Length")).contains("6");
    assertThat(guest.get(ANY).text()).isEqualTo("a body");
  }

  @Test
  void nothingBeforeTheHeadEndsAtTheDeadline() throws Exception {
    endsAtTheDeadline(MisbehavingBackend.Talk::hang);
  }

  @Test
  void nothingAfterTheHeadEndsAtTheDeadline() throws Exception {
    endsAtTheDeadline(
        talk -> {
          talk.say(OK + "Content-Length: 5\r\n\r\n");
          talk.hang();
        });
  }

  @Test
  void halfOfTheBodyEndsAtTheDeadline() throws Exception {
    endsAtTheDeadline(
        talk -> {
          talk.say(OK + "Content-Length: 50\r\n\r\nhello");
          talk.hang();
        });
  }

  @Test
  void drippingEndsAtTheDeadline() throws Exception {
    endsAtTheDeadline(
        talk -> {
          talk.say(OK + "Content-Length: 5000\r\n\r\n");
          while (true) {
            talk.say("x");
            Thread.sleep(20);
          }
        });
  }

  @Test
  void aSlowAnswerInTimeIsAnAnswer() throws Exception {
    backend.script(
        talk -> {
          for (byte b :
              (OK + "Content-Length: 5\r\n\r\nhello").getBytes(StandardCharsets.US_ASCII)) {
            talk.say(new byte[] {b});
            Thread.sleep(5);
          }
        });
    assertThat(guest.get(ANY).text()).isEqualTo("hello");
  }

  @Test
  void anAnswerCutOffIsABadGateway() throws Exception {
    backend.script(talk -> talk.say(OK + "Content-Length: 50\r\n\r\nhello").close());
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void anAnswerHalfClosedInTheMiddleIsABadGateway() throws Exception {
    backend.script(talk -> talk.say(OK + "Content-Length: 50\r\n\r\nhello").halfClose());
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void chunksCutOffAreABadGateway() throws Exception {
    backend.script(talk -> talk.say(OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel").close());
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void aBodyThatEndsWithTheConnectionIsPassedWithItsLength() throws Exception {
    backend.script(talk -> talk.say(OK + "Content-Type: text/plain\r\n\r\nhello").close());
    for (int i = 1; i <= 2; i++) {
      Answer answer = guest.get(ANY);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(answer.only("Content-Length")).contains("5");
      assertThat(backend.connections()).isEqualTo(i);
    }
  }

  @Test
  void anAnswerToHeadOfUnknownLengthClaimsNone() throws Exception {
    backend.script(talk -> talk.say(OK + "Content-Type: text/plain\r\n\r\n").close());
    assertThat(guest.head(ANY).header("Content-Length")).isEmpty();
    assertThat(guest.get(ANY).text()).isEmpty();
  }

  @Test
  void bytesBeyondTheBodyEndTheConnection() throws Exception {
    backend.script(talk -> talk.answer(200, "hello").say("XX"));
    assertThat(guest.get(ANY).text()).isEqualTo("hello");
    assertNotReused();
  }

  @Test
  void anAnswerThatNobodyAskedForEndsTheConnection() throws Exception {
    backend.script(
        talk -> talk.say(OK + "Content-Length: 1\r\n\r\na" + OK + "Content-Length: 1\r\n\r\nb"));
    for (int i = 1; i <= 3; i++) {
      assertThat(guest.get(ANY).text()).isEqualTo("a");
      int connections = i;
      await().until(() -> backend.open() == 0);
      assertThat(backend.connections()).isEqualTo(connections);
    }
    assertThat(backend.connections()).isEqualTo(3);
  }

  @Test
  void bytesThatComeLaterEndTheIdleConnection() throws Exception {
    backend.script(
        talk -> {
          talk.answer(200, "hello");
          Thread.sleep(100);
          talk.say("H");
        });
    assertThat(guest.get(ANY).text()).isEqualTo("hello");
    await().until(() -> backend.open() == 0);
  }

  @Test
  void aBackendThatClosesAfterEachAnswerIsAskedOnNewConnections() throws Exception {
    backend.script(talk -> talk.answer(200, "hello", "Connection: close"));
    for (int i = 1; i <= 3; i++) {
      assertThat(guest.get(ANY).text()).isEqualTo("hello");
      assertThat(backend.connections()).isEqualTo(i);
    }
  }

  @Test
  void compressedBytesStayAsTheyAre() throws Exception {
    byte[] gzip = new byte[1000];
    new Random(1).nextBytes(gzip);
    gzip[0] = 0x1f;
    gzip[1] = (byte) 0x8b;
    backend.script(
        talk -> talk.answer(200, gzip, "Content-Encoding: gzip", "Vary: Accept-Encoding"));
    Answer answer = guest.get("/openstack/latest/user_data");
    assertThat(answer.body()).isEqualTo(gzip);
    assertThat(answer.only("Content-Encoding")).contains("gzip");
    assertThat(answer.only("Vary")).contains("Accept-Encoding");
  }

  @Test
  void aLargeBodyIsPassedOnAsItComes() throws Exception {
    byte[] large = large();
    backend.script(talk -> talk.answer(200, large, "Content-Type: application/octet-stream"));
    for (int i = 0; i < 2; i++) {
      Answer answer = guest.get(ANY);
      assertThat(answer.only("Content-Length")).contains(Integer.toString(LARGE));
      assertThat(answer.body()).isEqualTo(large);
    }
    assertThat(backend.connections()).isEqualTo(1);
  }

  @Test
  void aLargeBodyOfUnknownLengthComesInChunks() throws Exception {
    byte[] large = large();
    backend.script(talk -> talk.say(OK + "\r\n").say(large).close());
    Answer answer = guest.get(ANY);
    assertThat(answer.only("Transfer-Encoding")).contains("chunked");
    assertThat(answer.body()).isEqualTo(large);
    assertThat(guest.get(ANY).body()).isEqualTo(large);
  }

  @Test
  void anOldGuestSeesTheEndOfALargeBodyByTheEndOfTheConnection() throws Exception {
    byte[] large = large();
    backend.script(talk -> talk.say(OK + "\r\n").say(large).close());
    guest.send("GET " + ANY + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    Answer answer = guest.read();
    assertThat(answer.header("Transfer-Encoding")).isEmpty();
    assertThat(answer.only("Connection")).contains("close");
    assertThat(answer.body()).isEqualTo(large);
  }

  @Test
  void anOldGuestGetsTheLengthOfASmallBody() throws Exception {
    backend.script(
        talk -> talk.say(OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
    guest.send("GET " + ANY + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    Answer answer = guest.read();
    assertThat(answer.only("Content-Length")).contains("5");
    assertThat(answer.only("Connection")).contains("keep-alive");
    assertThat(answer.text()).isEqualTo("hello");
  }

  @Test
  void aLargeBodyCutOffIsSeenToBeCutOff() throws Exception {
    backend.script(
        talk ->
            talk.say(OK + "Content-Length: " + LARGE + "\r\n\r\n").say(new byte[1 << 20]).close());
    guest.ask("GET", ANY);
    assertThatThrownBy(guest::read).isInstanceOf(IOException.class);
  }

  @Test
  void anEndlessBodyIsCutOffAtTheDeadline() throws Exception {
    backend.script(
        talk -> {
          talk.say(OK + "\r\n");
          while (true) {
            talk.say(new byte[8192]);
          }
        });
    guest.ask("GET", ANY);
    assertThatThrownBy(guest::read).isInstanceOf(IOException.class);
    await().until(() -> backend.open() == 0);
  }

  private static byte[] large() {
    byte[] large = new byte[LARGE];
    new Random(2).nextBytes(large);
    return large;
  }

  private void endsAtTheDeadline(Script script) throws Exception {
    backend.script(script);
    long before = System.nanoTime();
    assertThat(guest.get(ANY).status()).isEqualTo(504);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(4));
    assertNotReused();
  }

  /** The next request finds the backend well, on another connection. */
  private void assertNotReused() throws Exception {
    await().until(() -> backend.open() == 0);
    int before = backend.connections();
    backend.script(talk -> talk.answer(200, "well again"));
    await().untilAsserted(() -> assertThat(guest.get(ANY).text()).isEqualTo("well again"));
    assertThat(backend.connections()).isEqualTo(before + 1);
  }
}
