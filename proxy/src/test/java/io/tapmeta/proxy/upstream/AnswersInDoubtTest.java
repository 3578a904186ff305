package io.tapmeta.proxy.upstream;

import static io.tapmeta.proxy.upstream.UpstreamDesk.ANY;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers of which it could be doubted where they end, or what their bytes are. */
@Timeout(60)
class AnswersInDoubtTest {
  private static final int BUFFER = 4096;
  private static final String OK = "HTTP/1.1 200 OK\r\n";

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
}
