package io.tapmeta.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest that takes an answer slowly gets all of it; one that takes nothing is cut off. */
@Timeout(120)
class SlowReaderTest {
  private static final int BODY = 400_000;
  private static final int STEP = 12_000;

  @TempDir Path directory;

  /** It never takes so much at once that the writer's buffer runs low within the time. */
  @ParameterizedTest
  @ValueSource(strings = {"Connection: keep-alive", "Connection: close"})
  void whoTakesAStepInEveryPeriodGetsTheWhole(String header) throws Exception {
    try (MisbehavingBackend backend = MisbehavingBackend.saying("x".repeat(BODY));
        UpstreamDesk desk =
            new UpstreamDesk.Plan(directory, backend)
                .writeTimeout(Duration.ofMillis(1500))
                .deadline(Duration.ofMinutes(1))
                .open();
        RawGuest guest = desk.narrowGuest()) {
      guest.ask("GET", UpstreamDesk.ANY, header);
      assertThat(guest.readHead().status()).isEqualTo(200);
      long began = System.nanoTime();
      int read = 0;
      while (read < BODY) {
        long next = began + (read / STEP + 1) * 250_000_000L;
        for (int i = 0; i < STEP && read < BODY; i++) {
          assertThat(guest.readByte()).as("byte " + read).isEqualTo('x');
          read++;
        }
        while (System.nanoTime() < next) {
          LockSupport.parkNanos(next - System.nanoTime());
        }
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(5));
    }
  }
}
