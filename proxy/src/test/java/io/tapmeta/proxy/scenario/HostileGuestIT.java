package io.tapmeta.proxy.scenario;

import static io.tapmeta.proxy.scenario.kit.Guest.META_DATA_JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tapmeta.proxy.scenario.kit.ComputeNode;
import io.tapmeta.proxy.scenario.kit.Connection;
import io.tapmeta.proxy.scenario.kit.Daemon;
import io.tapmeta.proxy.scenario.kit.Guest;
import io.tapmeta.proxy.scenario.kit.Response;
import io.tapmeta.proxy.scenario.kit.Scenario;
import io.tapmeta.proxy.scenario.kit.Traffic;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One guest misbehaves; nobody else may notice. */
@Scenario
final class HostileGuestIT {
  private static final int MEBI = 1024 * 1024;
  private static final String REQUEST =
      "GET /openstack/latest/user_data HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";

  private static ComputeNode node;
  private static Daemon daemon;
  private static Guest hostile;
  private static Guest other;

  @BeforeAll
  static void start() {
    node = ComputeNode.start();
    hostile = node.guest().start();
    hostile.record().userData("x".repeat(48 * 1024)).write();
    hostile.attach();
    other = node.vm("other");
    daemon = node.daemon(node.config().limit("write_timeout", "1s"));
  }

  @AfterEach
  void hangUp() {
    hostile.hangUp();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void readerThatTakesNothingIsCutOff() {
    // More answers than all buffers on the way can take.
    hostile.connectNarrow().send(REQUEST.repeat(400));
    assertThat(hostile.attachment().connections()).isEqualTo(1);

    await().until(() -> hostile.attachment().connections() == 0);
  }

  /** R2, R6: neither the kernel's memory nor the number of answers is the guest's to choose. */
  @Test
  void aheadOfItsReaderAreAFewAnswersHoweverManyAreAskedFor() {
    // It is cut off soon: another one, where nobody looked in time.
    await()
        .until(
            () -> {
              hostile.hangUp();
              hostile.connectNarrow().send(REQUEST.repeat(400));
              return sendQueue() > 100 * 1024;
            });
    // What the kernel has, as it counts it itself: twice the bytes, and one write more.
    assertThat(sendQueue()).isLessThan(3 * 128 * 1024);
    hostile.hangUp();
    await().until(() -> hostile.attachment().connections() == 0);

    double before = served();
    hostile.connectNarrow().send(REQUEST.repeat(400));
    await().until(() -> served() > before);
    await().until(() -> hostile.attachment().connections() == 0);
    assertThat(served() - before).isLessThanOrEqualTo(12);
  }

  @Test
  void readerThatTakesNothingButSendsOnIsCutOffAndCostsNobodyElse() {
    Traffic traffic = Traffic.of(other).awaitMore();
    // The first ones grow the heap, and have the compilers at work.
    await()
        .until(
            () -> {
              long before = daemon.residentKibibytes();
              floodUntilCutOff();
              return daemon.residentKibibytes() - before < 4 * 1024;
            });
    traffic.awaitMore();
    assertThat(daemon.log()).doesNotContain("OutOfDirectMemoryError");
    assertThat(traffic.stop()).extracting(Response::identity).containsOnly(other.record().uuid());
  }

  private static void floodUntilCutOff() {
    Connection flood = hostile.connectNarrow();
    byte[] requests = REQUEST.repeat(MEBI / REQUEST.length()).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(
            () -> {
              for (int sent = 0; sent < 100; sent++) {
                flood.send(requests);
              }
            })
        .hasMessageMatching(".*(Connection reset|Broken pipe).*");
  }

  private static double served() {
    return daemon.metrics().sum("tapmeta_requests_total", "api=\"openstack\"");
  }

  /** Bytes of memory that wait with the kernel to be taken by the guest. */
  private static long sendQueue() {
    return hostile
        .attachment()
        .command("ss", "-Htnm", "state", "established")
        .run()
        .orFail()
        .transform(Pattern.compile("skmem:\\([^)]*,w(\\d+)")::matcher)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  @Test
  void slowReaderGetsEveryAnswer() {
    Connection connection = hostile.connect().send(REQUEST.repeat(400));

    for (int i = 0; i < 400; i++) {
      assertThat(connection.read().body()).hasSize(48 * 1024);
    }
    // Others count connections.
    connection.close();
  }

  @Test
  void requestOfAGuestThatHasNothingMoreToSayIsAnswered() {
    Connection connection = hostile.connect().send(REQUEST).halfClose();

    assertThat(connection.read().body()).hasSize(48 * 1024);
    assertThat(connection.ends()).isTrue();
  }

  @Test
  void guestThatLeavesInTheMiddleLeavesNothingBehind() {
    hostile.connect().send(REQUEST.substring(0, 30)).close();
    hostile.connect().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").close();
    hostile.connectNarrow().send(REQUEST.repeat(50)).close();

    await().until(() -> hostile.attachment().connections() == 0);
    assertThat(hostile.get(META_DATA_JSON).status()).isEqualTo(200);
  }
}
