package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a guest may send, and how long it may take: the default sizes, and shorter times. */
@Scenario
final class HttpLimitsIT {
  private static final int KIBI = 1024;
  private static final String LINE = "GET /%s HTTP/1.1\r\n";
  private static final String HOST = "Host: 169.254.169.254\r\n";
  private static final String HEADER = "X-Filler: %s\r\n";
  private static final String REQUEST = "GET " + META_DATA_JSON + " HTTP/1.1\r\n" + HOST + "\r\n";

  private static ComputeNode node;
  private static Guest guest;

  private final Connection connection = guest.connect();

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    guest = node.vm("vm");
    node.daemon(
        node.config()
            .limit("head_timeout", "1s")
            .limit("body_timeout", "1s")
            .limit("idle_timeout", "3s")
            .limit("write_timeout", "1s"));
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void headOf16KibibytesIsTheLargest() {
    String rest = HOST + HEADER + "\r\n";
    int filler = 16 * KIBI - (LINE.formatted("") + rest.formatted("")).length();

    connection.send(LINE.formatted("") + rest.formatted("x".repeat(filler)));
    assertThat(connection.read().status()).isEqualTo(200);

    connection.send(LINE.formatted("") + rest.formatted("x".repeat(filler + 1)));
    assertRefusedAndEnded(431);
  }

  @Test
  void headWithoutEndIs431AsSoonAsItIsTooLarge() {
    connection.send(LINE.formatted("") + HOST + "X-Filler: " + "x".repeat(20 * KIBI));
    assertRefusedAndEnded(431);
  }

  @Test
  void hundredAndOneHeadersAre431() {
    connection.send(LINE.formatted("") + HOST + "A: b\r\n".repeat(99) + "\r\n");
    assertThat(connection.read().status()).isEqualTo(200);

    connection.send(LINE.formatted("") + HOST + "A: b\r\n".repeat(100) + "\r\n");
    assertRefusedAndEnded(431);
  }

  @Test
  void requestLineBeyond8KibibytesIs414() {
    int filler = 8 * KIBI - LINE.formatted("").length();
    connection.send(LINE.formatted("x".repeat(filler)) + HOST + "\r\n");
    assertThat(connection.read().status()).isEqualTo(404);

    connection.send(LINE.formatted("x".repeat(filler + 20)) + HOST + "\r\n");
    assertRefusedAndEnded(414);
  }

  @Test
  void bodyOf64KibibytesIsTheLargest() {
    String post = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: %d\r\n\r\n";
    connection.send(post.formatted(64 * KIBI) + "x".repeat(64 * KIBI));
    assertThat(connection.read().status()).isEqualTo(200);

    connection.send(post.formatted(64 * KIBI + 1));
    assertRefusedAndEnded(413);
  }

  @Test
  void headThatIsNotFinishedInTimeIs408() {
    connection.send(REQUEST.substring(0, 20));
    assertTakes(Duration.ofSeconds(1), () -> assertRefusedAndEnded(408));
  }

  @Test
  void secondHeadHasTheSameTimeAsTheFirst() {
    assertThat(connection.send(REQUEST).read().status()).isEqualTo(200);

    connection.send(REQUEST.substring(0, 20));
    assertTakes(Duration.ofSeconds(1), () -> assertRefusedAndEnded(408));
  }

  @Test
  void headThatBeginsLateInTheIdleTimeHasItsTimeAllTheSame() {
    assertThat(connection.send(REQUEST).read().status()).isEqualTo(200);
    assertThat(connection.isSilentFor(Duration.ofMillis(2800))).isTrue();

    connection.send(REQUEST.substring(0, 20));
    assertThat(connection.isSilentFor(Duration.ofMillis(600))).isTrue();

    assertThat(connection.send(REQUEST.substring(20)).read().status()).isEqualTo(200);
  }

  @Test
  void bodyThatIsNotFinishedInTimeIs408() {
    connection.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhell");
    assertTakes(Duration.ofSeconds(1), () -> assertRefusedAndEnded(408));
  }

  @Test
  void idleConnectionIsClosedAfterItsTime() {
    assertThat(connection.send(REQUEST).read().status()).isEqualTo(200);
    assertTakes(Duration.ofSeconds(3), () -> assertThat(connection.ends()).isTrue());
  }

  @Test
  void connectionThatAsksNothingIsClosed() {
    assertTakes(Duration.ofMillis(500), () -> assertThat(connection.ends()).isTrue());
  }

  private void assertRefusedAndEnded(int status) {
    Response answer = connection.read();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Connection")).contains("close");
    assertThat(connection.ends()).isTrue();
  }

  private static void assertTakes(Duration atLeast, Runnable step) {
    long start = System.nanoTime();
    step.run();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(atLeast, atLeast.plusMillis(1500));
  }
}
