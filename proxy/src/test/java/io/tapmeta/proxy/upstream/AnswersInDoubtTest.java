package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of which it could be doubted where they end, or what their bytes are. */
@Timeout(60)
class AnswersInDoubtTest {
  private static final int BUFFER = 4096;
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

  @TempDir Path directory;
  private MisbehavingBackend backend;
  private UpstreamDesk desk;
  private RawGuest guest;

  @BeforeEach
  void open() throws Exception {
    backend = MisbehavingBackend.saying("answer");
    desk =
        new UpstreamDesk.Plan(directory, backend)
            .buffer(BUFFER)
            .deadline(Duration.ofSeconds(5))
            .open();
    guest = desk.guest();
  }

  @AfterEach
  void close() throws Exception {
    guest.close();
    desk.close();
    backend.close();
  }

  @Test
  void aResetIsNotTheEndOfABodyThatEndsWithTheConnection() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    backend.script(
        talk -> {
          talk.say(OK + "\r\n").say(new byte[2 * BUFFER]);
          seen.await();
          talk.reset();
        });
    guest.ask("GET", ANY).readHead();
    seen.countDown();
    assertThatThrownBy(guest::chunks).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "gzip", "identity", "chunked, chunked", "xchunked"})
  void aTransferCodingThatIsNotUndoneIsABadGateway(String coding) throws Exception {
    backend.script(talk -> talk.say(OK + "Transfer-Encoding: " + coding + "\r\n\r\n" + CHUNKS));
    assertThat(guest.get(ANY).status()).isEqualTo(502);
    assertNotReused();
  }

  @Test
  void anAnswerOfTwoLengthsEndsItsConnection() throws Exception {
    backend.script(
        talk -> talk.say(OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS));
    guest.get(ANY);
    assertNotReused();
  }

  @Test
  void anAnswerWithoutAReasonIsAnAnswer() throws Exception {
    backend.script(talk -> talk.say("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"));
    assertThat(guest.get(ANY).text()).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rSet-Cookie: b", "a\u0000b", "a\u0001b"})
  void whatNoReasonOrHeaderMayHoldDoesNotGoOn(String text) throws Exception {
    backend.script(talk -> talk.say("HTTP/1.1 200 " + text + "\r\nContent-Length: 0\r\n\r\n"));
    assertThat(guest.get(ANY).head()).doesNotContain(text);
    backend.script(talk -> talk.answer(200, "", "Location: " + text));
    assertThat(guest.get(ANY + 1).head()).doesNotContain(text);
  }

  /** Nothing more is asked on the connections there were. */
  private void assertNotReused() throws Exception {
    await().until(() -> backend.open() == 0);
    int before = backend.connections();
    backend.script(talk -> talk.answer(200, "well again"));
    await().untilAsserted(() -> assertThat(guest.get(ANY + 2).text()).isEqualTo("well again"));
    assertThat(backend.connections()).isEqualTo(before + 1);
  }
}
