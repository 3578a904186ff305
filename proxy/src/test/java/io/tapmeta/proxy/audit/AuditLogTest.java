package io.tapmeta.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapmeta.proxy.config.Audit;
import io.tapmeta.proxy.config.Audit.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines come out whole and in order, and whoever has one to say never waits. */
class AuditLogTest {
  private static final String WHOLE =
      "{\"time\":\"2026-01-02T03:04:05Z\",\"instance\":\"i\",\"attachment\":\"tap\",\"mac\":\"m\","
          + "\"source\":\"10.0.0.5\",\"method\":\"GET\",\"path\":\"ec2/document\",\"denied\":true,"
          + "\"outcome\":\"denied\",\"status\":403,\"token\":\"off\",\"suppressed\":7}\n";

  @TempDir Path directory;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AuditMetrics metrics = new AuditMetrics(registry);
  private AuditLog log;

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void aLineHasAllThatIsKnown() throws IOException {
    Path file = directory.resolve("audit.log");
    log = started(Target.of(file));
    log.offer(line("tap", 7));
    log.close();
    assertThat(file).hasContent(WHOLE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(lines("written")).isOne();
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    StringBuilder out = new StringBuilder();
    new AuditLine(Instant.EPOCH, "", "tap", "", "", "", "", true, "no_saved_syn", 0, "", 0)
        .appendTo(out);
    assertThat(out)
        .hasToString(
            "{\"time\":\"1970-01-01T00:00:00Z\",\"attachment\":\"tap\",\"denied\":true,"
                + "\"outcome\":\"no_saved_syn\"}\n");
    log = logOf(nothing());
  }

  /** S10. */
  @Test
  void whatCouldBeTakenForSomethingElseIsEscaped() throws IOException {
    Path file = directory.resolve("audit.log");
    log = started(Target.of(file));
    log.offer(line("a\n\r\"\\\t\u0000\u001b[31m\u007f\u009b\u2028\u202e\ud83d\ude00", 7));
    log.close();
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(file)
        .content()
        .contains(
            "\"a\\u000a\\u000d\\\"\\\\\\u0009\\u0000\\u001b[31m\\u007f\\u009b\\u2028\\u202e\\ud83d\\ude00\"");
  }

  @Test
  void linesComeInTheirOrder() throws IOException {
    Path file = directory.resolve("audit.log");
    log = started(Target.of(file));
    IntStream.range(1, 3000).forEach(i -> log.offer(line("tap", i)));
    log.close();
    List<String> written = Files.readAllLines(file);
    assertThat(written).hasSize(2999);
    assertThat(written.get(1233)).endsWith("\"suppressed\":1234}");
  }

  @Test
  void aFileThatWasMovedAwayIsLeftAloneOnceItIsOpenedAnew() throws IOException {
    Path file = directory.resolve("audit.log");
    Path moved = directory.resolve("audit.log.1");
    log = started(Target.of(file));
    log.offer(line("before", 1));
    await().until(() -> lines("written") == 1);
    Files.move(file, moved);
    log.apply(settings(Target.of(file)));
    log.offer(line("after", 1));
    log.close();
    assertThat(moved).content().contains("before").doesNotContain("after");
    assertThat(file).content().contains("after").doesNotContain("before");
  }

  @Test
  void aDestinationThatCannotBeWrittenIsNamedAndTheOldOneStays() throws IOException {
    Path file = directory.resolve("audit.log");
    log = started(Target.of(file));
    assertThatThrownBy(() -> log.apply(settings(Target.of(directory.resolve("no/such")))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "audit.log: %1$s/no/such: no directory %1$s/no (expected: a file in a directory that is there)"
                .formatted(directory));
    assertThatThrownBy(() -> log.apply(settings(Target.of(directory))))
        .hasMessage("audit.log: %s (expected: a file, or nothing yet)".formatted(directory));
    log.offer(line("tap", 7));
    log.close();
    assertThat(file).hasContent(WHOLE);
  }

  @Test
  void aDiskThatHangsHoldsUpNobody() throws InterruptedException {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    log =
        logOf(
            channel(
                bytes -> {
                  hanging.countDown();
                  released.await();
                  bytes.position(bytes.limit());
                }));
    log.start();
    log.offer(line("tap", 1));
    hanging.await();

    long start = System.nanoTime();
    IntStream.range(0, 3 * AuditLog.QUEUE).forEach(_ -> log.offer(line("tap", 1)));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(lines("overflowed")).isEqualTo(2 * AuditLog.QUEUE);

    released.countDown();
    await().until(() -> lines("written") == AuditLog.QUEUE + 1);
  }

  @Test
  void aLineThatBrokeOffSpoilsNoOther() {
    StringBuilder disk = new StringBuilder();
    int[] room = {20};
    log =
        logOf(
            channel(
                bytes -> {
                  if (room[0] == 0) {
                    throw new IOException("No space left on device");
                  }
                  byte[] some = new byte[Math.min(bytes.remaining(), room[0])];
                  bytes.get(some);
                  room[0] -= some.length;
                  disk.append(new String(some, StandardCharsets.US_ASCII));
                }));
    log.start();
    log.offer(line("tap", 7));
    await().until(() -> lines("failed") == 1);
    room[0] = 10_000;
    log.offer(line("tap", 7));
    log.close();
    assertThat(disk).hasToString(WHOLE.substring(0, 20) + "\n" + WHOLE);
  }

  private AuditLog started(Target target) throws IOException {
    AuditLog started = new AuditLog(settings(target), metrics);
    started.start();
    return started;
  }

  private AuditLog logOf(WritableByteChannel channel) {
    try {
      return new AuditLog(settings(Target.STDERR), metrics, _ -> channel);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private double lines(String outcome) {
    return registry.get("tapmeta.audit.lines").tag("outcome", outcome).counter().count();
  }

  private static Audit settings(Target target) {
    return new Audit(target, 0, 5, 100);
  }

  private static AuditLine line(String attachment, long suppressed) {
    return new AuditLine(
        Instant.parse("2026-01-02T03:04:05Z"),
        "i",
        attachment,
        "m",
        "10.0.0.5",
        "GET",
        "ec2/document",
        true,
        "denied",
        403,
        "off",
        suppressed);
  }

  private interface Disk {
    void take(ByteBuffer bytes) throws IOException, InterruptedException;
  }

  private static WritableByteChannel nothing() {
    return channel(bytes -> bytes.position(bytes.limit()));
  }

  private static WritableByteChannel channel(Disk disk) {
    return new WritableByteChannel() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        int before = bytes.remaining();
        try {
          disk.take(bytes);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        return before - bytes.remaining();
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
